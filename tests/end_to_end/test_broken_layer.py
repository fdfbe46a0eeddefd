"""Companies in which one layer is broken: the scorecard names it, not what it drags down.

The SQL is the demo company's, as dbt compiled it; each company runs it over landing files of its
own. A broken activation, for one, also costs payments, returns and money for each customer.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.simulate import CompanyProfile, simulate
from tests.end_to_end.conftest import Demo

ACCOUNTS, MONTHS, SEED = 400, 20, 2
SCORECARD = "model.flywheel.scorecard_by_layer"


def layers_of(demo: Demo, profile: CompanyProfile, folder: Path) -> list[tuple[Any, ...]]:
    """Simulate a company, land it, and run the SQL of the models up to the scorecard."""
    simulate(
        folder / "landing",
        ACCOUNTS,
        MONTHS,
        SEED,
        profile=profile,
        file_format="parquet",
        with_truth=False,
    )
    landed = CliRunner().invoke(
        app, ["land", "--landing", str(folder / "landing"), "--warehouse", str(folder)]
    )
    assert landed.exit_code == 0, landed.output
    nodes = json.loads((demo.warehouse / "target" / "manifest.json").read_text())["nodes"]
    done: set[str] = set()
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{folder / 'build.duckdb'}' as build (storage_version 'v1.4.0')"
        )
        connection.execute(f"attach '{demo.warehouse / 'build.duckdb'}' as demo (read_only)")
        for schema in {node["schema"] for node in nodes.values()}:
            connection.execute(f"create schema if not exists build.{schema}")
        connection.execute("create table build.meta.builds as from demo.meta.builds")
        connection.execute("use build")
        connection.execute("begin")

        def run(name: str) -> None:
            node = nodes.get(name)
            if node is None or name in done:
                return
            done.add(name)
            if node["resource_type"] == "seed":
                seed = f"{node['schema']}.{node['name']}"
                connection.execute(f"create table {seed} as from demo.{seed}")
                return
            for parent in node["depends_on"]["nodes"]:
                run(parent)
            kind = node["config"]["materialized"]
            if kind != "ephemeral":
                kind = "view" if kind == "view" else "table"
                connection.execute(
                    f"create {kind} {node['relation_name']} as {node['compiled_code']}"
                )

        run(SCORECARD)
        return connection.execute(
            "select is_biggest_leak, layer, gap, worth_mrr_per_month, reason"
            " from scorecard.scorecard_by_layer order by layer"
        ).fetchall()


@pytest.mark.parametrize("layer", range(1, 8))
def test_the_broken_layer_is_named_as_the_biggest_leak(
    layer: int, demo: Demo, tmp_path: Path
) -> None:
    layers = layers_of(demo, CompanyProfile().broken(layer), tmp_path)
    leaks = [found for is_leak, *found in layers if is_leak]
    assert [leak[0] for leak in leaks] == [layer], layers
    assert leaks[0][2] > 0
    assert leaks[0][3].startswith("The biggest leak. ")
