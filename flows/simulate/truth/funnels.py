"""Funnels by trying everything: every entry, every way on from it, the deepest one counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache

from flows.simulate.truth.facts import Event, Facts
from flows.simulate.truth.rows import FOREVER, Row
from flows.simulate.truth.rules import satisfies

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
Attempt = tuple[int, int, datetime, frozenset[int]]  # depth, steps done, entry, which


def funnel_truth(facts: Facts) -> dict[str, object]:
    return {str(row["funnel"]): _funnel(facts, row) for row in facts.definitions["funnels"]}


def _funnel(facts: Facts, funnel: Row) -> dict[str, object]:
    steps: dict[int, list[Row]] = defaultdict(list)
    for row in facts.definitions["funnel_steps"]:
        if row["funnel"] == funnel["funnel"]:
            steps[int(row["step_number"] or 0)].append(row)
    exclusions: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in facts.definitions["funnel_exclusions"]:
        if row["funnel"] == funnel["funnel"]:
            key = int(row["after_step"] or 0), int(row["before_step"] or 0)
            exclusions[key].append(row)
    events_of: dict[str, list[Event]] = defaultdict(list)
    for event in facts.events_counted:
        actor = event.person if funnel["grain"] == "user" else event.account
        if actor:
            events_of[actor].append(event)

    window = _duration(funnel["window_value"], funnel["window_unit"])
    walk = _unordered if funnel["step_order"] == "unordered" else _ordered
    best: dict[str, Attempt] = {}
    for actor, events in events_of.items():
        marked = [
            (event, {step for step, rule in steps.items() if satisfies(facts, rule, event)})
            for event in events
        ]
        barred = [
            (event, between)
            for between, rule in exclusions.items()
            for event in events
            if satisfies(facts, rule, event)
        ]
        attempts = walk(funnel, steps, [pair for pair in marked if pair[1]], barred, window)
        if attempts:
            best[actor] = max(attempts, key=lambda attempt: (attempt[0], -attempt[2].timestamp()))
    mature = {
        actor: attempt
        for actor, attempt in best.items()
        if window is None or attempt[2] + window <= facts.as_of
    }
    return {
        "grain": funnel["grain"],
        "steps": [
            {
                "step_number": number,
                "step_name": _name(funnel, rule, number, len(steps)),
                "actors": sum(_did(funnel, rule, number, one) for one in best.values()),
                "mature_actors": sum(_did(funnel, rule, number, one) for one in mature.values()),
            }
            for number, rule in sorted(steps.items())
        ],
    }


def _name(funnel: dict[str, str], rule: list[dict[str, str]], number: int, steps: int) -> str:
    """A row of an unordered funnel is no step: it counts who did so many of them."""
    return f"{number} of {steps}" if funnel["step_order"] == "unordered" else rule[0]["step_name"]


def _duration(value: str | None, unit: str | None) -> timedelta | None:
    return timedelta(seconds=float(value) * SECONDS[unit]) if value and unit else None


def _did(funnel: Row, rule: list[Row], number: int, attempt: Attempt) -> bool:
    """An optional step counts who did it, any other step who got that far."""
    optional = rule[0]["is_optional"] == "true" and funnel["step_order"] != "unordered"
    return number in attempt[3] if optional else attempt[0] >= number


def _may_enter(funnel: Row, at: datetime) -> bool:
    first, last = funnel["entered_from"], funnel["entered_to"]
    return (not first or at.date() >= date.fromisoformat(first)) and (
        not last or at.date() <= date.fromisoformat(last)
    )


def _ordered(
    funnel: Row,
    steps: dict[int, list[Row]],
    events: list[tuple[Event, set[int]]],
    barred: list[tuple[Event, tuple[int, int]]],
    window: timedelta | None,
) -> list[Attempt]:
    """Depth-first over every event that may serve as the next step, each event once."""
    last_step = max(steps)
    within = {
        number: _duration(rule[0]["within_value"], rule[0]["within_unit"])
        for number, rule in steps.items()
    }
    optional = {number for number, rule in steps.items() if rule[0]["is_optional"] == "true"}
    entries = [place for place, (_, served) in enumerate(events) if 1 in served]
    if funnel["entry"] == "first":
        entries = entries[:1]

    def attempt_from(entry: int) -> Attempt | None:
        entered = events[entry][0].at
        until = entered + window if window is not None else FOREVER

        def is_barred(done: tuple[tuple[int, datetime], ...]) -> bool:
            reached = dict(done)
            return any(
                after in reached and reached[after] < event.at < reached.get(before, until)
                for event, (after, before) in barred
            )

        @cache
        def ways_on(
            step: int, place: int, used: frozenset[int]
        ) -> frozenset[tuple[tuple[int, datetime], ...]]:
            """Every way to go on, as the steps done and when; small, since few events serve."""
            at = events[place][0].at
            ways: set[tuple[tuple[int, datetime], ...]] = {()}
            for following in range(step + 1, last_step + 1):
                limit = within[following]
                for number, (event, served) in enumerate(events):
                    if following not in served or number in used or not at <= event.at <= until:
                        continue
                    if limit is not None and event.at > at + limit:
                        continue
                    spent = used if event.at == at else frozenset[int]()
                    for rest in ways_on(following, number, spent | {number}):
                        ways.add(((following, event.at), *rest))
                if following not in optional:
                    break
            return _worth_keeping(ways, bool(barred))

        ways = [((1, entered), *way) for way in ways_on(1, entry, frozenset({entry}))]
        allowed = [way for way in ways if not is_barred(way)]
        if not allowed:
            return None
        best = max(allowed, key=lambda way: (way[-1][0], len(way)))
        return best[-1][0], len(best), entered, frozenset(step for step, _ in best)

    found = [attempt_from(entry) for entry in entries if _may_enter(funnel, events[entry][0].at)]
    return [attempt for attempt in found if attempt]


def _worth_keeping(
    ways: set[tuple[tuple[int, datetime], ...]], all_of_them: bool
) -> frozenset[tuple[tuple[int, datetime], ...]]:
    """Without exclusions, one way for each set of steps is enough, whenever they were done."""
    if all_of_them:
        return frozenset(ways)
    by_steps: dict[tuple[int, ...], tuple[tuple[int, datetime], ...]] = {}
    for way in sorted(ways):
        by_steps.setdefault(tuple(step for step, _ in way), way)
    return frozenset(by_steps.values())


def _unordered(
    funnel: Row,
    steps: dict[int, list[Row]],
    events: list[tuple[Event, set[int]]],
    barred: list[tuple[Event, tuple[int, int]]],
    window: timedelta | None,
) -> list[Attempt]:
    """From every start, how many different steps follow within the window."""
    starts = events[:1] if funnel["entry"] == "first" else events
    attempts: list[Attempt] = []
    for start, served in starts:
        until = start.at + window if window is not None else FOREVER
        if not _may_enter(funnel, start.at):
            continue
        done = set(served) | {
            step for event, serves in events if start.at <= event.at <= until for step in serves
        }
        attempts.append((len(done), len(done), start.at, frozenset(done)))
    return attempts
