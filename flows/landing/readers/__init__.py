"""Readers: each turns one file into rows of fields, without judging what the fields say."""

from __future__ import annotations

import glob
from dataclasses import dataclass, field
from pathlib import Path

from flows.warehouse import quoted

LONGEST_LINE = 16 * 1024 * 1024  # bytes; a longer one is set aside


class NotClean(Exception):
    """The bulk reader met something it must not judge: the file is to be read line by line."""


@dataclass(frozen=True)
class Rows:
    """A select that gives line_number, extra, raw (the line) and every column of the stream."""

    sql: str
    ready: frozenset[str] = frozenset()  # columns that come typed, not as text
    may_repeat_keys: bool = False  # told by a column repeats_a_key
    may_end_in_tabs: bool = True  # or line ends; else only spaces are looked for
    expected: int | None = None  # rows there must be, when every line is one
    fields: dict[str, frozenset[str]] = field(default_factory=dict)  # types seen, by field


def scanned(path: Path) -> str:
    """A path as the literal of a reader: its brackets and stars are no pattern."""
    return quoted(glob.escape(str(path)))
