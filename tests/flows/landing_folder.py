"""A landing folder and a warehouse of a test's own.

folder.write("native/events.jsonl", [event(1), event(2)])
folder.land()
folder.rows("select event_id from raw.native_events")
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb

from flows.landing import LandingReport, land

Row = dict[str, Any]


class LandingFolder:
    """Files to land, and what became of them."""

    def __init__(self, home: Path) -> None:
        self.landing = home / "landing"
        self.warehouse = home / "warehouse"
        self.landing.mkdir()

    def write(self, path: str, content: bytes | str | list[Row]) -> Path:
        """Bytes and text as they are; rows as JSON lines or, by the name, CSV."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = csv_text(content) if ".csv" in path else json_lines(content)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def land(self, **options: Any) -> LandingReport:
        return land(self.landing, self.warehouse, **options)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.warehouse / "build.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def events(self) -> list[str]:
        found = self.rows("select event_id from raw.native_events order by file_id, line_number")
        return [event_id for (event_id,) in found]

    def states(self) -> dict[str, str]:
        return dict(self.rows("select file_path, state from meta.loads order by file_id"))

    def quarantine(self) -> list[tuple[int, str]]:
        return self.rows(
            "select line_number, reason from meta.quarantine order by file_id, line_number"
        )


def event(number: int, **changes: Any) -> Row:
    row = {
        "event_id": f"e{number}",
        "event_name": "page_viewed",
        "occurred_at": "2026-01-31T09:30:00Z",
        "user_id": "u1",
    } | changes
    return {field: value for field, value in row.items() if value is not ...}


def json_lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def csv_text(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
