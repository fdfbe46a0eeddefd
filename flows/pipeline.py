"""The pipeline as a Prefect flow: the functions of `stages.py` as tasks, and their artifacts.

Landing is retried, because files and disks have bad moments; a build is not, because a failing test
is news. The lock is taken inside the flow, so a run by schedule and one by hand exclude each other.

Each run leaves in Prefect: how every dbt node ended, the rows of every published table and what
changed, the freshness of the sources, the report, and of a failure the tests with their first rows.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import (
    create_link_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed

from flows import stages
from flows.build import BuildReport, Node
from flows.display import Display
from flows.landing import LandingReport
from flows.prefect_home import end_quietly
from flows.problems import BuildFailed, Problem, Refused
from flows.publish import PublishReport
from flows.routing.command import route_command
from flows.settings import Settings, read_settings
from flows.status import freshness

atexit.register(end_quietly)  # a scheduled run is a process of its own, started by Prefect

# What the person at the terminal sees; a scheduled run has nobody there and says it to its log.
_display: ContextVar[Display | None] = ContextVar("display", default=None)


def _is_worth_another_try(_task: Any, _task_run: Any, state: Any) -> bool:
    return not isinstance(state.data, Refused)


publish = task(stages.publish_stage, name="publish", cache_policy=NO_CACHE, persist_result=False)
report = task(stages.report_stage, name="report", cache_policy=NO_CACHE, persist_result=False)


@task(
    name="land",
    retries=3,
    retry_delay_seconds=[5, 30, 120],
    retry_condition_fn=_is_worth_another_try,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def land(run: stages.Run) -> LandingReport:
    with _progress(run.display, "landing"):
        return stages.land_stage(run)


@task(name="build", cache_policy=NO_CACHE, persist_result=False)
def build(run: stages.Run) -> BuildReport:
    try:
        with _progress(run.display, "building"):
            report = stages.build_stage(run)
    except BuildFailed as failure:
        _keep_results(failure.nodes)
        _keep_failures(failure)
        raise
    _keep_results(report.nodes)
    return report


@task(name="route", cache_policy=NO_CACHE, persist_result=False)
def route(settings: Settings, display: Display, command: str) -> None:
    """Needs no retries of its own: what waits is sent after the next run at the latest."""
    route_command(settings, display, command)


@flow(name="flywheel", persist_result=False)
def flywheel(
    project: str,
    landing: str,
    warehouse: str,
    target: str | None = None,
    as_of: str | None = None,
    full_refresh: bool = False,
    command: str = "scheduled run",
    hand_over: bool = False,
) -> tuple[str, PublishReport] | State[Any]:
    """Land, build and test, publish, report, unless nothing is new; route the leads, if asked."""
    display = _display.get() or Display(log=get_run_logger().info)
    try:
        settings = read_settings(
            project=project,
            landing=landing,
            warehouse=warehouse,
            target=target,
            as_of=as_of,
            full_refresh=full_refresh,
        )
        done = _run(settings, command, display)
        if hand_over:
            route(settings, display, command)
        return done
    except Problem as problem:
        get_run_logger().error(str(problem))
        return Failed(message=problem.in_one_line, data=problem)  # raised where the flow was called


def _run(settings: Settings, command: str, display: Display) -> tuple[str, PublishReport]:
    with stages.session(settings, command, display) as run:
        land(run)
        published = stages.already_published(run)
        if published is None:
            build(run)
            published = publish(run)
            report(run)
    _keep_publication(settings, published)
    return run.run_id, published


def run_through_prefect(
    settings: Settings, command: str, display: Display
) -> tuple[str, PublishReport]:
    """The flow, called from the command line, with its stages shown there."""
    shown = _display.set(display)
    try:
        return flywheel(**parameters(settings), command=command)
    finally:
        _display.reset(shown)


def parameters(settings: Settings) -> dict[str, Any]:
    """The settings as a flow takes them: text, so that a schedule can keep them."""
    return {
        "project": str(settings.project),
        "landing": str(settings.landing),
        "warehouse": str(settings.warehouse),
        "target": settings.target,
        "as_of": str(settings.as_of) if settings.as_of else None,
        "full_refresh": settings.full_refresh,
    }


@contextmanager
def _progress(display: Display, name: str) -> Iterator[None]:
    """A bar in Prefect's run, moved at each tenth; a bar that fails is not worth the run."""
    bar = create_progress_artifact(progress=0.0, key=name)

    def move(percent: int) -> None:
        with suppress(Exception):
            update_progress_artifact(bar, progress=float(percent))

    display.watcher = move
    try:
        yield
    finally:
        display.watcher = None
    move(100)


def _keep_results(nodes: tuple[Node, ...]) -> None:
    """The result of every dbt node, failures first, as a table in Prefect's run."""
    if not nodes:
        return  # dbt could not even read the project
    create_table_artifact(
        key="dbt-results",
        description="What dbt built and tested.",
        table=[
            {
                "node": node.name,
                "kind": node.kind,
                "status": node.status,
                "seconds": node.seconds,
                "failures": node.failures,
                "file": node.file,
                "message": "" if node.is_good else node.message,
            }
            for node in sorted(nodes, key=lambda node: node.is_good)
        ],
    )


def _keep_failures(failure: BuildFailed) -> None:
    """What failed by itself, with the first rows that break a test."""
    create_table_artifact(
        key="failures",
        description=failure.in_one_line,
        table=[
            {
                "failed": f"{node.kind} {node.name}",
                "file": node.file,
                "message": node.message,
                "first failing rows": "\n".join(failure.samples.get(node.name, [])),
            }
            for node in failure.nodes
            if node.is_cause
        ],
    )


def _keep_publication(settings: Settings, published: PublishReport) -> None:
    """What readers see now: tables and what changed, how fresh the sources are, and the report."""
    at = f"Published {published.published_at:%Y-%m-%d %H:%M:%S} UTC"
    before = published.tables_before
    create_table_artifact(
        key="published-tables",
        description=f"{at}. A change of rows is against the publication before.",
        table=[
            {
                "table": name,
                "rows": rows,
                "change": rows - before[name] if name in before else "new",
            }
            for name, rows in published.tables.items()
        ],
    )
    create_table_artifact(
        key="freshness",
        description=f"{at}, counted before {published.as_of or 'anything landed'}, UTC.",
        table=[{name: str(cell) for name, cell in row.items()} for row in freshness(settings)],
    )
    create_link_artifact(
        key="report",
        link=settings.report_file.as_uri(),
        link_text=str(settings.report_file),
        description="The report, on the machine that ran this: a browser opens it by its path.",
    )
