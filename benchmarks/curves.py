"""Draws how cost grows with the number of events, from what `make benchmark` wrote.

    python -m benchmarks.curves docs/scaling.svg target/benchmark.json [MORE.json ...]

Both axes are logarithmic: a straight line at 45 degrees is a cost that doubles with the events, a
flat one a cost that does not care. Several files may hold several sizes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

SHOWN = {
    ("run", "flywheel run"): "flywheel run",
    ("run", "its SQL, bare"): "its SQL alone",
    ("daily", "a run with the last day"): "one more day",
    ("funnel", "int_events to funnel_by_actor"): "one funnel, our models",
}
SHOWN_BESIDE = {
    ("run", "landed rows copied"): "landed rows copied",
    ("funnel", "windowFunnel, sorted by time"): "one funnel, ClickHouse",
}
INK, PAPER = "#333333", "#ffffff"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("benchmarks", type=Path, nargs="+")
    asked = parser.parse_args()
    lines = [line for file in asked.benchmarks for line in json.loads(file.read_text())["lines"]]
    asked.picture.write_text(draw(points(lines)) + "\n")


def points(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One per thing shown and size."""
    found = {}
    for line in lines:
        for name, cost, shown in (("what", "cost", SHOWN), ("beside", "base", SHOWN_BESIDE)):
            if label := shown.get((line["part"], line[name])):
                found[label, line["events"]] = line[cost]["cpu"]
    return [
        {"what": what, "events": events, "seconds": seconds}
        for (what, events), seconds in sorted(found.items())
    ]


def draw(shown: list[dict[str, Any]]) -> str:
    labels = [*SHOWN.values(), *SHOWN_BESIDE.values()]
    log = alt.Scale(type="log", nice=True)
    chart = (
        alt.Chart(alt.Data(values=shown), width=480, height=300, background=PAPER)
        .mark_line(point=True)
        .encode(
            x=alt.X("events:Q", scale=log, title="events", axis=alt.Axis(format="~s")),
            y=alt.Y("seconds:Q", scale=log, title="CPU seconds", axis=alt.Axis(format="~g")),
            color=alt.Color(
                "what:N",
                sort=labels,
                scale=alt.Scale(scheme="tableau10"),
                legend=alt.Legend(title=None, orient="right"),
            ),
        )
        .configure(font="sans-serif")
        .configure_axis(labelColor=INK, titleColor=INK, gridColor="#e5e5e5")
        .configure_view(stroke=None)
    )
    return vl_convert.vegalite_to_svg(chart.to_json())


if __name__ == "__main__":
    main()
