"""The charts of the report: Altair describes them, vl-convert draws them as SVG, with no browser.

Colours are the variables of `page.css`, so that one drawing serves light, dark and paper. A chart
is drawn at the width it is read at: small ones fit a phone, a large one is drawn twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count, pairwise
from typing import Any, NamedTuple

import altair as alt
import vl_convert
from markupsafe import Markup

from flows.report.words import plain

Row = dict[str, Any]

SMALL = (336, 168)
_numbers = count(1)  # ids inside a page must differ


class Series(NamedTuple):
    """A column, the colour it is drawn in, and what it is called."""

    column: str
    colour: str
    label: str = ""
    dashed: bool = False


CONFIG = {
    "aria": False,  # the page describes the chart, and its numbers stand in a table below it
    "background": "transparent",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": "var(--line)",
        "labelColor": "var(--muted)",
        "labelFontSize": 11,
        "labelPadding": 6,
        "title": None,
    },
    "axisX": {"grid": False, "labelFlush": False, "labelOverlap": False},
    "text": {"fontSize": 12, "fill": "var(--ink)"},
    "line": {"strokeWidth": 2, "strokeCap": "round"},
}
AXIS_NUMBERS = {
    "fraction": "format(datum.value * 100, '.0f') + ' %'",
    "duration": "datum.value == 0 ? '0' : datum.value % 86400 == 0 ? datum.value / 86400 +"
    " (datum.value == 86400 ? ' day' : ' days') : datum.value % 3600 == 0 ?"
    " datum.value / 3600 + ' h' : datum.value / 60 + ' min'",
    "count": "format(datum.value, ',.0~f')",
    "ratio": "format(datum.value, ',~f')",
    "points": "format(datum.value, ',.0~f')",
    "money": "datum.value >= 10000 || datum.value <= -10000 ?"
    " format(datum.value, '.2~s') : format(datum.value, ',.0~f')",
}
A_MONTH = (
    "[utcFormat(toDate(datum.value), '%b'), utcmonth(toDate(datum.value)) == 0"
    " || datum.index == 0 ? utcFormat(toDate(datum.value), '%Y') : '']"
)


def trend(
    rows: Sequence[Row],
    x: str,
    series: Sequence[Series],
    unit: str,
    *,
    size: tuple[int, int] = SMALL,
    domain: tuple[float, float] | None = None,
    band: tuple[str, str] | None = None,
    reference: float | None = None,
    weight: str | None = None,
) -> Markup:
    """Lines over time or over period numbers, each labelled at its newest value.

    With a weight, the dots of the last series grow with it: a rate of one in one is a small dot.
    """
    known = [row for row in rows if any(row[one.column] is not None for one in series)]
    if not known:
        return Markup("")
    is_time = isinstance(rows[0][x], date)
    low, high = domain or _domain(rows, series, band)
    at_x = alt.X("x:T" if is_time else "x:Q", axis=_time_axis(rows, x) if is_time else _steps(rows))
    at_x = at_x.scale(type="utc") if is_time else at_x.scale(nice=False, zero=False)
    axis_y = alt.Axis(tickCount=4, labelExpr=AXIS_NUMBERS[unit])
    if unit == "duration":
        axis_y = alt.Axis(values=_hours_and_days(high), labelExpr=AXIS_NUMBERS[unit])
    scale_y = alt.Scale(domain=[low, high], nice=False, zero=False)
    layers, ends = [], []
    if band:
        values = [
            {"x": _x(row[x]), "low": row[band[0]], "high": row[band[1]]}
            for row in rows
            if row[band[0]] is not None and row[band[1]] is not None
        ]
        layers.append(
            alt.Chart(_data(values))
            .mark_area(fill="var(--band)", clip=True)
            .encode(x=at_x, y=alt.Y("low:Q", scale=scale_y, axis=axis_y), y2="high:Q")
        )
    if reference is not None:
        layers.append(
            alt.Chart(_data([{"y": reference}]))
            .mark_rule(stroke="var(--muted)", strokeDash=[2, 3])
            .encode(y=alt.Y("y:Q", scale=scale_y, axis=axis_y))
        )
    for one, shift in zip(series, _apart(rows, series, low, high, size[1]), strict=True):
        values = [{"x": _x(row[x]), "y": _number(row[one.column])} for row in rows]
        last = next((value for value in reversed(values) if value["y"] is not None), None)
        if last is None:
            continue
        at_y = alt.Y("y:Q", scale=scale_y, axis=axis_y)
        dash = [4, 3] if one.dashed else [1, 0]
        base = alt.Chart(_data(values)).encode(x=at_x, y=at_y)
        is_weighed = weight is not None and one is series[-1]
        thin = {"strokeWidth": 1, "strokeOpacity": 0.55} if is_weighed else {}
        layers.append(base.mark_line(stroke=one.colour, strokeDash=dash, **thin))
        if is_weighed:
            layers.append(_weighed(values, rows, weight, one.colour, at_x, at_y))
        elif len(known) <= 14:
            layers.append(
                base.mark_point(filled=True, fill=one.colour, size=16, opacity=1, invalid="filter")
            )
        label = plain(last["y"], unit)
        end = alt.Chart(_data([{**last, "label": label}])).encode(x=at_x, y=at_y)
        if not is_weighed:
            layers.append(end.mark_point(filled=True, fill=one.colour, size=42, opacity=1))
        ends.append((end, one, shift, label))
    for end, one, shift, label in ends:
        if label in [other for _, _, _, other in ends[ends.index((end, one, shift, label)) + 1 :]]:
            continue
        text = end.mark_text(align="left", dx=8, dy=shift, fontWeight=600, fill=one.colour)
        layers.append(text.encode(text="label:N"))
    return _drawn(alt.layer(*layers), size, left=46, right=62, bottom=34 if is_time else 20)


def _weighed(
    values: list[Row], rows: Sequence[Row], weight: str, colour: str, x: alt.X, y: alt.Y
) -> alt.Chart:
    """Dots whose area is the number of those that a rate is of."""
    most = max(float(row[weight] or 0) for row in rows) or 1.0
    weighed = [
        {**value, "weight": float(row[weight] or 0)}
        for value, row in zip(values, rows, strict=True)
        if value["y"] is not None
    ]
    area = alt.Size("weight:Q", legend=None, scale=alt.Scale(domain=[0, most], range=[0, 110]))
    dots = alt.Chart(_data(weighed)).mark_point(filled=True, fill=colour, opacity=1)
    return dots.encode(x=x, y=y, size=area)


def movements(
    rows: Sequence[Row],
    x: str,
    gains: Sequence[Series],
    losses: Sequence[Series],
    unit: str,
    *,
    net: Series | None = None,
    size: tuple[int, int] = SMALL,
    labels: int = 7,
) -> Markup:
    """Bars of what was won above and what was lost below the line, with the net of both."""
    order = [row[x].isoformat()[:10] for row in rows]
    bars: list[Row] = []
    for row, at in zip(rows, order, strict=True):
        for number, one in enumerate((*gains, *losses)):
            value = float(row[one.column] or 0) * (-1 if one in losses else 1)
            if value:
                is_open = row.get("is_complete") is False
                bars.append({"x": at, "y": value, "z": number, "kind": one.column, "open": is_open})
    if not bars:
        return Markup("")
    shades = (*gains, *losses)
    at_x = alt.X(
        "x:O",
        sort=order,
        scale=alt.Scale(domain=order, paddingInner=0.3, paddingOuter=0.15),
        axis=alt.Axis(values=_month_ticks(order, labels), labelExpr=A_MONTH, labelAngle=0),
    )
    axis_y = alt.Axis(tickCount=5, labelExpr=AXIS_NUMBERS[unit])
    beside = 20 if size[0] > SMALL[0] else 10  # clear of the bar
    above, below = _sums(bars, order)
    scale_y = alt.Scale(domain=[min(below) * 1.12, max(above) * 1.12], nice=False)
    colour = alt.Color(
        "kind:N",
        legend=None,
        sort=None,
        scale=alt.Scale(domain=[s.column for s in shades], range=[s.colour for s in shades]),
    )
    layers: list[Any] = [
        alt.Chart(_data(bars))
        .mark_bar()
        .encode(
            x=at_x,
            y=alt.Y("y:Q", scale=scale_y, axis=axis_y, stack="zero"),
            color=colour,
            order="z:Q",
            opacity=alt.condition("datum.open", alt.value(0.45), alt.value(1)),
        ),
        alt.Chart(_data([{"y": 0}]))
        .mark_rule(stroke="var(--muted)", strokeWidth=1)
        .encode(y=alt.Y("y:Q", scale=scale_y, axis=axis_y)),
    ]
    if net:
        values = [
            {"x": at, "y": float(row[net.column] or 0)} for row, at in zip(rows, order, strict=True)
        ]
        line = alt.Chart(_data(values)).encode(x=at_x, y=alt.Y("y:Q", scale=scale_y, axis=axis_y))
        layers.append(line.mark_line(stroke=net.colour, strokeWidth=1.5))
        layers.append(line.mark_point(filled=True, fill=net.colour, size=22, opacity=1))
        last = [{**values[-1], "label": plain(values[-1]["y"], unit)}]
        layers.append(
            alt.Chart(_data(last))
            .mark_text(align="left", dx=beside, fontWeight=600, fill=net.colour)
            .encode(x=at_x, y=alt.Y("y:Q", scale=scale_y, axis=axis_y), text="label:N")
        )
    return _drawn(alt.layer(*layers), size, left=46, right=58 if net else 12, bottom=34)


def _data(values: list[Row]) -> alt.InlineData:
    return alt.InlineData(values=values)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _x(value: Any) -> Any:
    if not isinstance(value, date):
        return value
    at = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return at.timestamp() * 1000


def _domain(
    rows: Sequence[Row], series: Sequence[Series], band: tuple[str, str] | None
) -> tuple[float, float]:
    columns = [one.column for one in series] + list(band or ())
    values = [float(row[name]) for row in rows for name in columns if row[name] is not None]
    high, low = max([*values, 0]), min([*values, 0])
    reach = (high - low) or 1
    return (low - reach * 0.08 if low < 0 else 0), high + reach * 0.12


def _apart(
    rows: Sequence[Row], series: Sequence[Series], low: float, high: float, height: int
) -> list[int]:
    """How far to move each end label so that none covers another."""
    last = [
        next((float(r[s.column]) for r in reversed(rows) if r[s.column] is not None), None)
        for s in series
    ]
    shifts = [0] * len(series)
    order = sorted((i for i, value in enumerate(last) if value is not None), key=lambda i: last[i])
    for under, over in pairwise(order):
        gap = (last[over] - last[under]) / (high - low) * (height - 44)
        if gap < 15:
            shifts[under] += int((15 - gap) / 2) + 1
            shifts[over] -= int((15 - gap) / 2) + 1
    return shifts


def _sums(bars: list[Row], order: list[str]) -> tuple[list[float], list[float]]:
    above = [sum(b["y"] for b in bars if b["x"] == at and b["y"] > 0) for at in order]
    below = [sum(b["y"] for b in bars if b["x"] == at and b["y"] < 0) for at in order]
    return above, below


def _month_ticks(days: Sequence[str], at_most: int) -> list[str]:
    """The first of the days in each month, thinned from the newest back."""
    firsts = [day for before, day in pairwise(["", *days]) if day[:7] != before[:7]]
    if len(firsts) > 2 and len(firsts) < len(days) and firsts[0] == days[0]:
        firsts = firsts[1:] if days[0][8:] > "07" else firsts  # a month that began before the chart
    step = -(-len(firsts) // at_most)
    return list(reversed(list(reversed(firsts))[::step]))


def _time_axis(rows: Sequence[Row], x: str) -> alt.Axis:
    """Every month of the time shown, thinned where there are many."""
    first, last = rows[0][x], rows[-1][x]
    months = [divmod(number, 12) for number in range(_month(first), _month(last) + 1)]
    starts = [date(year, month + 1, 1) for year, month in months]
    starts = [start for start in starts if start >= first] or [first]
    starts = list(reversed(starts[:: -1 - (len(starts) - 1) // 7]))
    return alt.Axis(values=[_x(start) for start in starts], labelExpr=A_MONTH, format="%b")


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _hours_and_days(high: float) -> list[float]:
    """Ticks that fall on whole hours or days."""
    steps = (600, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000, 2592000)
    step = next((step for step in steps if high / step <= 5), steps[-1])
    return [step * number for number in range(int(high / step) + 1)]


def _steps(rows: Sequence[Row]) -> alt.Axis:
    return alt.Axis(tickMinStep=1, tickCount=min(len(rows), 8), format="d")


def _drawn(
    chart: alt.LayerChart, size: tuple[int, int], *, left: int, right: int, bottom: int
) -> Markup:
    """The chart as an SVG element of just this size, ready to stand in the page."""
    width, height = size
    spec = chart.properties(
        width=width - left - right,
        height=height - 14 - bottom,
        padding={"left": left, "right": right, "top": 14, "bottom": bottom},
        autosize={"type": "none"},
    ).to_dict()
    spec["config"] = CONFIG
    return Markup(_tidied(vl_convert.vegalite_to_svg(spec)))  # texts are escaped by the drawer


TIDYING = (
    (r' (?:font-family|role|aria-\w+|pointer-events|class)="[^"]*"', ""),
    (r"<svg [^>]*?(width=\S+ height=\S+ viewBox=\"[^\"]+\")[^>]*>", r'<svg \1 aria-hidden="true">'),
    (r"(\.\d\d)\d+", r"\1"),
    (r'<path d="M0,0h0v0h0Z"\s*/?>(?:</path>)?', ""),
)


def _tidied(svg: str) -> str:
    for pattern, replacement in TIDYING:
        svg = re.sub(pattern, replacement, svg)
    if "id=" in svg:
        number = next(_numbers)
        svg = re.sub(r'(id="|url\(#)', rf"\g<1>c{number}-", svg)
    return svg
