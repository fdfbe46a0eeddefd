"""A project of three models, built by the real flow, for tests of the flow itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from flows.cli import app

PROJECT = Path(__file__).resolve().parents[2]

MODELS = {
    "staging/stg_events": (
        "select event_id, source_id, event_name, occurred_at, received_at"
        " from {{ source('raw', 'native_events') }}"
    ),
    "marts/core/events": "select * from {{ ref('stg_events') }} order by event_id desc",
    "marts/core/users": (
        "select 'u1' as user_id, 'ann@acme.example' as email, 'Ann' as name, true as is_internal"
    ),
}
MODELS_YML = """
sources:
  - name: raw
    tables: [{name: native_events}]
models:
  - name: stg_events
    description: One row per landed event.
  - name: events
    description: One row per event, it's said.
    columns:
      - name: event_id
        description: The event's id.
        data_tests: [not_null]
  - name: users
    description: One row per user.
    config: {materialized: view}
    columns: [{name: user_id, description: The user.}]
"""
EVENTS = """event_id,event_name,occurred_at,user_id
e1,signed_up,2026-01-01T00:00:00Z,u1
e2,project_created,2026-01-02T00:00:00Z,u1
"""


class SmallProject:
    """Real settings, macros, hooks and definitions; models and landing files of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse"
        self.published = self.warehouse / "flywheel.duckdb"
        self.definitions = folder / "seeds" / "definitions"

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def replace(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    def flywheel(self, *arguments: str) -> Result:
        """The command, run in this process from the project's folder."""
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(self.folder)
            for variable in ("FLYWHEEL_WAREHOUSE", "PREFECT_API_URL"):
                patched.delenv(variable, raising=False)
            return CliRunner().invoke(app, list(arguments))


def make_small_project(folder: Path) -> SmallProject:
    project = SmallProject(folder)
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    settings["seeds"]["flywheel"] |= {"+enabled": False, "plans": {"+enabled": True}}
    settings["models"]["flywheel"]["staging"]["+materialized"] = "view"
    settings["models"]["flywheel"]["marts"] = {
        "+materialized": "table",
        "+persist_docs": {"relation": True, "columns": True},
        "core": {"+schema": "core"},
    }
    project.write("dbt_project.yml", yaml.safe_dump(settings))
    shutil.copy(PROJECT / "profiles.yml", folder)
    shutil.copytree(PROJECT / "macros", folder / "macros")
    shutil.copytree(PROJECT / "tests" / "data" / "generic", folder / "tests" / "data" / "generic")
    shutil.copytree(PROJECT / "seeds" / "definitions", project.definitions)
    for name, sql in MODELS.items():
        project.write(f"models/{name}.sql", sql)
    project.write("models/models.yml", MODELS_YML)
    project.write("seeds/raw/native/events.csv", EVENTS)
    return project


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """Published by `flywheel run`, and not to be changed."""
    project = make_small_project(tmp_path_factory.mktemp("small"))
    result = project.flywheel("run")
    assert result.exit_code == 0, result.output
    return project


@pytest.fixture
def project(published_once: SmallProject, tmp_path: Path) -> Iterator[SmallProject]:
    """A copy of the published one, to break."""
    folder = tmp_path / "small"
    shutil.copytree(published_once.folder, folder)
    yield SmallProject(folder)
