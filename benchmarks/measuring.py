"""Measures a piece of work alone in a process of its own: CPU seconds, wall seconds, peak memory.

A piece of work is a generator function at the top of a module: what stands before its `yield` is
preparation and is not counted, what comes after is, and what it returns is handed back as JSON
would have it.

    def bare(file: str) -> Work:
        with duckdb.connect() as connection:
            yield
            connection.execute(f"create table events as from '{file}'")

    median_cost(bare, "events.parquet", rounds=3)
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
RIVALS = PROJECT / ".cache" / "benchmarks"  # chdb and polars, beside the project's own packages

Work = Iterator[None]


@dataclass(frozen=True)
class Cost:
    """What one piece of work took: seconds, megabytes, and what it found."""

    cpu: float
    wall: float
    peak: float
    found: Any = field(default=None, compare=False)

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.peak, other.peak))


def median_cost(work: Callable[..., Work], *arguments: Any, rounds: int = 1) -> Cost:
    """The round with the median CPU seconds, each in a new process; peak memory is the highest."""
    costs = sorted((_apart(work, arguments) for _ in range(rounds)), key=lambda cost: cost.cpu)
    median = costs[(rounds - 1) // 2]
    peak = max(cost.peak for cost in costs)
    return Cost(statistics.median(cost.cpu for cost in costs), median.wall, peak, median.found)


def _apart(work: Callable[..., Work], arguments: tuple[Any, ...]) -> Cost:
    place = f"{work.__module__}:{work.__name__}"
    told = json.dumps([str(it) if isinstance(it, Path) else it for it in arguments])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measuring", place, told],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{place} failed:\n{done.stderr}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    place, arguments = sys.argv[1:]
    sys.path.append(str(RIVALS))
    module, name = place.split(":")
    work = getattr(importlib.import_module(module), name)(*json.loads(arguments))
    found = None
    next(work)
    began, used = time.monotonic(), cpu_seconds()
    try:
        next(work)
    except StopIteration as end:
        found = end.value
    spent = {"cpu": cpu_seconds() - used, "wall": time.monotonic() - began, "peak": _peak()}
    print("\n" + json.dumps({**spent, "found": found}, default=str), flush=True)
    os._exit(0)  # without the last words of the engines


def cpu_seconds() -> float:
    """Of this process and of those it has started and waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(usage.ru_maxrss for usage in usages) / (1024 if sys.platform == "linux" else 1 << 20)


if __name__ == "__main__":
    main()
