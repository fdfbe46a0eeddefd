"""A company in which one layer is broken: the scorecard must name it, not what it drags down.

Activation is the one to break: fewer activated accounts also pay less, come back less and read
prices for nothing, so three other layers look worse than they are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.simulate import CompanyProfile, simulate

PROJECT = Path(__file__).resolve().parents[2]
ACTIVATION = 4


def test_broken_activation_is_named_as_the_biggest_leak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    warehouse, landing = tmp_path / "warehouse", tmp_path / "landing"
    broken = CompanyProfile().broken(ACTIVATION)
    simulate(landing, 400, 14, 2, profile=broken, file_format="parquet", with_truth=False)
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("FLYWHEEL_WAREHOUSE", str(warehouse))
    landed = CliRunner().invoke(
        app, ["land", "--landing", str(landing), "--warehouse", str(warehouse)]
    )
    assert landed.exit_code == 0, landed.output
    built = dbtRunner().invoke(
        [
            "--log-level=none",
            "--log-level-file=none",
            "build",
            "--select=+scorecard_by_layer",
            "--exclude-resource-types=test unit_test",
            f"--target-path={tmp_path / 'target'}",
        ]
    )
    DuckDBConnectionManager.close_all_connections()
    assert built.success, built.exception
    with duckdb.connect(str(warehouse / "build.duckdb"), read_only=True) as connection:
        leaks = connection.execute(
            "select layer, metric, reason from scorecard.scorecard_by_layer where is_biggest_leak"
        ).fetchall()
    assert [leak[:2] for leak in leaks] == [(ACTIVATION, "activation_rate")]
    assert leaks[0][2].startswith("The biggest leak. ")
