"""A small random company that invites, experiments, pays and answers, with what goes wrong.

Merged ids, our own people, answers corrected later, invitations sent twice, units that saw two
variants, instants on the very edge of a window. Times lie on few round hours so that edges are hit.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]

DAYS = 60
OWN_DOMAIN = "us.example"
NAMES = ["a", "b", "c"]


@dataclass
class World:
    """What landed, as rows of the native streams, and the rows of the definitions over it."""

    as_of: datetime
    streams: dict[str, list[Row]]
    definitions: dict[str, list[Row]]
    aliases: dict[str, str]

    def user(self, user_id: str | None) -> str | None:
        return self.aliases.get(user_id or "", user_id)


def random_growth_world(dice: random.Random) -> World:
    first = datetime.fromisoformat(dice.choice(["2025-10-06", "2026-02-14", "2026-03-18"]))
    as_of = first + timedelta(days=DAYS, hours=dice.choice([0, 4, 5, 13]))
    users = [f"u{number}" for number in range(90)]
    accounts = [f"acc{number}" for number in range(16)]
    aliases = {f"old{number}": f"u{number}" for number in range(0, 90, 9)}

    def moment(latest: int = DAYS) -> datetime:
        return first + timedelta(days=dice.randrange(latest), hours=dice.choice([0, 4, 5, 6, 12]))

    def an_id() -> str:
        return dice.choice([*users, *aliases])

    streams = {
        "users": [
            {
                "user_id": user,
                "created_at": moment(DAYS - 5),
                "account_id": dice.choice([None, *accounts]),
                "email": f"{user}@{OWN_DOMAIN if dice.random() < 0.1 else 'customer.example'}",
                "acquisition_channel": dice.choice([None, "organic", "partner"]),
                "invited_by_user_id": dice.choice([None, None, None, an_id(), "ghost", user]),
            }
            for user in users
        ],
        "accounts": [{"account_id": account, "created_at": moment(30)} for account in accounts],
        "account_memberships": [
            {
                "user_id": user,
                "account_id": account,
                "joined_at": (joined_at := moment()),
                "left_at": joined_at + timedelta(days=9) if dice.random() < 0.3 else None,
                "role": dice.choice(["editor", "viewer", "Guest", None]),
            }
            for user, account in {(an_id(), dice.choice(accounts)) for _ in range(60)}
        ],
        "identity_links": [
            {"kind": "alias", "linked_at": first, "from_id": old, "user_id": user}
            for old, user in aliases.items()
        ],
        "events": [
            {
                "event_id": f"e{number}",
                "event_name": dice.choice(NAMES),
                "occurred_at": moment(),
                "user_id": an_id(),
                "account_id": dice.choice(accounts),
            }
            for number in range(900)
        ],
        "invitations": _invitations(dice, moment, an_id, accounts),
        "subscription_versions": _subscriptions(dice, moment, accounts),
        "survey_responses": _responses(dice, moment, an_id, accounts),
    }
    definitions = {
        "activations": [
            {"activation": "v", "grain": "user", "require": "all", "within_days": 9},
            {"activation": "w", "grain": "account", "require": "all", "within_days": 30},
        ],
        "activation_milestones": [
            {"activation": "v", "milestone": "m", "alternative": 1, "event_name": "a"},
            {"activation": "w", "milestone": "m", "alternative": 1, "event_name": "b"},
        ],
        "retentions": [
            {"retention": "r", "grain": "user", "period": "day", "kind": "rolling", "periods": 20}
        ],
        "retention_events": [
            {"retention": "r", "role": "start", "alternative": 1, "event_name": "a"},
            {"retention": "r", "role": "return", "alternative": 1, "event_name": "b"},
        ],
        "exclusions": [{"kind": "email_domain", "value": OWN_DOMAIN}],
        "plans": [
            {"plan": "free", "tier": 0, "is_paid": False, "is_trial": False},
            {"plan": "starter", "tier": 1, "is_paid": True, "is_trial": False},
        ],
        "currencies": [{"currency": "USD", "exponent": 2}],
        "survey_categories": [
            {
                "survey_type": survey_type,
                "category": category,
                "lowest": lowest,
                "highest": highest,
                "points": points,
            }
            for survey_type, category, lowest, highest, points in (
                ("nps", "promoter", 9, 10, 100),
                ("nps", "passive", 7, 8, 0),
                ("nps", "detractor", 0, 6, -100),
                ("csat", "satisfied", 4, 5, 100),
                ("csat", "unsatisfied", 1, 3, 0),
                ("ces", "rated", 1, 7, ""),
            )
        ],
        "tenures": [
            {"tenure": "new", "from_days": 0, "to_days": 14},
            {"tenure": "old", "from_days": 14},
        ],
        "loops": [
            {"loop": "anything", "priority": 2, "brought_by": "invitation"},
            {"loop": "mail", "priority": 1, "brought_by": "invitation", "channel": "email|post"},
            {"loop": "named", "priority": 3, "brought_by": "link"},
            {"loop": "ally", "priority": 4, "brought_by": "acquisition", "channel": "partner"},
        ],
    }
    world = World(as_of, streams, definitions, aliases)
    _add_experiments(dice, world, moment, an_id, accounts)
    return world


def _invitations(dice: random.Random, moment, an_id, accounts: list[str]) -> list[Row]:
    rows = []
    for number in range(130):
        row = {
            "invitation_id": f"i{number}",
            "inviter_user_id": dice.choice([an_id(), an_id(), an_id(), "ghost"]),
            "sent_at": moment(),
            "account_id": dice.choice([None, *accounts]),
            "channel": dice.choice(["email", "link", None]),
        }
        if dice.random() < 0.6:
            row["accepted_user_id"] = dice.choice([an_id(), an_id(), an_id(), "nobody", None])
            row["accepted_at"] = row["sent_at"] + timedelta(days=dice.randrange(20))
        if "accepted_at" in row and dice.random() < 0.1:
            row["accepted_at"] = None
        rows.append(row)
        if dice.random() < 0.2:
            rows.append({**row, "accepted_at": None, "accepted_user_id": None})
    return rows


def _subscriptions(dice: random.Random, moment, accounts: list[str]) -> list[Row]:
    """One subscription an account, never two stretches at once."""
    rows = []
    for account in dice.sample(accounts, k=12):
        start = moment()
        for _ in range(dice.randrange(1, 4)):
            end = start + timedelta(days=dice.randrange(1, 25))
            rows.append(
                {
                    "subscription_id": f"s_{account}",
                    "account_id": account,
                    "plan": "starter",
                    "currency": "USD",
                    "amount_minor": dice.choice([900, 1900, 2900]),
                    "billing_interval": "month",
                    "started_at": start,
                    "ended_at": end if dice.random() < 0.9 else None,
                    "status": "active",
                }
            )
            if rows[-1]["ended_at"] is None:
                break
            start = end + timedelta(days=dice.choice([0, 0, 6]))
    return rows


def _responses(dice: random.Random, moment, an_id, accounts: list[str]) -> list[Row]:
    rows = []
    for number in range(260):
        survey_type = dice.choice(["nps", "nps", "csat", "ces"])
        row = {
            "response_id": f"r{number}",
            "survey": f"{survey_type}_{dice.choice('xy')}",
            "survey_type": survey_type,
            "responded_at": moment(),
            "user_id": dice.choice([an_id(), an_id(), an_id(), None]),
            "account_id": dice.choice([None, None, *accounts]),
            "score": dice.choice([None, 0, *range(1, 12)]),
        }
        rows.append(row)
        if dice.random() < 0.2:
            later = row["responded_at"] + timedelta(days=dice.randrange(30))
            rows.append({**row, "score": dice.choice([0, 5, 10]), "updated_at": later})
    dice.shuffle(rows)
    return rows


def _add_experiments(dice: random.Random, world: World, moment, an_id, accounts: list[str]) -> None:
    metrics = [
        "activation:v",
        "activation:w",
        "conversion",
        "retention:r:3",
        "revenue",
        "event:a",
        "event:c",
    ]
    experiments, variants, exposures = [], [], []
    for number in range(14):
        name = f"x{number}"
        unit_type = dice.choice(["user", "user", "account"])
        dates = sorted(dice.sample(range(DAYS), k=2))
        starts_on, ends_on = (moment(1).date() + timedelta(days=day) for day in dates)
        bounded = dice.random() < 0.3
        names = ["control", "b", "c"][: dice.choice([2, 2, 3])]
        for metric in dice.sample(metrics, k=5):
            experiments.append(
                {
                    "experiment": name,
                    "unit_type": unit_type,
                    "control_variant": "control",
                    "metric": metric,
                    "within_days": dice.choice(["", 3, 7, 0.5]),
                    "starts_on": starts_on if bounded else "",
                    "ends_on": ends_on if bounded else "",
                }
            )
        if dice.random() < 0.7:
            shares = dice.random() < 0.5
            variants += [
                {
                    "experiment": name,
                    "variant": variant,
                    "expected_share": 0.5 / len(names) if shares else "",
                }
                for variant in names
            ]
        for _ in range(220):
            unit = an_id() if unit_type == "user" else dice.choice(accounts)
            exposures.append(
                {
                    "experiment": name,
                    "unit_type": unit_type if dice.random() < 0.97 else "user",
                    "unit_id": unit,
                    "variant": names[hash_of(unit, world) % len(names)]
                    if dice.random() < 0.97
                    else dice.choice(names),
                    "exposed_at": moment(),
                }
            )
    world.definitions |= {"experiments": experiments, "experiment_variants": variants}
    world.streams["experiment_exposures"] = exposures


def hash_of(unit: str, world: World) -> int:
    return sum(map(ord, world.user(unit) or ""))
