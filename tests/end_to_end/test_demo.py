"""The demo company as an analyst builds it: `flywheel land`, then plain `dbt build`, every test."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import duckdb
import pytest
import yaml

from bi.superset.bundle import read_tabs, write_bundle
from flows.cli import app
from tests.end_to_end.conftest import Demo

PROJECT = Path(__file__).resolve().parents[2]


def test_every_model_unit_test_and_data_test_passes(demo: Demo) -> None:
    wrong = {
        name: outcome
        for name, outcome in demo.outcomes.items()
        if outcome.split(":")[0] not in ("success", "pass", "no-op")  # an exposure
    }
    assert wrong == {}
    kinds = {name.split(".")[0] for name in demo.outcomes}
    assert {"model", "seed", "test", "unit_test"} <= kinds


@pytest.fixture(scope="module")
def columns(demo: Demo) -> dict[str, dict[str, str | None]]:
    """Of each published table, its columns and their comments."""
    demo.flywheel("publish")
    with duckdb.connect(str(demo.published), read_only=True) as published:
        found: dict[str, dict[str, str | None]] = {}
        for table, column, comment in published.execute(
            "select schema_name || '.' || table_name, column_name, comment from duckdb_columns()"
            " where not internal"
        ).fetchall():
            found.setdefault(table, {})[column] = comment
    return found


def test_every_published_column_is_described(columns) -> None:
    undescribed = [
        f"{table}.{column}"
        for table, comments in columns.items()
        for column, comment in comments.items()
        if not comment and not table.startswith("meta.")
    ]
    assert undescribed == []


def test_what_users_rely_on_is_published(columns) -> None:
    contract = yaml.safe_load((PROJECT / "tests" / "end_to_end" / "contract.yml").read_text())
    missing = {
        table: lacking
        for table, promised in contract.items()
        if (lacking := set(promised) - set(columns.get(table, {})))
    }
    assert missing == {}


def test_the_superset_dashboard_draws_every_table_that_users_rely_on(
    demo: Demo, columns, tmp_path: Path
) -> None:
    contract = yaml.safe_load((PROJECT / "tests" / "end_to_end" / "contract.yml").read_text())
    charts = [chart for tab in read_tabs() for chart in tab.charts]
    assert set(contract) - {chart.mart for chart in charts} == set()
    assert len({chart.title for chart in charts}) == len(charts)
    with duckdb.connect(str(demo.published), read_only=True) as published:
        for chart in charts:
            published.execute(f"explain {chart.sql()}")
    write_bundle(demo.published, tmp_path / "superset.zip")
    with zipfile.ZipFile(tmp_path / "superset.zip") as bundle:
        assert sum(name.startswith("flywheel/charts/") for name in bundle.namelist()) == len(charts)


def test_the_readme_names_tables_commands_and_files_that_exist(columns) -> None:
    readme = (PROJECT / "README.md").read_text()
    schemas = {table.split(".")[0] for table in columns}
    named = {
        word
        for word in re.findall(r"`([a-z_]+[.][a-z_0-9]+)`", readme)
        if word.split(".")[0] in schemas
    }
    assert named - set(columns) == set()
    paths = re.findall(r"`((?:models|seeds|docs|flows)/[\w/.]+)`", readme)
    assert [path for path in paths if not (PROJECT / path).exists()] == []
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert set(re.findall(r"`flywheel (\w+)", readme)) <= commands


def test_the_demo_company_s_leads_are_handed_over_once(
    demo: Demo, columns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLYWHEEL_LEADS_FOLDER", str(tmp_path))
    for _ in range(2):
        demo.flywheel("route")
    lines = [line for file in tmp_path.glob("*.jsonl") for line in file.read_text().splitlines()]
    with duckdb.connect(str(demo.published), read_only=True) as published:
        meant = published.execute(
            "select model, actor_id, qualification from pql.pql_by_account"
            " where destinations = 'lead_files'"
        ).fetchall()
    leads = [json.loads(line) for line in lines]
    found = sorted((lead["model"], lead["actor_id"], lead["qualification"]) for lead in leads)
    assert found == sorted(meant) != []
    assert all(lead["reasons"] and lead["account"]["name"] for lead in leads)


def test_no_name_and_no_address_of_a_person_is_published(demo: Demo) -> None:
    demo.flywheel("publish")
    with duckdb.connect(str(demo.published), read_only=True) as published:
        published.execute(f"attach '{demo.warehouse / 'build.duckdb'}' as build (read_only)")
        published.execute(
            "create temp table personal as select distinct value"
            " from (select unnest([email, name]) as value from build.raw.native_users)"
            " where contains(value, '@') or contains(value, ' ')"  # "Demo" is in many a word
        )
        places = published.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where database_name = 'flywheel' and data_type in ('VARCHAR', 'JSON')"
        ).fetchall()
        found = {
            f"{schema}.{table}.{column}"
            for schema, table, column in places
            if published.execute(
                f'select count(*) from (select distinct "{column}" as text from'
                f' flywheel.{schema}."{table}") join personal on contains(text, value)'
            ).fetchone()
            != (0,)
        }
        assert published.execute("select count(*) from personal").fetchone() > (200,)
    assert len(places) > 100
    assert found == set()
