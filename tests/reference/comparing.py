"""Are two tables alike, given as rows by their key?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def same(built: dict[Any, tuple], expected: dict[Any, tuple]) -> None:
    """Equal but for the last digits of fractions; names some of the rows that differ."""
    wrong = [
        f"{key}: built {built.get(key, 'nothing')}, expected {expected.get(key, 'nothing')}"
        for key in sorted({*built, *expected}, key=str)
        if not alike(built.get(key), expected.get(key))
    ]
    assert not wrong, f"{len(wrong)} of {len(expected)} rows\n" + "\n".join(wrong[:20])


def alike(one: Iterable | None, other: Iterable | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(
        abs(a - b) < 1e-6 if isinstance(a, float) and isinstance(b, float | int) else a == b
        for a, b in zip(one, other, strict=True)
    )
