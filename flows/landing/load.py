"""One file into raw: its rows, its ledger row, its bad lines and its drift in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from flows.landing import drift, judge
from flows.landing.content import Content, ContentBroken, count_lines
from flows.landing.ledger import (
    DEFERRED,
    EMPTY,
    LOADED,
    REJECTED,
    SKIPPED,
    Ledger,
    Load,
    delete_load,
    write_load,
)
from flows.landing.listing import LandingFile
from flows.landing.readers import NotClean, Rows, csv_rows, damaged, json_lines, parquet
from flows.landing.readers.csv_rows import Header
from flows.landing.sources import Source
from flows.landing.streams import Stream
from flows.warehouse import Connection

MOST_BAD_LINES = 0.05  # of a file; with more, and at least FEW_BAD_LINES, none of it is landed
FEW_BAD_LINES = 10
BAD_CONTENT = (  # what the engine raises when a bulk reader meets a line that is not clean
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidTypeException,
)


class FileChanged(Exception):
    """The file is no longer the one that was hashed."""


@dataclass(frozen=True)
class Job:
    """Everything that is known of a file when its loading begins."""

    file: LandingFile
    plain: Path  # the file, or its unpacked copy
    content: Content  # of the plain file
    sha256: str  # of the file as it lies there
    stream: Stream
    source: Source
    replaces: tuple[Load, ...] = ()  # whose rows go when this file's come
    forgets: tuple[Load, ...] = ()  # ledger rows that this one stands for
    is_last_chance: bool = False  # deferred before: an unfinished last line is a bad line now
    archive_sha256: str | None = None

    @property
    def table(self) -> str:
        return self.source.format.table(self.stream)

    @property
    def may_be_growing(self) -> bool:
        """Only a plain text file can be read while its last line is still being written."""
        is_plain_text = self.plain == self.file.path and self.kind != "parquet"
        return is_plain_text and not self.content.ends_with_newline and not self.is_last_chance

    @property
    def kind(self) -> str:
        if self.content.is_parquet:
            return "parquet"
        return self.file.kind or self.source.format.default_kind or ""


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    load: Load
    warnings: tuple[str, ...] = ()


def load_file(build: Connection, job: Job, ledger: Ledger, scratch: Path, now: datetime) -> Outcome:
    """Land one file, or say why not. Raises only for what is no fault of the file."""
    blank = blank_load(job, ledger, now)
    try:
        return _load(build, job, ledger, blank, scratch, now)
    except ContentBroken as broken:
        return settle(build, job, ledger, replace(blank, state=REJECTED, reason=str(broken)))


def settle(build: Connection, job: Job, ledger: Ledger, load: Load) -> Outcome:
    """Write a ledger row without rows; an empty file still replaces what its path gave before."""
    with _transaction(build, job, ledger, load):
        pass
    return Outcome(load)


def blank_load(job: Job, ledger: Ledger, now: datetime) -> Load:
    """The ledger row of a file of which nothing is known yet but its content."""
    return Load(
        source_id=job.file.source_id,
        stream=job.stream.name,
        file_path=job.file.file_path,
        sha256=job.sha256,
        state=EMPTY,
        reason=None,
        rows_landed=0,
        rows_quarantined=0,
        loaded_at=now,
        file_id=ledger.next_file_id(),
        unpacked_sha256=job.content.sha256 if job.content.sha256 != job.sha256 else None,
        archive_sha256=job.archive_sha256,
    )


def _load(
    build: Connection,
    job: Job,
    ledger: Ledger,
    blank: Load,
    scratch: Path,
    now: datetime,
) -> Outcome:
    header: Header | None = None
    if job.content.size == 0:
        return settle(build, job, ledger, blank)
    if job.content.is_utf16:
        raise ContentBroken("the file is UTF-16; save it as UTF-8")
    if job.kind == "parquet":
        rows = parquet.read(build, job.plain, job.stream, job.source)
    elif job.kind == "csv":
        header = csv_rows.read_header(job.plain, job.stream)
        if header is None:
            return settle(build, job, ledger, blank)
        rows = csv_rows.read(job.plain, job.content, job.stream, header)
    else:
        try:
            rows = json_lines.read(build, job.plain, job.content, job.stream)
        except (NotClean, *BAD_CONTENT):
            return _load_line_by_line(build, job, ledger, blank, None, scratch, now)
    for trims in (False, True):
        try:
            return _load_clean(build, job, ledger, blank, rows, now, trims=trims)
        except judge.Untrimmed:
            continue
        except (NotClean, *BAD_CONTENT):
            break
    if job.kind != "parquet":
        return _load_line_by_line(build, job, ledger, blank, header, scratch, now)
    try:
        judge.sort_rows(build, job.stream, rows, job.source, now)
    except BAD_CONTENT as error:
        raise ContentBroken(f"not a readable Parquet file: {str(error).splitlines()[0]}") from error
    return _insert_sorted(build, job, ledger, blank, rows, (), now)


def _load_clean(
    build: Connection,
    job: Job,
    ledger: Ledger,
    blank: Load,
    rows: Rows,
    now: datetime,
    *,
    trims: bool,
) -> Outcome:
    with _transaction(build, job, ledger, blank) as final:
        landed = judge.insert_clean(
            build, job.table, job.stream, rows, job.source, blank.file_id, now, trims=trims
        )
        if rows.expected is not None and landed != rows.expected:
            raise NotClean
        final.load = replace(blank, rows_landed=landed, state=LOADED if landed else EMPTY)
        final.warnings = _observe(build, job, final.load, rows, (), now)
    return Outcome(final.load, final.warnings)


def _load_line_by_line(
    build: Connection,
    job: Job,
    ledger: Ledger,
    blank: Load,
    header: Header | None,
    scratch: Path,
    now: datetime,
) -> Outcome:
    damaged.split(build, job.plain, header, scratch / "numbered.jsonl")
    repeated = judge.sort_lines(build)
    lines = "(select line_number, line from split_lines where problem is null)"
    fields = json_lines.sampled_types(build, f"(select cast(line as json) from {lines})")
    if header is not None:
        fields = {field: frozenset() for field in header.fields}
    rows = Rows(json_lines.from_lines(lines, job.stream), fields=fields)
    judge.sort_rows(build, job.stream, rows, job.source, now)
    return _insert_sorted(build, job, ledger, blank, rows, tuple(repeated), now)


def _insert_sorted(
    build: Connection,
    job: Job,
    ledger: Ledger,
    blank: Load,
    rows: Rows,
    repeated: tuple[str, ...],
    now: datetime,
) -> Outcome:
    bad_lines = judge.bad_lines(with_split_lines=job.kind != "parquet")
    good = build.execute("select count(*) from sorted_rows where reason is null").fetchone()[0]
    bad, last_bad = build.execute(
        f"select count(*), coalesce(max(line_number), 0) from ({bad_lines})"
    ).fetchone()
    if job.may_be_growing and last_bad == count_lines(job.plain, job.content):
        reason = f"line {last_bad}, the last, is not finished; still being written?"
        return settle(build, job, ledger, replace(blank, state=DEFERRED, reason=reason))
    if bad >= FEW_BAD_LINES and bad > MOST_BAD_LINES * (good + bad):
        raise ContentBroken(_too_many(build, bad_lines, bad, good + bad))
    with _transaction(build, job, ledger, blank) as final:
        judge.insert_sorted(build, job.table, job.stream, job.source, blank.file_id)
        build.execute(
            f"""
            insert into meta.quarantine
            select ?, ?, ?, line_number, reason, raw_excerpt, ?, ?
            from ({bad_lines})
            order by line_number
            """,
            [blank.source_id, blank.stream, blank.file_path, blank.loaded_at, blank.file_id],
        )
        final.load = replace(
            blank,
            rows_landed=good,
            rows_quarantined=bad,
            state=LOADED if good + bad else EMPTY,
        )
        final.warnings = _observe(build, job, final.load, rows, repeated, now)
    judge.forget_sorted(build)
    return Outcome(final.load, final.warnings)


def _too_many(build: Connection, bad_lines: str, bad: int, total: int) -> str:
    first = build.execute(
        f"select line_number, reason from ({bad_lines}) order by line_number limit 3"
    ).fetchall()
    shown = "; ".join(f"line {line_number}: {reason}" for line_number, reason in first)
    return f"{bad} of {total} lines cannot be landed, more than {MOST_BAD_LINES:.0%}: {shown}"


def _observe(
    build: Connection,
    job: Job,
    load: Load,
    rows: Rows,
    repeated: tuple[str, ...],
    now: datetime,
) -> tuple[str, ...]:
    if not load.rows_landed:
        return ()
    landed = drift.Landed(
        source_id=load.source_id,
        stream=job.stream,
        table=job.table,
        file_path=load.file_path,
        file_id=load.file_id,
        rows=load.rows_landed,
        fields=rows.fields,
        repeated=repeated,
    )
    return tuple(drift.observe(build, landed, now))


@dataclass
class _Final:
    load: Load
    warnings: tuple[str, ...] = ()


@contextmanager
def _transaction(build: Connection, job: Job, ledger: Ledger, load: Load) -> Iterator[_Final]:
    """All or nothing: what the body inserts, the ledger row, the removal of what it replaces."""
    final = _Final(load)
    build.execute("begin")
    try:
        yield final
        removed = [*job.forgets]
        replaced = job.replaces if final.load.state in (LOADED, EMPTY, SKIPPED) else ()
        for old in (*removed, *replaced):
            delete_load(build, old)
            build.execute("delete from meta.quarantine where file_id = ?", [old.file_id])
            if old.rows_landed:
                build.execute(f"delete from {job.table} where file_id = ?", [old.file_id])
        emptied = [
            replace(
                old,
                state=SKIPPED,
                reason="replaced by newer content of the same file",
                rows_landed=0,
                rows_quarantined=0,
            )
            for old in replaced
        ]
        for load in (*emptied, final.load):
            write_load(build, load)
        if final.load.state in (LOADED, EMPTY) and not job.file.stands_still():
            raise FileChanged
        build.execute("commit")
    except BaseException:
        build.execute("rollback")
        raise
    for old in (*removed, *replaced):
        ledger.remove(old)
    for load in (*emptied, final.load):
        ledger.add(load)
