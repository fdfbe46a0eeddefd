"""(f) What a day costs: its files are landed on top of all days before, and published."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.company import Company, land_the_day
from benchmarks.lines import Line
from benchmarks.measuring import Cost, median_cost
from benchmarks.run import run_again


def daily_lines(company: Company, whole: Cost) -> Iterator[Line]:
    """Once only: after it the day is no new one."""
    land_the_day(company)
    day = median_cost(run_again, company.settings.landing, company.settings.warehouse)
    stages = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in day.found.items())
    yield Line(
        "daily", "a run with the last day", company.events, day, "all days", whole, None, stages
    )
