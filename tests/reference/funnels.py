"""Funnels, slow and obvious: every chain of events is tried, the best one is kept.

Written from the semantics, not from the models. An attempt begins at an instant at which the actor
does step 1. A chain gives each step it reaches an event of its own, in the order of the steps and
never back in time. Of all chains of an attempt the deepest counts; of these the one with most
optional steps; of these the one that ends first; of these the one whose instants come first.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
FIXED = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


@dataclass(frozen=True)
class Event:
    event_id: str
    name: str
    at: datetime
    person: str | None
    account: str | None = None
    session: str | None = None
    properties: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Rule:
    """An event name and, if `property` is given, the value it must have."""

    event_name: str
    property: str | None = None
    value: str | None = None

    def holds(self, event: Event) -> bool:
        named = self.event_name in ("*", event.name)
        return named and (not self.property or event.properties.get(self.property) == self.value)


@dataclass(frozen=True)
class Length:
    value: int
    unit: str

    def after(self, moment: datetime) -> datetime:
        if self.unit != "month":
            return moment + self.value * FIXED[self.unit]
        months = moment.year * 12 + moment.month - 1 + self.value
        first = datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001
        last_day = ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
        return moment.replace(year=first.year, month=first.month, day=min(moment.day, last_day))


@dataclass(frozen=True)
class Step:
    alternatives: tuple[Rule, ...]
    within: Length | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class Exclusion:
    after_step: int
    before_step: int
    alternatives: tuple[Rule, ...]


@dataclass(frozen=True)
class Breakdown:
    properties: tuple[str, ...]
    scope: str = "event"
    attribution: str = "first"
    step: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Funnel:
    name: str
    steps: tuple[Step, ...]
    grain: str = "user"
    order: str = "ordered"
    entry: str = "any"
    window: Length | None = None
    entered_from: date | None = None
    entered_to: date | None = None
    exclusions: tuple[Exclusion, ...] = ()
    breakdown: Breakdown | None = None


@dataclass(frozen=True)
class Seen:
    """An event as one funnel sees it: the steps it can serve, the exclusions it meets."""

    at: datetime
    event_id: str
    steps: frozenset[int]
    exclusions: frozenset[Exclusion]
    value: str


@dataclass(frozen=True)
class Result:
    """The best attempt of one actor, under one breakdown value (None: under all)."""

    funnel: str
    breakdown_value: str | None
    actor: str
    entered_at: datetime
    reached_at: dict[int, datetime]
    is_mature: bool

    @property
    def steps_reached(self) -> int:
        return max(self.reached_at)


def results(
    funnel: Funnel,
    events: Iterable[Event],
    *,
    as_of: datetime,
    zone: str = "UTC",
    user_properties: dict[str, dict[str, str]] | None = None,
) -> list[Result]:
    """A result for each actor, and one more for each value the funnel is broken down by."""
    users = user_properties or {}
    events_of: dict[str, list[Seen]] = {}
    for event in sorted(events, key=lambda event: (event.at, event.event_id)):
        actor = {"user": event.person, "account": event.account, "session": event.session}[
            funnel.grain
        ]
        if actor is not None:
            events_of.setdefault(actor, []).append(_seen(funnel, event, users))

    found: list[Result] = []
    for actor, log in events_of.items():
        whole = _best(funnel, log, zone)
        if whole:
            found.append(_result(funnel, actor, None, whole, as_of))
        for value, attempt in _by_value(funnel, log, whole, zone):
            found.append(_result(funnel, actor, value, attempt, as_of))
    return _limited(funnel, found)


# --- one attempt -------------------------------------------------------------------------------

Attempt = dict[int, datetime]  # the instant at which each step was reached


def _best(funnel: Funnel, log: list[Seen], zone: str, must_do: int | None = None) -> Attempt | None:
    """The deepest attempt that no exclusion discards; among equals the earliest."""
    entries = sorted({event.at for event in log if _enters(funnel, event, zone)})
    if funnel.entry == "first":
        entries = entries[:1]
    best: Attempt | None = None
    for entry in entries:
        end = funnel.window.after(entry) if funnel.window else datetime.max  # noqa: DTZ901
        if funnel.order == "unordered":
            attempt = _gather(funnel, log, entry, end)
            did = must_do is None or any(
                must_do in event.steps and entry <= event.at <= end for event in log
            )
        else:
            attempt = _walk(funnel, log, entry, end)
            did = must_do is None or must_do in attempt
        if did and not _is_discarded(funnel, log, attempt, end):
            best = attempt if best is None or max(attempt) > max(best) else best
    return best


def _enters(funnel: Funnel, event: Seen, zone: str) -> bool:
    day = event.at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    is_entry = bool(event.steps) if funnel.order == "unordered" else 1 in event.steps
    return (
        is_entry
        and (funnel.entered_from is None or day >= funnel.entered_from)
        and (funnel.entered_to is None or day <= funnel.entered_to)
    )


Chain = tuple[tuple[int, Seen], ...]


def _walk(funnel: Funnel, log: list[Seen], entry: datetime, end: datetime) -> Attempt:
    starts = [((1, event),) for event in log if event.at == entry and 1 in event.steps]
    chains = (chain for start in starts for chain in _continued(funnel, log, start, end))
    best = min((chain for chain in chains if _is_in_order(funnel, log, chain)), key=_merit(funnel))
    return {step: event.at for step, event in best}


def _continued(funnel: Funnel, log: list[Seen], chain: Chain, end: datetime) -> Iterator[Chain]:
    """The chain itself and all that begin with it."""
    yield chain
    last_step, last_event = chain[-1]
    for number in range(last_step + 1, len(funnel.steps) + 1):
        step = funnel.steps[number - 1]
        limit = min(end, step.within.after(last_event.at)) if step.within else end
        for event in log:
            if (
                number in event.steps
                and last_event.at <= event.at <= limit
                and all(event is not used for _, used in chain)
            ):
                yield from _continued(funnel, log, (*chain, (number, event)), end)
        if not step.is_optional:
            return


def _is_in_order(funnel: Funnel, log: list[Seen], chain: Chain) -> bool:
    """Can the events that the chain leaves out be where they are?

    Those of its first instant may come before it, those of its last instant after it.
    """
    between = [
        event
        for event in log
        if chain[0][1].at < event.at < chain[-1][1].at
        and all(event is not used for _, used in chain)
    ]
    if funnel.order == "strict":
        return not between
    if funnel.order == "no_interleaving":
        for event in between:
            reached = max(number for number, used in chain if used.at <= event.at)
            if not event.steps or min(event.steps) > _next_mandatory(funnel, reached):
                return False
    return True


def _next_mandatory(funnel: Funnel, reached: int) -> int:
    later = range(reached + 1, len(funnel.steps) + 1)
    return next((n for n in later if not funnel.steps[n - 1].is_optional), len(funnel.steps) + 1)


def _merit(funnel: Funnel) -> Callable[[Chain], tuple]:
    """Orders chains, the best one first."""

    def merit(chain: Chain) -> tuple:
        optional = sum(funnel.steps[number - 1].is_optional for number, _ in chain)
        instants = sorted({event.at for _, event in chain})
        done = [[number for number, event in chain if event.at == at] for at in instants]
        groups = [
            (at, -len(numbers), sum(2 ** (number - 1) for number in numbers))
            for at, numbers in zip(instants, done, strict=True)
        ]
        return (-chain[-1][0], -optional, instants[-1], groups)

    return merit


def _gather(funnel: Funnel, log: list[Seen], entry: datetime, end: datetime) -> Attempt:
    """For k = 1, 2, ...: when there were first k events for k different steps."""
    attempt: Attempt = {}
    served: dict[int, Seen] = {}
    for event in log:
        if entry <= event.at <= end and _finds_a_step(event, served, set()):
            attempt[len(served)] = event.at
    return attempt


def _finds_a_step(event: Seen, served: dict[int, Seen], tried: set[int]) -> bool:
    """Give the event a step, moving earlier events to other steps if that helps."""
    for step in sorted(event.steps - tried):
        tried.add(step)
        if step not in served or _finds_a_step(served[step], served, tried):
            served[step] = event
            return True
    return False


def _is_discarded(funnel: Funnel, log: list[Seen], attempt: Attempt, end: datetime) -> bool:
    for exclusion in funnel.exclusions:
        if max(attempt) < exclusion.after_step:
            continue
        since = max(at for step, at in attempt.items() if step <= exclusion.after_step)
        until = [at for step, at in attempt.items() if step >= exclusion.before_step]
        for event in log:
            is_before = event.at < min(until) if until else event.at <= end
            if exclusion in event.exclusions and since < event.at and is_before:
                return True
    return False


# --- breakdown ---------------------------------------------------------------------------------


def _seen(funnel: Funnel, event: Event, users: dict[str, dict[str, str]]) -> Seen:
    numbered = enumerate(funnel.steps, start=1)
    value = ""
    if funnel.breakdown:
        source = event.properties
        if funnel.breakdown.scope == "user":
            source = users.get(event.person or "", {})
        value = "|".join(source.get(name) or "" for name in funnel.breakdown.properties)
    return Seen(
        at=event.at,
        event_id=event.event_id,
        steps=frozenset(
            number
            for number, step in numbered
            if any(rule.holds(event) for rule in step.alternatives)
        ),
        exclusions=frozenset(
            exclusion
            for exclusion in funnel.exclusions
            if any(rule.holds(event) for rule in exclusion.alternatives)
        ),
        value=value,
    )


def _by_value(
    funnel: Funnel, log: list[Seen], whole: Attempt | None, zone: str
) -> Iterator[tuple[str, Attempt]]:
    breakdown = funnel.breakdown
    if breakdown is None:
        return
    if breakdown.attribution in ("first", "last"):
        if whole:
            yield _touched(funnel, log, whole), whole
        return
    if breakdown.attribution == "all":
        # the funnel of each value: only events that carry it
        logs = {v: [event for event in log if event.value == v] for v in {e.value for e in log}}
        must_do = None
    else:
        # an event serves the step in question only if it carries the value
        must_do = breakdown.step
        values = {event.value for event in log if must_do in event.steps}
        logs = {
            v: [
                event if event.value == v else replace(event, steps=event.steps - {must_do})
                for event in log
            ]
            for v in values
        }
    for value, narrowed in logs.items():
        attempt = _best(funnel, narrowed, zone, must_do)
        if attempt:
            yield value, attempt


def _touched(funnel: Funnel, log: list[Seen], attempt: Attempt) -> str:
    """The first (last) value carried by an event of a step the attempt reached."""
    carried = [
        event.value
        for step, at in sorted(attempt.items())
        for event in log
        if event.at == at
        and (event.steps if funnel.order == "unordered" else step in event.steps)
        and event.value.strip("|")
    ]
    nothing = "|" * (len(funnel.breakdown.properties) - 1) if funnel.breakdown else ""
    if not carried:
        return nothing
    return carried[0 if funnel.breakdown and funnel.breakdown.attribution == "first" else -1]


def _limited(funnel: Funnel, found: list[Result]) -> list[Result]:
    """The values with most entrants stay, the rest become one."""
    if funnel.breakdown is None or funnel.breakdown.limit is None:
        return found
    entrants: dict[str, int] = {}
    for result in found:
        if result.breakdown_value is not None:
            entrants[result.breakdown_value] = entrants.get(result.breakdown_value, 0) + 1
    kept = sorted(entrants, key=lambda value: (-entrants[value], value))[: funnel.breakdown.limit]
    limited = [r for r in found if r.breakdown_value is None or r.breakdown_value in kept]
    others: dict[str, list[Result]] = {}
    for result in found:
        if result.breakdown_value is not None and result.breakdown_value not in kept:
            others.setdefault(result.actor, []).append(result)
    for of_actor in others.values():
        best = min(of_actor, key=lambda r: (-r.steps_reached, r.entered_at, r.breakdown_value))
        limited.append(replace(best, breakdown_value="(other)"))
    return limited


def _result(
    funnel: Funnel, actor: str, value: str | None, attempt: Attempt, as_of: datetime
) -> Result:
    return Result(
        funnel=funnel.name,
        breakdown_value=value,
        actor=actor,
        entered_at=attempt[1],
        reached_at=attempt,
        is_mature=funnel.window is None or funnel.window.after(attempt[1]) <= as_of,
    )


# --- tables ------------------------------------------------------------------------------------


def by_step(funnel: Funnel, found: list[Result]) -> dict[tuple[str | None, int], dict]:
    """(breakdown value, step) -> the numbers of `funnel_by_step`."""
    rows = {}
    for value in {None} | {result.breakdown_value for result in found}:
        of_value = [result for result in found if result.breakdown_value == value]
        for step in range(1, len(funnel.steps) + 1):
            previous = max((n for n in range(1, step) if not _is_optional(funnel, n)), default=None)
            reached = [result for result in of_value if step in result.reached_at]
            rows[value, step] = {
                "actors": len(reached),
                "mature_actors": _mature(reached),
                "rate_from_start": _rate(of_value, step, 1),
                "rate_from_previous": _rate(of_value, step, previous) if previous else None,
                "median_seconds_from_start": _median(reached, step, 1),
                "median_seconds_from_previous": (
                    _median(reached, step, previous) if previous else None
                ),
            }
    return rows


def _is_optional(funnel: Funnel, number: int) -> bool:
    return funnel.order != "unordered" and funnel.steps[number - 1].is_optional


def _mature(found: list[Result]) -> int:
    return sum(result.is_mature for result in found)


def _rate(found: list[Result], step: int, base: int) -> float | None:
    base_size = _mature([result for result in found if base in result.reached_at])
    reached = _mature([result for result in found if step in result.reached_at])
    return reached / base_size if base_size else None


def _median(found: list[Result], step: int, base: int) -> float | None:
    seconds = [
        (result.reached_at[step] - result.reached_at[base]).total_seconds() for result in found
    ]
    return statistics.median(seconds) if seconds else None
