"""(g) How long a dashboard waits: queries on the published file, on a connection that stays open.

The dashboard's are those of the report, and what people filter the marts by. What analysts ask of
all events is measured beside them: it follows the number of events, for which marts are there.
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
OF_EVENTS = (
    "select event_name, count(*) from core.events group by event_name",
    "select date_trunc('day', occurred_at) as day, count(distinct person_id) from core.events"
    " where occurred_at >= (select as_of - interval 28 day from meta.publication) group by day",
    "from core.events where account_id = (select max(account_id) from core.accounts)",
)
OF_MARTS = (
    "from funnel.funnel_by_actor where actor_id = (select max(user_id) from core.users)",
    "select breakdown_value, count(*) from funnel.funnel_by_actor group by breakdown_value",
    "from retention.activity_by_day order by day desc limit 90",
    "from retention.retention_by_cohort where retention = 'weekly_use'",
    "from pql.pql_by_account where qualified_at is not null order by qualified_at desc limit 100",
    "from activation.activation_by_cohort order by cohort_week",
    "from nrr.nrr_by_month order by month",
)


def published_lines(company: Company, rounds: int) -> Iterator[Line]:
    of_report = [path.read_text() for path in sorted(SECTIONS.glob("*.sql"))]
    size = f"{company.settings.published_file.stat().st_size / 1e6:,.0f} MB"
    for whose, queries, bar in (
        ("a dashboard's queries", [*of_report, *OF_MARTS], f" (bar {BAR})"),
        ("questions to all events", list(OF_EVENTS), ""),
    ):
        cost = median_cost(ask, company.settings.published_file, queries, rounds=rounds)
        p50, p95 = cost.found
        told = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms{bar}; {len(queries)} queries, {size}"
        yield Line("published", whose, company.events, cost, told=told)


def ask(published_file: str, queries: list[str]) -> Work:
    """Percentiles of the milliseconds that all answers took."""
    connection = duckdb.connect(published_file, read_only=True)
    waits = []
    yield
    for _ in range(TIMES):
        for query in queries:
            began = time.perf_counter()
            connection.execute(query).fetchall()
            waits.append((time.perf_counter() - began) * 1000)
    waits.sort()
    return [_percentile(waits, 0.5), _percentile(waits, 0.95)]


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
