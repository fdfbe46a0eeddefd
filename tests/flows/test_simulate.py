"""The simulator: the same bytes every time, believable shares, and a truth that adds up."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.simulate import BROKEN_LAYERS, CompanyProfile, simulate
from flows.simulate.simulation import DEFAULT_ENDING
from flows.simulate.streams import STREAMS
from flows.simulate.timeline import instant
from flows.simulate.truth import DEFINITIONS
from flows.simulate.truth.facts import gather
from flows.simulate.truth.leads import lead_truth
from flows.simulate.vocabulary import EVENT_NAMES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("company")
    simulate(out, accounts=150, seed=5)
    return out


@pytest.fixture(scope="module")
def truth(company: Path) -> dict:
    return json.loads((company / "truth.json").read_text())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of more than one part, hence parquet."""
    out = tmp_path_factory.mktemp("large")
    simulate(out, accounts=5_000, seed=2, with_truth=False)
    return out


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def of_large(large: Path, query: str) -> tuple:
    events = f"read_parquet('{large}/native/events/*.parquet')"
    return duckdb.sql(query.replace("from events", f"from {events}", 1)).fetchall()[0]


def test_the_same_arguments_give_the_same_bytes_in_another_process_on_one_core(
    company: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "flows.simulate", "--out", str(tmp_path)]
    command += ["--accounts", "150", "--seed", "5"]
    one_core = {min(os.sched_getaffinity(0))} if hasattr(os, "sched_setaffinity") else None
    subprocess.run(
        command,
        check=True,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, one_core)) if one_core else None,
    )
    assert fingerprints(tmp_path) == fingerprints(company)


def test_another_seed_gives_another_company(company: Path, tmp_path: Path) -> None:
    simulate(tmp_path, accounts=150, seed=6, with_truth=False)
    ours, theirs = fingerprints(company), fingerprints(tmp_path)
    assert ours["native/users/customers.jsonl.zst"] != theirs["native/users/customers.jsonl.zst"]


