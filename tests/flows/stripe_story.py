"""What Stripe exports of a few subscriptions, each a trap of its own, and what they come to.

Objects in the shapes of the API, before and after version 2025-03-31, with only the fields that
matter here. Days are of 2026; a version is (plan, minor units a unit and interval, quantity,
status, from, until).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC).timestamp())


def price(nickname: str | None, amount: int | None, interval: str = "month", **more: Any) -> Row:
    recurring = {"interval": interval, "interval_count": 1, "usage_type": "licensed"}
    return {
        "id": f"price_{nickname}_{amount}_{interval}",
        "object": "price",
        "currency": "usd",
        "nickname": nickname,
        "product": "prod_pro",
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": None if amount is None else str(amount),
        "recurring": recurring | more.pop("recurring", {}),
    } | more


def item(number: int, of: Row, quantity: int | None = 1, **more: Any) -> Row:
    return {"id": f"si_{number}", "price": of, "quantity": quantity} | more


def subscription(name: str, *items: Row, start: str, **more: Any) -> Row:
    return {
        "id": f"sub_{name}",
        "object": "subscription",
        "customer": f"cus_{name}",
        "status": "active",
        "livemode": True,
        "created": at(start),
        "start_date": at(start),
        "items": {"object": "list", "data": list(items)},
        "cancel_at_period_end": False,
        "canceled_at": None,
        "ended_at": None,
        "trial_end": None,
        "pause_collection": None,
        "discount": None,
    } | more


def event(kind: str, day: str, object: Row, previous: Row | None = None, **more: Any) -> Row:
    data: Row = {"object": object}
    if previous is not None:
        data["previous_attributes"] = previous
    name = f"{kind} {object['id']} {day} {json.dumps(previous)}"
    return {
        "id": f"evt_{name.replace(' ', '_')}",
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": at(day),
        "livemode": True,
        "type": kind if kind.startswith("customer.") else f"customer.subscription.{kind}",
        "data": data,
    } | more


TEAM, BIG = price("team", 1000), price("big", 2500)
events: list[Row] = []
subscriptions: list[Row] = []
EXPECTED: dict[str, list[tuple[str, float, float, str, str, str | None]]] = {}

# seats rise, the plan changes, the customer leaves at the end of the period
grew = subscription("grew", item(1, TEAM, 2), start="01-05")
more_seats = grew | {"items": {"data": [item(1, TEAM, 5)]}}
bigger = grew | {"items": {"data": [item(1, BIG, 5)]}}
leaving = bigger | {"cancel_at_period_end": True, "canceled_at": at("03-20")}
left = leaving | {"status": "canceled", "ended_at": at("04-05")}
events += [
    event("deleted", "04-05", left),
    event("updated", "03-20", leaving, {"cancel_at_period_end": False, "canceled_at": None}),
    event("created", "01-05", grew),
    event("updated", "03-01", bigger, {"items": more_seats["items"]}),
    event("updated", "02-01", more_seats, {"items": grew["items"]}),
    event("created", "01-05", grew),  # delivered twice
    event("trial_will_end", "02-10", more_seats),  # says nothing new
]
EXPECTED["grew"] = [
    ("team", 1000, 2, "active", "01-05", "02-01"),
    ("team", 1000, 5, "active", "02-01", "03-01"),
    ("big", 2500, 5, "active", "03-01", "03-20"),
    ("big", 2500, 5, "active", "03-20", "04-05"),
]

# known only since an update: what was before is told by the attributes that changed
older = subscription("older", item(2, TEAM, 3), start="01-10")
events.append(event("updated", "03-10", older, {"items": {"data": [item(2, TEAM, 1)]}}))
EXPECTED["older"] = [
    ("team", 1000, 1, "active", "01-10", "03-10"),
    ("team", 1000, 3, "active", "03-10", None),
]

# known only since its end
gone = subscription("gone", item(3, TEAM), start="01-15", status="canceled", ended_at=at("03-15"))
events.append(event("deleted", "03-15", gone))
EXPECTED["gone"] = [("team", 1000, 1, "active", "01-15", "03-15")]

# trial, then paid; two events of one second, the update after the creation
trial = subscription("trial", item(4, TEAM), start="02-01", status="trialing")
trial |= {"trial_end": at("02-15")}
draft = trial | {"status": "incomplete", "trial_end": None}
events += [
    event("updated", "02-01", trial, {"status": "incomplete"}),
    event("created", "02-01", draft),
    event("updated", "02-15", trial | {"status": "active"}, {"status": "trialing"}),
]
EXPECTED["trial"] = [
    ("team", 1000, 1, "trialing", "02-01", "02-15"),
    ("team", 1000, 1, "active", "02-15", None),
]

# an item is added and taken away; collection is paused; payment fails
addon = item(6, price("add-on", 300))
base = subscription("items", item(5, TEAM), start="01-01")
both = base | {"items": {"data": [item(5, TEAM), addon]}}
paused = base | {"pause_collection": {"behavior": "void", "resumes_at": None}}
events += [
    event("created", "01-01", base),
    event("updated", "02-01", both, {"items": base["items"]}),
    event("updated", "03-01", base, {"items": both["items"]}),
    event("updated", "04-01", paused, {"pause_collection": None}),
    event("updated", "04-10", base | {"status": "past_due"}, {"pause_collection": {}}),
]
EXPECTED["items"] = [
    ("team", 1000, 1, "active", "01-01", "04-01"),
    ("add-on", 300, 1, "active", "02-01", "03-01"),
    ("team", 1000, 1, "paused", "04-01", "04-10"),
    ("team", 1000, 1, "past_due", "04-10", None),
]

# plans of the old API, their price in fractions of a cent, and a discount of the old shape
plan = {
    "id": "plan_old",
    "object": "plan",
    "currency": "jpy",
    "nickname": None,
    "product": "prod_pro",
    "amount": None,
    "amount_decimal": "12.5",
    "interval": "year",
    "interval_count": 2,
    "usage_type": "licensed",
}
half = {"id": "di_1", "object": "discount", "end": at("12-31")}
half["coupon"] = {"id": "half", "percent_off": 50.0, "amount_off": None, "duration": "repeating"}
shape = subscription("old_shape", {"id": "si_7", "plan": plan, "quantity": 4}, start="01-01")
del shape["items"]["object"], shape["pause_collection"]
events.append(event("created", "01-01", shape | {"discount": half}, api_version="2018-05-21"))
EXPECTED["old_shape"] = [("Pro", 12.5, 4, "active", "01-01", None)]

# the new shape: a list of discounts by id, which an event of the discount's own explains
off = {"id": "di_2", "object": "discount", "subscription": "sub_new_shape", "end": None}
off["coupon"] = {"id": "off", "percent_off": None, "amount_off": 200, "duration": "forever"}
new = subscription("new_shape", item(8, TEAM), item(9, BIG), start="01-01", discounts=["di_2"])
del new["discount"]
events += [event("created", "01-01", new), event("customer.discount.created", "01-01", off)]
EXPECTED["new_shape"] = [
    ("team", 1000, 1, "active", "01-01", None),
    ("big", 2500, 1, "active", "01-01", None),
]

# by use, and not for real
metered = price("calls", None, recurring={"usage_type": "metered"})
events += [
    event("created", "01-01", subscription("metered", item(10, metered, None), start="01-01")),
    event("created", "01-01", subscription("test", item(11, TEAM), start="01-01"), livemode=False),
]
EXPECTED["metered"] = [("calls", 0, 1, "active", "01-01", None)]
EXPECTED["test"] = []

# no events at all: found by an export, ended or not
found = subscription("found", item(12, price(None, 700)), start="02-01")
ended = subscription(
    "ended", item(13, TEAM), start="02-01", status="canceled", ended_at=at("03-01")
)
subscriptions += [found, ended, grew]  # of the last one events tell more
EXPECTED["found"] = [("Pro", 700, 1, "active", "02-01", None)]
EXPECTED["ended"] = [("team", 1000, 1, "active", "02-01", "03-01")]

customers: list[Row] = [
    {
        "id": f"cus_{name}",
        "object": "customer",
        "created": at("01-01"),
        "livemode": True,
        "name": name.capitalize(),
        "email": f"billing@{name}.example",
        "metadata": {} if name == "older" else {"account_id": f"stripe {name}"},
    }
    for name in EXPECTED
]
FILES: dict[str, list[Row] | str] = {
    "stripe/events/2026.jsonl": events,
    "stripe/subscriptions/2026-05-01.jsonl": subscriptions,
    "stripe/customers.jsonl": customers,
    "stripe/products.jsonl": [{"id": "prod_pro", "object": "product", "name": "Pro"}],
    "native/exchange_rates.jsonl": [
        {"month": f"2026-{month:02}", "currency": "JPY", "rate": "0.007"} for month in range(1, 6)
    ],
}
