"""(c) An ordered funnel of five steps within 14 days: our models beside `windowFunnel` and Polars.

Our models begin at `int_events` and do more: they keep the best attempt of everybody with the
instant of each step, whatever funnels are defined. ClickHouse is asked for the deepest step alone.
All must count the same people.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.compiled import Statement, run_again, statements
from benchmarks.lines import Line
from benchmarks.made_log import (
    ORDERS,
    STEPS,
    WINDOW_DAYS,
    MadeLog,
    ask_clickhouse,
    clickhouse_table,
)
from benchmarks.measuring import Work, median_cost

BAR = 1.5
BARRED = "sorted by time"
WINDOW_FUNNEL = f"""
    select level, count() from (
        select windowFunnel({WINDOW_DAYS * 86400})(
            occurred_at, {", ".join(f"event_name = '{step}'" for step in STEPS)}
        ) as level
        from {{table}} group by user_id
    )
    where level > 0 group by level order by level
"""


def funnel_lines(log: MadeLog, rounds: int) -> Iterator[Line]:
    with duckdb.connect(log.build_file, read_only=True) as connection:
        expected = connection.execute(
            "select steps_reached, count(*) from funnel.funnel_by_actor group by all order by all"
        ).fetchall()
    names = list(path_to(log.dbt_target, "funnel_by_actor"))
    ours = median_cost(run_again, log.build_file, log.dbt_target, names, rounds=rounds)
    for order in ORDERS:
        query = WINDOW_FUNNEL.format(table=clickhouse_table(order))
        theirs = median_cost(ask_clickhouse, log.clickhouse, query, rounds=rounds)
        assert [tuple(map(int, row)) for row in theirs.found] == expected, theirs.found
        yield Line(
            "funnel",
            "int_events to funnel_by_actor",
            log.events,
            ours,
            f"windowFunnel, {order}",
            theirs,
            BAR if order == BARRED else None,
            "the same people",
        )
    theirs = median_cost(ask_polars, log.parquet, rounds=rounds)
    assert [tuple(row) for row in theirs.found] == expected, theirs.found
    yield Line("funnel", "the same", log.events, ours, "Polars", theirs, None, "the same people")


def path_to(target: Path, model: str) -> Iterator[str]:
    """The models from `int_events` to this one, in the order they ran."""
    ran = list(statements(target).values())
    by_key = {statement.key: statement for statement in ran}
    after_events: dict[str, bool] = {}

    def comes_after_events(statement: Statement) -> bool:
        if statement.key not in after_events:
            after_events[statement.key] = any(
                by_key[read].name == "int_events" or comes_after_events(by_key[read])
                for read in statement.reads
                if read in by_key
            )
        return after_events[statement.key]

    wanted = {key for key in by_key if by_key[key].name == model}
    for statement in reversed(ran):
        if statement.key in wanted:
            wanted.update(statement.reads)
    for statement in ran:
        if statement.key in wanted and comes_after_events(statement):
            yield statement.name


def ask_polars(parquet: str) -> Work:
    """Step by step: of each attempt, the first event of the next step within its window."""
    import polars as pl

    events = pl.scan_parquet(parquet).filter(pl.col("event_name").is_in(STEPS)).collect()
    yield
    standing = (
        events.filter(pl.col("event_name") == STEPS[0])
        .select("user_id", pl.col("occurred_at").alias("entered_at"), stood="occurred_at")
        .sort("stood")
    )
    entered = pl.col("entered_at") + pl.duration(days=WINDOW_DAYS)
    levels = [standing.select("user_id").unique().with_columns(level=pl.lit(1))]
    for number, step in enumerate(STEPS[1:], start=2):
        moves = (
            events.filter(pl.col("event_name") == step)
            .select("user_id", reached="occurred_at")
            .sort("reached")
        )
        standing = (
            standing.join_asof(
                moves, left_on="stood", right_on="reached", by="user_id", strategy="forward"
            )
            .filter(pl.col("reached").is_not_null() & (pl.col("reached") <= entered))
            .select("user_id", "entered_at", stood="reached")
            .sort("stood")
        )
        levels.append(standing.select("user_id").unique().with_columns(level=pl.lit(number)))
    deepest = pl.concat(levels).group_by("user_id").agg(pl.col("level").max())
    return deepest.group_by("level").len().sort("level").rows()
