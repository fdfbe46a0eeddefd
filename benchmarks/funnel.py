"""What a funnel costs: CPU seconds of each funnel model over N events, a 5-step 14-day funnel.

    python -m benchmarks.funnel --events 1000000 [--runs 3] [--plan int_funnel_best_attempts]

The project is built once over a made log; then the compiled models are run bare, in order, so
that neither dbt nor the data tests are in the numbers. Medians over the runs.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
from pathlib import Path

import duckdb

from tests.project_copy import ProjectCopy

STEPS = ["page_viewed", "signed_up", "project_created", "report_created", "report_shared"]
SHARES = [45, 70, 85, 95, 100]  # of the events, cumulated: what each step's event makes up
EVENTS_PER_PERSON = 40
DAYS = 180
FUNNEL_MODELS = ("intermediate.funnel", "marts.funnel")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plan", default="", help="print the query plan of this model")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        copy = ProjectCopy(Path(folder) / "project")
        _fill(copy, arguments.events)
        copy.build("+marts.funnel", tested=False, as_of="2027-01-01")
        models = _compiled(copy)
        seconds = {name: [] for name, _, _ in models}
        with _opened(copy) as connection:
            for _ in range(arguments.runs):
                for name, kind, sql in models:
                    seconds[name].append(_cpu_seconds(connection, f"{kind} {sql}"))
            if arguments.plan:
                sql = next(sql for name, _, sql in models if name.endswith(arguments.plan))
                print(
                    connection.execute(f"explain analyze {sql.split(' as ', 1)[1]}").fetchone()[1]
                )
            reached = connection.execute(
                "select steps_reached, count(*) from funnel.funnel_by_actor group by all order by 1"
            ).fetchall()
    print(f"{arguments.events:,} events, actors by steps reached: {dict(reached)}")
    medians = {name: statistics.median(runs) for name, runs in seconds.items()}
    for name, median in medians.items():
        print(f"{median:8.2f}  {name}")
    print(f"{sum(medians.values()):8.2f}  together")


def _fill(copy: ProjectCopy, events: int) -> None:
    """Definitions of one funnel, and a log without order in which each step is rarer."""
    copy.define(
        funnels=[{"funnel": "f", "grain": "user", "window_value": 14, "window_unit": "day"}],
        funnel_steps=[
            {"funnel": "f", "step_number": number, "alternative": 1, "event_name": name}
            for number, name in enumerate(STEPS, start=1)
        ],
    )
    with _opened(copy) as connection:
        cases = " ".join(
            f"when dice < {share} then '{name}'" for share, name in zip(SHARES, STEPS, strict=True)
        )
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


def _compiled(copy: ProjectCopy) -> list[tuple[str, str, str]]:
    """The funnel models in the order of their dependencies: name, statement, SQL."""
    manifest = json.loads((copy.folder / "target" / "manifest.json").read_text())
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and ".".join(node["fqn"][1:3]).startswith(FUNNEL_MODELS)
    }
    ordered: list[str] = []
    while len(ordered) < len(nodes):
        ordered += [
            key
            for key, node in nodes.items()
            if key not in ordered
            and all(on in ordered or on not in nodes for on in node["depends_on"]["nodes"])
        ]
    return [
        (
            nodes[key]["name"],
            f"create or replace {nodes[key]['config']['materialized']}",
            f"{nodes[key]['schema']}.{nodes[key]['name']} as {nodes[key]['compiled_code']}",
        )
        for key in ordered
    ]


def _cpu_seconds(connection: duckdb.DuckDBPyConnection, statement: str) -> float:
    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    before = used()
    connection.execute(statement)
    return used() - before


def _opened(copy: ProjectCopy) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.execute(f"attach '{copy.file}' as build (storage_version 'v1.4.0'); use build")
    return connection


if __name__ == "__main__":
    main()
