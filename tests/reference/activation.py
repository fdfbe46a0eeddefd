"""Activation and time to value, one user or account after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from tests.reference.identity import Event
from tests.reference.local_time import Calendar
from tests.reference.rules import matches

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Activation:
    signed_up_at: datetime
    activated_at: datetime | None
    in_first_session: bool | None
    is_activated: bool | None
    is_mature: bool

    @property
    def seconds_to_value(self) -> float | None:
        if self.activated_at is None:
            return None
        return (self.activated_at - self.signed_up_at).total_seconds()


def activations(
    definition: Row,
    milestones: Iterable[Row],
    events: Iterable[Event],
    anchors: Mapping[str, datetime],
    calendar: Calendar,
    idle: timedelta,
) -> dict[str, Activation]:
    """What became of every user or account in `anchors`, which says when each signed up."""
    rows_of: dict[str, list[Row]] = {}
    for row in milestones:
        rows_of.setdefault(row["milestone"], []).append(row)
    by_actor: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.occurred_at, event.order)):
        actor = event.user_id if definition["grain"] == "user" else event.account_id
        by_actor.setdefault(actor or "", []).append(event)
    result = {}
    for actor, anchor in anchors.items():
        own = by_actor.get(actor, [])
        ends_at, is_mature = window_of(definition, anchor, calendar)
        met: list[tuple[datetime, str, Event]] = []
        for milestone, rows in rows_of.items():
            fitting = [
                event
                for event in own
                if anchor <= event.occurred_at <= ends_at and matches(event, rows)
            ]
            times = int(rows[0].get("times") or 1)
            if len(fitting) >= times:
                event = fitting[times - 1]
                met.append((event.occurred_at, milestone, event))
        met.sort(key=lambda one: one[:2])
        needed = 1 if definition["require"] == "any" else len(rows_of)
        if len(met) < needed:
            state = False if is_mature else None
            result[actor] = Activation(anchor, None, state, state, is_mature)
            continue
        event = met[needed - 1][2]
        first = first_session(own, anchor, idle)
        is_first = first is not None and event.session == first
        result[actor] = Activation(anchor, event.occurred_at, is_first, True, is_mature)
    return result


def window_of(definition: Row, anchor: datetime, calendar: Calendar) -> tuple[datetime, bool]:
    """The last instant that counts, and whether the window has ended."""
    days = timedelta(days=float(definition["within_days"] or 14))
    if definition.get("days_are") != "calendar":
        return anchor + days, anchor + days <= calendar.as_of
    end = calendar.utc(calendar.start(anchor, "day") + days)
    return end - timedelta(microseconds=1), end <= calendar.as_of


def first_session(events: Iterable[Event], anchor: datetime, idle: timedelta) -> str | None:
    """The session in which the user signed up, else the first one after.

    One that ended before the sign-up is still on unless another began in its idle time.
    """
    sessions: dict[str, list[datetime]] = {}
    for event in events:
        if event.session is not None:
            sessions.setdefault(event.session, []).append(event.occurred_at)
    in_order = sorted((min(times), session, max(times)) for session, times in sessions.items())
    for number, (_, session, ended_at) in enumerate(in_order):
        another = [began for began, _, _ in in_order[number + 1 :] if began <= ended_at + idle]
        if ended_at >= anchor or (ended_at + idle >= anchor and not another):
            return session
    return None


def by_cohort(
    name: str, members: Iterable[Activation], calendar: Calendar
) -> dict[tuple[str, date], tuple]:
    """Counts, rate and percentiles of every week of sign-up."""
    weeks: dict[date, list[Activation]] = {}
    for member in members:
        week = calendar.start(member.signed_up_at, "week").date()
        weeks.setdefault(week, []).append(member)
    result = {}
    for week, cohort in weeks.items():
        mature = [member for member in cohort if member.is_mature]
        seconds = [
            member.seconds_to_value for member in mature if member.seconds_to_value is not None
        ]
        result[name, week] = (
            len(cohort),
            len(mature),
            len(cohort) - len(mature),
            len(seconds),
            len(seconds) / len(mature) if mature else None,
            *(percentile(seconds, share) for share in (0.5, 0.75, 0.9)),
        )
    return result


def candidates(
    events: Iterable[Event],
    signed_up_at: Mapping[str, datetime],
    active_names: set[str],
    as_of: datetime,
) -> dict[tuple[str, int, float], tuple]:
    """The two-by-two tables of events of days 0-7 against active use in days 7-14."""
    events = list(events)
    days = {
        user: [
            (event.event_name, (event.occurred_at - at) / timedelta(days=1))
            for event in events
            if event.user_id == user
        ]
        for user, at in signed_up_at.items()
        if at + timedelta(days=14) <= as_of
    }
    positive = {
        user
        for user, own in days.items()
        if any(name in active_names and 7 < day <= 14 for name, day in own)
    }
    result = {}
    for name, times, within in product(
        {event.event_name for event in events}, (1, 2, 3, 5, 10), (1.0, 3.0, 7.0)
    ):
        exposed = {
            user
            for user, own in days.items()
            if sum(other == name and 0 <= day <= within for other, day in own) >= times
        }
        if not exposed:
            continue
        both, users = len(exposed & positive), len(days)
        precision = both / len(exposed)
        margins = len(exposed) * (users - len(exposed)) * len(positive) * (users - len(positive))
        result[name, times, within] = (
            users,
            len(exposed),
            both,
            len(positive) - both,
            precision,
            both / len(positive) if positive else None,
            precision / (len(positive) / users) if positive else None,
            (users * both - len(exposed) * len(positive)) / margins**0.5 if margins else None,
        )
    return result


def percentile(values: list[float], share: float) -> float | None:
    """Interpolated between the two nearest."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
