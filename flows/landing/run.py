"""Land the files of a folder: every row into raw once, every bad line into quarantine.

    report = land(Path("seeds/raw"), Path("warehouse"), sources={})

Nothing a file holds makes it fail: a bad line is set aside, a bad file is refused, and both are
told. What does stop it (a full disk, a killed process) leaves every file either landed whole or
not at all, and the next run goes on from there. The caller holds the lock on the warehouse.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows import history
from flows.landing import content, drift, erasure
from flows.landing.content import Content, ContentBroken
from flows.landing.ledger import (
    DEFERRED,
    EMPTY,
    LOADED,
    REJECTED,
    SKIPPED,
    Ledger,
    Load,
    delete_load,
    read_ledger,
    write_load,
)
from flows.landing.listing import LandingFile, list_files, misplaced, stream_of
from flows.landing.load import FileChanged, Job, Outcome, blank_load, load_file, settle
from flows.landing.sources import Source, read_sources
from flows.landing.tables import create_tables
from flows.problems import Refused
from flows.warehouse import Connection, attach, opened

Progress = Callable[[int, int, str], None]  # files done, files in all, path of the one begun


class LandingFolderMissing(Refused):
    """There is no landing folder; says where it was looked for."""


@dataclass(frozen=True)
class FileReport:
    """What a run made of one file."""

    source_id: str
    stream: str
    file_path: str
    state: str  # loaded, empty, rejected, skipped or deferred
    rows_landed: int = 0
    rows_quarantined: int = 0
    reason: str | None = None


@dataclass
class LandingReport:
    """What a run did: the files it dealt with, how many it knew already, and its warnings."""

    files: list[FileReport] = field(default_factory=list)
    unchanged: int = 0
    warnings: list[str] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def rows_landed(self) -> int:
        return sum(file.rows_landed for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        return sum(file.rows_quarantined for file in self.files)

    @property
    def files_loaded(self) -> int:
        return self.count(LOADED)

    def count(self, state: str) -> int:
        return sum(file.state == state for file in self.files)


def land(
    landing: Path,
    warehouse: Path,
    *,
    sources: Mapping[str, Any] | None = None,
    retry_quarantine: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> LandingReport:
    """Land what is new below `landing` in `<warehouse>/build.duckdb`.

    `retry_quarantine` lands files again that were refused or had bad lines, in place of what they
    gave before. `dry_run` does all the work in a file that is thrown away, to tell the outcome.
    """
    if not landing.is_dir():
        raise LandingFolderMissing(
            "The landing folder does not exist.",
            where=str(landing),
            remedy="Give the folder that holds <source>/<stream> files: --landing DIR.",
        )
    declared = read_sources(sources)
    with _working_file(warehouse, dry_run) as (build, scratch):
        run = Run(build, declared, scratch, read_ledger(build), history.now(), retry_quarantine)
        run.report.is_dry_run = dry_run
        _land_files(run, list_files(landing), progress or (lambda done, total, path: None))
        return run.report


@dataclass
class Run:
    """What one pass over a landing folder works with."""

    build: Connection
    sources: dict[str, Source]
    scratch: Path
    ledger: Ledger
    now: datetime
    retries: bool
    report: LandingReport = field(default_factory=LandingReport)


def _land_files(run: Run, files: list[LandingFile], progress: Progress) -> None:
    for done, file in enumerate(files):
        progress(done, len(files), file.file_path)
        _land_file(run, file)
    _look_again_at_copies(run, files)
    if run.retries:
        _forget_superseded(run)
    if run.report.rows_landed:
        with _committed(run):
            erasure.erase(run.build, run.now)
    with _committed(run):
        _forget_refusals(run)
        run.report.warnings += drift.compare_with_past(run.build, run.now)


def _land_file(run: Run, file: LandingFile) -> None:
    if file.is_unfinished:
        _tell(run, file, DEFERRED, "still being written, by its name")
        return
    if reason := misplaced(file, run.sources):
        _refuse_unread(run, file, reason)
        return
    try:
        examined = content.examine(file.path)
        if not file.stands_still():
            job = _job(run, file, file.path, examined, examined.sha256)
            _defer(run, job)
        elif examined.compression == "zip":
            _land_archive(run, file, examined)
        else:
            _land_content(run, file, file.path, examined)
    except FileNotFoundError:
        _tell(run, file, SKIPPED, "gone before it could be read")
        run.report.warnings.append(f"{file.file_path}: gone before it could be read")
    except PermissionError:
        _refuse_unread(run, file, "no permission to read it")


def _land_archive(run: Run, archive: LandingFile, examined: Content) -> None:
    """Land each member as a file of its own; one that is known from this archive stays packed."""
    try:
        for member in content.members(archive.path):
            file = replace(archive, file_path=f"{archive.file_path}!{member}")
            known = run.ledger.of_file(file.file_path)
            if any(load.archive_sha256 == examined.sha256 for load in known) and not run.retries:
                run.report.unchanged += 1
                continue
            if reason := misplaced(file, run.sources):
                _refuse_unread(run, file, reason)
                continue
            plain = run.scratch / "member"
            extracted = content.extract(archive.path, member, plain)
            _land_content(run, file, plain, extracted, examined.sha256)
    except ContentBroken as broken:
        job = _job(run, archive, archive.path, examined, examined.sha256)
        if not any(load.sha256 == job.sha256 for load in run.ledger.of_file(archive.file_path)):
            _reject(run, job, str(broken))


def _land_content(
    run: Run,
    file: LandingFile,
    path: Path,
    examined: Content,
    archive_sha256: str | None = None,
) -> None:
    """Land a file unless the ledger knows its content."""
    job = replace(_job(run, file, path, examined, examined.sha256), archive_sha256=archive_sha256)
    known = [load for load in run.ledger.of_file(file.file_path) if load.sha256 == job.sha256]
    settled = [load for load in known if load.is_settled]
    if any(not (run.retries and _is_to_retry(load)) for load in settled):
        run.report.unchanged += 1
        return
    is_known_copy = any(load.state == SKIPPED and run.ledger.holder(load) for load in known)
    if is_known_copy and not job.replaces:
        run.report.unchanged += 1
        return
    if not settled and (copied := _copied(run, job)):
        _skip(run, job, copied)
        return
    try:
        while (packed := job.content).compression:
            plain = run.scratch / f"plain-{packed.sha256[:16]}"
            unpacked = content.unpack(job.plain, packed.compression, plain)
            job = replace(job, plain=plain, content=unpacked)
        if job.plain != path and not settled and (copied := _copied(run, job)):
            _skip(run, job, copied)
            return
        outcome = load_file(run.build, job, run.ledger, run.scratch, run.now)
        _tell_outcome(run, outcome)
    except ContentBroken as broken:
        _reject(run, job, str(broken))
    except FileChanged:
        _defer(run, job)
    finally:
        for plain in run.scratch.glob("plain-*"):
            plain.unlink()


def _job(run: Run, file: LandingFile, path: Path, examined: Content, sha256: str) -> Job:
    """What the ledger says must go or stay when this content of this path is dealt with."""
    source = run.sources[file.source_id]
    stream = stream_of(file, source)
    known = run.ledger.of_file(file.file_path)
    passing = [load for load in known if load.sha256 in (sha256, None) or load.state == DEFERRED]
    others = [load for load in known if load not in passing and load.state in (LOADED, EMPTY)]
    return Job(
        file=file,
        plain=path,
        content=examined,
        sha256=sha256,
        stream=stream,
        source=source,
        replaces=() if stream.key else tuple(others),
        forgets=tuple(passing),
        is_last_chance=any(load.sha256 == sha256 for load in passing),
    )


def _copied(run: Run, job: Job) -> Load | None:
    """The load of the same content under another name."""
    if job.content.size == 0:
        return None
    return run.ledger.holder(blank_load(job, run.ledger, run.now))


def _skip(run: Run, job: Job, copied: Load) -> None:
    reason = f"same content as {copied.file_path}"
    if copied.state == REJECTED:
        reason += ", which was rejected"
    job = replace(job, replaces=tuple(load for load in job.replaces if load != copied))
    load = replace(blank_load(job, run.ledger, run.now), state=SKIPPED, reason=reason)
    _tell_outcome(run, settle(run.build, job, run.ledger, load))


def _reject(run: Run, job: Job, reason: str) -> None:
    load = replace(blank_load(job, run.ledger, run.now), state=REJECTED, reason=reason)
    _tell_outcome(run, settle(run.build, job, run.ledger, load))


def _defer(run: Run, job: Job) -> None:
    reason = "changed while it was read; still being written?"
    load = replace(blank_load(job, run.ledger, run.now), state=DEFERRED, reason=reason)
    _tell_outcome(run, settle(run.build, job, run.ledger, load))


def _refuse_unread(run: Run, file: LandingFile, reason: str) -> None:
    """Reject a file without having read it; asked anew at every run, for a setting may cure it."""
    _tell(run, file, REJECTED, reason)
    known = [load for load in run.ledger.of_file(file.file_path) if load.sha256 is None]
    if any(load.reason == reason for load in known):
        return
    load = Load(
        source_id=file.source_id,
        stream=file.stream,
        file_path=file.file_path,
        sha256=None,
        state=REJECTED,
        reason=reason,
        rows_landed=0,
        rows_quarantined=0,
        loaded_at=run.now,
        file_id=run.ledger.next_file_id(),
    )
    with _committed(run):
        for old in known:
            delete_load(run.build, old)
        write_load(run.build, load)
    for old in known:
        run.ledger.remove(old)
    run.ledger.add(load)


def _forget_refusals(run: Run) -> None:
    """Drop the refusal of files that are gone, or are no longer refused."""
    refused = {file.file_path for file in run.report.files if file.state == REJECTED}
    for load in run.ledger.all():
        if load.sha256 is None and load.file_path not in refused:
            delete_load(run.build, load)


def _forget_superseded(run: Run) -> None:
    """Drop the bad lines and refusals of content that has been replaced under the same path."""
    with _committed(run):
        for load in run.ledger.all():
            later = (
                other
                for other in run.ledger.of_file(load.file_path)
                if other.is_settled and other.state != REJECTED and other.file_id > load.file_id
            )
            if not _is_to_retry(load) or next(later, None) is None:
                continue
            run.build.execute("delete from meta.quarantine where file_id = ?", [load.file_id])
            delete_load(run.build, load)
            run.ledger.remove(load)
            if load.state == LOADED:
                cleared = replace(load, rows_quarantined=0)
                write_load(run.build, cleared)
                run.ledger.add(cleared)


def _look_again_at_copies(run: Run, files: list[LandingFile]) -> None:
    """A file skipped as a copy is landed after all when the rows it copied have been replaced."""
    for file in files:
        known = run.ledger.of_file(file.file_path)
        last = max(known, key=lambda load: load.file_id, default=None)
        if last and last.state == SKIPPED and not run.ledger.holder(last):
            _land_file(run, file)


def _is_to_retry(load: Load) -> bool:
    return load.state == REJECTED or load.rows_quarantined > 0


def _tell(run: Run, file: LandingFile, state: str, reason: str) -> None:
    _report(run, FileReport(file.source_id, file.stream, file.file_path, state, reason=reason))


def _tell_outcome(run: Run, outcome: Outcome) -> None:
    load = outcome.load
    told = FileReport(
        load.source_id,
        load.stream,
        load.file_path,
        load.state,
        load.rows_landed,
        load.rows_quarantined,
        load.reason,
    )
    _report(run, told)
    run.report.warnings += outcome.warnings


def _report(run: Run, file: FileReport) -> None:
    run.report.files.append(file)
    if file.state in (REJECTED, DEFERRED):
        run.report.warnings.append(f"{file.file_path} is {file.state}: {file.reason}")


@contextmanager
def _committed(run: Run) -> Iterator[None]:
    run.build.execute("begin")
    try:
        yield
        run.build.execute("commit")
    except BaseException:
        run.build.execute("rollback")
        raise


@contextmanager
def _working_file(warehouse: Path, dry_run: bool) -> Iterator[tuple[Connection, Path]]:
    """The working file, open for writing, and a folder for unpacked files.

    A dry run has both in a place of its own. The working file is opened first: who has it open
    is alone, and may empty the folder of what a killed run has left there.
    """
    working = warehouse / "build.duckdb"
    with ExitStack() as stack:
        if dry_run:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="flywheel-dry-run-")))
        else:
            home = warehouse
            home.mkdir(parents=True, exist_ok=True)
        build = stack.enter_context(opened(home / working.name))
        scratch = home / "landing.tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        create_tables(build)
        if dry_run and working.exists():
            _copy_memory(build, working)
        yield build, scratch


def _copy_memory(build: Connection, working: Path) -> None:
    """What landing remembers, so that a dry run knows what is known."""
    attach(build, working, name="known", read_only=True)
    remembered = "select table_name from duckdb_tables() where database_name = 'known'"
    known = {row[0] for row in build.execute(f"{remembered} and schema_name = 'meta'").fetchall()}
    for table in {"loads", "fields", "drift"} & known:
        build.execute(f"insert into meta.{table} by name select * from known.meta.{table}")
    build.execute("detach known")
