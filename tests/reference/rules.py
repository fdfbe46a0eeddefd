"""Which events does a definition mean? Written from the contract's paragraph on conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.reference.identity import Event

Row = Mapping[str, Any]


def matches(event: Event, rows: Iterable[Row]) -> bool:
    """Does the event fit any alternative: its name, and all conditions of that alternative?"""
    alternatives: dict[Any, list[Row]] = {}
    for row in rows:
        alternatives.setdefault(row["alternative"], []).append(row)
    return any(
        all(
            row["event_name"] in ("*", event.event_name) and condition_holds(event, row)
            for row in conditions
        )
        for conditions in alternatives.values()
    )


def condition_holds(event: Event, row: Row) -> bool:
    if not row.get("property"):
        return True
    value = event.properties.get(row["property"])
    if value is None and "." in row["property"]:
        value = event.properties
        for key in row["property"].split("."):
            value = value.get(key) if isinstance(value, dict) else None
    text = None if value is None else str(value)
    operator = row["operator"]
    operands = str(row.get("value") or "").split("|")
    if operator in ("is_set", "is_not_set"):
        return bool(text) == (operator == "is_set")
    if operator in ("exact", "is_not"):
        return (text in operands) == (operator == "exact")
    if operator in ("contains", "not_contains"):
        found = text is not None and any(part.lower() in text.lower() for part in operands)
        return found == (operator == "contains")
    if text is None:
        return False
    if operator == "regex":
        return re.search(str(row["value"]), text) is not None
    compare = {
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
    }[operator]
    return any(compare(float(text), float(operand)) for operand in operands)
