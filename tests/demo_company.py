"""The demo company, built once for all who ask it something.

A test says `demo: Demo`; all files that do share one process, see tests/conftest.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app

PROJECT = Path(__file__).resolve().parents[1]


class Demo:
    """What dbt said of each node, and what was then published."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.published = warehouse / "flywheel.duckdb"
        self.outcomes: dict[str, str] = {}

    def flywheel(self, *arguments: str) -> None:
        with self._at_home():
            result = CliRunner().invoke(app, [*arguments, "--warehouse", str(self.warehouse)])
        assert result.exit_code == 0, result.output

    def dbt_build(self) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        target = self.warehouse / "target"
        with self._at_home():
            dbtRunner().invoke(["--log-level=none", "build", "--target-path", str(target)])
        DuckDBConnectionManager.close_all_connections()
        for result in json.loads((target / "run_results.json").read_text())["results"]:
            self.outcomes[result["unique_id"]] = f"{result['status']}: {result['message']}"

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        """Where commands are given; tests of other files must not find themselves there."""
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(PROJECT)
            patched.setenv("FLYWHEEL_WAREHOUSE", str(self.warehouse))
            patched.delenv("PREFECT_API_URL", raising=False)
            yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    demo.flywheel("land")
    demo.dbt_build()
    return demo
