"""How the report writes numbers, dates and names: for people, with the exact value kept beside.

A number becomes `<data value="0.2708">27.1 %</data>` and a date `<time datetime="2026-06-01">`, so
that what is read by eye can be checked by machine against the published file.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

DASH = "\N{EN DASH}"
NO_VALUE = Markup(f'<span class="none">{DASH}</span>')
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

Number = int | float | Decimal


def percent(value: Number) -> str:
    return f"{float(value) * 100:,.1f}{SPACE}%"


def points(value: Number) -> str:
    """The difference between two shares."""
    return f"{float(value) * 100:,.1f}{SPACE}pts"


def count(value: Number) -> str:
    return f"{value:,.0f}"


def money(value: Number) -> str:
    return f"{value:,.2f}"


def one_digit(value: Number) -> str:
    return f"{value:,.1f}"


def duration(value: Number) -> str:
    """Seconds in the two largest units that say something."""
    seconds = float(value)
    if seconds < 60:
        return f"{seconds:.0f}{SPACE}s"
    if seconds < 3600:
        return f"{seconds / 60:.0f}{SPACE}min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f}{SPACE}h"
    return f"{seconds / 86400:,.1f}{SPACE}days"


NUMBERS = {
    "fraction": percent,
    "percent": percent,
    "points_of_share": points,
    "count": count,
    "currency": money,
    "money": money,
    "ratio": money,
    "points": one_digit,
    "hours": one_digit,
    "months": one_digit,
    "one_digit": one_digit,
    "duration": duration,
    "p_value": lambda value: "< 0.001" if value < 0.001 else f"{value:.3f}",
}
UNITS = {"hours": "h", "months": "months"}  # what a scorecard says after such a number


def day(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def month(value: date) -> str:
    return f"{value:%b %Y}"


def instant(value: datetime) -> str:
    return f"{value.day} {value:%b %Y, %H:%M} UTC"


DATES = {"day": day, "month": month, "instant": instant}


def plain(value: Any, kind: str) -> str:
    """The words alone, for labels in charts and sentences in attributes."""
    if value is None:
        return DASH
    said = DATES[kind](value) if kind in DATES else NUMBERS[kind](value)
    return said.replace("-", MINUS) if kind in NUMBERS else said


def shown(value: Any, kind: str = "text") -> Markup:
    """A value as the page shows it; what is not known is a dash, never a zero."""
    if value is None or value == "":
        return NO_VALUE
    if kind in DATES:
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), plain(value, kind))
    if kind in NUMBERS:
        return Markup('<data value="{}">{}</data>').format(value, plain(value, kind))
    if kind == "name":
        return escape(name(value))
    return escape(value)


def signed(value: Number | None, kind: str) -> Markup:
    """A change, with its sign and its value."""
    if value is None:
        return NO_VALUE
    said = plain(value, "points_of_share" if kind == "fraction" else kind)
    return Markup('<data value="{}">{}{}</data>').format(value, "+" if value > 0 else "", said)


def name(identifier: str) -> str:
    """`user_first_value` as a heading: User first value."""
    said = str(identifier).replace("_", " ").replace(":", ", ").strip()
    return said[:1].upper() + said[1:]


def reasons(text: str | None) -> list[dict[str, Any]]:
    """Why somebody is a lead: a JSON list, heaviest signal first."""
    found = json.loads(text) if text else []
    return sorted(found, key=lambda reason: -(reason.get("points") or 0))


def listed(items: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
