"""Lifecycle, stickiness, active days and dormancy, period after period and day after day."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from tests.reference.identity import Event
from tests.reference.local_time import LENGTHS, Calendar
from tests.reference.retention import actors_of
from tests.reference.rules import matches

Row = Mapping[str, Any]


def active_events(rows: list[Row], events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events of a lifecycle, actor by actor."""
    return actors_of([event for event in events if matches(event, rows)], rows[0]["grain"])


def lifecycle_by_period(
    rows: list[Row], events: Iterable[Event], calendar: Calendar
) -> dict[datetime, tuple[int, int, int, int, int, float | None]]:
    """Active, new, returning, resurrecting, dormant and quick ratio of every period."""
    period = rows[0]["period"]
    starts = calendar.periods[period]
    active = {
        actor: {calendar.start(event.occurred_at, period) for event in own}
        for actor, own in active_events(rows, events).items()
    }
    if not active:
        return {}
    first = min(min(periods) for periods in active.values())
    result = {}
    for number, start in enumerate(starts):
        if start < first:
            continue
        before = starts[number - 1] if number else None
        now = {actor for actor, periods in active.items() if start in periods}
        new = {actor for actor in now if min(active[actor]) == start}
        returning = {actor for actor in now if before in active[actor]}
        resurrecting = now - new - returning
        dormant = {
            actor for actor, periods in active.items() if before in periods and start not in periods
        }
        ratio = None
        if dormant and calendar.has_ended(number, period):
            ratio = (len(new) + len(resurrecting)) / len(dormant)
        result[start] = (*map(len, (now, new, returning, resurrecting, dormant)), ratio)
    return result


def stickiness(rows: list[Row], events: Iterable[Event], calendar: Calendar) -> dict[int, int]:
    """Actors by the number of periods in which they were active."""
    first, last = rows[0].get("counted_from"), rows[0].get("counted_to")
    counts: Counter[int] = Counter()
    for own in active_events(rows, events).values():
        counted = [
            event
            for event in own
            if (not first or calendar.local(event.occurred_at).date() >= first)
            and (not last or calendar.local(event.occurred_at).date() <= last)
        ]
        counts[
            len({calendar.start(event.occurred_at, rows[0]["period"]) for event in counted})
        ] += 1
    del counts[0]
    return dict(counts)


def activity_by_day(
    active_names: set[str], events: Iterable[Event], calendar: Calendar
) -> dict[date, tuple[int, int, int]]:
    """Distinct persons on every day, in the 7 and in the 28 days that end with it."""
    days: dict[str, set[date]] = {}
    for event in events:
        if event.event_name in active_names and event.person_id is not None:
            day = calendar.local(event.occurred_at).date()
            days.setdefault(event.person_id, set()).add(day)
    result = {}
    for start in calendar.periods["day"]:
        day = start.date()
        counts = []
        for length in (1, 7, 28):
            window = {day - timedelta(days=back) for back in range(length)}
            counts.append(sum(bool(active & window) for active in days.values()))
        result[day] = tuple(counts)
    return result


def dormancy(
    rows: list[Row], events: Iterable[Event], features: Mapping[str, str], calendar: Calendar
) -> dict[str, tuple[datetime, int, float, str, str | None]]:
    """Last activity, days since, usual gap, state and last feature of every actor."""
    result = {}
    for actor, own in active_events(rows, events).items():
        last = max(event.occurred_at for event in own)
        days = sorted({calendar.local(event.occurred_at).date() for event in own})
        gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
        gap = median(gaps) if gaps else LENGTHS[rows[0]["period"]] / timedelta(days=1)
        since = (calendar.as_of - last) // timedelta(days=1)
        state = "active" if since <= 2 * gap else "slipping" if since <= 4 * gap else "dormant"
        named = [event for event in own if event.event_name in features]
        latest = max((event.occurred_at for event in named), default=None)
        feature = min(
            (features[event.event_name] for event in named if event.occurred_at == latest),
            default=None,
        )
        result[actor] = (last, since, float(gap), state, feature)
    return result
