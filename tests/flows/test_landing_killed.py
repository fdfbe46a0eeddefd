"""A landing killed at any moment leaves each file whole or absent; the next run makes it good."""

from __future__ import annotations

import gzip
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from landing_folder import LandingFolder, csv_text, event, json_lines

from flows.problems import Locked

LAND = """
import os, signal, sys
from pathlib import Path
from flows.landing import content, land, load, run

def killing(module, name, after, times):
    function, calls = getattr(module, name), []
    def killer(*arguments, **options):
        calls.append(name)
        if len(calls) == times and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **options)
        if len(calls) == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, killer)

landing, warehouse, point = sys.argv[1:]
if point == "unpacking":
    killing(content, "unpack", True, 1)
elif point == "before the ledger row":
    killing(load, "write_load", False, 2)
elif point == "before the commit":
    killing(load, "write_load", True, 2)
elif point == "after the commit":
    killing(run, "load_file", True, 2)
elif point == "holding":
    with run._working_file(Path(warehouse), False):
        print("open", flush=True)
        sys.stdin.read()
print("begun", flush=True)
land(Path(landing), Path(warehouse))
"""
POINTS = (
    "unpacking",
    "before the ledger row",
    "before the commit",
    "after the commit",
)


def begin(folder: LandingFolder, point: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LAND, str(folder.landing), str(folder.warehouse), point]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def fill(folder: LandingFolder) -> None:
    for part in range(6):
        rows = [event(part * 1_000 + n, plan=n) for n in range(500)]
        bad = "broken\n" * (part % 3)
        folder.write(f"native/events/{part}.jsonl", json_lines(rows) + bad)
    late = json_lines([event(n) for n in range(9_000, 9_500)]).encode()
    folder.write("native/events/packed.jsonl.gz", gzip.compress(late, mtime=0))
    folder.write("native/users.csv", csv_text([{"user_id": "u1", "created_at": "2026-01-01"}]))


def everything(folder: LandingFolder) -> list[list[tuple]]:
    """All that landing keeps, but for the instants and the numbers of files."""
    return [
        folder.rows("select * exclude (file_id) from raw.native_events order by all"),
        folder.rows("select * exclude (file_id) from raw.native_users order by all"),
        folder.rows("select * exclude (file_id, loaded_at) from meta.loads order by all"),
        folder.rows("select * exclude (file_id, loaded_at) from meta.quarantine order by all"),
        folder.rows("select * exclude (last_loaded_at) from meta.sources order by all"),
        folder.rows("select source_id, stream, field, kind from meta.drift order by all"),
        folder.rows("select stream, field, types from meta.fields order by all"),
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple]]:
    folder = LandingFolder(tmp_path_factory.mktemp("undisturbed"))
    fill(folder)
    folder.land()
    return everything(folder)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_and_run_again(tmp_path: Path, point: str, undisturbed: list) -> None:
    folder = LandingFolder(tmp_path)
    fill(folder)
    process = begin(folder, point)
    assert process.wait(timeout=60) == -signal.SIGKILL, process.communicate()[1]
    in_ledger = "select coalesce(sum(rows_landed), 0) from meta.loads where stream = 'events'"
    in_raw = "select count(*) from raw.native_events"
    assert folder.rows(in_ledger) == folder.rows(in_raw)
    folder.land()
    assert everything(folder) == undisturbed


def test_killed_at_random_moments(tmp_path: Path, undisturbed: list) -> None:
    folder = LandingFolder(tmp_path)
    fill(folder)
    chance = random.Random(3)
    for _ in range(4):
        process = begin(folder, "none")
        assert process.stdout.readline() == "begun\n"
        time.sleep(chance.random() * 0.4)
        process.kill()
        process.communicate()
    folder.land()
    assert everything(folder) == undisturbed


def test_two_loaders_at_once(tmp_path: Path) -> None:
    folder = LandingFolder(tmp_path)
    fill(folder)
    first = begin(folder, "holding")
    assert first.stdout.readline() == "open\n"
    with pytest.raises(Locked, match=str(first.pid)):
        folder.land()
    assert (folder.warehouse / "landing.tmp").exists()
    first.communicate("")
    assert first.returncode == 0
    assert folder.land().files == []
