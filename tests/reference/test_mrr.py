"""The revenue models against the yardstick of mrr.py, on random companies, many to a build.

Every variant of the settings gets companies of its own. Rows are compared company by company, so
that a failure shows the smallest company that differs; months are compared over all of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

import pytest

from tests.reference.companies import AS_OF, EXPONENTS, Company, companies, drawn, exchange_rates
from tests.reference.mrr import MOVES, RATES, Book, Settings, World
from tests.reference.revenue_copy import RevenueCopy

HALF_A_CENT = Fraction(5, 1000)


@dataclass(frozen=True)
class Variant:
    companies: int
    zone: str = "UTC"
    settings: Settings = field(default_factory=Settings)
    reporting_currency: str = "USD"
    as_of: datetime = AS_OF
    tested: bool = False


# Those in one time zone stand together, UTC last: a change makes dbt read the project anew.
VARIANTS = {
    "parents_and_free_customers_in_yen_and_kolkata": Variant(
        75,
        zone="Asia/Kolkata",
        settings=Settings(account_grain="parent", free_plan="contraction", gap_grace_days=40),
        reporting_currency="JPY",
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
    "events_with_free_customers_in_new_york": Variant(
        75,
        zone="America/New_York",
        settings=Settings(movement_grain="event", free_plan="contraction", event_group_minutes=5),
    ),
    "events": Variant(75, settings=Settings(movement_grain="event", reactivation_window_days=20)),
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
    "defaults": Variant(150, tested=True),
}


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
    by_event: list[dict]
    landed_lines: set[tuple]

    @property
    def unit(self) -> Fraction:
        """What a minor unit of the reporting currency is worth."""
        return Fraction(1, 10 ** EXPONENTS[self.variant.reporting_currency])


def made(revenue: RevenueCopy, variant: Variant, key: int) -> Case:
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
    revenue.build(everybody, world, tested=variant.tested)
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
        revenue.rows("select * from nrr.nrr_by_account"),
        revenue.rows("select * from nrr.nrr_by_month order by month"),
        revenue.rows("select * from nrr.nrr_by_plan"),
        revenue.rows("select * from nrr.nrr_by_cohort"),
        revenue.rows("select * from nrr.nrr_by_cause"),
        revenue.rows("select * from nrr.nrr_by_event"),
        {
            (row["source_id"], row["subscription_id"], row["item_id"], row["started_at"])
            for row in revenue.rows("""
                select source_id, subscription_id, item_id, started_at
                from core.subscription_versions
                where file_path is not null and line_number is not null
            """)
        },
    )


@pytest.fixture(scope="session", params=VARIANTS)
def case(request: pytest.FixtureRequest, revenue: RevenueCopy) -> Case:
    """A variant's companies, by the yardstick and by the models."""
    name = request.param
    return made(revenue, VARIANTS[name], key=sorted(VARIANTS).index(name))


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


def test_invariants_of_accounts(case: Case) -> None:
    """One movement a month and above zero; churn takes the opening, newcomers bring the closing."""
    credits = {
        c.account_id for company in case.companies for c in company.versions if c.amount_minor < 0
    }
    if (
        case.variant.settings.account_grain == "parent"
        or case.variant.settings.free_plan != "churn"
    ):
        return
    histories: dict[str, list[dict]] = {}
    for row in sorted(case.by_account, key=lambda row: row["month"]):
        histories.setdefault(row["account_id"], []).append(row)
    for account_id, history in histories.items():
        if account_id in credits:
            continue
        was_customer, ever = False, False
        for row in history:
            movement, amount = row["movement"], row["movement_minor"]
            assert (amount > 0) == (movement is not None), row
            if movement in ("new", "reactivation"):
                assert not was_customer and row["opening_mrr_minor"] == 0, row
                assert amount == row["closing_mrr_minor"] and row["fx_minor"] == 0, row
                assert (movement == "new") == (
                    not ever
                ) or case.variant.settings.reactivation_window_days
            elif movement == "churn":
                assert was_customer and row["closing_mrr_minor"] == 0, row
                assert amount == row["opening_mrr_minor"] and row["fx_minor"] == 0, row
            else:
                assert was_customer, row
            was_customer = row["closing_mrr_minor"] > 0
            ever = ever or was_customer


def test_invariants_of_months(case: Case) -> None:
    """Each opens as the last one closed, and all that happened in between is accounted for."""
    closing, accounts = Fraction(0), 0
    for row in case.by_month:
        assert (row["opening_mrr"], row["opening_accounts"]) == (closing, accounts), row
        closing, accounts = row["closing_mrr"], row["closing_accounts"]
        gains = row["new_mrr"] + row["expansion_mrr"] + row["reactivation_mrr"] + row["fx_mrr"]
        losses = row["contraction_mrr"] + row["churned_mrr"]
        rounding = 10 * HALF_A_CENT if case.variant.settings.rounding_scale else 0
        assert abs(Fraction(row["opening_mrr"] + gains - losses - closing)) <= rounding, row
        came = row["new_accounts"] + row["reactivation_accounts"]
        if case.variant.settings.movement_grain == "account_month":
            assert row["opening_accounts"] + came - row["churned_accounts"] == accounts, row
        rates = row["nrr_month"], row["grr_month"], row["nde_month"]
        if not row["is_complete"] or row["opening_mrr"] <= 0:
            assert rates == (None, None, None) or row["opening_mrr"] < 0, row
            continue
        nrr, grr, nde = rates
        assert grr <= min(nrr, 1), row
        returns = float(row["reactivation_mrr"] / row["opening_mrr"])
        assert nde == pytest.approx(nrr - 1 + returns, abs=1e-3 if rounding else 1e-6), row


def test_events_add_up_to_the_month_and_name_their_rows(case: Case) -> None:
    if case.variant.settings.movement_grain != "event":
        assert case.by_event == []
        return
    for row in case.by_month:
        for name in MOVES:
            column = "churned_mrr" if name == "churn" else f"{name}_mrr"
            total = sum(
                Fraction(event["movement_minor"])
                for event in case.by_event
                if (event["month"], event["movement"]) == (row["month"], name)
            )
            assert total * case.unit == Fraction(row[column]), (row["month"], name)
    for event in case.by_event:
        sources = json.loads(event["source_rows"], parse_float=Fraction)
        if {source["currency"] for source in sources} == {case.variant.reporting_currency}:
            change = sum(s["mrr_after_minor"] - s["mrr_before_minor"] for s in sources)
            assert abs(change) == event["movement_minor"], event
        for source in sources:
            instant = datetime.fromisoformat(source["started_at"])
            key = source["source_id"], source["subscription_id"], source["item_id"], instant
            assert key in case.landed_lines, key


def test_source_rows_give_both_ends_and_lead_to_a_landed_line(case: Case) -> None:
    for row in case.by_account:
        sources = json.loads(row["source_rows"], parse_float=Fraction)
        for end in ("opening_mrr_minor", "closing_mrr_minor"):
            assert sum(source[end] for source in sources) == Fraction(row[end]), row
        for source in sources:
            instant = datetime.fromisoformat(source["started_at"])
            key = source["source_id"], source["subscription_id"], source["item_id"], instant
            assert key in case.landed_lines, key


def test_the_random_companies_do_all_that_companies_do(case: Case) -> None:
    movements = {row["movement"] for row in case.by_account}
    assert movements >= {"new", "expansion", "contraction", "churn", None}
