"""The pipeline as plain functions: land, build, publish, report, each alone or all in a row.

Every command goes through `session`: settings and definitions are checked first (exit status 2),
then the lock is taken (3), then the work is done and its end written into `meta.runs`. Prefect,
when it is wanted, calls the very same functions (`pipeline.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import duckdb

from flows import history
from flows.build import BuildReport, build
from flows.definitions import check_definitions
from flows.definitions.unseen import unseen_events
from flows.display import Display, Stage
from flows.forgetting import Forgotten, forget, forget_in_outbox
from flows.landing import LandingReport, land
from flows.lock import locked
from flows.problems import Locked, Problem
from flows.project import Project, check_target, read_project
from flows.publish import PublishReport, publish
from flows.routing.outbox import FILE as OUTBOX
from flows.routing.outbox import copy_handoffs
from flows.settings import Settings, parse_instant
from flows.spark import build_on_spark, check_spark, is_spark
from flows.unchanged import inputs_hash, publication_of
from flows.warehouse import opened

if TYPE_CHECKING:
    from flows.report import ReportPage


@dataclass(frozen=True)
class Run:
    """One run that holds the lock."""

    run_id: str
    settings: Settings
    project: Project
    display: Display

    @cached_property
    def inputs(self) -> str:
        """Fingerprint of all that a build reads, taken once landing is done."""
        _copy_handoffs(self)
        with opened(self.settings.build_file) as connection:
            return inputs_hash(self.settings, self.project, connection)


@contextmanager
def session(settings: Settings, command: str, display: Display) -> Iterator[Run]:
    """Check everything that can be checked, take the lock, remember how it ended."""
    project = read_project(settings.project)
    check_target(project, settings.target)
    if is_spark(settings, project):
        check_spark()
    for warning in check_definitions(project):
        display.warn(warning)
    with locked(settings.lock_file, command):
        run = Run(history.begin(settings, project, command), settings, project, display)
        try:
            yield run
        except BaseException as error:
            _remember_failure(run, error)
            raise
        history.note(settings, run.run_id, state="succeeded", ended_at=history.now())


def run_all(run: Run) -> PublishReport:
    """The whole pipeline. A stage that fails stops the run before the next one."""
    land_stage(run)
    if nothing_new := already_published(run):
        return nothing_new
    build_stage(run)
    published = publish_stage(run)
    report_stage(run)
    return published


def land_stage(run: Run, *, retry_quarantine: bool = False) -> LandingReport:
    _enter(run, "land")
    with run.display.stage("land") as stage:
        report = land(
            run.settings.landing,
            run.settings.warehouse,
            sources=run.project.variables.get("sources"),
            retry_quarantine=retry_quarantine,
            progress=stage.progress,
        )
        tell_landing(stage, report)
    if report.rows_landed:
        with opened(run.settings.build_file) as build:
            forget_in_outbox(build, run.settings)
    history.note(
        run.settings,
        run.run_id,
        files_loaded=report.count("loaded"),
        rows_landed=report.rows_landed,
        rows_quarantined=report.rows_quarantined,
    )
    for warning in report.warnings:
        run.display.warn(warning)
    return report


def forget_stage(run: Run, subject_type: str, subject_id: str) -> Forgotten:
    """Erase a user or account, then build and publish what remains."""
    _enter(run, "forget")
    with run.display.stage("forget") as stage:
        forgotten = forget(run.settings, subject_type, subject_id)
        stage.facts = {"removed": forgotten.rows}
        stage.done = _counted(rows=forgotten.total)
    build_stage(run)
    publish_stage(run)
    report_stage(run)
    return forgotten


def dry_run_landing(settings: Settings, display: Display) -> LandingReport:
    """What landing would do now, file by file; nothing is kept and nobody is kept out."""
    project = read_project(settings.project)
    check_definitions(project)
    with display.stage("dry run") as stage:
        report = land(
            settings.landing,
            settings.warehouse,
            sources=project.variables.get("sources"),
            dry_run=True,
        )
        tell_landing(stage, report)
    for file in report.files:
        counts = _counted(rows=file.rows_landed, bad_lines=file.rows_quarantined)
        display.say(f"  {file.file_path}: {file.state}, {counts.replace('_', ' ')}")
    return report


def tell_landing(stage: Stage, report: LandingReport) -> None:
    """What landing came to, in a line and as facts."""
    stage.facts = {
        "files": [asdict(file) for file in report.files],
        "files_unchanged": report.unchanged,
        "rows_landed": report.rows_landed,
        "rows_quarantined": report.rows_quarantined,
    }
    said = [_counted(files=report.count("loaded"), rows=report.rows_landed)]
    if report.unchanged:
        said.append(f"{report.unchanged:,} known before")
    if report.rows_quarantined:
        said.append(f"{_counted(lines=report.rows_quarantined)} in quarantine")
    if report.count("rejected"):
        said.append(f"{_counted(files=report.count('rejected'))} refused")
    stage.done = ", ".join(said)


def already_published(run: Run) -> PublishReport | None:
    """What is published, if a build would make it again; said to whoever waits for it."""
    if run.settings.full_refresh:
        return None
    found = publication_of(run.settings, run.inputs)
    if found:
        run.display.say(
            f"Nothing new since {found.published_at:%Y-%m-%d %H:%M:%S} UTC: the published file"
            " stays. `--full-refresh` builds all the same."
        )
        if not run.settings.report_file.exists():
            report_stage(run)
    return found


def build_stage(run: Run) -> BuildReport:
    _enter(run, "build")
    history.note(run.settings, run.run_id, inputs_hash=run.inputs)
    with run.display.stage("build") as stage:
        if is_spark(run.settings, run.project):
            report = build_on_spark(run.settings, run.project, _as_of(run), stage.progress)
        else:
            report = build(run.settings, run.project, _as_of(run), stage.progress)
        models, seeds, tests = (report.count(kind) for kind in ("model", "seed", "test"))
        stage.facts = {"models": models, "seeds": seeds, "tests": tests}
        stage.done = _counted(models=models, definitions=seeds, tests=tests)
    history.note(run.settings, run.run_id, models=models, tests=tests)
    for warning in [*report.warnings, *unseen_events(run.settings, run.project)]:
        run.display.warn(warning)
    return report


def _copy_handoffs(run: Run) -> None:
    """What `flywheel route` has handed over since the last build becomes data."""
    try:
        with opened(run.settings.build_file) as connection:
            copy_handoffs(connection, run.settings.warehouse / OUTBOX)
    except Locked:
        run.display.warn("A router is at work: hand-offs count as they were at the last build.")


def publish_stage(run: Run) -> PublishReport:
    _enter(run, "publish")
    with run.display.stage("publish") as stage:
        report = publish(run.settings, run.project, run.run_id)
        stage.facts = {"file": str(report.file), "tables": report.tables, "bytes": report.size}
        stage.done = f"{_counted(tables=len(report.tables))}, {report.size / 1e6:.1f} MB"
    return report


def report_stage(run: Run) -> None:
    """The page about what was published. It is published all the same where the page fails."""
    _enter(run, "report")
    with run.display.stage("report") as stage:
        try:
            tell_report(stage, report(run.settings, run.project))
        except Exception as error:
            stage.done = "not written, the one before stays"
            run.display.warn(f"No report: {type(error).__name__}: {error}")


def report(settings: Settings, project: Project) -> ReportPage:
    """The page beside the published file."""
    from flows.report import write_report  # half a second that other commands need not wait

    currency = str(project.variables.get("reporting_currency", ""))
    return write_report(settings.published_file, settings.report_file, currency=currency)


def tell_report(stage: Stage, page: ReportPage) -> None:
    stage.facts = {"file": str(page.file), "bytes": page.size}
    stage.done = f"{page.file.name}, {page.size / 1e6:.1f} MB"


def _enter(run: Run, stage: str) -> None:
    history.note(run.settings, run.run_id, stage=stage)


def _as_of(run: Run) -> str | None:
    """The instant for dbt, where it was given: DuckDB reads no zone, so it goes over in UTC."""
    written = run.project.variables.get("as_of")
    instant = run.settings.as_of or (parse_instant(str(written)) if written else None)
    return f"{instant:%Y-%m-%d %H:%M:%S.%f}" if instant else None


def _remember_failure(run: Run, error: BaseException) -> None:
    """The failure matters more than its record: a full disk must not hide its own message."""
    said = error.in_one_line if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
    message = said.splitlines()[0] if said else type(error).__name__
    try:
        history.note(
            run.settings,
            run.run_id,
            state="failed",
            ended_at=history.now(),
            message=message,
        )
    except (duckdb.Error, OSError, Problem):
        return


def _counted(**counts: int) -> str:
    """`3 files, 1 row`."""
    return ", ".join(
        f"{number:,} {name.removesuffix('s') if number == 1 else name}"
        for name, number in counts.items()
    )
