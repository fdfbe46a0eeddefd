"""Revenue cases by hand, through the models: rows in, rows of the published tables out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest

from tests.reference import mrr_cases, mrr_examples
from tests.reference.companies import EXPONENTS, Company
from tests.reference.mrr import World
from tests.reference.mrr_cases import row
from tests.reference.revenue_copy import RevenueCopy

Lines = dict[str, list[str]]


def build_cases(revenue: RevenueCopy, name: str) -> None:
    world, cases = mrr_cases.WORLDS[name]
    companies = []
    for name, case in cases.items():
        versions = case.named(name)
        parents = {version.account_id: None for version in versions} | {
            name + child: name + parent for child, parent in case.parents.items()
        }
        companies.append(Company(versions, {name: None, **parents}))
    revenue.build(companies, world)


@pytest.fixture(scope="module", params=mrr_cases.WORLDS)
def shown(request: pytest.FixtureRequest, revenue: RevenueCopy) -> Lines:
    """What nrr_by_account says of a world's cases, a line a month."""
    build_cases(revenue, request.param)
    lines: Lines = {}
    for line in revenue.rows("select * from nrr.nrr_by_account order by month"):
        opening, closing, moved = (
            f"{Decimal(line[column]).normalize():f}"
            for column in ("opening_mrr_minor", "closing_mrr_minor", "movement_minor")
        )
        if line["movement"] or opening != closing:
            lines.setdefault(line["account_id"], []).append(
                f"{line['month']:%Y-%m} {opening}>{closing} {line['movement']} {moved}"
            )
    return {name: lines.get(name, []) for name in mrr_cases.WORLDS[request.param][1]}


def test_cases(shown: Lines, request: pytest.FixtureRequest) -> None:
    _, cases = mrr_cases.WORLDS[request.node.callspec.params["shown"]]
    assert shown == {name: case.shows for name, case in cases.items()}


@pytest.fixture(scope="module", params=mrr_examples.WORLDS)
def published(request: pytest.FixtureRequest, revenue: RevenueCopy) -> RevenueCopy:
    world, examples = mrr_examples.WORLDS[request.param]
    versions = mrr_examples.placed(examples)
    revenue.build([Company(versions, {v.account_id: None for v in versions})], world)
    return revenue


KEYS = {
    "nrr_by_month": ["month"],
    "nrr_by_plan": ["month", "plan"],
    "nrr_by_cause": ["month", "movement", "cause"],
    "nrr_by_cohort": ["cohort_month", "months_since"],
}


def test_examples(published: RevenueCopy, request: pytest.FixtureRequest) -> None:
    _, examples = mrr_examples.WORLDS[request.node.callspec.params["published"]]
    tables = {
        table: {
            " ".join(str(row[key]) for key in keys): row
            for row in published.rows(f"select * from nrr.{table}")
        }
        for table, keys in KEYS.items()
    }
    wrong = []
    for name, example in examples.items():
        for place, expected in example.shows.items():
            table, month, *key = place.split()
            row = tables[table][" ".join([f"{example.moved(month)}-01", *key])]
            for column, value in expected.items():
                if column == "fiscal_year":
                    value += example.year
                found = row[column]
                right = (
                    found is None
                    if value is None
                    else found is not None
                    and (abs(Fraction(found) - Fraction(str(value))) < Fraction(1, 10**9))
                )
                if not right:
                    wrong.append(f"{name}: {place} {column} is {found}, not {value}")
    assert wrong == []


def test_a_churned_cent_leads_to_its_landed_line_in_three_queries(revenue: RevenueCopy) -> None:
    build_cases(revenue, "defaults")
    (march,) = revenue.rows("select churned_mrr from nrr.nrr_by_month where month = '2026-03-01'")
    accounts = revenue.rows("""
        select account_id, movement_minor, source_rows from nrr.nrr_by_account
        where month = '2026-03-01' and movement = 'churn'
    """)
    assert sum(account["movement_minor"] for account in accounts) / 100 == march["churned_mrr"]
    lines = revenue.rows("""
        select versions.file_path, versions.line_number, loads.file_path as loaded_from
        from nrr.nrr_by_account as accounts
        cross join unnest(
            from_json(accounts.source_rows, '[{"source_id": "varchar",
            "subscription_id": "varchar", "item_id": "varchar", "started_at": "timestamp"}]')
        ) as sources (source)
        inner join core.subscription_versions as versions
            on source.source_id = versions.source_id
            and source.subscription_id = versions.subscription_id
            and source.item_id is not distinct from versions.item_id
            and source.started_at = versions.started_at
        inner join meta.loads as loads on versions.file_id = loads.file_id
        where accounts.account_id = 'an_end_is_churn_though_no_row_follows'
            and accounts.month = '2026-03-01'
    """)
    (landed,) = revenue.rows("""
        select line_number from raw.native_subscription_versions
        where account_id = 'an_end_is_churn_though_no_row_follows'
    """)
    assert lines == [
        {
            "file_path": "native/subscription_versions.csv",
            "line_number": landed["line_number"],
            "loaded_from": "native/subscription_versions.csv",
        }
    ]


def test_a_missing_rate_stops_the_run_and_is_named(revenue: RevenueCopy) -> None:
    versions = [
        replace(row("2026-01-05", currency=currency), account_id="a", subscription_id=currency)
        for currency in ("EUR", "JPY")
    ]
    missing = [(date(2026, 3, 1), "EUR"), (date(2026, 5, 1), "JPY")]
    rates = {key: rate for key, rate in mrr_cases.RATES.items() if key not in missing}
    world = World(mrr_cases.AS_OF, EXPONENTS, rates)
    with pytest.raises((AssertionError, duckdb.Error)) as stopped:
        revenue.build([Company(versions, {"a": None})], world)
    assert "exchange rate missing: EUR in 2026-03-01, JPY in 2026-05-01" in str(stopped.value)
