"""Writes drawn numbers as landing files, by DuckDB's COPY: one thread, hence always the same bytes.

The next part is drawn while this one is written, which takes the second core.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import duckdb
import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.timeline import NEVER

Rows = dict[str, np.ndarray]

FORMATS = {
    "jsonl": "format json",
    "jsonl.gz": "format json, compression gzip",
    "jsonl.zst": "format json, compression zstd",
    "csv": "format csv, header",
    "csv.gz": "format csv, header, compression gzip",
    "parquet": "format parquet, compression zstd",
}
FIRST_NUMBER = 100_000  # so that ids have one width in all but the largest companies
PREFIXES = {
    "account": "a_",
    "user": "u_",
    "device": "d_",
    "session": "s_",
    "event": "e_",
    "invitation": "i_",
    "response": "r_",
    "login": "login_",
}
TEXT_MOMENT = "strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')"


class Writer:
    """Takes parts in order and writes them behind the caller's back; errors come up on exit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows_written: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(1)
        self._running: list[Future[None]] = []
        self._connections = {text: _connect(text) for text in (True, False)}

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._wait(0)
        finally:
            self._pool.shutdown()

    def write(
        self, path: str, query: str, part: Rows, before: dict[str, int], extension: str
    ) -> None:
        """Queues one file, if there are rows; `before` counts the things of earlier parts."""
        count = len(next(iter(part.values())))
        if not count:
            return
        self._count(path, count)
        file = self.folder / f"{path}.{extension}"
        connection = self._connections[extension != "parquet"]
        self._wait(8)
        self._running.append(
            self._pool.submit(_copy, connection, file, query, part, before, FORMATS[extension])
        )

    def write_text(self, path: str, text: str, count: int) -> None:
        """Writes one small file at once."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self._count(path, count)

    def _count(self, path: str, count: int) -> None:
        stream = path.partition("/")[0].partition(".")[0]
        self.rows_written[stream] = self.rows_written.get(stream, 0) + count

    def _wait(self, most: int) -> None:
        while len(self._running) > most:
            self._running.pop(0).result()


def _connect(text: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    moment = TEXT_MOMENT if text else "make_timestamp(ms * 1000)"
    connection.execute(
        f"create macro moment(ms) as case when ms >= 0 and ms < {NEVER} then {moment} end"
    )
    connection.execute(f"create macro object(body) as {'cast(body as json)' if text else 'body'}")
    for thing, prefix in PREFIXES.items():
        connection.execute(
            f"create macro {thing}_id(n) as case when n >= 0 "
            f"then '{prefix}' || (n + getvariable('{thing}s_before')) end"
        )
    connection.execute("set variable event_names = $1", [list(words.EVENT_NAMES)])
    connection.execute("set variable event_properties = $1", [list(words.PROPERTIES)])
    return connection


def _copy(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    query: str,
    part: Rows,
    before: dict[str, int],
    options: str,
) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    for thing in PREFIXES:
        number = FIRST_NUMBER + before.get(f"{thing}s", 0)
        connection.execute(f"set variable {thing}s_before = {number}")
    connection.execute(f"copy ({query}) to '{file}' ({options})")
