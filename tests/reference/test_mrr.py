"""The revenue models against the yardstick of mrr.py, on random companies, many to a build.

Every variant of the settings gets companies of its own. Rows are compared company by company, so
that a failure shows the smallest company that differs; months are compared over all of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from fractions import Fraction

import pytest

from tests.project_copy import PROJECT, ProjectCopy
from tests.reference.companies import AS_OF, EXPONENTS, Company, companies, drawn, exchange_rates
from tests.reference.mrr import MOVES, RATES, Book, Settings, Version, World

# Settings are put in place of their model, so that dbt need not read the project anew for each.
FOLDERS = ("subscriptions", "currencies", "mrr", "movements", "movement_events", "movement_causes")
MODELS = " ".join(
    [
        *("currencies", "plans", "int_as_of", "stg_landing__loads", "stg_native__events"),
        *(
            "stg_native__subscription_versions",
            "stg_native__exchange_rates",
            "path:models/marts/nrr",
        ),
        *(
            model.stem
            for folder in FOLDERS
            for model in sorted((PROJECT / "models" / "intermediate" / folder).glob("*.sql"))
            if model.stem != "int_revenue_settings"
        ),
    ]
)
HALF_A_CENT = Fraction(5, 1000)
ACCOUNTS = """
    create schema if not exists intermediate;
    create or replace table intermediate.int_accounts (
        account_id varchar, created_at timestamp, parent_account_id varchar, is_internal boolean
    )
"""
SETTINGS = """
    create or replace table intermediate.int_revenue_settings (
        steps_a_minor_unit bigint, minor_units_a_step decimal(5, 4), rounding_mode varchar,
        discounts varchar, metered varchar, past_due_grace_days int, paused varchar,
        churn_recognition varchar, gap_grace_days int, known_at date, account_grain varchar,
        movement_grain varchar, event_group_minutes int, free_plan varchar,
        reactivation_window_days int, quick_ratio_reactivation boolean
    )
