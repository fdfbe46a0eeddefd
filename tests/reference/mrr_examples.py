"""Small companies whose months are known by hand: rates, counts, plans, cohorts.

All examples of one world share a build and stand three years apart, so that none sees another:
"1-03-05" is the fifth of March in an example's second year. Every account has left by its third
December. Amounts are in cents; what is expected is in whole units, as published.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.reference.companies import EXPONENTS
from tests.reference.mrr import Settings, Version, World, shifted
from tests.reference.mrr_cases import row

FIRST_YEAR = 2001
YEARS = 3
LAST_DAY = "2-12-01"


@dataclass
class Example:
    """Rows by account; and for "table, month [, key]" what must stand there."""

    accounts: dict[str, list[Version]]
    shows: dict[str, dict[str, Any]]
    year: int = field(default=0, init=False)

    def moved(self, text: str) -> str:
        year, rest = text.split("-", 1)
        return f"{self.year + int(year)}-{rest}"


def pays(start: str, end: str = LAST_DAY, amount: float = 10000, **more: object) -> Version:
    """A row of an example; its years are moved when the example gets its place."""
    return row(f"200{start}", f"200{end}", amount, **more)


def placed(examples: dict[str, Example]) -> list[Version]:
    """Give every example its years, and its rows names of their own."""
    found = []
    for number, (name, example) in enumerate(examples.items()):
        example.year = FIRST_YEAR + number * YEARS
        for account, rows in example.accounts.items():
            for version in rows:
                found.append(
                    replace(
                        version,
                        account_id=f"{name}.{account}",
                        subscription_id=f"{name}.{account}.{version.subscription_id}",
                        started_at=later(version.started_at, example.year - 2000),
                        ended_at=later(version.ended_at, example.year - 2000),
                    )
                )
    return found


def later(instant: datetime | None, years: int) -> datetime | None:
    return instant and instant.replace(year=instant.year + years)


def ends(month: str, *amounts: float) -> dict[str, list[Version]]:
    """Accounts that pay these amounts from the first January until a day in that month."""
    return {f"left{n}": [pays("0-01-05", f"{month}-05", a)] for n, a in enumerate(amounts)}


def stays(*amounts: float) -> dict[str, list[Version]]:
    return {f"stays{n}": [pays("0-01-05", amount=a)] for n, a in enumerate(amounts)}


def changes(*steps: tuple[str, float]) -> list[Version]:
    """One subscription that pays so much from each day on; 0 is a pause."""
    days = [day for day, _ in steps[1:]] + [LAST_DAY]
    return [
        pays(start, end, amount) for (start, amount), end in zip(steps, days, strict=True) if amount
    ]


JANUARY = "0-01-05"
BY_MONTH: dict[str, Example] = {
    "the_first_month_has_no_base": Example(
        stays(10000),
        {
            "nrr_by_month 0-01": {
                "opening_mrr": 0,
                "new_mrr": 100,
                "closing_mrr": 100,
                "new_accounts": 1,
                "nrr_month": None,
                "grr_month": None,
                "nde_month": None,
                "logo_churn_rate": None,
                "quick_ratio": None,
                "nrr_12m_cohort": None,
                "nrr_12m_compounded": None,
                "arr": 1200,
                "arpa": 100,
            },
            "nrr_by_month 0-02": {"nrr_month": 1, "grr_month": 1, "nde_month": 0},
        },
    ),
    # of 100 at the start 10 churn, 10 are contraction, 10 are expansion
    "churn_rates_as_chartmogul_tells_them": Example(
        {
            **ends("0-02", 1000),
            "less": changes((JANUARY, 6000), ("0-02-10", 5000)),
            "more": changes((JANUARY, 3000), ("0-02-10", 4000)),
        },
        {
            "nrr_by_month 0-02": {
                "opening_mrr": 100,
                "expansion_mrr": 10,
                "contraction_mrr": 10,
                "churned_mrr": 10,
                "closing_mrr": 90,
                "grr_month": 0.8,
                "nrr_month": 0.9,
                "nde_month": -0.1,
                "logo_churn_rate": Fraction(1, 3),
                "quick_ratio": 0.5,
            }
        },
    ),
    "a_return_is_in_net_dollar_expansion_and_not_in_nrr": Example(
        {
            **stays(10000),
            **ends("0-03", 2000),
            "returns": changes((JANUARY, 1500), ("0-02-10", 0), ("0-03-10", 3000)),
        },
        {
            "nrr_by_month 0-03": {
                "opening_mrr": 120,
                "reactivation_mrr": 30,
                "churned_mrr": 20,
                "nrr_month": Fraction(100, 120),
                "nde_month": Fraction(10, 120),
                "quick_ratio": 1.5,
                "opening_accounts": 2,
                "reactivation_accounts": 1,
                "churned_accounts": 1,
                "closing_accounts": 2,
                "logo_churn_rate": 0.5,
            }
        },
    ),
    # 5,000 and 6,000 as totals would be a GRR of 100 %
    "grr_is_never_taken_from_totals": Example(
        {**ends("0-02", 250000), "grew": changes((JANUARY, 250000), ("0-02-10", 600000))},
        {"nrr_by_month 0-02": {"grr_month": 0.5, "nrr_month": 1.2, "closing_mrr": 6000}},
    ),
    "up_and_down_within_a_month_costs_nothing": Example(
        {"a": changes((JANUARY, 5000), ("0-02-05", 10000), ("0-02-20", 5000))},
        {"nrr_by_month 0-02": {"grr_month": 1, "nrr_month": 1, "expansion_mrr": 0}},
    ),
    "who_comes_and_goes_within_a_month_is_counted_apart": Example(
        {**stays(10000), "passing": [pays("0-02-03", "0-02-25", 1314800)]},
        {
            "nrr_by_month 0-02": {
                "new_mrr": 0,
                "churned_mrr": 0,
                "logo_churn_rate": 0,
                "intra_month_accounts": 1,
            },
            "nrr_by_month 0-03": {"intra_month_accounts": 0},
        },
    ),
    "everybody_leaves": Example(
        ends("0-02", 4000, 6000),
        {
            "nrr_by_month 0-02": {
                "grr_month": 0,
                "nrr_month": 0,
                "nde_month": -1,
                "logo_churn_rate": 1,
                "quick_ratio": 0,
                "arpa": None,
                "arr": 0,
            },
            "nrr_by_month 0-03": {"nrr_month": None, "grr_month": None, "opening_mrr": 0},
        },
    ),
    "half_a_cent_of_an_average_is_rounded_up": Example(
        stays(10000, 10001), {"nrr_by_month 0-01": {"arpa": 100.01, "arr": 2400.12}}
    ),
    "arr_is_of_the_rounded_month": Example(
        {"a": [pays(JANUARY, amount=11900, billing_interval="year")]},
        {"nrr_by_month 0-01": {"closing_mrr": 9.92, "arr": 119.04}},
    ),
    # 100 at 100 a month and 50 at 800 a year: 13,333.33 as one sum, 50 x 66.67 row by row
    "each_subscription_is_rounded_by_itself": Example(
        {
            "monthly": [pays(JANUARY, amount=10000, quantity=100)],
            **{
                f"yearly{n}": [pays(JANUARY, amount=80000, billing_interval="year")]
                for n in range(50)
            },
        },
        {"nrr_by_month 0-01": {"closing_mrr": 13333.5, "closing_accounts": 51}},
    ),
    "a_month_without_anything_is_listed": Example(
        {"a": changes((JANUARY, 5000), ("0-02-10", 0), ("0-06-10", 5000))},
        {
            "nrr_by_month 0-04": {
                "opening_mrr": 0,
                "closing_mrr": 0,
                "closing_accounts": 0,
                "nrr_month": None,
            },
            "nrr_by_month 0-06": {"reactivation_mrr": 50, "new_mrr": 0},
        },
    ),
    # a year later: 100 is 150, 100 is 50, 100 is gone; a newcomer has doubled
    "a_year_later_as_public_filings_count": Example(
        {
            "grew": changes(("0-01-05", 10000), ("0-09-10", 15000)),
            "shrank": changes(("0-01-05", 10000), ("0-07-10", 5000)),
            **ends("0-11", 10000),
            "newcomer": changes(("0-03-05", 10000), ("0-06-10", 20000)),
        },
        {
            "nrr_by_month 1-01": {
                "nrr_12m_cohort": Fraction(200, 300),
                "grr_12m_cohort": Fraction(150, 300),
                "nrr_12m_compounded": Fraction(500, 400)
                * Fraction(450, 500)
                * Fraction(500, 450)
                * Fraction(400, 500),
                "grr_12m_compounded": Fraction(450, 500) * Fraction(400, 500),
            },
            "nrr_by_cohort 0-01 12": {
                "accounts": 3,
                "paying_accounts": 2,
                "starting_mrr": 300,
                "current_mrr": 200,
                "nrr": Fraction(2, 3),
                "grr": 0.5,
            },
            "nrr_by_cohort 0-03 3": {"accounts": 1, "nrr": 2, "grr": 1},
        },
    ),
    "who_left_and_came_back_is_there_a_year_later": Example(
        {**stays(10000), "back": changes((JANUARY, 10000), ("0-04-10", 0), ("0-08-10", 12000))},
        {
            "nrr_by_month 1-01": {
                "nrr_12m_cohort": 1.1,
                "grr_12m_cohort": 1,
                "nrr_12m_compounded": 0.5,
                "grr_12m_compounded": 0.5,
            },
            "nrr_by_cohort 0-01 5": {"nrr": 0.5, "grr": 0.5, "paying_accounts": 1},
            "nrr_by_cohort 0-01 8": {"nrr": 1.1, "grr": 1, "accounts": 2},
        },
    ),
    "growth_after_a_loss_does_not_mend_grr_month_by_month": Example(
        {"a": changes((JANUARY, 10000), ("0-05-10", 5000), ("0-06-10", 10000))},
        {
            "nrr_by_month 1-01": {
                "grr_12m_cohort": 1,
                "grr_12m_compounded": 0.5,
                "nrr_12m_compounded": 1,
            }
        },
    ),
    "a_month_that_lost_all_makes_a_year_of_nothing": Example(
        {**ends("0-05", 10000), "b": changes(("0-05-20", 10000))},
        {
            "nrr_by_month 0-05": {"nrr_month": 0, "new_mrr": 100},
            "nrr_by_month 1-01": {"nrr_12m_compounded": 0, "nrr_12m_cohort": 0},
        },
    ),
    "a_dearer_plan_is_a_transfer_and_an_expansion": Example(
        {
            "a": [
                pays("0-01-05", "0-02-10", 10000, plan="starter"),
                pays("0-02-10", amount=15000, plan="team"),
            ]
        },
        {
            "nrr_by_plan 0-02 starter": {
                "opening_mrr": 100,
                "transfer_out_mrr": 100,
                "churned_mrr": 0,
                "contraction_mrr": 0,
                "closing_mrr": 0,
            },
            "nrr_by_plan 0-02 team": {
                "opening_mrr": 0,
                "transfer_in_mrr": 100,
                "new_mrr": 0,
                "expansion_mrr": 50,
                "closing_mrr": 150,
            },
            "nrr_by_cause 0-02 expansion plan": {"amount": 50, "accounts": 1},
        },
    ),
    "a_cheaper_plan_is_a_transfer_and_a_contraction": Example(
        {
            "a": [
                pays("0-01-05", "0-02-10", 15000, plan="team"),
                pays("0-02-10", amount=10000, plan="starter"),
            ]
        },
        {
            "nrr_by_plan 0-02 team": {"transfer_out_mrr": 100, "contraction_mrr": 50},
            "nrr_by_plan 0-02 starter": {"transfer_in_mrr": 100, "new_mrr": 0},
            "nrr_by_cause 0-02 contraction plan": {"amount": 50},
        },
    ),
    "leaving_both_plans_is_churn_on_both": Example(
        {
            "a": [
                pays("0-01-05", "0-02-10", 15000, plan="team"),
                pays("0-01-05", "0-02-20", 3000, plan="support", item_id="support"),
            ]
        },
        {
            "nrr_by_plan 0-02 team": {"churned_mrr": 150, "transfer_out_mrr": 0},
            "nrr_by_plan 0-02 support": {"churned_mrr": 30},
            "nrr_by_month 0-02": {"churned_mrr": 180, "churned_accounts": 1},
        },
    ),
    "causes_of_growth": Example(
        {
            "seats": [
                pays(JANUARY, "0-02-10", 1000, quantity=4),
                pays("0-02-10", amount=1000, quantity=6),
            ],
            "add_on": [pays(JANUARY), pays("0-02-10", amount=3000, item_id="support")],
            "price": changes((JANUARY, 10000), ("0-02-10", 11000)),
            "discount": [pays(JANUARY, "0-02-10", discount_percent=10), pays("0-02-10")],
            "interval": [
                pays(JANUARY, "0-02-10", 120000, billing_interval="year"),
                pays("0-02-10", amount=12000),
            ],
            "new": [pays("0-02-10", amount=77700)],
        },
        {
            "nrr_by_cause 0-02 expansion seats": {"amount": 20},
            "nrr_by_cause 0-02 expansion add_on": {"amount": 30},
            "nrr_by_cause 0-02 expansion price": {"amount": 10},
            "nrr_by_cause 0-02 expansion discount": {"amount": 10},
            "nrr_by_cause 0-02 expansion interval": {"amount": 20},
            "nrr_by_month 0-02": {"expansion_mrr": 90, "expansion_accounts": 5},
        },
    ),
    "causes_of_shrinking": Example(
        {
            "seats": [
                pays(JANUARY, "0-02-10", 1000, quantity=6),
                pays("0-02-10", amount=1000, quantity=4),
            ],
            "add_on": [pays(JANUARY), pays(JANUARY, "0-02-10", 3000, item_id="support")],
            "discount": [pays(JANUARY, "0-02-10"), pays("0-02-10", discount_percent=10)],
            # twelve months for the price of ten
            "interval": [
                pays(JANUARY, "0-02-10", 12000),
                pays("0-02-10", amount=120000, billing_interval="year"),
            ],
            "seats_up_price_down": [
                pays(JANUARY, "0-02-10", 1000, quantity=10),
                pays("0-02-10", amount=700, quantity=12),
            ],
        },
        {
            "nrr_by_cause 0-02 contraction seats": {"amount": 0, "accounts": 2},
            "nrr_by_cause 0-02 contraction add_on": {"amount": 30},
            "nrr_by_cause 0-02 contraction discount": {"amount": 10},
            "nrr_by_cause 0-02 contraction interval": {"amount": 20},
            "nrr_by_cause 0-02 contraction price": {"amount": 36},
            "nrr_by_month 0-02": {"contraction_mrr": 96},
        },
    ),
    "unchanged_euros_are_kept_whatever_the_rate": Example(
        {"a": [pays(JANUARY, currency="EUR")], "b": [pays(JANUARY)]},
        {
            "nrr_by_month 0-02": {
                "nrr_month": 1,
                "grr_month": 1,
                "opening_mrr": 210,
                "fx_mrr": 10,
                "closing_mrr": 220,
                "expansion_mrr": 0,
            },
            "nrr_by_plan 0-02 team": {"fx_mrr": 10, "closing_mrr": 220},
            "nrr_by_month 1-01": {"nrr_12m_cohort": 1, "grr_12m_cohort": 1},
            "nrr_by_cohort 0-01 1": {"starting_mrr": 210, "current_mrr": 220, "nrr": 1, "grr": 1},
        },
    ),
    "the_market_is_not_in_churn": Example(
        {**stays(10000), "euro": [pays(JANUARY, "0-02-10", currency="EUR")]},
        {
            "nrr_by_month 0-02": {
                "opening_mrr": 210,
                "churned_mrr": 110,
                "fx_mrr": 0,
                "closing_mrr": 100,
                "grr_month": Fraction(100, 210),
            }
        },
    ),
}

BY_EVENT: dict[str, Example] = {
    "up_and_down_within_a_month_are_two_events": Example(
        {"a": changes((JANUARY, 5000), ("0-02-05", 10000), ("0-02-20", 5000))},
        {
            "nrr_by_month 0-02": {
                "expansion_mrr": 50,
                "contraction_mrr": 50,
                "grr_month": 0,
                "nrr_month": 1,
                "quick_ratio": 1,
            }
        },
    ),
    "new_and_churn_within_a_month_are_both_counted": Example(
        {**stays(10000), "passing": [pays("0-02-03", "0-02-25", 1314800)]},
        {
            "nrr_by_month 0-02": {
                "new_mrr": 13148,
                "churned_mrr": 13148,
                "new_accounts": 1,
                "churned_accounts": 1,
                "closing_mrr": 100,
                "intra_month_accounts": 1,
            }
        },
    ),
    "what_is_bought_within_the_hour_is_new_as_chartmogul_groups_it": Example(
        {
            "a": [pays("0-01-05"), pays("0-01-05 00:59:59", amount=5000, item_id="b")],
            "b": [pays("0-02-05"), pays("0-02-05 01:00:01", amount=5000, item_id="b")],
        },
        {
            "nrr_by_month 0-01": {"new_mrr": 150, "expansion_mrr": 0},
            "nrr_by_month 0-02": {"new_mrr": 100, "expansion_mrr": 50},
        },
    ),
    "a_switch_within_the_hour_is_no_churn": Example(
        {
            "a": [
                pays("0-01-05", "0-02-10 12:00:00"),
                pays("0-02-10 12:30:00", amount=12000, subscription_id="next"),
            ],
            "b": [
                pays("0-01-05", "0-03-10 12:00:00"),
                pays("0-03-10 14:00:00", amount=12000, subscription_id="next"),
            ],
        },
        {
            "nrr_by_month 0-02": {"expansion_mrr": 20, "churned_mrr": 0, "reactivation_mrr": 0},
            "nrr_by_month 0-03": {
                "expansion_mrr": 0,
                "churned_mrr": 100,
                "reactivation_mrr": 120,
                "churned_accounts": 1,
                "reactivation_accounts": 1,
            },
        },
    ),
    "a_return_is_no_gain_where_settings_say_so": Example(
        {
            **ends("0-03", 2000),
            "returns": changes((JANUARY, 1500), ("0-02-10", 0), ("0-03-10", 3000)),
        },
        {"nrr_by_month 0-03": {"quick_ratio": 0, "reactivation_mrr": 30, "fiscal_year": 0}},
    ),
    "the_fiscal_year_begins_in_april": Example(
        stays(10000),
        {"nrr_by_month 0-03": {"fiscal_year": 0}, "nrr_by_month 0-04": {"fiscal_year": 1}},
    ),
    "the_life_of_a_customer_as_chartmogul_tells_it": Example(
        {
            "a": [
                pays("0-01-05", "1-01-05", 50000, quantity=4, billing_interval="year"),
                pays("0-01-09", "0-01-23", 3000, quantity=2, subscription_id="silver"),
                pays("1-03-02", amount=5000, quantity=3, subscription_id="monthly"),
            ]
        },
        {
            "nrr_by_month 0-01": {
                "new_mrr": 166.67,
                "expansion_mrr": 60,
                "contraction_mrr": 60,
                "closing_mrr": 166.67,
            },
            "nrr_by_month 1-01": {"churned_mrr": 166.67},
            "nrr_by_month 1-03": {"reactivation_mrr": 150},
        },
    ),
}


def world(examples: dict[str, Example], settings: Settings) -> World:
    """Rates of the euro go up by a tenth of a dollar a month from 1.10, and again each example."""
    first = date(FIRST_YEAR, 1, 1)
    months = len(examples) * YEARS * 12
    rates = {
        (shifted(first, month), "EUR"): Fraction(110 + 10 * (month % (YEARS * 12)), 100)
        for month in range(months)
    }
    return World(
        datetime.fromisoformat(f"{FIRST_YEAR + len(examples) * YEARS}-01-01"),
        EXPONENTS,
        rates,
        settings=settings,
    )


WORLDS = {
    "by_month": (world(BY_MONTH, Settings()), BY_MONTH),
    "by_event": (
        world(
            BY_EVENT,
            Settings(
                movement_grain="event", quick_ratio_reactivation=False, fiscal_year_start_month=4
            ),
        ),
        BY_EVENT,
    ),
}
