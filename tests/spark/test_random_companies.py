"""Companies rich in edge cases, with definitions to match, are the same on both engines.

They are those of the differential tests: what DuckDB says of them is compared with slow, obvious
Python there, and with Spark here, table by table, the intermediate ones included.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project_copy import PROJECT
from tests.reference import test_funnels, test_growth_marts, test_lead_marts, test_usage_marts
from tests.spark.both_engines import BothEngines

SEED = 20260630

pytestmark = pytest.mark.spark


def test_three_hundred_funnels(tmp_path: Path) -> None:
    copy = BothEngines(tmp_path / "project")
    test_funnels.compare(copy, SEED, "America/New_York", funnels=300)
    assert copy.compared > 40


def test_leads_and_revenue(tmp_path: Path) -> None:
    copy = BothEngines(tmp_path / "project")
    test_lead_marts.Case(copy, SEED, "America/New_York")
    assert copy.compared > 100


def test_activation_adoption_and_retention(tmp_path: Path) -> None:
    copy = BothEngines(tmp_path / "project")
    test_usage_marts.Case(copy, SEED, "Asia/Kolkata", "sunday")
    assert copy.compared > 60


def test_virality_experiments_and_feedback(tmp_path: Path) -> None:
    copy = BothEngines(tmp_path / "project")
    test_growth_marts.Case(copy, SEED, "America/New_York", "sunday")
    assert copy.compared > 60


def test_all_vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PROJECT / "tests" / "flows")
    from test_vendors import build_vendors

    copy = BothEngines(tmp_path / "project")
    build_vendors(copy)
    assert copy.compared > 30
