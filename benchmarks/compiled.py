"""The SQL that a build ran, taken from dbt's own record, to be run again without dbt.

Statements read the tables of the finished working file and write into a new one beside it, so any
of them can be run alone, and again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from benchmarks.measuring import Work
from flows.warehouse import STORAGE_VERSION

MEMORY_LIMIT = "6GB"  # as in profiles.yml


@dataclass(frozen=True)
class Statement:
    """One model or data test as it was compiled."""

    key: str
    name: str
    kind: str  # view, table or test
    place: tuple[str, ...]  # the folders it is in
    relation: str
    sql: str
    reads: tuple[str, ...]

    @property
    def mart(self) -> str | None:
        return self.place[1] if self.place[0] == "marts" else None


@cache
def statements(target: Path) -> dict[str, Statement]:
    """What the last build ran, by name, in the order it ran."""
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    results = json.loads((target / "run_results.json").read_text())["results"]
    found = {}
    for result in results:
        node = nodes.get(result["unique_id"], {})
        if node.get("resource_type") not in ("model", "test") or not result["compiled_code"]:
            continue
        is_view = node["config"]["materialized"] == "view"
        kind = "test" if node["resource_type"] == "test" else "view" if is_view else "table"
        found[node["name"]] = Statement(
            key=result["unique_id"],
            name=node["name"],
            kind=kind,
            place=tuple(node["fqn"][1:-1]) or ("tests",),
            relation=node["relation_name"] or "",
            sql=result["compiled_code"],
            reads=tuple(node["depends_on"]["nodes"]),
        )
    return found


def run_again(build_file: str, target: str, names: list[str]) -> Work:
    """Models are written into a new file, tests are counted; views are there already."""
    known = statements(Path(target))
    connection, new_file = _opened_with_new_file(build_file)
    yield
    for name in names:
        statement = known[name]
        if statement.kind == "table":
            connection.execute(f'create table written."{name}" as {statement.sql}')
        elif statement.kind == "test":
            failing = connection.execute(f"select count(*) from ({statement.sql})").fetchone()
            assert failing == (0,), name
    connection.execute("checkpoint written")
    connection.close()
    new_file.unlink()


def scan_inputs(build_file: str, target: str, names: list[str]) -> Work:
    """The floor: each column that these models read of the tables of others, read once."""
    known = statements(Path(target))
    connection, new_file = _opened_with_new_file(build_file)
    columns = _columns_read(connection, [known[name] for name in names])
    yield
    for table, read in columns.items():
        listed = ", ".join(f'"{column}"' for column in sorted(read))
        connection.execute(f"select bit_xor(hash({listed})) from {table}").fetchall()
    connection.close()
    new_file.unlink()


def copy_landed(build_file: str) -> Work:
    """What a build cannot be cheaper than: all landed rows written once, as they are."""
    connection, new_file = _opened_with_new_file(build_file)
    tables = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'build' and schema_name = 'raw' and estimated_size > 0"
    ).fetchall()
    yield
    for (table,) in tables:
        connection.execute(f'create table written."{table}" as select * from build.raw."{table}"')
    connection.execute("checkpoint written")
    connection.close()
    new_file.unlink()


def _opened_with_new_file(build_file: str) -> tuple[duckdb.DuckDBPyConnection, Path]:
    new_file = Path(build_file).with_name("written.duckdb")
    new_file.unlink(missing_ok=True)
    connection = duckdb.connect(
        config={
            "preserve_insertion_order": False,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(new_file.with_name("spill")),
        }
    )
    connection.execute(
        "set TimeZone = 'UTC'; set asof_loop_join_threshold = 0"
    )  # as in profiles.yml
    connection.execute(f"attach '{build_file}' as build (read_only)")
    connection.execute(f"attach '{new_file}' as written (storage_version '{STORAGE_VERSION}')")
    connection.execute("use build")
    return connection, new_file


def _columns_read(
    connection: duckdb.DuckDBPyConnection, models: Iterable[Statement]
) -> dict[str, set[str]]:
    """By table: the columns that the query plans of the models scan, but for their own tables."""
    models = [model for model in models if model.kind == "table"]
    own = {model.relation.replace('"', "") for model in models}
    found: dict[str, set[str]] = {}
    for model in models:
        explained = connection.execute(f"explain (format json) {model.sql}").fetchone()
        for operator in _operators(json.loads(explained[1] if explained else "[]")):
            about = operator.get("extra_info", {})
            table = about.get("Table", "")
            projected = about.get("Projections", [])
            if table and table not in own:
                read = [projected] if isinstance(projected, str) else projected
                found.setdefault(table, set()).update(column for column in read if column)
    return {table: columns for table, columns in found.items() if columns}


def _operators(plan: list[dict]) -> Iterable[dict]:
    for operator in plan:
        yield operator
        yield from _operators(operator.get("children", []))
