"""The ways in which recurring revenue goes wrong, one account each, with the numbers by hand.

A case is the account's rows and the months it must show: "2026-02 100>150 expansion 50" reads
opening, closing, movement, amount, in minor units; months that say nothing new are left out. Cases
of one world share a build. Facts of other tools are from their public help pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from tests.reference.companies import EXPONENTS
from tests.reference.mrr import Settings, Version, World, shifted

AS_OF = datetime.fromisoformat("2026-07-01 00:00:00")
JANUARY = date(2026, 1, 1)
RATES = {
    (shifted(JANUARY, month), currency): rate
    for month in range(-14, 7)
    for currency, rate in (
        ("EUR", max(Fraction(110 + 10 * month, 100), Fraction(1, 2))),
        ("GBP", Fraction(125, 100)),
        ("JPY", Fraction(68, 10000)),
        ("KWD", Fraction(325, 100)),
        ("USD", Fraction(150)),
    )
}
INSTANTS = (
    *("trial_end", "canceled_at", "past_due_since"),
    *("discount_ends_at", "recorded_at"),
)


def row(start: str, end: str | None = None, amount: float = 100, **more: object) -> Version:
    """A version of subscription s: 100 cents a month on plan team unless it says otherwise."""
    columns = {
        "subscription_id": "s",
        "account_id": "",
        "plan": "team",
        "currency": "USD",
        "billing_interval": "month",
        **more,
    }
    for column in INSTANTS:
        if column in columns:
            columns[column] = datetime.fromisoformat(str(columns[column]))
    for column in ("quantity", "discount_percent", "discount_amount_minor"):
        if column in columns:
            columns[column] = Fraction(str(columns[column]))
    return Version(
        amount_minor=Fraction(str(amount)),
        started_at=datetime.fromisoformat(start),
        ended_at=datetime.fromisoformat(end) if end else None,
        **columns,
    )


@dataclass
class Case:
    rows: list[Version]
    shows: list[str]
    parents: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> list[Version]:
        """Its rows under ids of its own; an account_id it gives is a part of its name."""
        return [
            replace(
                version,
                account_id=f"{name}{version.account_id}",
                subscription_id=f"{name} {version.subscription_id}",
            )
            for version in self.rows
        ]


NEW = "2026-01 0>100 new 100"
DEFAULTS: dict[str, Case] = {
    # when it begins and ends
    "open_end_is_no_churn": Case([row("2026-01-05")], [NEW]),
    "an_end_is_churn_though_no_row_follows": Case(
        [row("2026-01-05", "2026-03-10")], [NEW, "2026-03 100>0 churn 100"]
    ),
    "a_month_end_is_its_last_instant": Case(
        [row("2026-02-01", "2026-04-01")], ["2026-02 0>100 new 100", "2026-04 100>0 churn 100"]
    ),
    "an_end_stamp_of_23_59_59_is_a_second_early": Case(
        [row("2026-01-05", "2026-02-28 23:59:59"), row("2026-03-01")],
        [NEW, "2026-02 100>0 churn 100", "2026-03 0>100 reactivation 100"],
    ),
    "the_first_month_is_the_first_payments": Case(
        [row("2024-12-31 23:59:59", "2025-01-15")],
        ["2024-12 0>100 new 100", "2025-01 100>0 churn 100"],
    ),
    "a_return_after_a_long_time_is_reactivation": Case(
        [row("2025-02-05", "2025-03-10"), row("2026-05-05")],
        ["2025-02 0>100 new 100", "2025-03 100>0 churn 100", "2026-05 0>100 reactivation 100"],
    ),
    "two_returns_are_two_reactivations": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-03-05", "2026-04-05", amount=80),
            row("2026-05-05", amount=120),
        ],
        [
            *(NEW, "2026-02 100>0 churn 100", "2026-03 0>80 reactivation 80"),
            *("2026-04 80>0 churn 80", "2026-05 0>120 reactivation 120"),
        ],
    ),
    "a_gap_over_a_month_end_is_churn_and_return": Case(
        [row("2026-01-05", "2026-03-25"), row("2026-04-03", amount=120)],
        [NEW, "2026-03 100>0 churn 100", "2026-04 0>120 reactivation 120"],
    ),
    "a_gap_within_a_month_is_not_seen": Case(
        [row("2026-01-05", "2026-03-10"), row("2026-03-20")], [NEW]
    ),
    "new_and_gone_within_a_month_is_not_seen": Case([row("2026-01-05", "2026-01-25")], []),
    "seen_first_where_it_is_first_seen_at_a_month_end": Case(
        [row("2026-01-05", "2026-01-25"), row("2026-03-05")], ["2026-03 0>100 new 100"]
    ),
    "what_is_planned_has_not_happened": Case(
        [
            row("2026-01-05", "2026-08-05", recorded_at="2026-01-05"),
            row("2026-07-10", amount=900, item_id="later", recorded_at="2026-06-01"),
        ],
        [NEW],
    ),
    "what_begins_at_the_instant_of_as_of_is_not_there_yet": Case([row("2026-07-01")], []),
    # several rows
    "overlapping_subscriptions_add_up": Case(
        [row("2026-01-05", "2026-03-10"), row("2026-02-03", amount=50, subscription_id="second")],
        [NEW, "2026-02 100>150 expansion 50", "2026-03 150>50 contraction 100"],
    ),
    "only_the_last_subscription_to_end_is_churn": Case(
        [
            row("2026-01-05", "2026-03-10"),
            row("2026-01-05", "2026-02-10", amount=50, subscription_id="second"),
        ],
        ["2026-01 0>150 new 150", "2026-02 150>100 contraction 50", "2026-03 100>0 churn 100"],
    ),
    "a_switch_to_a_new_subscription_with_seconds_between": Case(
        [
            row("2026-01-05", "2026-03-10 12:00:00"),
            row("2026-03-10 12:00:05", amount=120, subscription_id="next"),
        ],
        [NEW, "2026-03 100>120 expansion 20"],
    ),
    "a_switch_with_seconds_of_overlap_counts_once_at_the_month_end": Case(
        [
            row("2026-01-05", "2026-03-10 12:00:05"),
            row("2026-03-10 12:00:00", amount=120, subscription_id="next"),
        ],
        [NEW, "2026-03 100>120 expansion 20"],
    ),
    "up_and_down_within_a_month_is_nothing": Case(
        [
            row("2026-01-05", "2026-02-03"),
            row("2026-02-03", "2026-02-20", amount=150),
            row("2026-02-20"),
        ],
        [NEW],
    ),
    "two_items_of_one_subscription_both_count": Case(
        [row("2026-01-05"), row("2026-01-05", amount=30, item_id="seats", quantity=2)],
        ["2026-01 0>160 new 160"],
    ),
    "an_item_without_an_id_is_one_of_its_own": Case(
        [row("2026-01-05"), row("2026-01-05", amount=30, item_id="s")], ["2026-01 0>130 new 130"]
    ),
    "delivered_twice_counts_once": Case([row("2026-01-05"), row("2026-01-05")], [NEW]),
    "seats_come_and_go": Case(
        [
            row("2026-01-05", "2026-02-05", quantity=4),
            row("2026-02-05", "2026-03-05", quantity=6),
            row("2026-03-05", quantity=3),
        ],
        [
            *("2026-01 0>400 new 400", "2026-02 400>600 expansion 200"),
            "2026-03 600>300 contraction 300",
        ],
    ),
    # what a month is worth
    "an_annual_price_is_a_twelfth_a_month": Case(
        [row("2026-01-05", amount=1200, billing_interval="year")], [NEW]
    ),
    "an_annual_price_of_119_is_9_92_a_month": Case(
        [row("2026-01-05", amount=11900, billing_interval="year")], ["2026-01 0>992 new 992"]
    ),
    "two_years_at_once_are_a_twentyfourth": Case(
        [row("2026-01-05", amount=2400, billing_interval="year", interval_count=2)], [NEW]
    ),
    "a_quarter_is_three_months": Case(
        [row("2026-01-05", amount=301, billing_interval="quarter")], [NEW]
    ),
    "every_three_months_is_a_quarter": Case(
        [row("2026-01-05", amount=299, billing_interval="month", interval_count=3)], [NEW]
    ),
    "a_week_is_52_twelfths": Case(
        [row("2026-01-05", amount=300, billing_interval="week")], ["2026-01 0>1300 new 1300"]
    ),
    "two_weeks_are_26_twelfths": Case(
        [row("2026-01-05", amount=300, billing_interval="week", interval_count=2)],
        ["2026-01 0>650 new 650"],
    ),
    "a_day_is_365_twelfths": Case(
        [row("2026-01-05", amount=12, billing_interval="day")], ["2026-01 0>365 new 365"]
    ),
    "thirty_days_are_not_quite_a_month": Case(
        [row("2026-01-05", amount=3000, billing_interval="day", interval_count=30)],
        ["2026-01 0>3042 new 3042"],
    ),
    "a_paid_year_is_not_one_spike_and_its_end_is_churn": Case(
        [row("2025-03-15", "2026-03-15", amount=1200, billing_interval="year")],
        ["2025-03 0>100 new 100", "2026-03 100>0 churn 100"],
    ),
    "twelve_months_for_the_price_of_ten_is_contraction": Case(
        [
            row("2026-01-05", "2026-03-05"),
            row("2026-03-05", amount=1000, billing_interval="year"),
        ],
        [NEW, "2026-03 100>83 contraction 17"],
    ),
    "half_a_cent_is_rounded_up_once_a_row": Case(
        [
            row("2026-01-05", amount=18, billing_interval="year"),
            row("2026-01-05", amount=18, billing_interval="year", item_id="second"),
        ],
        ["2026-01 0>4 new 4"],
    ),
    "fifty_subscriptions_at_once_are_rounded_once": Case(
        [row("2026-01-05", amount=800, billing_interval="year", quantity=50)],
        ["2026-01 0>3333 new 3333"],
    ),
    "half_a_cent_less_is_rounded_away_from_zero": Case(
        [row("2026-01-05"), row("2026-01-05", amount=-30, billing_interval="year", item_id="c")],
        ["2026-01 0>97 new 97"],
    ),
    "a_tenth_of_a_cent_a_seat_counts": Case(
        [row("2026-01-05", amount=0.4, quantity=250)], ["2026-01 0>100 new 100"]
    ),
    "what_is_charged_once_or_never_is_not_recurring": Case(
        [
            row("2026-01-05"),
            row("2026-01-05", amount=5000, item_id="setup", billing_interval="one_time"),
            row("2026-01-05", amount=700, item_id="credit", billing_interval="none"),
        ],
        [NEW],
    ),
    "a_credit_line_is_accepted": Case(
        [row("2026-01-05"), row("2026-01-05", amount=-20, item_id="credit")],
        ["2026-01 0>80 new 80"],
    ),
    "a_credit_that_takes_all_is_churn": Case(
        [row("2026-01-05"), row("2026-02-05", amount=-100, item_id="credit")],
        [NEW, "2026-02 100>0 churn 100"],
    ),
    "an_empty_version_says_nothing": Case(
        [row("2026-01-05"), row("2026-02-05", "2026-02-05", amount=900, item_id="mistake")], [NEW]
    ),
    "a_reversed_version_says_nothing": Case(
        [row("2026-01-05"), row("2026-02-05", "2026-01-20", amount=900, item_id="mistake")], [NEW]
    ),
    "words_in_capitals_are_the_same_words": Case(
        [row("2026-01-05", status="Active", billing_interval="MONTH", currency="usd")], [NEW]
    ),
    # status
    **{
        f"{status}_is_out": Case(
            [row("2026-01-05", "2026-03-05"), row("2026-03-05", status=status)],
            [NEW, "2026-03 100>0 churn 100"],
        )
        for status in ("unpaid", "incomplete", "incomplete_expired", "canceled")
    },
    "past_due_stays_in_and_unpaid_is_out": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", status="past_due", past_due_since="2026-02-05"),
            row("2026-04-05", status="unpaid"),
        ],
        [NEW, "2026-04 100>0 churn 100"],
    ),
    "a_pause_is_churn_and_return": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", status="paused"),
            row("2026-04-05"),
        ],
        [NEW, "2026-02 100>0 churn 100", "2026-04 0>100 reactivation 100"],
    ),
    "a_pause_within_a_month_is_not_seen": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-02-20", status="paused"),
            row("2026-02-20"),
        ],
        [NEW],
    ),
    "cancelled_at_period_end_counts_to_its_end": Case(
        [row("2026-01-05", "2026-04-05", canceled_at="2026-02-01")],
        [NEW, "2026-04 100>0 churn 100"],
    ),
    "cancelled_for_a_day_to_come_is_still_there": Case(
        [row("2026-01-05", "2026-09-05", canceled_at="2026-02-01", recorded_at="2026-02-01")],
        [NEW],
    ),
    # trials and free plans
    "a_trial_counts_when_it_is_over": Case(
        [
            row("2026-01-10", "2026-02-09", status="trialing", trial_end="2026-02-09"),
            row("2026-02-09"),
        ],
        ["2026-02 0>100 new 100"],
    ),
    "a_trial_inside_a_version": Case(
        [row("2026-01-10", trial_end="2026-02-09")], ["2026-02 0>100 new 100"]
    ),
    "a_trial_over_at_midnight_of_the_month_end": Case(
        [row("2026-01-10", trial_end="2026-02-01")], ["2026-02 0>100 new 100"]
    ),
    "an_abandoned_trial_is_nothing": Case(
        [row("2026-01-10", "2026-02-09", status="trialing", trial_end="2026-02-09")], []
    ),
    "a_trial_without_an_end_is_a_trial": Case([row("2026-01-10", status="trialing")], []),
    "a_trial_of_an_add_on_is_no_churn": Case(
        [row("2026-01-05"), row("2026-02-10", trial_end="2026-03-10", item_id="x", amount=40)],
        [NEW, "2026-03 100>140 expansion 40"],
    ),
    "going_to_a_free_plan_is_churn": Case(
        [row("2026-01-05", "2026-03-05"), row("2026-03-05", amount=0, plan="free")],
        [NEW, "2026-03 100>0 churn 100"],
    ),
    "beginning_on_a_free_plan_is_not_new": Case(
        [row("2026-01-05", "2026-03-05", amount=0, plan="free"), row("2026-03-05")],
        ["2026-03 0>100 new 100"],
    ),
    "a_hundred_percent_off_is_free": Case(
        [
            row("2026-01-05", "2026-03-05"),
            row("2026-03-05", discount_percent=100, discount_duration="forever"),
        ],
        [NEW, "2026-03 100>0 churn 100"],
    ),
    # discounts
    "a_repeating_discount_ends_as_expansion": Case(
        [
            row(
                "2026-01-05",
                discount_percent=25,
                discount_duration="repeating",
                discount_ends_at="2026-03-05",
            )
        ],
        ["2026-01 0>75 new 75", "2026-03 75>100 expansion 25"],
    ),
    "a_discount_for_ever_is_subtracted": Case(
        [row("2026-01-05", discount_amount_minor=30, discount_duration="forever")],
        ["2026-01 0>70 new 70"],
    ),
    "a_discount_that_says_no_duration_is_for_ever": Case(
        [row("2026-01-05", discount_percent=50)], ["2026-01 0>50 new 50"]
    ),
    "a_discount_on_one_charge_is_not": Case(
        [row("2026-01-05", discount_percent=50, discount_duration="once")], [NEW]
    ),
    "the_percentage_comes_off_before_the_amount": Case(
        [row("2026-01-05", amount=1000, discount_percent=10, discount_amount_minor=100)],
        ["2026-01 0>800 new 800"],
    ),
    "an_amount_off_is_off_the_whole_charge_of_the_interval": Case(
        [
            row(
                "2026-01-05",
                amount=600,
                quantity=4,
                billing_interval="year",
                discount_amount_minor=1200,
            )
        ],
        [NEW],
    ),
    "more_off_than_the_price_is_nothing_not_a_credit": Case(
        [row("2026-01-05", discount_amount_minor=130)], []
    ),
    "more_than_all_of_it_off_is_all_of_it": Case(
        [
            row("2026-01-05"),
            row("2026-01-05", amount=70, discount_percent=1000, item_id="given"),
        ],
        [NEW],
    ),
    "a_discount_added_later_is_contraction": Case(
        [row("2026-01-05", "2026-03-05"), row("2026-03-05", discount_percent=20)],
        [NEW, "2026-03 100>80 contraction 20"],
    ),
    # what was recorded
    "a_correction_replaces_what_it_corrects": Case(
        [
            row("2026-01-05", amount=900, recorded_at="2026-01-05"),
            row("2026-01-05", recorded_at="2026-04-05"),
        ],
        [NEW],
    ),
    "a_correction_that_says_when_it_was_beats_one_that_does_not": Case(
        [row("2026-01-05", recorded_at="2026-01-04"), row("2026-01-05", amount=900)], [NEW]
    ),
    "a_backdated_change_counts_from_its_start": Case(
        [
            row("2026-01-05", "2026-02-10"),
            row("2026-02-10", amount=150, recorded_at="2026-05-20"),
        ],
        [NEW, "2026-02 100>150 expansion 50"],
    ),
    "what_is_recorded_after_as_of_is_not_known": Case(
        [
            row("2026-01-05", recorded_at="2026-01-05"),
            row("2026-01-05", "2026-02-05", recorded_at="2026-07-01"),
        ],
        [NEW],
    ),
    # currencies
    "the_market_is_no_expansion": Case(
        [row("2026-01-05", amount=1000, currency="EUR")],
        [
            "2026-01 0>1100 new 1100",
            *(f"2026-0{m} {900 + 100 * m}>{1000 + 100 * m} None 0" for m in range(2, 7)),
        ],
    ),
    "gains_count_at_the_later_rate_and_losses_at_the_earlier": Case(
        [
            row("2026-01-05", "2026-02-05", amount=1000, currency="EUR"),
            row("2026-02-05", "2026-03-05", amount=1500, currency="EUR"),
            row("2026-03-05", "2026-04-05", amount=500, currency="EUR"),
        ],
        [
            *("2026-01 0>1100 new 1100", "2026-02 1100>1800 expansion 600"),
            *("2026-03 1800>650 contraction 1200", "2026-04 650>0 churn 650"),
        ],
    ),
    "a_change_of_currency_is_a_loss_in_one_and_a_gain_in_the_other": Case(
        [
            row("2026-01-05", "2026-02-05", amount=1000, currency="EUR"),
            row("2026-02-05", amount=1250),
        ],
        ["2026-01 0>1100 new 1100", "2026-02 1100>1250 expansion 150"],
    ),
    "rows_are_converted_one_by_one": Case(
        [
            row("2026-01-05", "2026-02-01", amount=5, currency="EUR", item_id="a"),
            row("2026-01-05", "2026-02-01", amount=5, currency="EUR", item_id="b"),
        ],
        ["2026-01 0>12 new 12", "2026-02 12>0 churn 12"],
    ),
    "a_row_is_rounded_before_it_is_converted": Case(
        [row("2026-01-05", amount=30, currency="GBP", billing_interval="year")],
        ["2026-01 0>4 new 4"],
    ),
    "a_yen_has_no_cents": Case(
        [row("2026-01-05", amount=10000, currency="JPY")], ["2026-01 0>6800 new 6800"]
    ),
    "a_year_in_yen_is_whole_yen_a_month": Case(
        [row("2026-01-05", amount=10000, currency="JPY", billing_interval="year")],
        ["2026-01 0>566 new 566"],
    ),
    "a_dinar_has_a_thousand_fils": Case(
        [row("2026-01-05", amount=10000, currency="KWD")], ["2026-01 0>3250 new 3250"]
    ),
    # as ChartMogul tells it: 4 seats at 500 a year, 2 at 30 a month, then 3 at 50 a month
    "the_life_of_a_customer_as_chartmogul_tells_it": Case(
        [
            row("2025-01-05", "2026-01-05", 50000, quantity=4, billing_interval="year"),
            row("2025-02-09", "2025-03-23", 3000, quantity=2, subscription_id="silver"),
            row("2026-03-02", amount=5000, quantity=3, subscription_id="monthly"),
        ],
        [
            *("2025-01 0>16667 new 16667", "2025-02 16667>22667 expansion 6000"),
            *("2025-03 22667>16667 contraction 6000", "2026-01 16667>0 churn 16667"),
            "2026-03 0>15000 reactivation 15000",
        ],
    ),
    "six_seats_for_four_as_chartmogul_tells_it": Case(
        [
            row("2026-01-05", "2026-02-12", 50000, quantity=4, billing_interval="year"),
            row("2026-02-12", amount=50000, quantity=6, billing_interval="year"),
        ],
        ["2026-01 0>16667 new 16667", "2026-02 16667>25000 expansion 8333"],
    ),
    "a_downgrade_as_recurly_tells_it": Case(
        [row("2026-01-05", "2026-02-05", 10000), row("2026-02-05", amount=8000)],
        ["2026-01 0>10000 new 10000", "2026-02 10000>8000 contraction 2000"],
    ),
}

# Every setting that counts more, or later; each case looks at one of them.
GENEROUS: dict[str, Case] = {
    "half_a_cent_goes_to_the_even_cent": Case(
        [
            row("2026-01-05", amount=18, billing_interval="year"),
            row("2026-01-05", amount=30, billing_interval="year", item_id="second"),
        ],
        ["2026-01 0>4 new 4"],
    ),
    "half_a_cent_of_an_exchange_goes_to_the_even_cent": Case(
        [
            row("2026-01-05", amount=2, currency="GBP"),
            row("2026-01-05", amount=6, currency="GBP", item_id="second"),
        ],
        ["2026-01 0>10 new 10"],
    ),
    "a_discount_on_one_charge_counts_for_that_charge": Case(
        [row("2026-01-05", discount_percent=50, discount_duration="once")],
        ["2026-01 0>50 new 50", "2026-02 50>100 expansion 50"],
    ),
    "a_discount_on_the_charge_of_a_year_lasts_a_year": Case(
        [
            row(
                "2025-02-05",
                amount=1200,
                billing_interval="year",
                discount_amount_minor=600,
                discount_duration="once",
            )
        ],
        ["2025-02 0>50 new 50", "2026-02 50>100 expansion 50"],
    ),
    "metered_use_counts": Case(
        [row("2026-01-05"), row("2026-01-05", amount=70, item_id="usage", metered=True)],
        ["2026-01 0>170 new 170"],
    ),
    "what_is_charged_once_never_counts": Case(
        [row("2026-01-05", billing_interval="one_time", metered=True)], []
    ),
    "a_pause_counts": Case(
        [row("2026-01-05", "2026-02-05"), row("2026-02-05", status="paused")], [NEW]
    ),
    "past_due_counts_for_the_days_of_grace": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", status="past_due", past_due_since="2026-01-31"),
        ],
        [NEW, "2026-03 100>0 churn 100"],
    ),
    "past_due_for_as_long_as_the_grace_still_counts": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", status="past_due", past_due_since="2026-01-30"),
        ],
        [NEW, "2026-03 100>0 churn 100"],
    ),
    "past_due_and_paid_in_time_is_no_churn": Case(
        [
            row("2026-01-05", "2026-02-20"),
            row("2026-02-20", "2026-03-18", status="past_due"),
            row("2026-03-18"),
        ],
        [NEW],
    ),
    "cancelling_is_churn_at_once": Case(
        [row("2026-01-05", "2026-05-05", canceled_at="2026-02-28 23:59:59")],
        [NEW, "2026-02 100>0 churn 100"],
    ),
    "cancelling_and_thinking_better_of_it": Case(
        [
            row("2026-01-05", "2026-04-10", canceled_at="2026-02-10"),
            row("2026-04-10"),
        ],
        [NEW, "2026-02 100>0 churn 100", "2026-04 0>100 reactivation 100"],
    ),
    "a_gap_as_long_as_the_grace_is_none": Case(
        [row("2026-01-05", "2026-01-28"), row("2026-02-07", amount=120)],
        [NEW, "2026-02 100>120 expansion 20"],
    ),
    "a_longer_gap_is_churn": Case(
        [row("2026-01-05", "2026-01-28"), row("2026-02-07 00:00:01")], ["2026-02 0>100 new 100"]
    ),
    "back_within_the_window_is_reactivation": Case(
        [row("2026-01-05", "2026-02-10"), row("2026-05-11")],
        [NEW, "2026-02 100>0 churn 100", "2026-05 0>100 reactivation 100"],
    ),
    "back_after_the_window_is_new_as_maxio_has_it": Case(
        [row("2026-01-05", "2026-02-10"), row("2026-05-11 00:00:01")],
        [NEW, "2026-02 100>0 churn 100", "2026-05 0>100 new 100"],
    ),
}

# Families of accounts, who stay when they go to a free plan; hundredths of a cent.
FAMILIES: dict[str, Case] = {
    "hundredths_of_a_cent": Case(
        [row("2026-01-05", amount=1000, billing_interval="year")], ["2026-01 0>83.33 new 83.33"]
    ),
    "hundredths_of_a_cent_are_rounded_up_from_half": Case(
        [row("2026-01-05", amount=0.3, billing_interval="year")], ["2026-01 0>0.03 new 0.03"]
    ),
    "sisters_that_swap_a_subscription_did_nothing": Case(
        [
            row("2026-01-05", "2026-03-10", account_id=".left"),
            row("2026-03-10", account_id=".right", subscription_id="other"),
        ],
        [NEW],
        {".left": "", ".right": ""},
    ),
    "a_grandchild_pays_for_the_grandparent": Case(
        [
            row("2026-01-05", account_id=".child"),
            row("2026-02-05", amount=50, account_id="", subscription_id="own"),
        ],
        [NEW, "2026-02 100>150 expansion 50"],
        {".child": ".parent", ".parent": ""},
    ),
    "only_forever_is_a_discount": Case(
        [
            row("2026-01-05", discount_percent=10, discount_duration="forever"),
            row(
                "2026-01-05",
                discount_percent=10,
                discount_duration="repeating",
                discount_ends_at="2026-03-01",
                item_id="second",
            ),
            row("2026-01-05", discount_percent=10, discount_duration="once", item_id="third"),
        ],
        ["2026-01 0>290 new 290"],
    ),
    "no_grace_for_who_is_past_due": Case(
        [row("2026-01-05", "2026-02-05"), row("2026-02-05", "2026-04-05", status="past_due")],
        [NEW, "2026-02 100>0 churn 100"],
    ),
    "going_to_a_free_plan_is_contraction_and_back_expansion": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", amount=0, plan="free"),
            row("2026-04-05", amount=80),
        ],
        [NEW, "2026-02 100>0 contraction 100", "2026-04 0>80 expansion 80"],
    ),
    "leaving_the_free_plan_is_churn_of_an_account_without_money": Case(
        [
            row("2026-01-05", "2026-02-05"),
            row("2026-02-05", "2026-04-05", discount_percent=100),
        ],
        [NEW, "2026-02 100>0 contraction 100", "2026-04 0>0 churn 0"],
    ),
    "free_after_a_break_is_no_customer": Case(
        [row("2026-01-05", "2026-02-05"), row("2026-03-05", amount=0, plan="free")],
        [NEW, "2026-02 100>0 churn 100"],
    ),
}

# What was known on the last day of March, reported in yen for a day that ends in New York.
REBUILT: dict[str, Case] = {
    "a_month_ends_at_midnight_over_there": Case(
        [
            row("2026-02-01 04:59:59", "2026-03-01 04:59:59"),
            row("2026-02-01 05:00:00", amount=200, item_id="later"),
        ],
        ["2026-01 0>150 new 150", "2026-02 150>300 expansion 150"],
    ),
    "summer_time_moves_midnight": Case(
        [row("2026-02-10", "2026-04-01 04:00:00")],
        ["2026-02 0>150 new 150", "2026-04 150>0 churn 150"],
    ),
    "a_yen_is_worth_a_yen": Case(
        [row("2026-02-10", amount=12345, currency="JPY", billing_interval="year")],
        ["2026-02 0>1029 new 1029"],
    ),
    "no_discount_counts": Case(
        [row("2026-02-10", discount_percent=50, discount_duration="forever")],
        ["2026-02 0>150 new 150"],
    ),
    "what_was_recorded_on_the_day_is_known": Case(
        [
            row("2026-02-10", recorded_at="2026-02-10"),
            row("2026-02-10", amount=200, recorded_at="2026-04-01 03:59:59"),
        ],
        ["2026-02 0>300 new 300"],
    ),
    "what_was_recorded_later_is_not": Case(
        [
            row("2026-02-10", recorded_at="2026-02-10"),
            row("2026-02-10", "2026-03-05", recorded_at="2026-04-01 04:00:00"),
        ],
        ["2026-02 0>150 new 150"],
    ),
}


def world(settings: Settings | None = None, **more: object) -> World:
    return World(AS_OF, EXPONENTS, RATES, settings=settings or Settings(), **more)


WORLDS: dict[str, tuple[World, dict[str, Case]]] = {
    "defaults": (world(), DEFAULTS),
    "generous": (
        world(
            Settings(
                rounding_mode="half_even",
                discounts="all",
                metered="include",
                paused="count",
                past_due_grace_days=30,
                churn_recognition="cancel_request",
                gap_grace_days=10,
                reactivation_window_days=90,
            )
        ),
        GENEROUS,
    ),
    "families": (
        world(
            Settings(
                rounding_scale=2,
                account_grain="parent",
                discounts="forever",
                past_due_grace_days=0,
                free_plan="contraction",
            )
        ),
        FAMILIES,
    ),
    "rebuilt": (
        world(
            Settings(discounts="none", known_at=date(2026, 3, 31)),
            zone="America/New_York",
            reporting_currency="JPY",
        ),
        REBUILT,
    ),
}
