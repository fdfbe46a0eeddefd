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


@dataclass(frozen=True)
class Column:
    """A column's rule. `wrong` says why a non-empty cell cannot be meant, or None."""

    kind: str  # what the seed's yml declares: string, bigint, double, boolean, date
    wrong: Callable[[str], str | None]
    is_required: bool = False
    is_optional_column: bool = False  # the file may leave the whole column out
    allowed: tuple[str, ...] = ()


def text(*, required: bool = False, pattern: str = "", like: str = "") -> Column:
    def wrong(cell: str) -> str | None:
        return None if not pattern or re.fullmatch(pattern, cell) else f"is not {like}"

    return Column("string", wrong, required)


def one_of(*allowed: str, required: bool = False) -> Column:
    def wrong(cell: str) -> str | None:
        return None if cell in allowed else f"is none of {', '.join(allowed)}"

    return Column("string", wrong, required, allowed=allowed)


def whole(*, required: bool = False, least: int | None = None, most: int | None = None) -> Column:
    def wrong(cell: str) -> str | None:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", cell):
            return "is not a whole number"
        return _out_of_bounds(int(cell), least, most)

    return Column("bigint", wrong, required)


def number(
    *, required: bool = False, least: float | None = None, most: float | None = None
) -> Column:
    def wrong(cell: str) -> str | None:
        return "is not a number" if not is_number(cell) else _out_of_bounds(float(cell), least, most)

    return Column("double", wrong, required)


def flag() -> Column:
    """true or false; empty means false."""

    def wrong(cell: str) -> str | None:
        return None if cell.lower() in ("true", "false") else "is neither true nor false"

    return Column("boolean", wrong, allowed=("true", "false"))


def day(*, optional_column: bool = False) -> Column:
    def wrong(cell: str) -> str | None:
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
                date.fromisoformat(cell)
                return None
        except ValueError:
            pass
        return "is not a date such as 2026-06-30"

    return Column("date", wrong, is_optional_column=optional_column)


def is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?", cell) is not None


def _out_of_bounds(value: float, least: float | None, most: float | None) -> str | None:
    if least is not None and value < least:
        return f"is less than {least:g}"
    if most is not None and value > most:
        return f"is more than {most:g}"
    return None
