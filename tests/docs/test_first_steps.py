"""The data engineer's guide, followed to the letter: own files, own words, a mart of one's own."""

from __future__ import annotations

import csv
import shutil
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from flows.build import VARIABLES as AS_A_RUN
from flows.definitions import check_definitions
from flows.definitions.files import FILES
from flows.landing import land
from flows.project import read_project
from tests.docs.book import PROJECT, blocks
from tests.project_copy import ProjectCopy

GUIDE = blocks(PROJECT / "docs" / "engineer.md")


def test_starting_afresh_leaves_definitions_that_work(tmp_path: Path) -> None:
    ours = read_project(PROJECT)
    folder = Path(shutil.copytree(ours.definitions, tmp_path / "definitions"))
    script("start_afresh").start_afresh(folder)
    for block in GUIDE:
        if block.about in FILES:
            with (folder / f"{block.about}.csv").open("a") as file:
                file.write(block.text.partition("\n")[2] + "\n")
    assert check_definitions(replace(ours, definitions=folder)) == []


def script(name: str) -> ModuleType:
    spec = spec_from_file_location(name, PROJECT / "docs" / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """The company of the guide, landed, defined and built up to its own mart."""
    company = ProjectCopy(tmp_path_factory.mktemp("guide"))
    for block in GUIDE:
        if block.about.startswith("native/"):
            write(company.folder / "music" / block.about, block.text)
        elif block.about.startswith("models/"):
            write(company.folder / block.about, block.text)
        elif block.about in FILES:
            company.define(**{block.about: list(csv.DictReader(block.text.splitlines()))})
    company.file.unlink()
    report = land(company.folder / "music", company.warehouse)
    assert (report.rows_landed, report.rows_quarantined) == (6, 1)
    company.build("+activation_by_user +users +activation_by_channel", tested=False, **AS_A_RUN)
    return company


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n")


def test_the_milestone_is_reached_as_the_guide_says(company: ProjectCopy) -> None:
    query = "select user_id, seconds_to_value, is_activated from activation.activation_by_user"
    assert company.rows(f"{query} order by user_id") == [
        {"user_id": "u1", "seconds_to_value": 1200.0, "is_activated": True},
        {"user_id": "u2", "seconds_to_value": None, "is_activated": False},
    ]


def test_the_mart_of_the_guide_is_there(company: ProjectCopy) -> None:
    query = (
        "select channel, mature, activated, activation_rate from activation.activation_by_channel"
    )
    assert company.rows(f"{query} order by channel") == [
        {"channel": "organic", "mature": 1, "activated": 1, "activation_rate": 1.0},
        {"channel": "paid_search", "mature": 1, "activated": 0, "activation_rate": 0.0},
    ]


def test_the_unit_test_of_the_guide_passes(company: ProjectCopy) -> None:
    company.build("activation_by_channel", unit_tests=True, **AS_A_RUN)
