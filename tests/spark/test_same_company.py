"""`flywheel run --target spark` publishes the file that `flywheel run` publishes: the demo company,
that arrives in two parts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_copy import PROJECT
from tests.spark.parity import differences_of_files

LANDED = PROJECT / "seeds" / "raw"
LATER = ("2026-04", "2026-05", "2026-06")  # the events of these months come another day


def run(landing: Path, warehouse: Path, target: str) -> Path:
    command = ["-m", "flows.cli", "run", "--target", target]
    subprocess.run(
        [sys.executable, *command, "--landing", str(landing), "--warehouse", str(warehouse)],
        cwd=PROJECT,
        check=True,
    )
    return warehouse / "flywheel.duckdb"


@pytest.mark.spark
def test_the_demo_company_in_two_arrivals(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    files = sorted(path for path in LANDED.rglob("*") if path.is_file())
    later = {file for file in files if file.name.startswith(LATER)}
    for delivery in (set(files) - later, later):
        for file in delivery:
            place = landing / file.relative_to(LANDED)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        published = {
            target: run(landing, tmp_path / target, target) for target in ("duckdb", "spark")
        }
        found = differences_of_files(published["duckdb"], published["spark"])
        assert not found, "\n".join(found)
