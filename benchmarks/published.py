"""(g) How long a dashboard waits: queries on the published file, on a connection that stays open.

They are those of the report, and what people ask of the big tables: one account's events, one
user's way through the funnels, a day's activity by name.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import duckdb

from benchmarks.company import Company
from benchmarks.lines import Line
from benchmarks.measuring import PROJECT, Work, median_cost

BAR = 50  # milliseconds, p95
TIMES = 20
SECTIONS = PROJECT / "flows" / "report" / "sections"
ASKED = (
    "select event_name, count(*) from core.events group by event_name",
    "select date_trunc('day', occurred_at) as day, count(distinct person_id) from core.events"
    " where occurred_at >= (select as_of - interval 28 day from meta.publication) group by day",
    "from core.events where account_id = (select max(account_id) from core.accounts)",
    "from funnel.funnel_by_actor where actor_id = (select max(user_id) from core.users)",
    "select breakdown_value, count(*) from funnel.funnel_by_actor group by breakdown_value",
    "from retention.activity_by_day order by day desc limit 90",
    "from retention.retention_by_cohort where retention = 'weekly_use'",
    "from pql.pql_by_account where qualified_at is not null order by qualified_at desc limit 100",
    "from activation.activation_by_cohort order by cohort_week",
    "from nrr.nrr_by_month order by month",
)


def published_lines(company: Company, rounds: int) -> Iterator[Line]:
    cost = median_cost(ask, company.published_file, rounds=rounds)
    p50, p95, slowest = cost.found
    size = company.published_file.stat().st_size / 1e6
    told = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms (bar {BAR}), slowest {slowest}; {size:,.0f} MB"
    queries = len(ASKED) + len(list(SECTIONS.glob("*.sql")))
    yield Line("published", f"{queries} queries, {TIMES} times", company.events, cost, told=told)


def ask(published_file: str) -> Work:
    """Percentiles of the milliseconds of all answers, and the query that takes longest."""
    queries = {path.stem: path.read_text() for path in sorted(SECTIONS.glob("*.sql"))}
    queries |= {query[:60]: query for query in ASKED}
    connection = duckdb.connect(published_file, read_only=True)
    waits: dict[str, list[float]] = {name: [] for name in queries}
    yield
    for _ in range(TIMES):
        for name, query in queries.items():
            began = time.perf_counter()
            connection.execute(query).fetchall()
            waits[name].append((time.perf_counter() - began) * 1000)
    every = sorted(wait for found in waits.values() for wait in found)
    slowest = max(waits, key=lambda name: sorted(waits[name])[TIMES // 2])
    return [_percentile(every, 0.5), _percentile(every, 0.95), slowest]


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
