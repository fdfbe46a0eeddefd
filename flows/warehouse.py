"""The working file `build.duckdb`: opened in one way only, and asked what it holds.

It is attached, not opened, because only ATTACH can name the storage version, and under the name
`build`, because that is how dbt's compiled SQL calls it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.problems import Locked

STORAGE_VERSION = "v1.4.0"  # DuckDB 1.4 and newer open it; a stale WAL beside it is refused

Connection = duckdb.DuckDBPyConnection


@contextmanager
def opened(file: Path, *, name: str = "build", read_only: bool = False) -> Iterator[Connection]:
    """A connection whose default database is the file."""
    settings = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": os.environ.get("FLYWHEEL_MEMORY_LIMIT", "6GB"),  # as in profiles.yml
        "temp_directory": str(file.parent / "spill"),
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        attach(connection, file, name=name, read_only=read_only)
        connection.execute(f"use {name}")
        yield connection


def attach(connection: Connection, file: Path, *, name: str, read_only: bool = False) -> None:
    """Add a file to a connection; one that another process has open is Locked."""
    options = "READ_ONLY" if read_only else f"STORAGE_VERSION '{STORAGE_VERSION}'"
    try:
        connection.execute(f"attach {quoted(str(file))} as {name} ({options})")
    except duckdb.IOException as error:
        if "Conflicting lock" not in str(error):
            raise
        who = re.search(r"held in (.*?) \(PID (\d+)\)", str(error))
        process = f"process {who[2]} ({who[1]})" if who else "another process"
        raise Locked(
            f"{file.name} is open in {process}.",
            where=str(file),
            remedy="Close it there. Readers open flywheel.duckdb, which is never locked.",
        ) from None


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rows_of(connection: Connection, query: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query, each as a mapping from column to value."""
    result = connection.execute(query, list(values))
    columns = [column[0] for column in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def has_table(connection: Connection, schema: str, table: str, database: str = "build") -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables"
        " where table_catalog = $1 and table_schema = $2 and table_name = $3",
        [database, schema, table],
    ).fetchone()
    return found is not None and found[0] > 0
