"""One writer at a time, whoever started it.

The lock is the kernel's (`flock`), so it is free again the moment its holder ends, kill -9
included. The file's text only says who holds it, for the message that a second run gets.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flows.problems import Locked

# A look at the lock (`holder`) takes it for an instant; a run must not be refused because of that.
SECONDS_TO_TRY = 0.3


@contextmanager
def locked(path: Path, command: str) -> Iterator[None]:
    """Hold the lock while the block runs; refuse with the holder's name if it is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        if not _taken_within(file, SECONDS_TO_TRY):
            raise Locked(
                f"Another run holds this warehouse: {_describe(_read(file))}.",
                where=str(path),
                remedy="Wait for it to end, or stop that process, then run this again.",
            )
        _write(file, {"pid": os.getpid(), "command": command, "since": _now()})
        try:
            yield
        finally:
            _write(file, {})


def holder(path: Path) -> dict[str, object] | None:
    """Who holds the lock now; None when it is free."""
    if not path.exists():
        return None
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
    return None


def _taken_within(file: IO[str], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)


def _read(file: IO[str]) -> dict[str, object]:
    file.seek(0)
    try:
        return json.loads(file.read() or "{}")
    except json.JSONDecodeError:  # its holder is writing at this very moment
        return {}


def _write(file: IO[str], who: dict[str, object]) -> None:
    file.seek(0)
    file.truncate()
    file.write(json.dumps(who))
    file.flush()


def _describe(who: dict[str, object]) -> str:
    if not who:
        return "a process that has just started"
    return f"process {who['pid']}, `{who['command']}`, since {who['since']}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
