"""The ledger: which content has been landed from where, known by its SHA-256.

There is no cursor. A run lists every file and takes away what the ledger knows, so a file that
arrives late or was touched changes nothing, and a new one is seen whatever its time stamp says.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from flows.warehouse import Connection

LOADED, EMPTY, REJECTED, SKIPPED, DEFERRED = "loaded", "empty", "rejected", "skipped", "deferred"
SETTLED = (LOADED, EMPTY, REJECTED)  # the content itself has been dealt with


@dataclass(frozen=True)
class Load:
    """One row of meta.loads. A file that was refused unread has no hash."""

    source_id: str
    stream: str
    file_path: str
    sha256: str | None
    state: str
    reason: str | None
    rows_landed: int
    rows_quarantined: int
    loaded_at: datetime
    file_id: int
    unpacked_sha256: str | None = None
    archive_sha256: str | None = None

    @property
    def contents(self) -> set[str]:
        """The hashes by which the same content is found again, as it lay there and unpacked."""
        return {sha256 for sha256 in (self.sha256, self.unpacked_sha256) if sha256}

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED and self.sha256 is not None


COLUMNS = tuple(field.name for field in fields(Load))


class Ledger:
    """meta.loads in memory, kept in step with what is committed."""

    def __init__(self, loads: list[Load]) -> None:
        self._by_file: dict[str, list[Load]] = {}
        self._by_content: dict[tuple[str, str, str], list[Load]] = {}
        self._last_file_id = 0
        for load in loads:
            self.add(load)

    def next_file_id(self) -> int:
        return self._last_file_id + 1

    def of_file(self, file_path: str) -> list[Load]:
        """What is known of a path, whatever its content was."""
        return list(self._by_file.get(file_path, ()))

    def holder(self, load: Load) -> Load | None:
        """The load that dealt with the same content, packed or unpacked, under any name."""
        found = (
            other
            for sha256 in load.contents
            for other in self._by_content.get((load.source_id, load.stream, sha256), ())
            if other.is_settled
        )
        return next(found, None)

    def all(self) -> list[Load]:
        return [load for loads in self._by_file.values() for load in loads]

    def add(self, load: Load) -> None:
        self._last_file_id = max(self._last_file_id, load.file_id)
        self._by_file.setdefault(load.file_path, []).append(load)
        for sha256 in load.contents:
            key = (load.source_id, load.stream, sha256)
            self._by_content.setdefault(key, []).append(load)

    def remove(self, load: Load) -> None:
        self._by_file[load.file_path].remove(load)
        for sha256 in load.contents:
            self._by_content[load.source_id, load.stream, sha256].remove(load)


def read_ledger(build: Connection) -> Ledger:
    rows = build.execute(f"select {', '.join(COLUMNS)} from meta.loads order by file_id").fetchall()
    return Ledger([Load(*row) for row in rows])


def write_load(build: Connection, load: Load) -> None:
    values = [getattr(load, column) for column in COLUMNS]
    marks = ", ".join("?" for _ in COLUMNS)
    build.execute(f"insert into meta.loads ({', '.join(COLUMNS)}) values ({marks})", values)


def delete_load(build: Connection, load: Load) -> None:
    build.execute("delete from meta.loads where file_id = ?", [load.file_id])
