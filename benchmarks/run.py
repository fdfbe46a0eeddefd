"""(e) What a whole `flywheel run` costs beside its SQL, and its SQL beside what was landed.

The bare SQL is the compiled one, data tests included, executed through DuckDB alone. The run also
lands the files, publishes and writes the report. It is the default way to run, without a Prefect
server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.company import Company
from benchmarks.compiled import copy_landed
from benchmarks.lines import Line
from benchmarks.marts import bare_sql
from benchmarks.measuring import PROJECT, Work, median_cost
from flows.warehouse import STORAGE_VERSION

RUN_BAR = 1.25
BUILD_BAR = 8.0


def run_lines(company: Company, rounds: int) -> Iterator[Line]:
    settings = company.settings
    whole = median_cost(whole_run, settings.landing, settings.warehouse, rounds=rounds)
    idle = median_cost(run_again, settings.landing, settings.warehouse, rounds=rounds)
    bare = bare_sql(company, rounds)
    landed = median_cost(copy_landed, settings.build_file, rounds=rounds)
    stages = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in whole.found.items())
    yield Line("run", "flywheel run", company.events, whole, "its SQL, bare", bare, RUN_BAR, stages)
    yield Line(
        "run", "its SQL, bare", company.events, bare, "landed rows copied", landed, BUILD_BAR
    )
    yield Line("run", "nothing new", company.events, idle, told=f"{idle.wall:.1f} s of wall time")
    published = median_cost(publish_again, settings.warehouse, rounds=rounds)
    copied = median_cost(copy_published, settings.published_file, rounds=rounds)
    yield Line(
        "run", "flywheel publish", company.events, published, "published tables copied", copied
    )


def whole_run(landing: str, warehouse: str) -> Work:
    shutil.rmtree(warehouse, ignore_errors=True)
    yield
    return flywheel_run(landing, warehouse)


def run_again(landing: str, warehouse: str) -> Work:
    yield
    return flywheel_run(landing, warehouse)


def publish_again(warehouse: str) -> Work:
    yield
    return _flywheel("publish", "--warehouse", warehouse)


def copy_published(published_file: str) -> Work:
    new_file = Path(published_file).with_name("copied.duckdb")
    new_file.unlink(missing_ok=True)
    yield
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published_file}' as published (read_only)")
        connection.execute(f"attach '{new_file}' as copied (storage_version '{STORAGE_VERSION}')")
        connection.execute("copy from database published to copied")
    new_file.unlink()


def flywheel_run(landing: str, warehouse: str, *more: str) -> dict[str, float]:
    return _flywheel("run", "--landing", landing, "--warehouse", warehouse, *more)


def _flywheel(*arguments: str) -> dict[str, float]:
    """Wall seconds of every stage."""
    command = [Path(sys.executable).with_name("flywheel"), *arguments, "--json"]
    ours = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    done = subprocess.run(
        command, cwd=PROJECT, env=ours, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    stages = json.loads(done.stdout)["stages"]
    return {name: stage["seconds"] for name, stage in stages.items()}
