"""A random company with subscriptions and lead models, on a random world of people and events."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tests.reference.identity import World
from tests.reference.local_time import Calendar
from tests.reference.pql import Company
from tests.reference.random_world import DAYS, NAMES, random_world

Row = dict[str, Any]

PLANS = [
    {
        "plan": "free",
        "tier": 0,
        "is_paid": False,
        "usage_limit": 4,
        "usage_event": "a",
        "seat_limit": 2,
    },
    {
        "plan": "pro",
        "tier": 1,
        "is_paid": True,
        "usage_limit": 6,
        "usage_event": "b",
        "seat_limit": 5,
    },
    {"plan": "unlimited", "tier": 2, "is_paid": True, "usage_limit": "", "usage_event": "b"},
]
MODELS = 24
ROLES = ["admin", "member", None]
SIZES = [5, 50, 500, None]


def random_company(dice: random.Random, zone: str) -> Company:
    world = random_world(dice)
    first = min(row["occurred_at"] for row in world.events)
    _keep_apart(world)
    users = [version for row in world.users for version in _user_versions(dice, row, world)]
    accounts = [
        version
        for number in range(7)
        for version in _account_versions(dice, f"acc{number}", first, world)
    ]
    models = [_model(dice, number) for number in range(MODELS)]
    return Company(
        world=world,
        users=users,
        accounts=accounts,
        subscriptions=[
            row for number in range(7) for row in _subscriptions(dice, f"acc{number}", first, world)
        ],
        plans=PLANS,
        models=models,
        signals=[row for model in models for row in _signals(dice, model)],
        features={"a": "reports", "b": "reports", "c": "alerts"},
        calendar=Calendar(zone, "monday", first, world.as_of),
    )


def _keep_apart(world: World) -> None:
    """Who is merged away is so once, on one device, without a record or membership of his own."""
    linked: set[str] = set()
    kept = []
    for row in world.links:
        pair = {row["from_id"], row["user_id"]}
        if row["kind"] == "alias":
            if linked & pair:
                continue
            linked |= pair
        kept.append(row)
    world.links[:] = kept
    merged = {row["from_id"] for row in kept if row["kind"] == "alias"}
    for row in world.events:
        if row.get("user_id") in merged and row.get("anonymous_id"):
            row["anonymous_id"] = f"device of {row['user_id']}"
    for row in world.links:
        if row["kind"] == "identify" and row["user_id"] in merged:
            row["from_id"] = f"device of {row['user_id']}"
    world.users[:] = [row for row in world.users if row["user_id"] not in merged]
    world.memberships[:] = [row for row in world.memberships if row["user_id"] not in merged]


def _user_versions(dice: random.Random, row: Row, world: World) -> list[Row]:
    versions = [{**row, **_roles(dice)}]
    at = row["created_at"]
    for _ in range(dice.choice([0, 0, 1, 2])):
        at += timedelta(days=dice.randrange(1, 9), minutes=dice.choice([0, 30]))
        account = row["account_id"] if dice.random() < 0.7 else f"acc{dice.randrange(7)}"
        versions.append({**row, **_roles(dice), "updated_at": at, "account_id": account})
    if len(versions) == 1 and dice.random() < 0.3:
        versions[0]["updated_at"] = at + timedelta(days=dice.randrange(9))
    return versions


def _roles(dice: random.Random) -> Row:
    return {"role": dice.choice(ROLES), "properties": {"team": dice.choice(["x", "y"])}}


def _account_versions(dice: random.Random, name: str, first: Any, world: World) -> list[Row]:
    created_at = first - timedelta(days=1)
    versions = []
    for number in range(dice.choice([1, 2, 3])):
        row = {
            "account_id": name,
            "created_at": created_at,
            "employee_count": dice.choice(SIZES),
            "properties": {"trade": dice.choice(["media", "crafts"])},
        }
        if number:
            later = timedelta(days=dice.randrange(DAYS // 2) + number * DAYS // 3)
            row["updated_at"] = created_at + later
        versions.append(row)
    return versions


def _subscriptions(dice: random.Random, name: str, first: Any, world: World) -> list[Row]:
    rows, at = [], first + timedelta(days=dice.randrange(1, 20), hours=dice.choice([0, 9]))
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        end = at + timedelta(days=dice.randrange(2, 12))
        rows.append(
            {
                "subscription_id": name,
                "account_id": name,
                "plan": dice.choice(["pro", "unlimited"]),
                "currency": "USD",
                "amount_minor": 1000 * dice.randrange(1, 4),
                "billing_interval": "month",
                "started_at": at,
                "ended_at": end if dice.random() < 0.7 else None,
                "recorded_at": dice.choice([None, at, at - timedelta(days=1), at + DELAY]),
            }
        )
        if rows[-1]["ended_at"] is None:
            break
        if dice.random() < 0.4:  # its end is written down afterwards, in a row of its own
            recorded_at = rows[-1]["recorded_at"] or at
            rows[-1:] = [
                {**rows[-1], "ended_at": None, "recorded_at": recorded_at},
                {**rows[-1], "recorded_at": max(recorded_at, end) + DELAY},
            ]
        at = end + timedelta(days=dice.randrange(1, 9))
    return rows


DELAY = timedelta(days=1, hours=2)


def _model(dice: random.Random, number: int) -> Row:
    return {
        "model": f"m{number}",
        "grain": dice.choice(["account", "user"]),
        "target": dice.choice(["free_to_paid", "free_to_paid", "expansion"]),
        "qualifying_points": dice.choice([10, 15, 20, 30]),
        "conversion_days": dice.choice([2, 5, 10]),
        "cooldown_days": dice.choice(["", "", 0, 1, 4.5]),
    }


def _signals(dice: random.Random, model: Row) -> list[Row]:
    rows = []
    for number in range(dice.randrange(1, 5)):
        source = dice.choice(
            ["event_count", "event_count", "distinct_users", "distinct_features", "active_days",
             "surge", "limit", "seats", "attribute"]
        )  # fmt: skip
        signal = {
            "model": model["model"],
            "signal": f"s{number}",
            "category": dice.choice(["fit", "usage", "intent"]),
            "source": source,
            "points": dice.choice([5, 10, 12.5, 15, 20, -5]),
            "within_days": dice.choice(["", 1, 2, 7, 0.5]),
        }
        if source == "attribute":
            rows += [{**signal, "within_days": "", **row} for row in _asked(dice, model["grain"])]
            continue
        if source == "surge":
            signal |= {"within_days": dice.choice([1, 3, 7]), "value": dice.choice([0.5, 1, 1.5])}
        elif source == "seats":
            signal["value"] = dice.choice([0.5, 1])
        elif source == "limit":
            rows.append({**signal, "alternative": 1, "value": dice.choice([0.25, 0.5, 1])})
            continue
        else:
            signal["times"] = dice.choice(["", 1, 2, 3])
        for alternative in range(1, 1 + dice.choice([1, 1, 2])):
            name = dice.choice([*NAMES, "*"])
            rows.append({**signal, "alternative": alternative, "event_name": name})
            conditions = (
                []
                if source in ("surge", "seats")
                else dice.choice([[], [], ["n"], ["role"], ["team"]])
            )
            for condition in conditions:
                rows[-1] |= _condition(dice, condition)
    return rows


def _condition(dice: random.Random, name: str) -> Row:
    if name == "n":
        return {"property": "n", "property_scope": "event", "operator": "gte", "value": 2}
    operator = dice.choice(["exact", "is_not", "is_set", "is_not_set"])
    value = "" if "set" in operator else {"role": "admin", "team": "x"}[name]
    return {"property": name, "property_scope": "user", "operator": operator, "value": value}


def _asked(dice: random.Random, grain: str) -> list[Row]:
    choices = {
        "account": [
            ("employee_count", "gte", 50), ("employee_count", "is_not_set", ""),
            ("trade", "exact", "media|x"), ("trade", "is_not", "media"),
        ],
        "user": [("role", "exact", "admin"), ("role", "is_not", "admin"), ("team", "exact", "y")],
    }[grain]  # fmt: skip
    return [
        {"alternative": alternative, "attribute": name, "operator": operator, "value": value}
        for alternative, (name, operator, value) in enumerate(
            dice.sample(choices, k=dice.choice([1, 1, 2])), start=1
        )
    ]
