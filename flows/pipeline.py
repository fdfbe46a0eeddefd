"""The pipeline as a Prefect flow: the functions of `stages.py` as tasks, and their artifacts.

Landing is retried, because files and disks have bad moments; a build is not, because a failing test
is news. The lock is taken inside the flow, so a run by schedule and one by hand exclude each other.
"""

from __future__ import annotations

import atexit
from contextvars import ContextVar
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows import stages
from flows.build import BuildReport, Node
from flows.display import Display
from flows.prefect_home import end_quietly
from flows.problems import BuildFailed, Refused
from flows.publish import PublishReport
from flows.routing.command import route_command
from flows.settings import Settings, read_settings

atexit.register(end_quietly)  # a scheduled run is a process of its own, started by Prefect

# What the person at the terminal sees; a scheduled run has nobody there and says it to its log.
_display: ContextVar[Display | None] = ContextVar("display", default=None)


def _is_worth_another_try(_task: Any, _task_run: Any, state: Any) -> bool:
    return not isinstance(state.data, Refused)


land = task(
    stages.land_stage,
    name="land",
    retries=3,
    retry_delay_seconds=[5, 30, 120],
    retry_condition_fn=_is_worth_another_try,
    cache_policy=NO_CACHE,
    persist_result=False,
)
publish = task(stages.publish_stage, name="publish", cache_policy=NO_CACHE, persist_result=False)
report = task(stages.report_stage, name="report", cache_policy=NO_CACHE, persist_result=False)


@task(name="build", cache_policy=NO_CACHE, persist_result=False)
def build(run: stages.Run) -> BuildReport:
    try:
        report = stages.build_stage(run)
    except BuildFailed as failure:
        _keep_results(failure.nodes)
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
) -> tuple[str, PublishReport]:
    """Land, build and test, publish, report, unless nothing is new; route the leads, if asked."""
    settings = read_settings(
        project=project,
        landing=landing,
        warehouse=warehouse,
        target=target,
        as_of=as_of,
        full_refresh=full_refresh,
    )
    display = _display.get() or Display(log=get_run_logger().info)
    with stages.session(settings, command, display) as run:
        land(run)
        published = stages.already_published(run)
        if published is None:
            build(run)
            published = publish(run)
            report(run)
    if hand_over:
        route(settings, display, command)
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