def test_every_native_stream_and_every_format_is_written(company: Path) -> None:
    native = company / "native"
    assert {path.name.partition(".")[0] for path in native.iterdir()} == (
        STREAMS.keys() | {"exchange_rates", "marketing_spend"}
    )
    names = [file.name for file in native.rglob("*") if file.is_file()]
    for extension in (".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".csv.gz", ".parquet"):
        assert any(name.endswith(extension) for name in names), extension


def test_gzip_headers_carry_no_clock(company: Path) -> None:
    for file in company.rglob("*.gz"):
        assert file.read_bytes()[4:8] == bytes(4), file


def test_the_demo_company_in_seeds_is_small_and_what_the_command_writes(tmp_path: Path) -> None:
    files = [file for file in (PROJECT / "seeds" / "raw").rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 3_000_000
    truth = json.loads((PROJECT / "seeds" / "raw" / "truth.json").read_text())
    assert 15_000 < truth["counts"]["event_rows"] < 30_000
    written = simulate(tmp_path, with_truth=False)
    assert (written.rows, written.totals) == (truth["rows"], truth["drawn"])


def test_shares_of_late_and_repeated_events_are_as_planted(large: Path) -> None:
    rows, distinct, late, future = of_large(
        large,
        """
        select
            count(*), count(distinct event_id),
            count(distinct event_id) filter (received_at > occurred_at + interval 1 hour),
            count(distinct event_id) filter (occurred_at > timestamp '2026-07-01')
        from events
        """,
    )
    planted = CompanyProfile()
    assert (rows - distinct) / distinct == pytest.approx(planted.duplicate_share, rel=0.15)
    assert late / distinct == pytest.approx(planted.late_share, rel=0.25)
    assert 0 < future / distinct < 0.01


def test_a_repeated_event_differs_in_nothing_but_its_receipt(large: Path) -> None:
    assert of_large(
        large,
        """
        select count(*) from (
            select event_id from events
            group by event_id
            having count(distinct (event_name, occurred_at, user_id, properties)) > 1
        )
        """,
    ) == (0,)


def test_nothing_has_arrived_after_the_end(large: Path) -> None:
    assert of_large(
        large,
        """
        select count(*) from events
        where coalesce(received_at, occurred_at) >= timestamp '2026-07-01'
        """,
    ) == (0,)


def test_ids_are_unique_across_parts(large: Path) -> None:
    for stream, key in (("users", "user_id"), ("accounts", "account_id")):
        first_versions, ids = duckdb.sql(
            f"select count(*), count(distinct {key}) "
            f"from '{large}/native/{stream}/*.parquet' where updated_at is null"
        ).fetchall()[0]
        assert first_versions == ids


def test_a_large_company_is_drawn_fast_and_in_parts(tmp_path: Path) -> None:
    began = time.process_time()  # of all threads, whoever else is busy on this machine
    written = simulate(tmp_path, accounts=8_000, seed=3, with_truth=False)
    assert written.totals["event_rows"] / (time.process_time() - began) > 100_000
    assert len(list((tmp_path / "native" / "events").glob("part-*.parquet"))) == 2


def test_names_are_those_of_the_definitions() -> None:
    with (DEFINITIONS / "event_catalog.csv").open() as file:
        assert {row["event_name"] for row in csv.DictReader(file)} == set(EVENT_NAMES)


def test_the_waterfall_adds_up(truth: dict) -> None:
    before = 0
    for month in truth["revenue"]["months"]:
        gains = sum(month[f"{name}_minor"] for name in ("new", "expansion", "reactivation"))
        losses = month["contraction_minor"] + month["churned_minor"]
        assert month["opening_minor"] == before
        assert month["closing_minor"] == before + gains - losses + month["fx_minor"]
        before = month["closing_minor"]
    assert len(truth["revenue"]["months"]) == 14 and before > 0
    assert truth["revenue"]["months"][-1]["nrr_12m_cohort"] is not None


def test_counts_of_the_truth_fit_together(truth: dict) -> None:
    counts, drawn = truth["counts"], truth["drawn"]
    assert counts["event_rows"] == drawn["event_rows"] == truth["rows"]["events"]
    assert counts["events"] == drawn["events"] < counts["event_rows"]
    assert counts["events_before_as_of"] == drawn["events"] - drawn["from_the_future"]
    assert counts["events_counted"] < counts["events_before_as_of"]
    assert counts["users"] - counts["internal_users"] == drawn["users"]
    assert counts["accounts"] - counts["internal_accounts"] == drawn["accounts"] == 150


def test_every_definition_has_its_truth_and_none_is_empty(truth: dict) -> None:
    for activation in truth["activations"].values():
        assert activation["units"] == activation["mature"] + activation["pending"]
        assert 0 < activation["activated"] < activation["mature"]
    for funnel in truth["funnels"].values():
        assert all(step["actors"] >= step["mature_actors"] > 0 for step in funnel["steps"])
    for model in truth["leads"].values():
        assert model["qualified"] == len(model["qualifications"]) > 0
        assert 0 < model["converted"] <= model["mature"] <= model["qualified"]
    variants = truth["experiments"]["set_up_checklist"]["variants"]
    assert variants.keys() == {"control", "checklist"}
    assert truth["virality"]["mature_invited_sign_ups"] > 0
    assert truth["surveys"]


def test_planted_numbers_are_recovered_within_chance(tmp_path: Path) -> None:
    profile = CompanyProfile(
        activation_rate=0.3, experiment_effect=0.0, week_4_retention=0.2, k_factor=0.5
    )
    simulate(tmp_path, accounts=600, seed=8, profile=profile, file_format="parquet")
    truth = json.loads((tmp_path / "truth.json").read_text())
    account = truth["activations"]["account_first_value"]
    assert account["activation_rate"] == pytest.approx(0.3, abs=0.05)
    hours = account["median_seconds_to_value"] / 3600
    assert hours == pytest.approx(profile.hours_to_value, rel=0.4)
    assert truth["virality"]["k_factor"] == pytest.approx(0.5, abs=0.1)
    assert truth["retentions"]["weekly_use"][3]["retention_rate"] == pytest.approx(0.2, abs=0.06)


def test_signals_raise_conversion_and_without_strength_do_not(tmp_path: Path) -> None:
    rates = {}
    for strength in (0.0, 1.0):
        profile = CompanyProfile(signal_strength=strength, visit_to_sign_up=0.5)
        simulate(tmp_path, 600, seed=4, profile=profile, file_format="parquet", with_truth=False)
        facts = gather(tmp_path / "native", DEFINITIONS, instant(DEFAULT_ENDING))
        facts.definitions["pql_models"] = facts.definitions["pql_models"][:1]
        rates[strength] = lead_truth(facts)["account_ready_to_pay"]["conversion_rate"]
    assert rates[1.0] > 1.3 * rates[0.0]


def test_each_layer_can_be_broken_and_settings_are_checked() -> None:
    healthy = CompanyProfile()
    for layer in BROKEN_LAYERS:
        assert healthy.broken(layer) != healthy
    assert healthy.with_settings(["churn=0.2", "k_factor=0"]).churn == 0.2
    for wrong in ("nothing=1", "churn", "churn=much"):
        with pytest.raises(ValueError, match=r"churn|nothing"):
            healthy.with_settings([wrong])


def test_the_smallest_and_the_longest_companies_are_whole(tmp_path: Path) -> None:
    simulate(tmp_path / "one", accounts=1, months=1)
    simulate(tmp_path / "long", accounts=30, months=40, ending=date(2025, 1, 1))
    for name in ("one", "long"):
        assert (tmp_path / name / "truth.json").exists()
