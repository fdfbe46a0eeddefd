"""Reads landing files and definitions back as plain rows of text."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

FOREVER = datetime.fromisoformat("9999-12-31")


class Row(dict[str, str | None]):
    """A row of text in which a column that the file does not have is None."""

    def __missing__(self, name: str) -> None:
        return None


def landed(landing: Path, stream: str) -> list[Row]:
    """All rows of a stream in the order of path and line; empty text is None."""
    connection = duckdb.connect(config={"threads": 1})
    rows: list[Row] = []
    for file in sorted([*landing.glob(f"{stream}.*"), *(landing / stream).rglob("*.*")]):
        if ".json" in file.name:
            lines = connection.execute(f"select json from read_ndjson_objects('{file}')")
            rows += [_texts(json.loads(line)) for (line,) in lines.fetchall()]
            continue
        source = f"read_parquet('{file}')"
        if ".csv" in file.name:
            source = f"read_csv('{file}', header = true, all_varchar = true)"
        cursor = connection.execute(f"select cast(columns(*) as varchar) from {source}")
        names = [column[0] for column in cursor.description]
        rows += [_texts(dict(zip(names, values, strict=True))) for values in cursor.fetchall()]
    return rows


def _texts(row: dict[str, object]) -> Row:
    return Row({name: _text(value) for name, value in row.items()})


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value)


def definition(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [_texts(dict(row)) for row in csv.DictReader(file)]


def moment(text: str | None) -> datetime | None:
    """A UTC instant without zone, as the warehouse keeps it."""
    if text is None:
        return None
    parsed = datetime.fromisoformat(text)
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def known(text: str | None) -> datetime:
    """The same for a time that every row has."""
    parsed = moment(text)
    if parsed is None:
        raise ValueError("a required time is missing")
    return parsed
