"""A simulated company carries its truth; the published marts must find it, to the cent.

Another company than the demo one is simulated and run through the whole pipeline by the command
line, and every truth in `truth.json` is read back from the published file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
LEAKING = ["--accounts", "120", "--months", "16", "--seed", "11", "--set", "churn=0.08"]


def flywheel(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@dataclass(frozen=True)
class Company:
    """A company that was run through the pipeline: what was planted, what was published."""

    truth: dict
    published: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple]:
        return self.published.execute(query).fetchall()


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    landing, warehouse = folder / "landing", folder / "warehouse"
    flywheel("simulate", "--out", str(landing), *LEAKING)
    truth = json.loads((landing / "truth.json").read_text())
    flywheel(
        "run", "--landing", str(landing), "--warehouse", str(warehouse), "--as-of", truth["as_of"]
    )
    with duckdb.connect(warehouse / "flywheel.duckdb", read_only=True) as published:
        yield Company(truth, published)


def test_every_person_account_and_event_is_counted_once(company):
    counts = company.truth["counts"]
    assert company.rows("select count(*), count(*) filter (is_internal) from core.users") == [
        (counts["users"], counts["internal_users"])
    ]
    assert company.rows("select count(*), count(*) filter (is_internal) from core.accounts") == [
        (counts["accounts"], counts["internal_accounts"])
    ]
    assert company.rows("select count(*), count(*) filter (not is_internal) from core.events") == [
        (counts["events_before_as_of"], counts["events_counted"])
    ]
    assert company.rows(
        "select count(distinct anonymous_id), count(distinct anonymous_id) filter "
        "(rule = 'shared_device') from core.identities where rule <> 'alias'"
    ) == [(counts["anonymous_ids_with_a_user"], counts["shared_anonymous_ids"])]


def test_activation_rates_and_times_to_value(company):
    for name, planted in company.truth["activations"].items():
        grain = planted["grain"]
        found = company.rows(
            f"""
            select
                count(*),
                count(*) filter (is_mature),
                count(*) filter (is_mature and is_activated),
                median(seconds_to_value) filter (is_mature and is_activated)
            from activation.activation_by_{grain}
            where activation = '{name}'
            """
        )[0]
        assert found[:3] == (planted["units"], planted["mature"], planted["activated"]), name
        assert found[3] == pytest.approx(planted["median_seconds_to_value"], abs=1e-3), name


def test_funnel_steps(company):
    for name, planted in company.truth["funnels"].items():
        found = company.rows(
            f"""
            select step_number, step_name, actors, mature_actors
            from funnel.funnel_by_step
            where funnel = '{name}' and breakdown_value is null
            order by step_number
            """
        )
        assert found == [
            (step["step_number"], step["step_name"], step["actors"], step["mature_actors"])
            for step in planted["steps"]
        ], name


def test_leads_instants_and_conversions(company):
    for name, planted in company.truth["leads"].items():
        found = company.rows(
            f"""
            select
                actor_id,
                strftime(qualified_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
                points,
                strftime(converted_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
                is_converted,
                is_mature
            from pql.pql_by_account
            where model = '{name}'
            order by actor_id, qualified_at
            """
        )
        keys = ("actor_id", "qualified_at", "points", "converted_at", "is_converted", "is_mature")
        expected = [tuple(lead[key] for key in keys) for lead in planted["qualifications"]]
        assert found == sorted(expected, key=lambda lead: lead[:2]), name


MOVEMENTS = ("opening", "new", "expansion", "reactivation", "contraction", "churned", "closing")


def test_revenue_movements_to_the_cent(company):
    columns = ", ".join(f"cast({name}_mrr * 100 as bigint)" for name in (*MOVEMENTS, "fx"))
    found = company.rows(
        f"select cast(month as date)::text, {columns} from nrr.nrr_by_month "
        "where is_complete order by month"
    )
    assert found == [
        (month["month"], *(month[f"{name}_minor"] for name in (*MOVEMENTS, "fx")))
        for month in company.truth["revenue"]["months"]
    ]


def test_revenue_retention(company):
    rates = ("nrr_month", "grr_month", "nrr_12m_cohort", "grr_12m_cohort")
    found = company.rows(
        f"select {', '.join(rates)} from nrr.nrr_by_month where is_complete order by month"
    )
    for month, row in zip(company.truth["revenue"]["months"], found, strict=True):
        for rate, value in zip(rates, row, strict=True):
            planted = month[rate]
            assert (value is None) == (planted is None), (month["month"], rate)
            assert planted is None or value == pytest.approx(planted), (month["month"], rate)


def test_retention_and_virality(company):
    planted = company.truth["retentions"]["weekly_use"]
    found = company.rows(
        "select period_number, mature_cohort_size, retained from retention.retention_by_period "
        "where retention = 'weekly_use' and period_number > 0 order by period_number"
    )
    assert found == [
        (period["period_number"], period["mature_cohort_size"], period["retained"])
        for period in planted
    ]
    weeks = company.rows(
        "select cast(cohort_week as date)::text, users, invited_sign_ups "
        "from virality.virality_by_week order by cohort_week"
    )
    assert weeks == [
        (week["cohort_week"], week["users"], week["invited_sign_ups"])
        for week in company.truth["virality"]["weeks"]
    ]


def test_experiment_counts(company):
    for name, planted in company.truth["experiments"].items():
        found = company.rows(
            f"""
            select variant, units, mature_units, cast(round(mean * mature_units) as bigint)
            from experiments.experiments_by_variant
            where experiment = '{name}' and metric = '{planted["metric"]}'
            order by variant
            """
        )
        assert found == [
            (variant, seen["units"], seen["mature_units"], seen["activated"])
            for variant, seen in sorted(planted["variants"].items())
        ], name
