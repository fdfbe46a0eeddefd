"""`make benchmark`: what flywheel costs beside what there is no way below, or another would pick.

    make benchmark EVENTS=1000000,10000000 ROUNDS=3 [PARTS=funnel,run]

Every part is measured in processes of its own, in turn, in one run; a table is printed and the same
written as JSON. Ratios are what travels from machine to machine. docs/scaling.md tells more.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks.company import make_company
from benchmarks.daily import daily_lines
from benchmarks.funnel import funnel_lines
from benchmarks.landing import landing_lines
from benchmarks.lines import Line, as_documents, as_table
from benchmarks.made_log import make_log
from benchmarks.marts import mart_lines
from benchmarks.published import published_lines
from benchmarks.retention import retention_lines
from benchmarks.run import run_lines
from benchmarks.spark import spark_lines

OF_FILES = ("landing",)
OF_A_COMPANY = ("run", "marts", "published", "daily")
OF_A_LOG = ("funnel", "retention")
ON_SPARK = ("spark",)  # only where it is asked for: needs make install-spark, takes long
PARTS = (*OF_FILES, *OF_A_LOG, *OF_A_COMPANY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=_sizes, default=[1_000_000], help="1000000,10000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path("target/benchmark.json"))
    asked = parser.parse_args()
    if unknown := set(asked.parts) - {*PARTS, *ON_SPARK}:
        parser.error(f"unknown parts {', '.join(unknown)}: of {', '.join((*PARTS, *ON_SPARK))}")
    lines: list[Line] = []
    for events in asked.events:
        with tempfile.TemporaryDirectory(prefix="flywheel-benchmark-") as folder:
            for line in measured(Path(folder), events, asked.rounds, asked.parts):
                lines.append(line)
                _write(asked.out, lines, asked.rounds)
    Console(width=180).print(as_table(lines, asked.rounds))
    print(f"Written to {asked.out}.")


def measured(home: Path, events: int, rounds: int, parts: list[str]) -> Iterator[Line]:
    """Every part that is asked for, at one size, as soon as it is known."""
    if "landing" in parts:
        yield from landing_lines(home / "files", events, rounds)
    if set(parts) & set(OF_A_LOG):
        log = make_log(home / "log", events)
        if "funnel" in parts:
            yield from funnel_lines(log, rounds)
        if "retention" in parts:
            yield from retention_lines(log, rounds)
    if set(parts) & set(ON_SPARK):
        yield from spark_lines(make_company(home / "on_spark", events), rounds)
    if set(parts) & set(OF_A_COMPANY):
        company = make_company(home / "company", events)
        run = list(run_lines(company, rounds))
        yield from run
        if "marts" in parts:
            yield from mart_lines(company, rounds)
        if "published" in parts:
            yield from published_lines(company, rounds)
        if "daily" in parts:
            yield from daily_lines(company, run[0].cost)


def _sizes(text: str) -> list[int]:
    return [int(size.replace("_", "")) for size in text.split(",")]


def _write(out: Path, lines: list[Line], rounds: int) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": _machine(), "rounds": rounds, "lines": as_documents(lines)}
    out.write_text(json.dumps(document, indent=2, default=str) + "\n")


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }


if __name__ == "__main__":
    main()
