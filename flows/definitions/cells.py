"""What one cell of a definition file may hold: the kinds of column, each a small checker."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

OPERATORS = (
    "exact",
    "is_not",
    "contains",
    "not_contains",
    "is_set",
    "is_not_set",
    "gt",
    "lt",
    "gte",
    "lte",
    "regex",
)
PERIODS = ("hour", "day", "week", "month")
WINDOW_UNITS = ("second", "minute", "hour", "day", "week", "month")
GRAINS = ("user", "account")

NUMBER = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Column:
    """A column's rule. `wrong` says why a filled cell cannot be meant; None = it can."""

    type: str  # what the seed's yml declares
    wrong: Callable[[str], str | None]
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    may_be_absent: bool = False  # the file may leave the whole column out


def text(*, required: bool = False, pattern: str = "", like: str = "") -> Column:
    def wrong(cell: str) -> str | None:
        return None if not pattern or re.fullmatch(pattern, cell) else f"is not {like}"

    return Column("string", wrong, required)


def one_of(*allowed: str, required: bool = False, may_be_absent: bool = False) -> Column:
    def wrong(cell: str) -> str | None:
        return None if cell in allowed else f"is none of {', '.join(allowed)}"

    return Column("string", wrong, required, allowed, may_be_absent)


def flag(*, required: bool = False) -> Column:
    def wrong(cell: str) -> str | None:
        return None if cell.lower() in ("true", "false") else "is neither true nor false"

    return Column("boolean", wrong, required)


def whole(*, required: bool = False, least: int = 0, most: int = 10**18) -> Column:
    def wrong(cell: str) -> str | None:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", cell):
            return "is not a whole number"
        return _out_of_bounds(int(cell), least, most)

    return Column("bigint", wrong, required)


def number(
    *,
    required: bool = False,
    least: float = float("-inf"),
    above: float = float("-inf"),
    below: float = float("inf"),
    type: str = "double",
) -> Column:
    def wrong(cell: str) -> str | None:
        if not re.fullmatch(NUMBER, cell):
            return "is not a number"
        if float(cell) <= above:
            return f"is not more than {above:g}"
        if float(cell) >= below:
            return f"is not less than {below:g}"
        return _out_of_bounds(float(cell), least, below)

    return Column(type, wrong, required)


def day(*, may_be_absent: bool = False) -> Column:
    def wrong(cell: str) -> str | None:
        try:
            year = date.fromisoformat(cell).year if len(cell) == len("2026-06-30") else 0
        except ValueError:
            year = 0
        return None if year >= 2000 else "is not a date since 2000, such as 2026-06-30"

    return Column("date", wrong, may_be_absent=may_be_absent)


def _out_of_bounds(value: float, least: float, most: float) -> str | None:
    if value < least:
        return f"is less than {least:g}"
    return f"is more than {most:g}" if value > most else None
