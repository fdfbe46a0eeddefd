"""What is wrong with the definitions, said so that it can be mended: file, row, column, value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A data row; the first below the heading is number 1. Empty cells are ''."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Finding:
    file: str
    message: str
    row: int | None = None
    column: str = ""
    is_fatal: bool = True

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.message}"


def nearest(name: str, names: Iterable[str], likeness: float = 0.6) -> str:
    """` Did you mean "x"?`, or nothing when no name is near."""
    by_lower_case = {candidate.lower(): candidate for candidate in names}
    near = difflib.get_close_matches(name.lower(), by_lower_case, n=1, cutoff=likeness)
    return f' Did you mean "{by_lower_case[near[0]]}"?' if near else ""


def known(names: Iterable[str], at_most: int = 12) -> str:
    """The names there are, shortened; for the end of a message."""
    names = sorted(set(names))
    if not names:
        return "there are none"
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return f"known are {', '.join(names[:at_most])}{more}"
