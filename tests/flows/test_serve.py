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

PROJECT = Path(__file__).resolve().parents[2]
A_TEST_THAT_FAILS = """
    select event_id, event_name from {{ ref('events') }} where event_name = 'signed_up'
"""
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
        return self.post(f"{what}/filter", **filters)

    def post(self, where: str, **content: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}/{where}",
            data=json.dumps(content).encode(),
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
            said = refused["state"]["message"]
            assert said.startswith("Another run holds this warehouse: ")  # and no name of a class
            assert f"process {os.getpid()}, `flywheel run --by hand`" in said
            assert "\n" not in said
        done = wait_for(lambda: service.runs("COMPLETED"))[0]
        assert done["auto_scheduled"]

        nodes = table(service, "dbt-results")
        assert {"node", "kind", "status", "seconds", "file"} <= set(nodes[0])
        assert "stg_events" in {node["node"] for node in nodes}
        assert {"table": "core.events", "rows": 2, "change": 0} in table(
            service, "published-tables"
        )
        assert table(service, "freshness")[0]["newest_occurred_at"] == "2026-01-02 00:00:00"
        report = (project.warehouse / "flywheel.html").as_uri()
        assert report in artifacts(service, "report")[0]["data"]
        assert {bar["data"] for bar in artifacts(service, "building")} <= {100.0, "100.0"}

        project.write("tests/data/nobody_signs_up.sql", A_TEST_THAT_FAILS)
        is_red = lambda: [run for run in service.runs("FAILED") if "Failed:" in said_of(run)]  # noqa: E731
        assert said_of(wait_for(is_red)[0]) == (
            "Failed: nobody_signs_up. Got 1 result, configured to fail if != 0"
        )
        failed = wait_for(lambda: table(service, "failures"))[0]
        assert failed["failed"] == "test nobody_signs_up"
        assert failed["first failing rows"] == "event_id = e1, event_name = signed_up"
        (project.folder / "tests/data/nobody_signs_up.sql").unlink()

        assert deployed(service) == {"process": "flywheel", "docker": "flywheel-docker"}
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


def artifacts(service: Served, key: str) -> list[dict[str, Any]]:
    """Those of a name, the newest first."""
    return service.ask("artifacts", artifacts={"key": {"any_": [key]}}, sort="UPDATED_DESC")


def table(service: Served, key: str) -> list[dict[str, Any]]:
    found = artifacts(service, key)
    return json.loads(found[0]["data"]) if found else []


def said_of(run: dict[str, Any]) -> str:
    return run["state"]["message"]


def deployed(service: Served) -> dict[str, str]:
    """What `prefect deploy` makes of prefect.yaml on a server that has the pools."""
    for pool, kind in (("flywheel", "process"), ("flywheel-docker", "docker")):
        service.post("work_pools/", name=pool, type=kind)
    environment = {"FLYWHEEL_PROJECT": "/here", "FLYWHEEL_IMAGE": "flywheel", "CI": "true"}
    for name in ("FLYWHEEL_LANDING", "FLYWHEEL_WAREHOUSE"):
        environment[name] = "/there"
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=PROJECT,
        env=os.environ | environment | {"PREFECT_API_URL": service.url},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = service.ask("deployments")
    made = [one for one in found if one["entrypoint"] == "flows/pipeline.py:flywheel"]
    assert all(one["schedules"] and one["concurrency_options"] for one in made)
    return {one["name"]: one["work_pool_name"] for one in made}


def marked_crashed(service: Served, project: Any) -> str:
    """What becomes, when serving begins, of a run that Prefect believes to be at work."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect.states import Running

    from flows.serve import tidy_up

    with temporary_settings({PREFECT_API_URL: service.url}), get_client(sync_client=True) as client:
        deployment = next(one for one in service.ask("deployments") if not one["work_pool_name"])
        run = client.create_flow_run_from_deployment(deployment["id"], state=Running())
        settings = read_settings(project=project.folder, warehouse=project.warehouse)
        wait_for(lambda: lock_is_free(settings.lock_file))
        tidy_up(settings)
        return client.read_flow_run(run.id).state_type.name


def lock_is_free(lock: Path) -> bool:
    from flows.lock import holder

    return holder(lock) is None
