"""(b) What every mart costs beside its floor: one scan of the columns that it needs.

A mart is charged with the models that serve no other mart; what several share is a line of its own.
Each is run in a process of its own, and together, with the data tests, they are all that a build
runs: the bare SQL that a whole run is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.company import Company
from benchmarks.compiled import Statement, run_again, scan_inputs, statements
from benchmarks.lines import Line
from benchmarks.measuring import Cost, median_cost

SHARED = "shared"
TESTS = "data tests"
READS_EVERYTHING = "scorecard"


def mart_lines(company: Company, rounds: int) -> Iterator[Line]:
    settings = company.settings
    costs = bare_costs(company, rounds)
    for group, names in groups(settings.dbt_target_folder).items():
        if group == TESTS:
            yield Line("marts", TESTS, company.events, costs[group], told=f"{len(names)} tests")
            continue
        floor = median_cost(
            scan_inputs, settings.build_file, settings.dbt_target_folder, names, rounds=rounds
        )
        yield Line(
            "marts",
            group,
            company.events,
            costs[group],
            "one scan of its columns",
            floor,
            told=f"{len(names)} models",
        )


@cache
def bare_costs(company: Company, rounds: int) -> dict[str, Cost]:
    """The compiled SQL of every group, executed through DuckDB alone."""
    settings = company.settings
    return {
        group: median_cost(
            run_again, settings.build_file, settings.dbt_target_folder, names, rounds=rounds
        )
        for group, names in groups(settings.dbt_target_folder).items()
    }


def bare_sql(company: Company, rounds: int) -> Cost:
    """All of it, one after the other."""
    first, *others = bare_costs(company, rounds).values()
    return sum(others, start=first)


def groups(target: Path) -> dict[str, list[str]]:
    """Names of the models and tests by the one mart they serve, in the order they ran."""
    known = statements(target)
    serves = _marts_served(list(known.values()))
    found: dict[str, list[str]] = {SHARED: []}
    for statement in known.values():
        if statement.kind == "test":
            continue
        marts = serves[statement.key] - {READS_EVERYTHING} or {READS_EVERYTHING}
        group = marts.pop() if len(marts) == 1 else SHARED
        found.setdefault(group, []).append(statement.name)
    tests = [statement.name for statement in known.values() if statement.kind == "test"]
    return {**dict(sorted(found.items(), key=lambda it: it[0] != SHARED)), TESTS: tests}


def _marts_served(ran: list[Statement]) -> dict[str, set[str]]:
    """The marts that each model is in or is read by, through whatever lies between."""
    serves: dict[str, set[str]] = {}
    for statement in reversed(ran):
        own = serves.setdefault(statement.key, set())
        if statement.mart:
            own.add(statement.mart)
        if statement.kind != "test":
            for read in statement.reads:
                serves.setdefault(read, set()).update(own)
    return serves
