"""A small random log and many random funnels over it: ties, repeats, copies, late and lost events.

Instants are few and round, so that steps fall together and windows end exactly on events.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from tests.reference.funnels import (
    Breakdown,
    Event,
    Exclusion,
    Funnel,
    Length,
    Rule,
    Step,
)

Row = dict[str, Any]

NAMES = ["a", "b", "c", "d"]
VALUES = {"kind": ["x", "y", "", None], "n": ["1", "2", None], "a.b": ["deep", None]}
PLANS = ["free", "pro", "", None]


class RandomLog:
    """Events as landed, as they count, and what is known of the users."""

    def __init__(self, dice: random.Random, people: int) -> None:
        start = datetime.fromisoformat(dice.choice(["2025-10-29", "2026-01-28", "2026-03-06"]))
        self.as_of = start + timedelta(days=dice.choice([9, 20, 33, 70]), hours=12)
        self.start = start.date()
        self.plans = {f"u{number}": dice.choice(PLANS) for number in range(people)}
        self.landed: list[Row] = []
        self.events: list[Event] = []
        for number in range(people):
            moments = _moments(dice, start)
            for _ in range(dice.choice([1, 2, 3, 4, 5, 6, 7])):
                self._happens(dice, f"u{number}", dice.choice(moments))
        dice.shuffle(self.landed)

    def _happens(self, dice: random.Random, person: str, at: datetime) -> None:
        chosen = {key: dice.choice(values) for key, values in VALUES.items()}
        properties = {key: value for key, value in chosen.items() if value is not None}
        event = Event(
            event_id=f"e{dice.randrange(10**6)}-{len(self.events)}",
            name=dice.choice(NAMES),
            at=at,
            person=person,
            account=dice.choice(["acme", "bolt", "corp", None]),
            session=f"{person} {dice.randrange(3)}",
            properties=properties,
        )
        row = {
            "event_id": event.event_id,
            "event_name": event.name,
            "occurred_at": event.at,
            "user_id": event.person,
            "account_id": event.account,
            "session_id": event.session,
            "properties": properties,
            "received_at": dice.choice([None, at, at + timedelta(hours=dice.choice([1, 300]))]),
        }
        self.landed.append(row)
        if dice.random() < 0.1:
            self.landed.append(row)
        if max(event.at, row["received_at"] or event.at) < self.as_of:
            self.events.append(event)

    @property
    def users(self) -> list[Row]:
        return [
            {
                "user_id": user,
                "created_at": "2025-01-01",
                "properties": {} if plan is None else {"plan": plan},
            }
            for user, plan in self.plans.items()
        ]


def _moments(dice: random.Random, start: datetime) -> list[datetime]:
    """A few instants of one person, hours or days or a month apart."""
    apart = dice.choice(
        [timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=15)]
    )
    first = start + timedelta(days=dice.randrange(4), hours=dice.choice([0, 3, 4, 5, 23]))
    return [first + number * apart for number in range(dice.choice([1, 2, 3, 5]))]


def random_funnel(dice: random.Random, name: str, start: date) -> Funnel:
    order = dice.choice(["ordered", "strict", "no_interleaving", "unordered"])
    names = dice.sample(NAMES, dice.choice([2, 3, 4]))
    is_plain = dice.random() < 0.3
    steps = tuple(
        Step(
            alternatives=_alternatives(dice, names[number : number + 1] if is_plain else names),
            within=_length(dice) if number and not is_plain and dice.random() < 0.2 else None,
            is_optional=bool(number)
            and not is_plain
            and order != "unordered"
            and dice.random() < 0.2,
        )
        for number in range(len(names) if is_plain else dice.choice([1, 2, 3, 3, 4, 5]))
    )
    return Funnel(
        name=name,
        steps=steps,
        grain=dice.choice(["user", "user", "user", "account", "session"]),
        order=order,
        entry=dice.choice(["any", "any", "first"]),
        window=_length(dice) if dice.random() < 0.7 else None,
        entered_from=_day(dice, start, -1) if dice.random() < 0.2 else None,
        entered_to=_day(dice, start, 2) if dice.random() < 0.2 else None,
        exclusions=_exclusions(dice, len(steps)) if dice.random() < 0.3 else (),
        breakdown=_breakdown(dice, len(steps)) if dice.random() < 0.4 else None,
    )


def _alternatives(dice: random.Random, names: list[str]) -> tuple[Rule, ...]:
    return tuple(_rule(dice, names) for _ in range(dice.choice([1, 1, 1, 2])))


def _rule(dice: random.Random, names: list[str]) -> Rule:
    name = "*" if dice.random() < 0.08 and len(names) > 1 else dice.choice(names)
    if dice.random() < 0.75:
        return Rule(name)
    key = dice.choice(["kind", "n"])
    return Rule(name, key, dice.choice([value for value in VALUES[key] if value]))


def _length(dice: random.Random) -> Length:
    return dice.choice(
        [
            Length(3600, "second"),
            Length(60, "minute"),
            Length(6, "hour"),
            Length(13, "hour"),
            Length(1, "day"),
            Length(2, "day"),
            Length(1, "week"),
            Length(15, "day"),
            Length(1, "month"),
            Length(2, "month"),
        ]
    )


def _day(dice: random.Random, start: date, offset: int) -> date:
    return start + timedelta(days=offset + dice.randrange(4))


def _exclusions(dice: random.Random, steps: int) -> tuple[Exclusion, ...]:
    if steps < 2:
        return ()
    pairs = {tuple(sorted(dice.sample(range(1, steps + 1), 2))) for _ in range(dice.choice([1, 2]))}
    return tuple(
        Exclusion(after, before, _alternatives(dice, NAMES)) for after, before in sorted(pairs)
    )


def _breakdown(dice: random.Random, steps: int) -> Breakdown:
    scope = dice.choice(["event", "event", "user"])
    attribution = dice.choice(["first", "last", "all", "step"])
    properties = ("plan",) if scope == "user" else dice.choice([("kind",), ("kind", "a.b"), ("n",)])
    return Breakdown(
        properties=properties,
        scope=scope,
        attribution=attribution,
        step=dice.randrange(1, steps + 1) if attribution == "step" else None,
        limit=dice.choice([None, 1, 2]),
    )


def seed_rows(funnels: list[Funnel]) -> dict[str, list[Row]]:
    """The funnels as rows of the definition seeds."""
    return {
        "funnels": [_funnel_row(funnel) for funnel in funnels],
        "funnel_steps": [row for funnel in funnels for row in _step_rows(funnel)],
        "funnel_exclusions": [row for funnel in funnels for row in _exclusion_rows(funnel)],
    }


def _funnel_row(funnel: Funnel) -> Row:
    row: Row = {
        "funnel": funnel.name,
        "grain": funnel.grain,
        "step_order": "" if funnel.order == "ordered" else funnel.order,
        "entry": "" if funnel.entry == "any" else funnel.entry,
        "entered_from": funnel.entered_from or "",
        "entered_to": funnel.entered_to or "",
    }
    if funnel.window:
        row |= {"window_value": funnel.window.value, "window_unit": funnel.window.unit}
    if funnel.breakdown:
        row |= {
            "breakdown_property": "|".join(funnel.breakdown.properties),
            "breakdown_scope": funnel.breakdown.scope,
            "breakdown_attribution": funnel.breakdown.attribution,
            "breakdown_step": funnel.breakdown.step or "",
            "breakdown_limit": funnel.breakdown.limit or "",
        }
    return row


def _step_rows(funnel: Funnel) -> list[Row]:
    rows = []
    for number, step in enumerate(funnel.steps, start=1):
        row: Row = {"funnel": funnel.name, "step_number": number, "step_name": f"step {number}"}
        row["is_optional"] = "true" if step.is_optional else "false"
        if step.within:
            row |= {"within_value": step.within.value, "within_unit": step.within.unit}
        rows += [row | _rule_row(place, rule) for place, rule in enumerate(step.alternatives, 1)]
    return rows


def _exclusion_rows(funnel: Funnel) -> list[Row]:
    return [
        {
            "funnel": funnel.name,
            "after_step": exclusion.after_step,
            "before_step": exclusion.before_step,
        }
        | _rule_row(place, rule)
        for exclusion in funnel.exclusions
        for place, rule in enumerate(exclusion.alternatives, 1)
    ]


def _rule_row(alternative: int, rule: Rule) -> Row:
    row: Row = {"alternative": alternative, "event_name": rule.event_name}
    if rule.property:
        row |= {"property": rule.property, "operator": "exact", "value": rule.value}
    return row
