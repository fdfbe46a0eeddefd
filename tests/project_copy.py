"""A copy of the project over rows of a test's own: land rows, replace definitions, build, read.

    copy = ProjectCopy(tmp_path)
    copy.define(funnels=[{"funnel": "f", "grain": "user"}], funnel_steps=[...])
    copy.land("events", [{"event_id": "1", "event_name": "a", "occurred_at": "2026-01-01", ...}])
    copy.build("+funnel_by_actor", reporting_time_zone="America/Los_Angeles")
    copy.rows("select * from funnel.funnel_by_actor")

Models and macros are links to the project's own; of the models only those that are selected, and
what they read: dbt takes ten seconds to read them all. Definitions that a test does not give are
empty, whatever the demo company's say. A second `build` reads only what changed, so one copy serves
many cases; `land` replaces what the stream held before.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from flows.landing.tables import create_raw_tables

PROJECT = Path(__file__).resolve().parents[1]
MODELS = PROJECT / "models"
LINKED = ("macros", "tests/data/generic", "profiles.yml", "dbt_project.yml")

Row = Mapping[str, Any]


class ProjectCopy:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse"
        self.file = self.warehouse / "build.duckdb"
        self.warehouse.mkdir(parents=True)
        for name in LINKED:
            self._link(PROJECT / name)
        self._seeds = folder / "seeds" / "definitions"
        self._seeds.mkdir(parents=True)
        for seed in sorted((PROJECT / "seeds" / "definitions").iterdir()):
            if seed.suffix == ".yml":
                (self._seeds / seed.name).symlink_to(seed)
            else:
                header = seed.read_text().splitlines()[0]
                (self._seeds / seed.name).write_text(header + "\n")
        self._create_raw_tables()

    def define(self, **definitions: Iterable[Row]) -> None:
        """Give the rows of definition seeds; a cell not given is empty."""
        for name, rows in definitions.items():
            path = self._seeds / f"{name}.csv"
            header = path.read_text().splitlines()[0].split(",")
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)

    def land(self, stream: str, rows: Iterable[Row]) -> None:
        """Fill a native stream's raw table; `properties` may be a dict, times are UTC."""
        landed = [
            {"source_id": "native", "file_id": 1, "line_number": number, **row}
            for number, row in enumerate(rows, start=1)
        ]
        self.fill(f"raw.native_{stream}", landed)

    def fill(self, table: str, rows: list[Row]) -> None:
        """Replace the rows of any table of the working file."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [json.dumps([_cell(row.get(column)) for column in columns]) for row in rows]
        with self._connected() as connection:
            connection.execute(f"delete from {table}")
            if rows:
                values = (f"json_extract_string(line, '$[{i}]')" for i in range(len(columns)))
                connection.execute(
                    f"insert into {table} ({', '.join(columns)})"
                    f" select {', '.join(values)} from (select unnest(?::varchar[]) as line)",
                    [lines],
                )

    def name_files(self, paths: Mapping[int, str]) -> None:
        """Say from which file the rows of each `file_id` came."""
        with self._connected() as connection:
            connection.execute("delete from meta.loads")
            for file_id, path in paths.items():
                connection.execute(
                    "insert into meta.loads (file_id, file_path) values (?, ?)", [file_id, path]
                )

    def run(self, statement: str) -> None:
        """Do something else to the working file."""
        with self._connected() as connection:
            connection.execute(statement)

    def build(
        self,
        select: str,
        *,
        tested: bool = True,
        unit_tests: bool = False,
        target: str = "duckdb",
        **variables: Any,
    ) -> None:
        """Build the selected seeds and models, and test their data; fail with what dbt says."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        self._link_models(select)
        before = os.environ.get("FLYWHEEL_WAREHOUSE")
        os.environ["FLYWHEEL_WAREHOUSE"] = str(self.warehouse)
        try:
            result = dbtRunner().invoke(
                [
                    "--log-level=none",
                    "--log-level-file=none",
                    "build",
                    f"--project-dir={self.folder}",
                    f"--profiles-dir={self.folder}",
                    f"--target-path={self.folder / 'target'}",
                    f"--select={select}",
                    f"--target={target}",
                    *([] if unit_tests else ["--exclude-resource-type=unit_test"]),
                    *([] if tested else ["--exclude-resource-type=test"]),
                    f"--vars={json.dumps(variables)}",
                ]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
            if before is None:
                del os.environ["FLYWHEEL_WAREHOUSE"]
            else:
                os.environ["FLYWHEEL_WAREHOUSE"] = before
        failures = [
            f"{outcome.node.name}: {outcome.message}"
            for outcome in getattr(result.result, "results", None) or []
            if str(outcome.status) not in ("success", "pass", "warn")
        ]
        assert result.success, "\n".join(failures) or str(result.exception)

    def replay(self, models: str, as_of: Any, *, afresh: bool = False) -> None:
        """Run the SQL of the last build again, up to these models, as a run at `as_of` would.

        Afresh: what does not depend on `as_of` is run again too, because other rows landed.
        """
        nodes = json.loads((self.folder / "target" / "manifest.json").read_text())["nodes"]
        changed: dict[str, bool] = {}
        with self._connected() as connection:
            connection.execute("load json")

            def run(name: str) -> bool:
                """Whether the model may have changed; if so, it has been run again."""
                node = nodes.get(name)
                if node is None or node["resource_type"] != "model":
                    return False
                if name not in changed:
                    is_as_of = node["name"] == "int_as_of"
                    parents = [] if is_as_of else node["depends_on"]["nodes"]
                    changed[name] = sum(run(parent) for parent in parents) > 0 or is_as_of or afresh
                    if changed[name]:
                        sql = node["compiled_code"]
                        if is_as_of:
                            sql = f"select timestamp '{as_of}' as as_of"
                        kind = "view" if node["config"]["materialized"] == "view" else "table"
                        made = f"create or replace {kind} {node['relation_name']} as {sql}"
                        connection.execute(made)
                return changed[name]

            connection.execute("begin")
            for model in models.split():
                run(f"model.flywheel.{model}")
            connection.execute("commit")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query over the working file gives, a dict a row."""
        with self._connected() as connection:
            relation = connection.sql(query)
            return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def _link_models(self, select: str) -> None:
        """Link the selected models, all they read, and what is said of them."""
        models = {model.stem: model for model in MODELS.rglob("*.sql")}
        wanted = [name for name in models if _selects(select, models[name])]
        needed: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name in models and name not in needed:
                needed.add(name)
                wanted += _read_by(models[name])
        for file in MODELS.rglob("*.*"):
            general = file.suffix == ".yml" and not file.stem.endswith("__metrics")
            general = general and file.stem not in models
            if file.stem in needed or (general and set(_read_by(file)) <= needed):
                self._link(file)
        for test in (PROJECT / "tests" / "data").glob("*.sql"):
            if set(_read_by(test)) <= needed:
                self._link(test)

    def _link(self, original: Path) -> None:
        link = self.folder / original.relative_to(PROJECT)
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(original)

    def _connected(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute(f"attach '{self.file}' as build (storage_version 'v1.4.0')")
        connection.execute("use build")
        return connection

    def _create_raw_tables(self) -> None:
        with self._connected() as connection:
            create_raw_tables(connection)
            connection.execute("create schema meta")
            connection.execute("""
                create table meta.loads (
                    source_id varchar, stream varchar, file_path varchar, sha256 varchar,
                    state varchar, reason varchar, rows_landed bigint, rows_quarantined bigint,
                    loaded_at timestamp, file_id bigint
                );
                create table meta.handoffs (
                    model varchar, actor_id varchar, qualification bigint, account_id varchar,
                    destination varchar, state varchar, delivered_at timestamp
                )
            """)


def _selects(select: str, model: Path) -> bool:
    """Whether dbt's words (names, folders, `path:`, with or without `+`) mean a model."""
    place = f"/{model.relative_to(PROJECT).with_suffix('')}/"
    words = (word.strip("+").removeprefix("path:") for word in select.split())
    parts = (word.removeprefix("flywheel.").replace(".", "/") for word in words)
    return any(f"/{part}/" in place for part in parts)


def _read_by(file: Path) -> list[str]:
    text = file.read_text()
    return re.findall(r"\bref\(['\"](\w+)", text) + ["int_touched"] * ("{{ touched(" in text)


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value)
    return value if value is None or isinstance(value, bool) else str(value)
