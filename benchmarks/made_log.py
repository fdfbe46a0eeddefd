"""A made log of so many events, without order, over which one funnel, one retention and one
lifecycle are built; and the same log in ClickHouse tables, sorted by user and sorted by time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measuring import Work, median_cost
from tests.project_copy import ProjectCopy

STEPS = ("page_viewed", "signed_up", "project_created", "report_created", "report_shared")
SHARES = (45, 70, 85, 95, 100)  # of the events, cumulated: what each step's event makes up
EVENTS_PER_PERSON = 40
DAYS = 180
WINDOW_DAYS = 14
WEEKS = 12
START, RETURN = STEPS[1], STEPS[3]
AS_OF = "2027-01-01"
BUILT = "+marts.funnel +retention_by_cohort +lifecycle_by_period"
ORDERS = {"sorted by user": "user_id, occurred_at", "sorted by time": "occurred_at"}


@dataclass(frozen=True)
class MadeLog:
    """Where the log is: a built project copy, a Parquet file, ClickHouse's folder."""

    events: int
    home: Path

    @property
    def build_file(self) -> Path:
        return self.home / "project" / "warehouse" / "build.duckdb"

    @property
    def dbt_target(self) -> Path:
        return self.home / "project" / "target"

    @property
    def parquet(self) -> Path:
        return self.home / "events.parquet"

    @property
    def clickhouse(self) -> Path:
        return self.home / "clickhouse"


def make_log(home: Path, events: int) -> MadeLog:
    log = MadeLog(events, home)
    median_cost(build_log, home, events)  # apart, so that this process stays small
    median_cost(fill_clickhouse, log.clickhouse, log.parquet)
    return log


def build_log(home: str, events: int) -> Work:
    copy = ProjectCopy(Path(home) / "project")
    yield
    copy.define(
        funnels=[
            {"funnel": "f", "grain": "user", "window_value": WINDOW_DAYS, "window_unit": "day"}
        ],
        funnel_steps=[
            {"funnel": "f", "step_number": number, "alternative": 1, "event_name": name}
            for number, name in enumerate(STEPS, start=1)
        ],
        retentions=[{"retention": "r", "grain": "user", "period": "week", "periods": WEEKS}],
        retention_events=[
            {"retention": "r", "role": "start", "alternative": 1, "event_name": START},
            {"retention": "r", "role": "return", "alternative": 1, "event_name": RETURN},
        ],
        lifecycles=[
            {
                "lifecycle": "l",
                "grain": "user",
                "period": "week",
                "alternative": 1,
                "event_name": RETURN,
            }
        ],
    )
    cases = " ".join(
        f"when dice < {share} then '{name}'" for share, name in zip(SHARES, STEPS, strict=True)
    )
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        connection.execute(f"attach '{copy.file}' as build (storage_version 'v1.4.0'); use build")
        connection.execute(f"""
            insert into raw.native_events by name
            select
                'native' as source_id, 1 as file_id, number as line_number,
                'e' || number as event_id,
                'user-' || hash(number, 1) % {max(1, events // EVENTS_PER_PERSON)} as user_id,
                case {cases} end as event_name,
                timestamp '2026-01-01' + to_seconds(hash(number, 2) % {DAYS * 86400})
                    as occurred_at
            from (select range as number, hash(range, 3) % 100 as dice from range({events}))
        """)
        connection.execute(f"""
            copy (select user_id, event_name, occurred_at from raw.native_events)
            to '{home}/events.parquet'
        """)
    copy.build(BUILT, tested=False, as_of=AS_OF)


def fill_clickhouse(folder: str, parquet: str) -> Work:
    shutil.rmtree(folder, ignore_errors=True)
    yield
    session = clickhouse_session(folder)
    session.query("create database log")
    for name, order in ORDERS.items():
        table = clickhouse_table(name)
        session.query(f"""
            create table {table} (
                user_id String, event_name LowCardinality(String), occurred_at DateTime
            ) engine = MergeTree order by ({order})
        """)
        session.query(
            f"insert into {table} select user_id, event_name, toDateTime(occurred_at, 'UTC')"
            f" from file('{parquet}', Parquet)"
        )
        session.query(f"optimize table {table} final")
    session.close()


def clickhouse_session(folder: str) -> Any:
    from chdb import session

    return session.Session(folder)


def clickhouse_table(name: str) -> str:
    return f"log.{name.replace(' ', '_')}"


def ask_clickhouse(folder: str, query: str) -> Work:
    """Rows of numbers and texts, as they come."""
    session = clickhouse_session(folder)
    session.query("set session_timezone = 'UTC'")
    yield
    answer = str(session.query(query, "TabSeparated"))
    return [line.split("\t") for line in answer.splitlines()]
