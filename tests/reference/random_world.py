"""A small random world that is rich in what goes wrong: ties, copies, late and merged people.

`World` is what landed; `Definitions` are rows of the seeds over it. Times lie on few round instants
around a change of the clocks, so that edges of windows are hit and not only approached.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.reference.identity import World

Row = dict[str, Any]

NAMES = ["a", "b", "c", "d"]
PLACEHOLDERS = {"null", "undefined"}
CLUSTER_LIMIT = 3
IDLE = timedelta(minutes=30)
DAYS = 40


@dataclass
class Definitions:
    event_catalog: list[Row] = field(default_factory=list)
    features: list[Row] = field(default_factory=list)
    retentions: list[Row] = field(default_factory=list)
    retention_events: list[Row] = field(default_factory=list)
    retention_brackets: list[Row] = field(default_factory=list)
    lifecycles: list[Row] = field(default_factory=list)
    activations: list[Row] = field(default_factory=list)
    activation_milestones: list[Row] = field(default_factory=list)


def random_world(dice: random.Random) -> World:
    first = datetime.fromisoformat(dice.choice(["2025-10-08", "2026-02-14", "2026-03-18"]))
    as_of = first + timedelta(days=DAYS, hours=dice.choice([0, 4, 5, 7, 13]))
    users = [f"u{number}" for number in range(24)]
    devices = [f"d{number}" for number in range(30)]
    accounts = [f"acc{number}" for number in range(7)]
    homes = {user: dice.choices(devices, k=dice.choice([1, 1, 2, 3, 6])) for user in users}
    moments = {
        user: sorted(_moment(dice, first) for _ in range(dice.randrange(1, 25))) for user in users
    }
    events = []
    for user in users:
        for occurred_at in moments[user]:
            device = dice.choice(homes[user])
            row: Row = {
                "source_id": dice.choice(["native", "native", "other"]),
                "event_id": f"e{len(events)}",
                "event_name": dice.choice(NAMES),
                "occurred_at": occurred_at,
                "properties": {
                    key: dice.choice(values)
                    for key, values in {"n": [1, 2, 10], "kind": ["x", "y", "X z"]}.items()
                    if dice.random() < 0.7
                },
            }
            if dice.random() < 0.6:
                row["user_id"] = user
            if dice.random() < 0.6 or "user_id" not in row:
                row["anonymous_id"] = device
            if dice.random() < 0.04:
                row[dice.choice(["user_id", "anonymous_id"])] = dice.choice(["Null", "undefined"])
            if dice.random() < 0.4:
                row["account_id"] = dice.choice(accounts)
            if dice.random() < 0.2:
                row["session_id"] = f"s_{user}_{occurred_at.date()}"
            if dice.random() < 0.3:
                late = dice.choice([0, 0, 1, 30, 60 * 24 * 3])
                row["received_at"] = occurred_at + timedelta(minutes=late)
            events.append(row)
    for row in dice.sample(events, k=len(events) // 10):
        events.append({**row, "event_name": dice.choice(NAMES), **_delivered(dice, row)})
    dice.shuffle(events)
    for number, row in enumerate(events):
        row["file_id"], row["line_number"] = 1 + number % 3, 1 + number
    return World(
        events=events,
        users=[
            {
                "user_id": user,
                "created_at": min(
                    _moment(dice, first) if dice.random() < 0.5 else moments[user][0],
                    as_of - timedelta(hours=1),
                ),
                "account_id": dice.choice([None, *accounts]),
            }
            for user in users
            if dice.random() < 0.8
        ],
        memberships=[_membership(dice, users, accounts, first) for _ in range(12)],
        links=[_link(dice, users, devices, first) for _ in range(10)],
        files={1: "events/b.jsonl", 2: "events/a.jsonl", 3: "events/c.jsonl"},
        placeholders=PLACEHOLDERS,
        excluded_users=dice.sample(users, k=2),
        as_of=as_of,
        cluster_limit=CLUSTER_LIMIT,
        idle=IDLE,
    )


def _moment(dice: random.Random, first: datetime) -> datetime:
    hours = dice.choice([0, 1, 5, 6, 7, 9, 9, 10, 13, 23])
    minutes = dice.choice([0, 0, 0, 20, 30, 45])
    return first + timedelta(days=dice.randrange(DAYS), hours=hours, minutes=minutes)


def _delivered(dice: random.Random, row: Row) -> Row:
    again = row.get("received_at") or row["occurred_at"]
    return {"received_at": again + timedelta(minutes=dice.choice([-10, 0, 0, 10]))}


def _membership(dice: random.Random, users: list[str], accounts: list[str], first: datetime) -> Row:
    joined_at = _moment(dice, first)
    left_at = joined_at + timedelta(days=dice.randrange(1, 20)) if dice.random() < 0.5 else None
    return {
        "user_id": dice.choice(users),
        "account_id": dice.choice(accounts),
        "joined_at": joined_at,
        "left_at": left_at,
    }


def _link(dice: random.Random, users: list[str], devices: list[str], first: datetime) -> Row:
    kind = dice.choice(["identify", "identify", "alias"])
    ids = devices if kind == "identify" or dice.random() < 0.3 else users
    return {
        "kind": kind,
        "linked_at": _moment(dice, first) + timedelta(days=dice.choice([0, 0, 10])),
        "from_id": dice.choice([*ids, "undefined"]),
        "user_id": dice.choice(users),
    }


def random_definitions(dice: random.Random, first: datetime, many: int) -> Definitions:
    made = Definitions(
        event_catalog=[
            {
                "event_name": name,
                "feature": {"a": "reports", "b": "reports", "c": "alerts"}.get(name, ""),
                "is_active_use": name in "ab",
                "is_core_action": False,
                "is_intent": False,
            }
            for name in NAMES
        ],
        features=[{"feature": "reports"}, {"feature": "alerts"}, {"feature": "unused"}],
    )
    for number in range(many):
        retention = {
            "retention": f"r{number}",
            "grain": dice.choice(["user", "user", "account"]),
            "period": dice.choice(["hour", "day", "day", "week", "week", "month"]),
            "cohort": dice.choice(["", "first_time", "recurring"]),
            "kind": dice.choice(["", "on", "on_or_after", "rolling"]),
            "periods": dice.randrange(6),
            "min_returns": dice.choice(["", 1, 1, 2, 3]),
        }
        made.retentions.append(retention)
        for from_period, to_period in dice.choice([[], [], [(0, 0), (1, 3)], [(0, 1), (4, 6)]]):
            made.retention_brackets.append(
                {
                    "retention": retention["retention"],
                    "from_period": from_period,
                    "to_period": to_period,
                }
            )
        start = _rules(dice)
        for role, rules in {
            "start": start,
            "return": start if dice.random() < 0.3 else _rules(dice),
        }.items():
            made.retention_events += [
                {"retention": retention["retention"], "role": role, **rule} for rule in rules
            ]
        counted = _counted(dice, first) if dice.random() < 0.5 else {}
        grain = dice.choice(["user", "user", "account"])
        period = dice.choice(["hour", "day", "day", "week", "week", "month"])
        made.lifecycles += [
            {"lifecycle": f"l{number}", "grain": grain, "period": period, **counted, **rule}
            for rule in _rules(dice)
        ]
        activation = {
            "activation": f"v{number}",
            "grain": dice.choice(["user", "user", "account"]),
            "require": dice.choice(["all", "any"]),
            "within_days": dice.choice(["", 0.5, 1, 3, 7]),
        }
        if dice.random() < 0.3:
            activation |= {"within_days": dice.choice(["", 1, 3, 7]), "days_are": "calendar"}
        made.activations.append(activation)
        for milestone in range(dice.randrange(1, 4)):
            times = dice.choice(["", 1, 2, 3])
            made.activation_milestones += [
                {"activation": f"v{number}", "milestone": f"m{milestone}", "times": times, **rule}
                for rule in _rules(dice)
            ]
    return made


def _counted(dice: random.Random, first: datetime) -> Row:
    days = sorted(dice.sample(range(DAYS), k=2))
    counted_from, counted_to = (first.date() + timedelta(days=day) for day in days)
    return {
        "counted_from": dice.choice([counted_from, ""]),
        "counted_to": dice.choice([counted_to, ""]),
    }


def _rules(dice: random.Random) -> list[Row]:
    """One or two alternatives of up to two conditions each."""
    rules = []
    for alternative in range(1, 1 + dice.choice([1, 1, 2])):
        name = dice.choice([*NAMES, "*"])
        conditions = dice.choice([[], [], ["n"], ["kind"], ["n", "kind"]])
        for condition in conditions or [None]:
            rule: Row = {"alternative": alternative, "event_name": name}
            if condition is not None:
                operator, value = dice.choice(
                    [("gt", 1), ("lte", 2), ("exact", "1|10"), ("is_not", 2)]
                    if condition == "n"
                    else [("exact", "x"), ("contains", "x"), ("is_set", ""), ("is_not_set", "")]
                )
                rule |= {"property": condition, "operator": operator, "value": value}
            rules.append(rule)
    return rules


def of(rows: list[Row], key: str, name: str) -> list[Row]:
    """The rows of one definition."""
    return [row for row in rows if row[key] == name]
