"""What happened lately and what readers see: `flywheel status`.

Read from the working file, or, while a run holds it, from the published one.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.history import now
from flows.lock import holder
from flows.problems import Locked
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, rows_of

RUNS_SHOWN = 10

QUERIES = {
    "runs": ("meta.runs", f"select * from meta.runs order by started_at desc limit {RUNS_SHOWN}"),
    "sources": ("meta.sources", "select * from meta.sources order by source_id, stream"),
    "freshness": (
        "core.events",
        "select source_id, count(*) as events, max(occurred_at) as newest_occurred_at,"
        " max(received_at) as newest_received_at from core.events group by all order by all",
    ),
    "loads": (
        "meta.loads",
        "select source_id, state, count(*) as files, sum(rows_landed) as rows_landed,"
        " sum(rows_quarantined) as rows_quarantined, max(loaded_at) as last_loaded_at"
        " from meta.loads group by all order by all",
    ),
    "rejected": (
        "meta.loads",
        "select source_id, stream, file_path, reason, loaded_at from meta.loads"
        " where state = 'rejected' order by loaded_at desc limit 20",
    ),
    "publication": ("meta.publication", "select * from meta.publication"),
}
LANDED = tuple(query for query in QUERIES if query != "publication")


def read_status(settings: Settings) -> dict[str, Any]:
    """Everything that `flywheel status` knows, ready for --json."""
    at_work = holder(settings.lock_file)
    status: dict[str, Any] = {"warehouse": settings.warehouse, "at_work": at_work}
    status |= _ask(settings.build_file, "build", LANDED)
    if not status.get("runs"):
        status |= _ask(settings.published_file, "flywheel", LANDED)
    status |= _ask(settings.published_file, "flywheel", ("publication",))
    if not at_work:  # a run that was killed could not say so itself
        for run in status.get("runs", []):
            run["state"] = "crashed" if run["state"] == "running" else run["state"]
    return status


def freshness(settings: Settings) -> list[dict[str, Any]]:
    """The newest event of each source that is published."""
    return _ask(settings.published_file, "flywheel", ("freshness",)).get("freshness", [])


def _ask(file: Path, name: str, queries: tuple[str, ...]) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        with opened(file, name=name, read_only=True) as connection:
            return {query: _rows(connection, name, query) for query in queries}
    except (Locked, duckdb.IOException):
        return {}


def _rows(connection: Connection, name: str, query: str) -> list[dict[str, Any]]:
    table, sql = QUERIES[query]
    if not has_table(connection, *table.split("."), database=name):
        return []
    return rows_of(connection, sql)


TABLES = {
    "Runs, newest first": (
        "runs",
        ("started_at", "command", "state", "stage", "rows_landed", "models", "tests", "message"),
    ),
    "Freshness": (
        "freshness",
        ("source_id", "events", "newest_occurred_at", "newest_received_at"),
    ),
    "Sources": (
        "sources",
        (
            "source_id",
            "stream",
            "files",
            "rows_landed",
            "rows_quarantined",
            "rows_duplicate",
            "last_loaded_at",
        ),
    ),
    "Files": (
        "loads",
        ("source_id", "state", "files", "rows_landed", "rows_quarantined", "last_loaded_at"),
    ),
    "Files rejected": (
        "rejected",
        ("source_id", "stream", "file_path", "reason", "loaded_at"),
    ),
}


def show_status(status: dict[str, Any]) -> Group:
    tables = [
        _table(title, status[name], columns)
        for title, (name, columns) in TABLES.items()
        if status.get(name)
    ]
    return Group(_publication(status), _at_work(status), *tables)


def _publication(status: dict[str, Any]) -> Text:
    if not status.get("publication"):
        return Text(f"Nothing is published in {status['warehouse']} yet.")
    row = status["publication"][0]
    return Text(
        f"Published {_cell(row['published_at'])} UTC, {_ago(row['published_at'])}, by run"
        f" {row['run_id']}: {row['model_count']} models, {row['test_count']} tests,"
        f" counted before {_cell(row['as_of'])} UTC."
    )


def _ago(instant: datetime) -> str:
    minutes = (now() - instant).total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f} minutes ago"
    return f"{minutes / 60:.0f} hours ago" if minutes < 2880 else f"{minutes / 1440:.0f} days ago"


def _at_work(status: dict[str, Any]) -> Text:
    who = status["at_work"]
    if who is None:
        return Text("Nobody is at work.")
    if not who:
        return Text("A run has just started.")
    return Text(f"At work: process {who['pid']}, `{who['command']}`, since {who['since']}.")


def _table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        numeric = any(isinstance(row.get(column), int) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(column), column) for column in columns))
    return table


def _cell(value: Any, column: str = "") -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if column == "command":  # its options are in --json
        return " ".join(value.split()[:2])
    return f"{value:,}" if isinstance(value, int) else str(value)
