"""Which events satisfy a rule: rows that name events and conditions, alternatives OR-ed."""

from __future__ import annotations

import re
from collections import defaultdict

from flows.simulate.truth.facts import Event, Facts
from flows.simulate.truth.rows import Row

MISSING = object()


def matching(facts: Facts, rule: list[Row], events: list[Event]) -> list[Event]:
    return [event for event in events if satisfies(facts, rule, event)]


def satisfies(facts: Facts, rule: list[Row], event: Event) -> bool:
    if not any(row["event_name"] in (event.name, "*") for row in rule):
        return False
    alternatives: dict[str | None, list[Row]] = defaultdict(list)
    for row in rule:
        alternatives[row["alternative"]].append(row)
    return any(all(_row_holds(facts, row, event) for row in rows) for rows in alternatives.values())


def _row_holds(facts: Facts, row: Row, event: Event) -> bool:
    if row["event_name"] not in (event.name, "*"):
        return False
    name = row["property"]
    if name is None:
        return True
    value: object
    if row["property_scope"] == "user":
        user = facts.users.get(event.user or "")
        value = user.attributes.get(name) if user else None
        value = MISSING if value is None else value
    else:
        value = event.properties.get(name, MISSING)
    return holds(str(row["operator"]), value, row["value"] or "")


def holds(operator: str, value: object, wanted: str) -> bool:
    """One condition on one value; several wanted values are separated by a bar."""
    choices = wanted.split("|")
    text = "" if value is MISSING or value is None else str(value)
    present = text != ""
    positive = {
        "exact": lambda: present and text in choices,
        "contains": lambda: present and any(choice.lower() in text.lower() for choice in choices),
        "is_set": lambda: present,
        "gt": lambda: present and float(text) > float(wanted),
        "gte": lambda: present and float(text) >= float(wanted),
        "lt": lambda: present and float(text) < float(wanted),
        "lte": lambda: present and float(text) <= float(wanted),
        "regex": lambda: present and any(re.search(choice, text) for choice in choices),
    }
    negative = {"is_not": "exact", "not_contains": "contains", "is_not_set": "is_set"}
    if operator in negative:
        return not positive[negative[operator]]()
    return bool(positive[operator]())
