"""(d) Weekly retention and a weekly lifecycle: our models beside the same questions in ClickHouse.

Both begin at the events. The answers must be the same, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from benchmarks.compiled import run_again
from benchmarks.funnel import path_to
from benchmarks.lines import Line
from benchmarks.made_log import (
    ORDERS,
    RETURN,
    START,
    WEEKS,
    MadeLog,
    ask_clickhouse,
    clickhouse_table,
)
from benchmarks.measuring import median_cost

RETENTION = f"""
    with
    starts as (
        select user_id, min(occurred_at) as started_at from {{table}}
        where event_name = '{START}' group by user_id
    ),
    cells as (
        select
            starts.user_id as user_id,
            toMonday(starts.started_at) as cohort,
            intDiv(toMonday(events.occurred_at) - cohort, 7) as week
        from {{table}} as events inner join starts on events.user_id = starts.user_id
        where events.event_name = '{RETURN}' and events.occurred_at >= starts.started_at
        group by all
    )
    select toString(cohort), week, count() from cells where week <= {WEEKS}
    group by all order by all
"""
LIFECYCLE = f"""
    with
    active as (
        select user_id, toMonday(occurred_at) as week from {{table}}
        where event_name = '{RETURN}' group by all
    ),
    states as (
        select week, lagInFrame(toNullable(week)) over (
            partition by user_id order by week rows between unbounded preceding and current row
        ) as previous
        from active
    )
    select
        toString(week), count(), countIf(previous is null),
        countIf(previous = week - 7), countIf(previous < week - 7)
    from states group by week order by week
"""
OURS = {
    "retention_by_cohort": (
        RETENTION,
        "select cast(cast(cohort_start as date) as varchar), period_number, retained"
        " from retention.retention_by_cohort where retained > 0 order by all",
    ),
    "lifecycle_by_period": (
        LIFECYCLE,
        "select cast(cast(period_start as date) as varchar), active_actors, new_actors,"
        " returning_actors, resurrecting_actors"
        " from retention.lifecycle_by_period where active_actors > 0 order by all",
    ),
}


def retention_lines(log: MadeLog, rounds: int) -> Iterator[Line]:
    for model, (question, answer) in OURS.items():
        with duckdb.connect(log.build_file, read_only=True) as connection:
            expected = [
                [str(cell) for cell in row] for row in connection.execute(answer).fetchall()
            ]
        names = list(path_to(log.dbt_target, model))
        ours = median_cost(run_again, log.build_file, log.dbt_target, names, rounds=rounds)
        for order in ORDERS:
            query = question.format(table=clickhouse_table(order))
            theirs = median_cost(ask_clickhouse, log.clickhouse, query, rounds=rounds)
            assert theirs.found == expected, (model, order)
            yield Line(
                "retention",
                f"int_events to {model}",
                log.events,
                ours,
                f"ClickHouse, {order}",
                theirs,
                None,
                f"the same {len(expected):,} rows",
            )