"""


@dataclass(frozen=True)
class Variant:
    companies: int
    zone: str = "UTC"
    settings: Settings = field(default_factory=Settings)
    reporting_currency: str = "USD"
    as_of: datetime = AS_OF
    tested: bool = False


VARIANTS = {
    "defaults": Variant(150, tested=True),
    "strict": Variant(
        75,
        settings=Settings(
            churn_recognition="cancel_request",
            past_due_grace_days=0,
            reactivation_window_days=40,
            discounts="forever",
            rounding_mode="half_even",
        ),
    ),
    "fine_steps_as_known_in_march": Variant(
        75,
        settings=Settings(
            rounding_scale=2,
            rounding_mode="half_even",
            discounts="all",
            known_at=date(2025, 3, 10),
        ),
    ),
    "events": Variant(75, settings=Settings(movement_grain="event", reactivation_window_days=20)),
    "events_with_free_customers_in_new_york": Variant(
        75,
        zone="America/New_York",
        settings=Settings(movement_grain="event", free_plan="contraction", event_group_minutes=5),
    ),
    "generous_in_new_york": Variant(
        75,
        zone="America/New_York",
        settings=Settings(
            paused="count",
            metered="include",
            discounts="none",
            gap_grace_days=3,
            past_due_grace_days=5,
        ),
    ),
    "parents_and_free_customers_in_yen_and_kolkata": Variant(
        75,
        zone="Asia/Kolkata",
        settings=Settings(account_grain="parent", free_plan="contraction", gap_grace_days=40),
        reporting_currency="JPY",
    ),
}


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    project = ProjectCopy(tmp_path_factory.mktemp("mrr") / "project")
    project.define(
        currencies=[{"currency": c, "exponent": e} for c, e in EXPONENTS.items()],
        plans=[
            {"plan": plan, "tier": tier, "is_paid": tier > 0, "is_trial": False}
            for tier, plan in enumerate(["free", "starter", "team", "enterprise"])
        ],
    )
    return project


def landed(version: Version) -> dict:
    row = {key: value for key, value in asdict(version).items() if value is not None}
    return {
        key: float(value) if isinstance(value, Fraction) else value for key, value in row.items()
    }


def settings_row(settings: Settings) -> dict:
    row = asdict(settings)
    scale = row.pop("rounding_scale")
    return row | {
        "steps_a_minor_unit": 10**scale,
        "minor_units_a_step": f"{10.0**-scale:.4f}",
        "quick_ratio_reactivation": True,
    }


def build(copy: ProjectCopy, variant: Variant, everybody: list[Company], world: World) -> None:
    copy.land("subscription_versions", [landed(v) for c in everybody for v in c.versions])
    copy.land(
        "exchange_rates",
        [
            {"month": month, "currency": currency, "rate": float(rate)}
            for (month, currency), rate in world.rates.items()
        ],
    )
    copy.run(ACCOUNTS)
    copy.fill(
        "intermediate.int_accounts",
        [
            {
                "account_id": account_id,
                "created_at": datetime.fromisoformat("2023-06-01"),
                "parent_account_id": parent,
                "is_internal": account_id in company.internal,
            }
            for company in everybody
            for account_id, parent in company.parents.items()
        ],
    )
    copy.run(SETTINGS)
    copy.fill("intermediate.int_revenue_settings", [settings_row(variant.settings)])
    copy.build(
        MODELS,
        as_of=str(variant.as_of),
        reporting_time_zone=variant.zone,
        reporting_currency=variant.reporting_currency,
        tested=variant.tested,
    )


@dataclass
class Case:
    variant: Variant
    companies: list[Company]
    book: Book
    by_account: list[dict]
    by_month: list[dict]
    by_plan: list[dict]
    by_cohort: list[dict]
    by_cause: list[dict]

    @property
    def unit(self) -> Fraction:
        """What a minor unit of the reporting currency is worth."""
        return Fraction(1, 10 ** EXPONENTS[self.variant.reporting_currency])


def made(copy: ProjectCopy, variant: Variant, key: int) -> Case:
    everybody = [
        company.named(f"c{number}.")
        for number, company in enumerate(drawn(companies(), variant.companies, key))
    ]
    world = World(
        variant.as_of,
        EXPONENTS,
        drawn(exchange_rates(), 2, key)[-1],
        variant.zone,
        variant.reporting_currency,
        variant.settings,
    )
    build(copy, variant, everybody, world)
    book = Book(
        [version for company in everybody for version in company.versions],
        {child: parent for company in everybody for child, parent in company.parents.items()},
        {account_id for company in everybody for account_id in company.internal},
        world,
    )
    return Case(
        variant,
        everybody,
        book,
        copy.rows("select * from nrr.nrr_by_account"),
        copy.rows("select * from nrr.nrr_by_month order by month"),
        copy.rows("select * from nrr.nrr_by_plan"),
        copy.rows("select * from nrr.nrr_by_cohort"),
        copy.rows("select * from nrr.nrr_by_cause"),
    )


@pytest.fixture(scope="session", params=VARIANTS)
def case(request: pytest.FixtureRequest, copy: ProjectCopy) -> Case:
    """A variant's companies, by the yardstick and by the models."""
    name = request.param
    return made(copy, VARIANTS[name], key=sorted(VARIANTS).index(name))


def keys(source_rows: str) -> set[tuple]:
    return {
        (row["subscription_id"], row["item_id"] or "", datetime.fromisoformat(row["started_at"]))
        for row in json.loads(source_rows)
    }


