"""Retention, one actor after the other. Written from product_semantics 1.3 and the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.reference.identity import Event
from tests.reference.local_time import LENGTHS, Calendar
from tests.reference.rules import matches

Row = Mapping[str, Any]
Cell = tuple[datetime, int]


def actors_of(events: Iterable[Event], grain: str) -> dict[str, list[Event]]:
    """The events of each person or account, in order of time."""
    actors: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.occurred_at, event.order)):
        actor = event.person_id if grain == "user" else event.account_id
        if actor is not None:
            actors.setdefault(actor, []).append(event)
    return actors


def retention_by_cohort(
    definition: Row,
    rules: Iterable[Row],
    brackets: Iterable[Row],
    events: Iterable[Event],
    calendar: Calendar,
) -> dict[Cell, tuple[int, int | None, bool]]:
    """Size, retained (None until the period has ended) and maturity of every cell."""
    period, kind = definition["period"], definition["kind"] or "on"
    start_rules = [row for row in rules if row["role"] == "start"]
    return_rules = [row for row in rules if row["role"] == "return"]
    cohorts: dict[datetime, list[tuple[datetime, list[datetime]]]] = {}
    for own_events in actors_of(events, definition["grain"]).values():
        starts = [event.occurred_at for event in own_events if matches(event, start_rules)]
        returns = [event.occurred_at for event in own_events if matches(event, return_rules)]
        first_starts: dict[datetime, datetime] = {}
        for at in starts:
            first_starts.setdefault(calendar.start(at, period), at)
        if definition["cohort"] != "recurring":
            first_starts = dict(list(first_starts.items())[:1])
        for cohort, anchor in first_starts.items():
            since = [at for at in returns if at >= anchor]
            cohorts.setdefault(cohort, []).append((anchor, since))
    cells = {}
    stretches = [(row["from_period"], row["to_period"]) for row in brackets] or [
        (n, n) for n in range(int(definition["periods"]) + 1)
    ]
    for cohort, members in cohorts.items():
        number = calendar.periods[period].index(cohort)
        for first, last in stretches:
            retained = 0
            for anchor, returns in members:
                if kind == "rolling":
                    since = [(at - anchor) // LENGTHS[period] for at in returns]
                else:
                    since = [calendar.number(at, period) - number for at in returns]
                back = [n for n in since if n >= first and (n <= last or kind == "on_or_after")]
                retained += len(back) >= int(definition["min_returns"] or 1)
            if kind == "rolling":
                latest = max(anchor for anchor, _ in members)
                is_mature = calendar.has_ended(number, period) and (
                    latest + (last + 1) * LENGTHS[period] <= calendar.as_of
                )
            else:
                is_mature = calendar.has_ended(number + last, period)
            cells[cohort, first] = (len(members), retained if is_mature else None, is_mature)
    return cells


def retention_by_period(
    cells: Mapping[Cell, tuple[int, int | None, bool]],
) -> dict[int, tuple[int, int, float | None]]:
    """Mature size, retained and rate of every period number, pooled."""
    pooled = {}
    for n in {n for _, n in cells}:
        mature = [cell for (_, number), cell in cells.items() if number == n and cell[2]]
        size = sum(cell[0] for cell in mature)
        retained = sum(cell[1] or 0 for cell in mature)
        pooled[n] = (size, retained, retained / size if size else None)
    return pooled
