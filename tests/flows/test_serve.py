"""One test with a real Prefect server: a schedule that really runs, one run at a time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.lock import locked
from flows.settings import read_settings

SECONDS_TO_WAIT = 150  # for anything at all, on a machine with much else to do


class Served:
    """`flywheel serve` in a process of its own, and the API of its server."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/api"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PREFECT", "FLYWHEEL"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "serve", "--every=3", f"--port={port}"],
            cwd=folder,
            env={**environment, "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, what: str, **filters: Any) -> list[dict[str, Any]]:
        request = urllib.request.Request(
            f"{self.url}/{what}/filter",
            data=json.dumps(filters).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def runs(self, state: str) -> list[dict[str, Any]]:
        return self.ask("flow_runs", flow_runs={"state": {"type": {"any_": [state]}}})


def wait_for(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"nothing came of {what}")


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Served(folder, port)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.communicate()


def test_a_schedule_runs_again_and_again_and_waits_for_the_lock(project) -> None:
    project.replace("models/marts/core/events.sql", "desc", "asc")  # something to build
    with served(project.folder) as service:
        with locked(project.warehouse / "flywheel.lock", "flywheel run --by hand"):
            assert wait_for(lambda: service.runs("SCHEDULED")), "no schedule ever fires"
            refused = wait_for(lambda: service.runs("FAILED"))[0]
            assert f"process {os.getpid()}, `flywheel run --by hand`" in refused["state"]["message"]
        done = wait_for(lambda: service.runs("COMPLETED"))[0]
        assert done["auto_scheduled"]

        artifacts = service.ask("artifacts", artifacts={"key": {"any_": ["dbt-results"]}})
        nodes = json.loads(artifacts[0]["data"])
        assert {"node", "kind", "status", "seconds", "file"} <= set(nodes[0])
        assert "stg_events" in {node["node"] for node in nodes}

        assert marked_crashed(service, project) == "CRASHED"

        service.process.send_signal(signal.SIGTERM)
        output, _ = service.process.communicate(timeout=60)
        assert service.process.returncode == 0, output
        assert output.rstrip().endswith("Stopped.")  # and no word of pieces left behind
        with pytest.raises(OSError):
            service.runs("COMPLETED")

    with duckdb.connect(str(project.published), read_only=True) as connection:
        runs = "select command, state from meta.runs where command = 'scheduled run'"
        assert ("scheduled run", "succeeded") in connection.execute(runs).fetchall()


def marked_crashed(service: Served, project: Any) -> str:
    """What becomes, when serving begins, of a run that Prefect believes to be at work."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect.states import Running

    from flows.serve import tidy_up

    with temporary_settings({PREFECT_API_URL: service.url}), get_client(sync_client=True) as client:
        deployment = service.ask("deployments")[0]
        run = client.create_flow_run_from_deployment(deployment["id"], state=Running())
        settings = read_settings(project=project.folder, warehouse=project.warehouse)
        wait_for(lambda: lock_is_free(settings.lock_file))
        tidy_up(settings)
        return client.read_flow_run(run.id).state_type.name


def lock_is_free(lock: Path) -> bool:
    from flows.lock import holder

    return holder(lock) is None
