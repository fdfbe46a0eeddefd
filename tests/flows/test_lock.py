"""One writer at a time, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.lock import holder, locked
from flows.problems import Locked

HOLDING = """
import sys, time
from pathlib import Path
from flows.lock import locked
with locked(Path(sys.argv[1]), "flywheel run --as-of 2026-01-01"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "warehouse" / "flywheel.lock"


@pytest.fixture
def first(lock: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(lock)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_is_refused_and_told_who_is_first(lock, first) -> None:
    with pytest.raises(Locked) as refusal, locked(lock, "flywheel build"):
        pass
    assert refusal.value.exit_status == 3
    assert f"process {first.pid}" in str(refusal.value)
    assert "flywheel run --as-of 2026-01-01" in str(refusal.value)


def test_a_killed_run_holds_nothing(lock, first) -> None:
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert holder(lock) is None
    with locked(lock, "flywheel build"):
        pass


def test_the_lock_is_free_when_its_holder_fails(lock) -> None:
    with pytest.raises(ZeroDivisionError), locked(lock, "flywheel build"):
        _ = 1 / 0
    with locked(lock, "flywheel build"):
        pass


def test_looking_does_not_stand_in_the_way(lock, first) -> None:
    found = holder(lock)
    assert found is not None
    assert found["pid"] == first.pid
    assert holder(lock.with_name("another.lock")) is None
