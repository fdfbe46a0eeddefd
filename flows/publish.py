"""Put what was built where readers look: `flywheel.duckdb`, whole or not at all.

A new file is written beside the published one, looked at with fresh eyes, and renamed over it. A
reader therefore sees the old file or the new one, never half of one, and a build that failed leaves
the old one as it was. Marts, definitions and `meta` travel, views as tables, with their comments;
raw, staging and intermediate stay behind.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from flows import history, restatements
from flows.problems import NotPublished
from flows.project import Project
from flows.settings import Settings
from flows.warehouse import (
    STORAGE_VERSION,
    Connection,
    has_table,
    opened,
    quoted,
    quoted_name,
    rows_of,
)

WRITTEN_ANEW = {("meta", name) for name in restatements.TABLES}
BLOCK_BYTES = 65_536  # tables fill their last block; DuckDB's own size leaves small ones mostly air
KEPT_BACK = ("main", "raw", "staging", "intermediate")

# Columns with personal data, and what stands in their place; None = the column stays behind.
# The var `publish_personal_data` lets all of them through.
PERSONAL: dict[tuple[str, str], dict[str, str | None]] = {
    ("core", "users"): {"email": None, "name": None},
    ("definitions", "exclusions"): {
        "value": "case when kind = 'email' then md5(lower(value)) else value end"
    },
}

PUBLICATION = {
    "published_at": ("timestamp", "When this file took its place, UTC."),
    "as_of": ("timestamp", "The exclusive instant before which everything counts, UTC."),
    "run_id": ("varchar", "The run that made it; see meta.runs."),
    "git_commit": ("varchar", "Commit of the project."),
    "definitions_hash": ("varchar", "Fingerprint of the definition files and the vars."),
    "inputs_hash": ("varchar", "Fingerprint of all it is made of: data, project, program."),
    "model_count": ("bigint", "Models built."),
    "test_count": ("bigint", "Data tests passed."),
    "duckdb_version": ("varchar", "The engine that wrote it."),
    "storage_version": ("varchar", "The oldest storage format that a reader has to know."),
}


TABLES = """
    select schema_name || '.' || table_name as name, estimated_size as rows from duckdb_tables()
    where database_name = 'flywheel' order by name
"""
ALL_TABLES = """
    select schema_name, table_name as name, comment from duckdb_tables()
    where database_name = 'build'
    union all
    select schema_name, view_name, comment from duckdb_views() where database_name = 'build'
    order by all
"""
ALL_COLUMNS = """
    select schema_name, table_name, column_name, comment from duckdb_columns()
    where database_name = 'build'
    order by schema_name, table_name, column_index
