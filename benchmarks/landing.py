"""What landing costs beside DuckDB's bare reading of the same file into a table, in CPU seconds.

    python benchmarks/landing.py 1000000

Landing hashes, checks, types and numbers every row, keeps unknown fields and writes its ledger; the
aim is at most 1.5 times the bare read for JSON lines and Parquet. The ratio is that of the best of
the rounds; both are measured in turn, in one process each, so that a busy machine disturbs both.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from flows.landing import land

AIM = 1.5
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        way, file, warehouse = asked.measure
        print(json.dumps(measure(way, Path(file), Path(warehouse))))
        return
    with tempfile.TemporaryDirectory(prefix="flywheel-benchmark-") as folder:
        Console().print(compare(Path(folder), asked.events, asked.rounds))


def compare(home: Path, events: int, rounds: int) -> Table:
    table = Table(title=f"{events:,} events: CPU seconds, best of {rounds}")
    for heading in ("file", "MB", "bare", "landing", "ratio", "aim", "landing, peak MB"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    for file in write_files(home, events):
        best: dict[str, dict[str, float]] = {}
        for _ in range(rounds):
            for way in ("bare", "landing"):
                cost = measured_apart(way, file, home / "warehouse")
                best[way] = min(best.get(way, cost), cost, key=lambda one: one["cpu"])
        ratio = best["landing"]["cpu"] / best["bare"]["cpu"]
        table.add_row(
            file.name,
            f"{file.stat().st_size / 1e6:,.0f}",
            f"{best['bare']['cpu']:.2f}",
            f"{best['landing']['cpu']:.2f}",
            f"{ratio:.2f}",
            f"{AIM:.2f}",
            f"{best['landing']['peak']:,.0f}",
        )
        file.unlink()
    return table


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


def measured_apart(way: str, file: Path, warehouse: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", way, str(file), str(warehouse)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(way: str, file: Path, warehouse: Path) -> dict[str, float]:
    """CPU seconds of one way, alone in this process, and its peak memory."""
    shutil.rmtree(warehouse, ignore_errors=True)
    warehouse.mkdir()
    folder = warehouse / "landing" / "native"
    folder.mkdir(parents=True)
    (folder / file.name).symlink_to(file)
    before = cpu_seconds()
    if way == "bare":
        with duckdb.connect(warehouse / "bare.duckdb") as connection:
            connection.execute(f"create table events as select * from {bare_reader(file)}")
    else:
        report = land(folder.parent, warehouse)
        assert [told.state for told in report.files] == ["loaded"], report
    spent = cpu_seconds() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shutil.rmtree(warehouse)
    return {"cpu": spent, "peak": peak}


def bare_reader(file: Path) -> str:
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in TYPES.items())
    if ".parquet" in file.name:
        return f"read_parquet('{file}')"
    if ".csv" in file.name:
        return f"read_csv('{file}', columns = {{{columns.replace('json', 'varchar')}}})"
    return f"read_json('{file}', columns = {{{columns}}}, format = 'newline_delimited')"


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
