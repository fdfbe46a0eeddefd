"""`flywheel serve`: the pipeline on a schedule, under a Prefect server on this machine only.

The server keeps its history and its schedule in `<warehouse>/prefect`, so both survive a restart.
One process serves one warehouse; it runs one run at a time, each in a process of its own, and the
lock of the warehouse keeps everybody else out. Ctrl-C or SIGTERM stops server and schedule; a run
that was killed is marked as crashed when serving begins again.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.definitions import check_definitions
from flows.display import Display
from flows.lock import holder, locked
from flows.prefect_home import use_prefect_of
from flows.problems import Problem, Refused
from flows.project import check_target, read_project
from flows.settings import Settings

HOST = "127.0.0.1"
SECONDS_TO_START = 180
SECONDS_TO_STOP = 20


def serve_schedule(
    settings: Settings,
    *,
    cron: str,
    every: float | None,
    port: int,
    display: Display,
    hand_over: bool = False,
) -> None:
    """Serve until stopped. `every`, in seconds, takes the place of `cron`."""
    project = read_project(settings.project)
    check_target(project, settings.target)
    check_definitions(project)
    use_prefect_of(settings.warehouse)
    has_server = "PREFECT_API_URL" in os.environ
    if not has_server:
        _check_port(port)
        os.environ["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"  # before Prefect is imported
    schedule = _schedule(cron, every)
    home = settings.warehouse / "prefect"
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` takes it away
    with (
        locked(home / "serve.lock", "flywheel serve"),
        nullcontext() if has_server else _server(settings, port, display),
    ):
        from prefect.flows import EntrypointType
        from prefect.runner import Runner

        from flows.pipeline import flywheel, parameters

        tidy_up(settings)
        deployment = flywheel.to_deployment(
            _deployment_name(settings),
            schedule=schedule,
            parameters={**parameters(settings), "hand_over": hand_over},
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        display.say(f"Serving {settings.warehouse}, {_said(cron, every)}. Ctrl-C stops it.")
        runner = Runner(limit=1, pause_on_shutdown=False)
        runner.handle_sigterm = _leave  # Prefect's own leaves its loop behind in pieces
        runner.add_deployment(deployment)
        with suppress(KeyboardInterrupt):
            asyncio.run(runner.start())
        display.say("Stopped.")


def _schedule(cron: str, every: float | None) -> Any:
    from prefect.schedules import Cron, Interval

    if every is not None:
        return Interval(timedelta(seconds=every))
    try:
        return Cron(cron, timezone="UTC")
    except ValueError:
        raise Refused(
            f"{cron!r} is no cron expression.",
            where="--cron",
            remedy='Write five fields, such as "0 6 * * *" for every day at six, UTC.',
        ) from None


def _said(cron: str, every: float | None) -> str:
    return f"every {every:g} seconds" if every is not None else f"by cron {cron!r}, UTC"


@contextmanager
def _server(settings: Settings, port: int, display: Display) -> Iterator[None]:
    """A Prefect server of our own for as long as the block lasts."""
    log = settings.warehouse / "prefect" / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "prefect",
                "server",
                "start",
                f"--host={HOST}",
                f"--port={port}",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # so that Ctrl-C reaches the schedule first
            preexec_fn=_end_with_parent,
        )
    try:
        with display.stage("server") as stage:
            _wait_until_healthy(process, port, str(log))
            stage.done = f"http://{HOST}:{port}"
        yield
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Refused(
                f"Port {port} on {HOST} is taken.",
                where="--port",
                remedy="Choose another one: flywheel serve --port 4243.",
            ) from None


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem("The Prefect server ended while it started.", where=log)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/api/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Problem(f"The Prefect server did not start in {SECONDS_TO_START} s.", where=log)


def tidy_up(settings: Settings) -> None:
    """Runs that a kill left behind: mark them crashed, and catch up on one missed run at most."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.states import Cancelled, Crashed

    name = DeploymentFilterName(any_=[_deployment_name(settings)])
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(name=name),
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=200,
        )
        if holder(settings.lock_file) is None:  # nobody is at work, whatever Prefect remembers
            for run in runs:
                if run.state_type and run.state_type.name in ("RUNNING", "PENDING", "CANCELLING"):
                    state = Crashed(message="It was killed: nobody holds the warehouse's lock.")
                    client.set_flow_run_state(run.id, state, force=True)
        missed = [
            run
            for run in runs
            if run.state_type
            and run.state_type.name == "SCHEDULED"
            and run.expected_start_time
            and run.expected_start_time < datetime.now(UTC)
        ]
        for run in missed[1:]:  # the newest of them comes first
            state = Cancelled(message="Missed while nothing was serving; a later run makes up.")
            client.set_flow_run_state(run.id, state, force=True)


def _deployment_name(settings: Settings) -> str:
    """One schedule a warehouse, on a server that may know several."""
    return str(settings.warehouse).strip("/").replace("/", "-")


def _leave(*_: Any) -> None:
    """SIGTERM is Ctrl-C: the run at work is stopped, then the schedule, then the server."""
    signal.raise_signal(signal.SIGINT)


def _end_with_parent() -> None:
    """Linux ends the server when this process ends, even by kill -9."""
    if sys.platform == "linux":
        death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(death_signal, signal.SIGTERM)