"""


@dataclass(frozen=True)
class Table:
    """A table or view of the working file, with its comments."""

    schema: str
    name: str
    comment: str | None
    columns: dict[str, str | None]

    def __str__(self) -> str:
        return f"{quoted_name(self.schema)}.{quoted_name(self.name)}"


@dataclass(frozen=True)
class PublishReport:
    file: Path
    tables: dict[str, int]  # rows by `schema.table`
    tables_before: dict[str, int]  # those of the publication whose place it took
    published_at: datetime
    as_of: datetime | None
    size: int


def publish(settings: Settings, project: Project, run_id: str) -> PublishReport:
    """Publish the last build; refuse if it was not whole and green."""
    published = settings.published_file
    new_file = published.with_name(f"new-{run_id}.duckdb")
    _remove_leftovers(settings.warehouse)
    before = rows_published(published)
    try:
        with opened(settings.build_file) as connection:
            build = _whole_build(connection, settings)
            connection.execute(
                f"attach {quoted(str(new_file))} as flywheel"
                f" (STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_BYTES})"
            )
            tables = _tables_to_publish(connection, build)
            connection.execute("begin")
            rows = {
                f"{table.schema}.{table.name}": _copy(connection, table, project)
                for table in tables
            }
            row = _write_publication(connection, build, run_id)
            rows["meta.publication"] = 1
            connection.execute("commit")
            rows |= _write_restatements(connection, settings, project, row, build)
            connection.execute("checkpoint flywheel")
            connection.execute("detach flywheel")
        _check(new_file, rows)
        _put_in_place(new_file, published)
    except (duckdb.Error, OSError) as error:
        raise NotPublished(
            "The new file could not be written.", detail=[str(error)], where=str(new_file)
        ) from error
    finally:
        _remove_leftovers(settings.warehouse)
    restatements.remember(settings, run_id, published_at=row["published_at"])
    return PublishReport(
        published, rows, before, row["published_at"], row["as_of"], published.stat().st_size
    )


def rows_published(published: Path) -> dict[str, int]:
    """The rows of each table that readers see now."""
    if not published.exists():
        return {}
    try:
        with opened(published, name="flywheel", read_only=True) as connection:
            return rows_by_table(connection)
    except duckdb.Error:
        return {}  # whatever it is, it is about to be replaced


def rows_by_table(connection: Connection) -> dict[str, int]:
    """The rows of each `schema.table` of the published file that is attached as `flywheel`."""
    return {row["name"]: row["rows"] for row in rows_of(connection, TABLES)}


def _whole_build(connection: Connection, settings: Settings) -> dict[str, Any]:
    build = history.last_build(connection)
    if build and build["state"] == "whole":
        return build
    why = {
        None: "Nothing has been built in this warehouse yet.",
        "failed": "The last build failed.",
        "partial": "The last build was of a part of the project only.",
        "running": "The last build did not come to its end.",
    }[build["state"] if build else None]
    when = f"`{build['command']}` of {build['started_at']:%Y-%m-%d %H:%M:%S} UTC" if build else ""
    raise NotPublished(
        f"{why} Only a whole build whose tests passed is published.",
        where=", ".join(filter(None, [str(settings.build_file), when])),
        remedy="Run `flywheel build`, then publish again.",
    )


def _tables_to_publish(connection: Connection, build: dict[str, Any]) -> list[Table]:
    """What the build made, leftovers of former builds not among it, and `meta`, but for what is
    written anew with each publication."""
    relations = [name.replace('"', "").split(".") for name in json.loads(build["relations"])]
    made = {(schema, name) for *_, schema, name in relations}
    found = rows_of(connection, ALL_TABLES)
    columns: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in rows_of(connection, ALL_COLUMNS):
        table = columns.setdefault((row["schema_name"], row["table_name"]), {})
        table[row["column_name"]] = row["comment"]
    return [
        Table(*name, row["comment"], columns[name])
        for row in found
        if (name := (row["schema_name"], row["name"])) in made or name[0] == "meta"
        if name[0] not in KEPT_BACK and name not in WRITTEN_ANEW
    ]


def _copy(connection: Connection, table: Table, project: Project) -> int:
    is_open = project.variables.get("publish_personal_data")
    personal = {} if is_open else PERSONAL.get((table.schema, table.name), {})
    columns = {
        column: comment
        for column, comment in table.columns.items()
        if personal.get(column, "shown") is not None
    }
    selected = ", ".join(
        f"{personal.get(column) or quoted_name(column)} as {quoted_name(column)}"
        for column in columns
    )
    connection.execute(f"create schema if not exists flywheel.{quoted_name(table.schema)}")
    connection.execute(f"create table flywheel.{table} as select {selected} from build.{table}")
    if table.comment:
        connection.execute(f"comment on table flywheel.{table} is {quoted(table.comment)}")
    for column, comment in columns.items():
        if comment:
            place = f"flywheel.{table}.{quoted_name(column)}"
            connection.execute(f"comment on column {place} is {quoted(comment)}")
    counted = connection.execute(f"select count(*) from flywheel.{table}").fetchone()
    return counted[0] if counted else 0


def _write_publication(
    connection: Connection, build: dict[str, Any], run_id: str
) -> dict[str, Any]:
    """Say in the new file what it is; its own run is over, as far as its readers can tell."""
    run = _run_that_built(connection, build, run_id)
    row = {
        "published_at": history.now(),
        "as_of": _as_of(connection),
        "run_id": run_id,
        "git_commit": run["git_commit"],
        "definitions_hash": run["definitions_hash"],
        "inputs_hash": run["inputs_hash"],
        "model_count": build["models"],
        "test_count": build["tests"],
        "duckdb_version": duckdb.__version__,
        "storage_version": STORAGE_VERSION,
    }
    connection.execute("use flywheel")
    history.create_documented(
        connection,
        "publication",
        PUBLICATION,
        "One row: what this file is and where it comes from.",
    )
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    connection.execute(f"insert into meta.publication values ({places})", list(row.values()))
    at = row["published_at"]
    history.update(connection, run_id, state="succeeded", ended_at=at, published_at=at)
    connection.execute("use build")
    return row


def _write_restatements(
    connection: Connection,
    settings: Settings,
    project: Project,
    publication: dict[str, Any],
    build: dict[str, Any],
) -> dict[str, int]:
    """What closed periods said before and say now; see flows/restatements."""
    connection.execute("use flywheel")
    restatements.recall(connection, settings)
    connection.execute("begin")
    counted = restatements.compare(connection, project, publication, build)
    connection.execute("commit")
    connection.execute("use build")
    return {f"meta.{name}": rows for name, rows in counted.items()}


def _run_that_built(connection: Connection, build: dict[str, Any], run_id: str) -> dict[str, Any]:
    """The run whose definitions and commit were built; a build by dbt alone is this run's."""
    runs = rows_of(
        connection,
        "select * from build.meta.runs where run_id = $1 or"
        " (started_at <= $2 and coalesce(ended_at, started_at) >= $2) order by started_at",
        run_id,
        build["started_at"],
    )
    return runs[0]


def _as_of(connection: Connection) -> datetime | None:
    if not has_table(connection, "intermediate", "int_as_of"):
        return None
    found = connection.execute("select as_of from build.intermediate.int_as_of").fetchone()
    return found[0] if found else None


def _check(new_file: Path, expected: dict[str, int]) -> None:
    """Look at the new file as a reader will, from disk; everything must be there."""
    if new_file.with_name(f"{new_file.name}.wal").exists():
        raise NotPublished("The new file has a write-ahead log beside it.", where=str(new_file))
    with opened(new_file, name="flywheel", read_only=True) as connection:
        for name, rows in expected.items():
            place = ".".join(map(quoted_name, name.split(".", 1)))
            found = connection.execute(f"select count(*) from {place}").fetchone()
            if found != (rows,):
                raise NotPublished(f"{name} holds {found}, not {rows} rows.", where=str(new_file))


def _put_in_place(new_file: Path, published: Path) -> None:
    new_file.chmod(0o444)
    _to_disk(new_file)
    # a reader that opened the old file for writing may have left a log, which is not the new one's
    published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
    new_file.replace(published)
    _to_disk(published.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(warehouse: Path) -> None:
    for leftover in warehouse.glob("new-*.duckdb*"):
        with suppress(OSError):
            leftover.unlink()
