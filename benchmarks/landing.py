"""(a) What landing costs beside DuckDB's bare reading of the same file into a table.

Landing hashes, checks, types and numbers every row, keeps unknown fields and writes its ledger; the
aim is at most 1.5 times the bare read for JSON lines and Parquet.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.lines import Line
from benchmarks.measuring import Work, median_cost
from flows.landing import land

BAR = 1.5
TYPES = {
    "event_id": "varchar",
    "event_name": "varchar",
    "occurred_at": "timestamp",
    "user_id": "varchar",
    "anonymous_id": "varchar",
    "account_id": "varchar",
    "session_id": "varchar",
    "received_at": "timestamp",
    "properties": "json",
}
EVENTS = """
    select
        cast(md5('event' || i) as varchar) as event_id,
        ['page_viewed', 'project_created', 'task_done', 'invite_sent'][cast(1 + hash(i) % 4 as int)]
            as event_name,
        strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%gZ') as occurred_at,
        case when hash(i + 1) % 5 > 0 then 'user-' || hash(i + 2) % 50000 end as user_id,
        cast(md5('visitor' || hash(i + 3) % 200000) as varchar) as anonymous_id,
        'account-' || hash(i + 4) % 5000 as account_id,
        'session-' || i // 7 as session_id,
        strftime(occurred_at + interval 2 second, '%Y-%m-%dT%H:%M:%S.%gZ') as received_at,
        {{
            'plan': ['free', 'pro'][cast(1 + hash(i + 5) % 2 as int)],
            'path': '/app/' || hash(i + 6) % 99,
            'seats': hash(i + 7) % 50,
            'amount': (hash(i + 8) % 1000000) / 997.0
        }} as properties
    from (
        select range as i, timestamp '2026-01-01' + to_milliseconds(range * 4000) as occurred_at
        from range({events})
    )
"""


def landing_lines(home: Path, events: int, rounds: int) -> Iterator[Line]:
    for file in write_files(home, events):
        bare = median_cost(read_bare, file, home / "warehouse", rounds=rounds)
        landed = median_cost(land_file, file, home / "warehouse", rounds=rounds)
        yield Line(
            "landing",
            file.name,
            events,
            landed,
            "bare read into a table",
            bare,
            None if ".csv" in file.name else BAR,
            f"{file.stat().st_size / 1e6:,.0f} MB",
        )
        file.unlink()


def write_files(home: Path, events: int) -> list[Path]:
    landing = home / "landing" / "native"
    landing.mkdir(parents=True)
    made = EVENTS.format(events=events)
    typed = "cast({0} as timestamptz) as {0}"
    replaced = ", ".join(typed.format(column) for column in ("occurred_at", "received_at"))
    files = [landing / f"events.{kind}" for kind in ("jsonl", "jsonl.gz", "csv", "parquet")]
    duckdb.sql("set TimeZone = 'UTC'")
    duckdb.sql(f"copy ({made}) to '{files[0]}' (format json)")
    with files[0].open("rb") as plain, gzip.open(files[1], "wb", compresslevel=1) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    as_text = f"select * replace (to_json(properties) as properties) from ({made})"
    duckdb.sql(f"copy ({as_text}) to '{files[2]}' (format csv, header)")
    duckdb.sql(f"copy (select * replace ({replaced}) from ({made})) to '{files[3]}'")
    return files


def read_bare(file: str, warehouse: str) -> Work:
    empty = _emptied(warehouse)
    yield
    with duckdb.connect(empty / "bare.duckdb") as connection:
        connection.execute(f"create table events as select * from {_bare_reader(Path(file))}")


def land_file(file: str, warehouse: str) -> Work:
    empty = _emptied(warehouse)
    folder = empty / "landing" / "native"
    folder.mkdir(parents=True)
    (folder / Path(file).name).symlink_to(file)
    yield
    report = land(folder.parent, empty)
    assert [told.state for told in report.files] == ["loaded"], report


def _emptied(warehouse: str) -> Path:
    shutil.rmtree(warehouse, ignore_errors=True)
    Path(warehouse).mkdir()
    return Path(warehouse)


def _bare_reader(file: Path) -> str:
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in TYPES.items())
    if ".parquet" in file.name:
        return f"read_parquet('{file}')"
    if ".csv" in file.name:
        return f"read_csv('{file}', columns = {{{columns.replace('json', 'varchar')}}})"
    return f"read_json('{file}', columns = {{{columns}}}, format = 'newline_delimited')"
