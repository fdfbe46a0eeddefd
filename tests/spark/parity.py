"""Do two engines say the same? Row by row: all cells exactly, but doubles to ten digits.

Whole tables are taken from each other first, inside DuckDB; only the rows that are left over, which
may differ in the last digits of a double, are paired and looked at one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

DIGITS = 1e-10  # what two doubles may differ by, of the larger one
NOTHING = 1e-12  # a sum that comes to nothing does so to this, whatever its order
LEFT_OVER = 5000  # rows that are paired at most: more are no matter of digits
APART = ("main", "raw", "staging", "intermediate")
PROJECT = Path(__file__).resolve().parents[2]
BUILT_META = {path.stem for path in (PROJECT / "models" / "marts" / "meta").glob("*.sql")}

Connection = duckdb.DuckDBPyConnection


def differences_of_files(one: Path, other: Path) -> list[str]:
    """In what two published files differ: tables, columns, types, comments, rows."""
    with duckdb.connect() as connection:
        for name, file in (("one", one), ("other", other)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = {name: _tables(connection, name) for name in ("one", "other")}
        lacking = tables["one"].keys() ^ tables["other"].keys()
        found = [f"{table}: only in one file" for table in sorted(lacking)]
        for table in sorted(tables["one"].keys() & tables["other"].keys()):
            if tables["one"][table] != tables["other"][table]:
                found.append(f"{table}: another comment, or other columns, types or comments")
            found += difference(connection, table, f"one.{table}", f"other.{table}")
        return found


def _tables(connection: Connection, database: str) -> dict[str, list[tuple]]:
    """What each table that a build makes looks like: its comment, its columns with theirs."""
    looks: dict[str, list[tuple]] = {}
    for schema, name, *look in connection.execute(
        "select schema_name, table_name, '', '', comment from duckdb_tables()"
        " where database_name = $1 union all"
        " select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = $1 order by all",
        [database],
    ).fetchall():
        if schema not in APART and (schema != "meta" or name in BUILT_META):
            looks.setdefault(f"{schema}.{name}", []).append(tuple(look))
    return looks


def difference(connection: Connection, name: str, one: str, other: str) -> Iterator[str]:
    """In what two relations of one connection differ, in a line: nothing if they are equal."""
    columns = {side: _columns(connection, side) for side in (one, other)}
    if sorted(columns[one]) != sorted(columns[other]):
        yield f"{name}: columns {sorted(columns[one].keys() ^ columns[other].keys())}"
        return
    doubles = [column for column, type in columns[one].items() if type in ("DOUBLE", "FLOAT")]
    exact = [column for column in columns[one] if column not in doubles]
    left = {
        side: _left_over(connection, side, against, columns[side], exact, doubles)
        for side, against in ((one, other), (other, one))
    }
    counts = [len(left[side]) for side in (one, other)]
    if counts[0] != counts[1]:
        row = (left[one] or left[other])[0]
        yield f"{name}: {counts[0]} and {counts[1]} rows without their like, such as {row}"
        return
    for row, like in zip(left[one], left[other], strict=True):
        if row[: len(exact)] != like[: len(exact)] or not all(
            map(_same, row[len(exact) :], like[len(exact) :])
        ):
            apart = [
                f"{column} {cell!r} and {its!r}"
                for column, cell, its in zip([*exact, *doubles], row, like, strict=True)
                if cell != its
            ]
            yield f"{name}: {', '.join(apart)}, among {counts[0]} rows without their like"
            return


def _columns(connection: Connection, relation: str) -> dict[str, str]:
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return {name: type for name, type, *_ in described}


def _left_over(
    connection: Connection,
    side: str,
    against: str,
    types: dict[str, str],
    exact: list[str],
    doubles: list[str],
) -> list[tuple[Any, ...]]:
    """The rows of a relation that the other one has not, or not so often, in order."""
    cells = ", ".join(
        [f"{_text(column, types[column])} as {_quoted(column)}" for column in exact]
        + [f"cast({_quoted(column)} as double) + 0.0 as {_quoted(column)}" for column in doubles]
    )
    return connection.execute(
        f"(select {cells} from {side}) except all (select {cells} from {against})"
        f" order by all limit {LEFT_OVER}"
    ).fetchall()


def _text(column: str, type: str) -> str:
    """A cell as text that both engines' types come to."""
    if type.startswith("DECIMAL"):
        return f"cast(cast({_quoted(column)} as decimal(38, 12)) as varchar)"
    if type.startswith("TIMESTAMP"):
        return f"strftime(cast({_quoted(column)} as timestamp), '%Y-%m-%d %H:%M:%S.%f')"
    return f"cast({_quoted(column)} as varchar)"


def _quoted(column: str) -> str:
    return f'"{column}"'


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or math.isclose(one, other, rel_tol=DIGITS, abs_tol=NOTHING)
