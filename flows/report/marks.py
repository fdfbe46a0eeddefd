"""Word-sized graphics of the report: sparklines, bullets and intervals, drawn by hand as SVG.

They stand beside the number that they show, so they are hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from markupsafe import Markup

Value = float | None


def sparkline(values: Sequence[Value], width: int = 132, height: int = 30) -> Markup:
    """The course of a metric on its own scale; a week without a value is a gap."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return Markup("")
    low, high = min(known), max(known)
    inner, step = height - 8, (width - 10) / max(len(values) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(4 + index * step, 1), round(4 + inner * (1 - share), 1)

    points = [
        None if value is None else place(index, float(value)) for index, value in enumerate(values)
    ]
    stretches = [
        list(stretch)
        for is_known, stretch in groupby(points, key=lambda p: p is not None)
        if is_known
    ]
    lines = "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in stretch)}"/>'
        for stretch in stretches
        if len(stretch) > 1
    )
    dots = "".join(
        f'<circle class="alone" cx="{stretch[0][0]}" cy="{stretch[0][1]}" r="1.2"/>'
        for stretch in stretches
        if len(stretch) == 1
    )
    x, y = stretches[-1][-1]
    return _drawn("spark", width, height, f'{lines}{dots}<circle cx="{x}" cy="{y}" r="2.6"/>')


def bullet(
    value: Value,
    mean: Value,
    median: Value,
    top: Value,
    better: str,
    width: int = 132,
    height: int = 16,
) -> Markup:
    """A tick for the week and a ring for the mean, on the bands below, typical and good.

    The better side is right, also where less is better.
    """
    if value is None or median is None or top is None:
        return Markup("")
    value, median, top = float(value), float(median), float(top)
    mean = value if mean is None else float(mean)
    low = min(0.0, value, median, top) if better == "higher" else 0.0
    high = max(median, top) * 1.3
    if better == "higher" and low > -1 and min(median, top) > 0.6:  # ratios that live around one
        low = min(value, mean, median) - 2 * abs(top - median)
    if better != "higher":
        high = max(median * 1.6, top)
    high = high if high > low else low + 1

    def place(at: float) -> float:
        share = min(max((at - low) / (high - low), 0), 1)
        return round(2 + (width - 4) * (share if better == "higher" else 1 - share), 1)

    edges = [2, place(median), place(top), width - 2]
    bands = "".join(
        f'<rect class="{name}" x="{start}" y="4" width="{max(end - start - 1, 0):.1f}" height="8"/>'
        for name, start, end in zip(("low", "mid", "high"), edges, edges[1:], strict=False)
    )
    tick = f'<rect class="tick" x="{place(value) - 1.5:.1f}" y="0" width="3" height="16" rx="1"/>'
    ring = f'<circle cx="{place(mean)}" cy="8" r="3.2"/>'
    return _drawn("bullet", width, height, bands + tick + ring)


def interval(low: Value, value: Value, high: Value, width: int = 150, height: int = 18) -> Markup:
    """A difference with its confidence interval around zero, each on its own scale."""
    if value is None:
        return Markup("")
    ends = [float(end) for end in (low, value, high) if end is not None]
    reach = max(abs(end) for end in ends) * 1.1 or 1.0

    def place(at: float) -> float:
        return round(width / 2 + at / reach * (width / 2 - 4), 1)

    middle = height / 2
    whisker = ""
    if low is not None and high is not None:
        whisker = (
            f'<line class="reach" x1="{place(float(low))}" x2="{place(float(high))}"'
            f' y1="{middle}" y2="{middle}"/>'
        )
    zero = f'<line class="zero" x1="{width / 2}" x2="{width / 2}" y1="0" y2="{height}"/>'
    dot = f'<circle cx="{place(float(value))}" cy="{middle}" r="3.5"/>'
    return _drawn("interval", width, height, zero + whisker + dot)


def _drawn(name: str, width: int, height: int, inside: str | Iterable[str]) -> Markup:
    return Markup(  # numbers and class names of this module alone, nothing that was read
        f'<svg class="{name}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' aria-hidden="true" focusable="false">{inside}</svg>'
    )