def test_every_account_and_month_is_what_the_yardstick_says(case: Case) -> None:
    expected = {
        (row.account_id, row.month): (
            row.opening,
            row.closing,
            row.movement,
            row.amount if row.movement else 0,
            row.fx,
            row.source_rows,
        )
        for row in case.book.rows
        if row.opening or row.closing or row.movement
    }
    found = {
        (row["account_id"], row["month"]): (
            Fraction(row["opening_mrr_minor"]),
            Fraction(row["closing_mrr_minor"]),
            row["movement"],
            Fraction(row["movement_minor"]),
            Fraction(row["fx_minor"]),
            keys(row["source_rows"]),
        )
        for row in case.by_account
    }
    wrong = {key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)}
    companies_with_errors = {account_id.split(".")[0] for account_id, _ in wrong}
    if wrong:
        smallest = min(
            (int(name[1:]) for name in companies_with_errors),
            key=lambda number: len(case.companies[number].versions),
        )
        lines = [
            f"{len(companies_with_errors)} of {len(case.companies)} companies differ; the smallest:"
        ]
        lines += [f"  {version}" for version in case.companies[smallest].versions]
        lines += [
            f"  {key}: expected {show(expected.get(key))}, found {show(found.get(key))}"
            for key in sorted(wrong)
            if key[0].startswith(f"c{smallest}.")
        ]
        pytest.fail("\n".join(lines), pytrace=False)


def show(row: tuple | None) -> str:
    return "no row" if row is None else " ".join(str(cell) for cell in row[:5])


def test_every_month_is_what_the_yardstick_says(case: Case) -> None:
    expected = case.book.by_month()
    assert [row["month"] for row in case.by_month] == list(expected)
    for row in case.by_month:
        month = expected[row["month"]]
        for name, amount in month.amounts.items():
            close = abs(Fraction(row[f"{name}_mrr"]) - amount * case.unit)
            assert close <= HALF_A_CENT, (row["month"], name)
        for name, number in month.accounts.items():
            assert row[f"{name}_accounts"] == number, (row["month"], name)
        for name in RATES:
            rate = month.rates[name]
            assert (row[name] is None) == (rate is None), (row["month"], name)
            assert rate is None or row[name] == pytest.approx(float(rate), abs=1e-9)


def test_cohorts_are_what_the_yardstick_says(case: Case) -> None:
    expected = case.book.cohorts()
    assert {(row["cohort_month"], row["months_since"]) for row in case.by_cohort} == set(expected)
    for row in case.by_cohort:
        key = row["cohort_month"], row["months_since"]
        accounts, starting, current, nrr, grr = expected[key]
        assert row["accounts"] == accounts, key
        assert abs(Fraction(row["starting_mrr"]) - starting * case.unit) <= HALF_A_CENT, key
        assert abs(Fraction(row["current_mrr"]) - current * case.unit) <= HALF_A_CENT, key
        assert row["nrr"] == (nrr if nrr is None else pytest.approx(float(nrr), abs=1e-9)), key
        assert row["grr"] == (grr if grr is None else pytest.approx(float(grr), abs=1e-9)), key


def test_plans_cohorts_and_causes_add_up_to_the_month(case: Case) -> None:
    movements = case.book.moved_by_account()
    tolerance = 5 * HALF_A_CENT if case.variant.settings.rounding_scale else Fraction(0)
    for row in case.by_month:
        month = row["month"]
        plans = [plan for plan in case.by_plan if plan["month"] == month]
        by_event = case.variant.settings.movement_grain == "event"
        for name in ("opening", "closing") if by_event else ("opening", "closing", "fx"):
            total = sum(plan[f"{name}_mrr"] for plan in plans)
            assert abs(total - row[f"{name}_mrr"]) <= tolerance, (month, name)
        for name in MOVES:
            column = "churned_mrr" if name == "churn" else f"{name}_mrr"
            total = sum((Fraction(plan[column]) for plan in plans), Fraction(0))
            assert abs(total - movements[month][name] * case.unit) <= tolerance, (month, name)
        for name in ("expansion", "contraction"):
            causes = [c for c in case.by_cause if c["month"] == month and c["movement"] == name]
            total = sum((Fraction(cause["amount"]) for cause in causes), Fraction(0))
            assert abs(total - movements[month][name] * case.unit) <= tolerance, (month, name)
        assert sum(plan["transfer_in_mrr"] - plan["transfer_out_mrr"] for plan in plans) == 0


def test_the_random_companies_do_all_that_companies_do(case: Case) -> None:
    movements = {row["movement"] for row in case.by_account}
    assert movements >= {"new", "expansion", "contraction", "churn", None}
