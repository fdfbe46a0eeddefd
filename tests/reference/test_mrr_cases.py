"""The ways in which recurring revenue goes wrong, one account each, with the numbers by hand.

A case is the account's rows and the months it must show: "2026-02 100>150 expansion 50" reads
opening, closing, movement, amount, in cents. Months that say nothing new are left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from tests.reference.companies import EXPONENTS, Company
from tests.reference.mrr import Settings, Version, World, shifted
from tests.reference.revenue_copy import STAGING, RevenueCopy

AS_OF = datetime.fromisoformat("2026-07-01 00:00:00")
RATES = {
    **{(shifted(date(2026, 1, 1), n), "EUR"): Fraction(110 + 10 * n, 100) for n in range(-12, 6)},
    **{(shifted(date(2026, 1, 1), n), "JPY"): Fraction(68, 10000) for n in range(-12, 6)},
}


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def row(start: str, end: str | None = None, amount: float = 100, **more: object) -> Version:
    times = {
        key: at(str(more.pop(key)))
        for key in ("trial_end", "canceled_at", "past_due_since", "discount_ends_at", "recorded_at")
        if key in more
    }
    columns = {
        "subscription_id": "s",
        "plan": "team",
        "currency": "USD",
        "billing_interval": "month",
        **more,
        **times,
    }
    return Version(
        account_id="",
        amount_minor=Fraction(str(amount)),
        started_at=at(start),
        ended_at=at(end),
        **columns,
    )


NEW_IN_JANUARY = "2026-01 0>100 new 100"
CASES: dict[str, tuple[list[Version], list[str]]] = {
    "open_end_is_no_churn": ([row("2026-01-05")], [NEW_IN_JANUARY]),
    "an_end_is_churn_though_no_row_follows": (
        [row("2026-01-05", "2026-03-10")],
        [NEW_IN_JANUARY, "2026-03 100>0 churn 100"],
    ),
    "a_month_end_is_its_last_instant": (
        [row("2026-02-01", "2026-04-01")],
        ["2026-02 0>100 new 100", "2026-04 100>0 churn 100"],
    ),
    "overlapping_subscriptions_add_up": (
        [
            row("2026-01-05", "2026-03-10"),
            row("2026-02-03", amount=50, subscription_id="second"),
        ],
        [NEW_IN_JANUARY, "2026-02 100>150 expansion 50", "2026-03 150>50 contraction 100"],
    ),
    "a_gap_over_a_month_end_is_churn_and_return": (
        [row("2026-01-05", "2026-03-25"), row("2026-04-03", amount=120)],
        [NEW_IN_JANUARY, "2026-03 100>0 churn 100", "2026-04 0>120 reactivation 120"],
    ),
    "a_gap_within_a_month_is_not_seen": (
        [row("2026-01-05", "2026-03-10"), row("2026-03-20")],
        [NEW_IN_JANUARY],
    ),
    "a_switch_to_a_new_subscription_with_seconds_between": (
        [
            row("2026-01-05", "2026-03-10 12:00:00"),
            row("2026-03-10 12:00:05", amount=120, subscription_id="next"),
        ],
        [NEW_IN_JANUARY, "2026-03 100>120 expansion 20"],
    ),
    "up_and_down_within_a_month_is_nothing": (
        [
            row("2026-01-05", "2026-02-03"),
            row("2026-02-03", "2026-02-20", amount=150),
            row("2026-02-20"),
        ],
        [NEW_IN_JANUARY],
    ),
    "new_and_gone_within_a_month_is_not_seen": ([row("2026-01-05", "2026-01-25")], []),
    "a_return_after_a_long_time_is_reactivation": (
        [row("2025-02-05", "2025-03-10"), row("2026-05-05")],
        ["2025-02 0>100 new 100", "2025-03 100>0 churn 100", "2026-05 0>100 reactivation 100"],
    ),
    "an_annual_price_is_a_twelfth_a_month": (
        [row("2026-01-05", amount=1200, billing_interval="year")],
        [NEW_IN_JANUARY],
    ),
    "two_years_at_once_are_a_twentyfourth": (
        [row("2026-01-05", amount=2400, billing_interval="year", interval_count=2)],
        [NEW_IN_JANUARY],
    ),
    "a_week_is_52_twelfths": (
        [row("2026-01-05", amount=300, billing_interval="week")],
        ["2026-01 0>1300 new 1300"],
    ),
    "a_day_is_365_twelfths": (
        [row("2026-01-05", amount=12, billing_interval="day")],
        ["2026-01 0>365 new 365"],
    ),
    "half_a_cent_is_rounded_up_once_a_row": (
        [
            row("2026-01-05", amount=18, billing_interval="year"),
            row("2026-01-05", amount=18, billing_interval="year", item_id="second"),
        ],
        ["2026-01 0>4 new 4"],
    ),
    "two_items_of_one_subscription_both_count": (
        [row("2026-01-05"), row("2026-01-05", amount=30, item_id="seats", quantity=Fraction(2))],
        ["2026-01 0>160 new 160"],
    ),
    "delivered_twice_counts_once": ([row("2026-01-05"), row("2026-01-05")], [NEW_IN_JANUARY]),
    "a_correction_replaces_what_it_corrects": (
        [
            row("2026-01-05", amount=900, recorded_at="2026-01-05"),
            row("2026-01-05", recorded_at="2026-04-05"),
        ],
        [NEW_IN_JANUARY],
    ),
    "a_backdated_change_counts_from_its_start": (
        [
            row("2026-01-05", "2026-02-10"),
            row("2026-02-10", amount=150, recorded_at="2026-05-20"),
        ],
        [NEW_IN_JANUARY, "2026-02 100>150 expansion 50"],
    ),
    "a_trial_counts_when_it_is_over": (
        [
            row("2026-01-10", "2026-02-09", status="trialing", trial_end="2026-02-09"),
            row("2026-02-09"),
        ],
        ["2026-02 0>100 new 100"],
    ),
    "a_trial_inside_a_version": (
        [row("2026-01-10", trial_end="2026-02-09")],
        ["2026-02 0>100 new 100"],
    ),
    "an_abandoned_trial_is_nothing": (
        [row("2026-01-10", "2026-02-09", status="trialing", trial_end="2026-02-09")],
        [],
    ),
    "past_due_stays_in_and_unpaid_is_out": (
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", status="past_due", past_due_since="2026-02-05"),
            row("2026-04-05", status="unpaid"),
        ],
        [NEW_IN_JANUARY, "2026-04 100>0 churn 100"],
    ),
    "a_pause_is_churn_and_return": (
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", status="paused"),
            row("2026-04-05"),
        ],
        [NEW_IN_JANUARY, "2026-02 100>0 churn 100", "2026-04 0>100 reactivation 100"],
    ),
    "cancelled_at_period_end_counts_to_its_end": (
        [row("2026-01-05", "2026-04-05", canceled_at="2026-02-01")],
        [NEW_IN_JANUARY, "2026-04 100>0 churn 100"],
    ),
    "going_to_a_free_plan_is_churn": (
        [row("2026-01-05", "2026-03-05"), row("2026-03-05", amount=0, plan="free")],
        [NEW_IN_JANUARY, "2026-03 100>0 churn 100"],
    ),
    "a_repeating_discount_ends_as_expansion": (
        [
            row(
                "2026-01-05",
                discount_percent=Fraction(25),
                discount_duration="repeating",
                discount_ends_at="2026-03-05",
            )
        ],
        ["2026-01 0>75 new 75", "2026-03 75>100 expansion 25"],
    ),
    "a_discount_for_ever_is_subtracted": (
        [row("2026-01-05", discount_amount_minor=Fraction(30), discount_duration="forever")],
        ["2026-01 0>70 new 70"],
    ),
    "a_discount_on_one_charge_is_not": (
        [row("2026-01-05", discount_percent=Fraction(50), discount_duration="once")],
        [NEW_IN_JANUARY],
    ),
    "what_is_metered_or_charged_once_is_not_recurring": (
        [
            row("2026-01-05"),
            row("2026-01-05", amount=70, item_id="usage", metered=True),
            row("2026-01-05", amount=5000, item_id="setup", billing_interval="one_time"),
        ],
        [NEW_IN_JANUARY],
    ),
    "a_credit_line_is_accepted": (
        [row("2026-01-05"), row("2026-01-05", amount=-20, item_id="credit")],
        ["2026-01 0>80 new 80"],
    ),
    "an_empty_version_says_nothing": (
        [row("2026-01-05"), row("2026-02-05", "2026-02-05", amount=900, item_id="mistake")],
        [NEW_IN_JANUARY],
    ),
    "what_is_planned_has_not_happened": (
        [
            row("2026-01-05", "2026-08-05", recorded_at="2026-01-05"),
            row("2026-07-10", amount=900, item_id="later", recorded_at="2026-06-01"),
        ],
        [NEW_IN_JANUARY],
    ),
    "the_market_is_no_expansion": (
        [row("2026-01-05", amount=1000, currency="EUR")],
        [
            "2026-01 0>1100 new 1100",
            *(f"2026-0{m} {900 + 100 * m}>{1000 + 100 * m} None 0" for m in range(2, 7)),
        ],
    ),
    "gains_count_at_the_later_rate_and_losses_at_the_earlier": (
        [
            row("2026-01-05", "2026-02-05", amount=1000, currency="EUR"),
            row("2026-02-05", "2026-03-05", amount=1500, currency="EUR"),
            row("2026-03-05", "2026-04-05", amount=500, currency="EUR"),
        ],
        [
            "2026-01 0>1100 new 1100",
            "2026-02 1100>1800 expansion 600",
            "2026-03 1800>650 contraction 1200",
            "2026-04 650>0 churn 650",
        ],
    ),
    "a_yen_has_no_cents": (
        [row("2026-01-05", amount=10000, currency="JPY")],
        ["2026-01 0>6800 new 6800"],
    ),
}


@pytest.fixture(scope="module")
def found(revenue: RevenueCopy) -> RevenueCopy:
    companies = [
        Company([replace(v, account_id=name) for v in versions], {name: None}).named("")
        for name, (versions, _) in CASES.items()
    ]
    for company in companies:
        account_id = company.versions[0].account_id
        company.versions = [
            replace(v, subscription_id=f"{account_id} {v.subscription_id}")
            for v in company.versions
        ]
    revenue.build(companies, World(AS_OF, EXPONENTS, RATES))
    return revenue


@pytest.fixture(scope="module")
def shown(found: RevenueCopy) -> dict[str, list[str]]:
    accounts: dict[str, list[str]] = {}
    for line in found.rows("select * from nrr.nrr_by_account order by month"):
        opening, closing = int(line["opening_mrr_minor"]), int(line["closing_mrr_minor"])
        if line["movement"] or opening != closing:
            accounts.setdefault(line["account_id"], []).append(
                f"{line['month']:%Y-%m} {opening}>{closing}"
                f" {line['movement']} {int(line['movement_minor'])}"
            )
    return accounts


@pytest.mark.parametrize("name", CASES)
def test_case(shown: dict[str, list[str]], name: str) -> None:
    assert shown.get(name, []) == CASES[name][1]


def test_a_churned_cent_leads_to_its_landed_line_in_three_queries(found: RevenueCopy) -> None:
    (march,) = found.rows("select churned_mrr from nrr.nrr_by_month where month = '2026-03-01'")
    accounts = found.rows("""
        select account_id, movement_minor, source_rows from nrr.nrr_by_account
        where month = '2026-03-01' and movement = 'churn'
    """)
    assert sum(account["movement_minor"] for account in accounts) / 100 == march["churned_mrr"]
    lines = found.rows("""
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
    (landed,) = found.rows("""
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
        for currency in ("EUR", "KWD")
    ]
    rates = {key: rate for key, rate in RATES.items() if key != (date(2026, 3, 1), "EUR")}
    world = World(AS_OF, EXPONENTS, rates, settings=Settings())
    models = (
        f"currencies {STAGING} path:models/intermediate/currencies path:models/intermediate/mrr"
        " int_subscription_versions_distinct int_subscription_findings int_subscription_versions"
        " int_subscription_stretches int_subscription_amounts int_subscription_spans"
        " int_revenue_accounts"
    )
    with pytest.raises(AssertionError) as stopped:
        revenue.build([Company(versions, {"a": None})], world, models)
    assert "exchange rate missing: EUR in 2026-03-01, KWD in 2026-01-01" in str(stopped.value)
