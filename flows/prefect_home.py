"""How this project wants Prefect to be, said before Prefect is imported: quiet, local, patient.

Whatever the environment says already stays as it is.
"""

from __future__ import annotations

import atexit
import os
from pathlib import Path


def use_prefect_of(warehouse: Path) -> None:
    """Without a server of the user's own, Prefect keeps all it knows in the warehouse folder."""
    atexit.register(end_quietly)  # registered before Prefect's own, so that it comes after them
    if "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str(warehouse / "prefect"))
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    os.environ.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "WARNING")
    # runs older than 90 days go, with their logs and artifacts; meta.runs remembers all
    os.environ.setdefault("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "events,flow_runs")
    os.environ.setdefault(
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE",
        "prefect.server.concurrency.lease_storage.filesystem",
    )


def end_quietly() -> None:
    """DuckDB 2.0's binding ends a process that used Prefect with a list of harmless leaks."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
