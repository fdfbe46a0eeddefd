"""Conversion and unit economics by hand: who pays in time, why, at what cost; in one build.

Each case has a month, plan or channel of its own, so that it is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
AS_OF = "2026-07-01"


def pays(account: str, start: str, end: str | None = None, **more: Any) -> Row:
    return {
        "subscription_id": f"{account} {start}",
        "account_id": account,
        "plan": "team",
        "currency": "USD",
        "amount_minor": 10000,
        "billing_interval": "month",
        "started_at": start,
        "ended_at": end,
        **more,
    }


def tries(account: str, start: str, trial_end: str, end: str | None = None, **more: Any) -> Row:
    return pays(account, start, end, trial_end=trial_end, status="trialing", **more)


ACCOUNTS = {
    # paid within the window or not, and left since
    "on_day_10": "2025-07-01",
    "on_day_30": "2025-07-02",
    "a_second_late": "2025-07-03",
    "never": "2025-07-04",
    "left_again": "2025-07-05",
    # trials
    "tried_and_paid": "2025-08-02",
    "tried_and_left": "2025-08-03",
    "free_before_it_tried": "2025-08-04",
    # handed to sales
    "sold": "2025-09-01",
    "sold_more_later": "2025-09-02",
    "left_out_by_the_router": "2025-09-03",
    # paid before it signed up; one of our own
    "imported": "2025-10-05",
    "ours": "2025-10-06",
    # trials that end in January
    "left_after_paying": "2026-01-02",
    "paid_the_same_evening": "2026-01-03",
    "paid_the_next_day": "2026-01-04",
    "ended_at_midnight": "2026-01-05",
    "still_trying": "2026-01-06",
    "already_paid": "2026-01-07",
    # limits
    "upgraded": "2026-02-01",
    "stayed": "2026-02-01",
    "upgraded_late": "2026-02-01",
    "spread_its_use": "2026-02-01",
    "clicked_and_upgraded": "2026-02-01",
    "may_export": "2026-02-01",
    "full_house": "2026-02-01",
    "met_it_in_june": "2026-02-01",
    # too young
    "young": "2026-06-05",
    "just_old_enough": "2026-06-01",
    # bought
    **dict.fromkeys(("ads_large", "ads_small", "organic", "ads_later"), "2024-03-01"),
}
SUBSCRIPTIONS = [
    pays("on_day_10", "2025-07-11"),
    pays("on_day_30", "2025-08-01"),
    pays("a_second_late", "2025-08-02 00:00:01"),
    pays("left_again", "2025-07-25", "2025-07-30"),
    tries("tried_and_paid", "2025-08-02", "2025-08-16", "2025-08-16"),
    pays("tried_and_paid", "2025-08-16"),
    tries("tried_and_left", "2025-08-03", "2025-08-17", "2025-08-10"),
    pays("free_before_it_tried", "2025-08-04", "2025-08-10", amount_minor=0, plan="free"),
    pays("free_before_it_tried", "2025-08-10", trial_end="2025-08-24"),
    pays("sold", "2025-09-10"),
    pays("sold_more_later", "2025-09-10"),
    pays("left_out_by_the_router", "2025-09-10"),
    pays("imported", "2025-10-01"),
    pays("ours", "2025-10-07"),
    tries("left_after_paying", "2026-01-02", "2026-01-16", "2026-01-16"),
    pays("left_after_paying", "2026-01-16", "2026-01-20"),
    tries("paid_the_same_evening", "2026-01-03", "2026-01-17 09:00:00", "2026-01-17 09:00:00"),
    pays("paid_the_same_evening", "2026-01-17 23:00:00"),
    tries("paid_the_next_day", "2026-01-04", "2026-01-18 09:00:00", "2026-01-18 09:00:00"),
    pays("paid_the_next_day", "2026-01-19 00:00:00"),
    tries("ended_at_midnight", "2026-01-05", "2026-02-01", "2026-02-01"),
    tries("still_trying", "2026-01-06", "2026-08-01"),
    pays("already_paid", "2026-01-07"),
    tries("already_paid", "2026-01-10", "2026-01-24", "2026-01-24", item_id="add_on"),
    pays("upgraded", "2026-02-20"),
    pays("upgraded_late", "2026-03-13"),
    pays("clicked_and_upgraded", "2026-02-05"),
    pays("may_export", "2026-02-01"),
    pays("young", "2026-06-06"),
    pays("ads_large", "2024-03-05"),
    pays("ads_small", "2024-03-06", "2024-05-20", amount_minor=5000),
    pays("organic", "2024-03-07", "2024-04-20", amount_minor=3000),
    pays("ads_later", "2024-05-07", amount_minor=6000),
]
FREE_USES = {
    "upgraded": ["2026-02-08", "2026-02-09", "2026-02-10", "2026-02-11"],
    "stayed": ["2026-02-08", "2026-02-09", "2026-02-10"],
    "upgraded_late": ["2026-02-08", "2026-02-09", "2026-02-10"],
    "spread_its_use": ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"],
    "met_it_in_june": ["2026-06-18", "2026-06-19", "2026-06-20"],
}
SPEND = [
    ("2024-03-01", "ads", "USD", 20000, "spring"),
    ("2024-03-31", "ads", "USD", 10000, "spring"),
    ("2024-03-15", "fairs", "USD", 20000, None),
    ("2024-05-02", "ads", "EUR", 10000, None),
]


def events() -> Iterable[Row]:
    for account, days in FREE_USES.items():
        for day in days:
            yield {"event_name": "report_created", "account_id": account, "occurred_at": day}
    clicked = {"event_name": "gate_shown", "properties": {"feature": "exports"}}
    yield {**clicked, "account_id": "clicked_and_upgraded", "occurred_at": "2026-02-03"}
    exported = {"event_name": "exported"}
    yield {**exported, "account_id": "may_export", "occurred_at": "2026-02-03"}
    yield {**exported, "account_id": "stayed", "occurred_at": "2026-02-03"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("conversions") / "project")
    copy.define(
        currencies=[{"currency": "USD", "exponent": 2}, {"currency": "EUR", "exponent": 2}],
        exclusions=[{"kind": "account_id", "value": "ours"}],
        plans=[
            {
                "plan": "free",
                "tier": 0,
                "is_paid": False,
                "seat_limit": 2,
                "usage_limit": 3,
                "usage_event": "report_created",
            },
            {"plan": "team", "tier": 1, "is_paid": True},
        ],
        features=[{"feature": "exports", "minimum_plan": "team"}],
        event_catalog=[
            {"event_name": "exported", "feature": "exports", "is_intent": False},
            {"event_name": "gate_shown", "is_intent": True},
        ],
    )
    copy.land("accounts", [{"account_id": a, "created_at": at} for a, at in ACCOUNTS.items()])
    copy.land(
        "users",
        [
            {
                "user_id": f"u_{account}",
                "created_at": created_at,
                "account_id": account,
                "acquisition_channel": account.split("_")[0],
            }
            for account, created_at in ACCOUNTS.items()
            if account.startswith(("ads_", "organic", "full_house"))
        ],
    )
    copy.land(
        "account_memberships",
        [
            {"user_id": f"m{n}", "account_id": "full_house", "joined_at": f"2026-02-0{n}"}
            for n in (3, 5)
        ],
    )
    copy.land(
        "events",
        [{"event_id": n, "user_id": "somebody", **e} for n, e in enumerate(events())],
    )
    copy.land("subscription_versions", SUBSCRIPTIONS)
    copy.land(
        "marketing_spend",
        [
            dict(
                zip(
                    ("spent_on", "channel", "currency", "amount_minor", "campaign"),
                    row,
                    strict=True,
                )
            )
            for row in SPEND
        ],
    )
    copy.land("exchange_rates", [{"month": "2024-05-01", "currency": "EUR", "rate": 1.2}])
    handed = {"model": "m", "qualification": 1, "destination": "d"}
    copy.fill(
        "meta.handoffs",
        [
            {
                **handed,
                "actor_id": account,
                "account_id": account,
                "state": state,
                "delivered_at": delivered_at,
            }
            for account, state, delivered_at in (
                ("sold", "delivered", "2025-09-05"),
                ("sold_more_later", "delivered", "2025-09-20"),
                ("left_out_by_the_router", "left out", None),
            )
        ],
    )
    copy.build(
        "+conversion_by_cohort +conversion_by_trial_month +conversion_by_trigger"
        " +economics_by_month",
        tested=False,
        as_of=AS_OF,
    )
    return copy


def only(copy: ProjectCopy, table: str, where: str, columns: str) -> tuple:
    (row,) = copy.rows(f"select {columns} from {table} where {where}")
    return tuple(row.values())


COHORTS = {
    # accounts, mature, converted, self-serve, rate, median days
    ("2025-07", "freemium"): (5, 5, 3, 3, 0.6, 20),
    ("2025-08", "trial"): (2, 2, 1, 1, 0.5, 14),
    ("2025-08", "freemium"): (1, 1, 1, 1, 1, 20),
    ("2025-09", "freemium"): (3, 3, 3, 2, 1, 8),
    ("2025-10", "freemium"): (1, 1, 1, 1, 1, 0),
    ("2026-06", "freemium"): (2, 1, 0, 0, 0, None),
}


@pytest.mark.parametrize("month, model", COHORTS)
def test_cohorts(copy: ProjectCopy, month: str, model: str) -> None:
    assert (
        only(
            copy,
            "conversion.conversion_by_cohort",
            f"signup_month = '{month}-01' and acquisition_model = '{model}'",
            "accounts, mature_accounts, converted, self_serve_converted, free_to_paid_rate,"
            " median_days_to_paid",
        )
        == COHORTS[month, model]
    )


TRIAL_MONTHS = {"2025-08": (3, 2, 2 / 3), "2026-01": (3, 2, 2 / 3), "2026-02": (1, 0, 0)}


def test_trials_by_the_month_they_ended_in(copy: ProjectCopy) -> None:
    table = copy.rows("select * from conversion.conversion_by_trial_month")
    assert {
        f"{row['month']:%Y-%m}": (row["ended"], row["converted"], row["conversion_rate"])
        for row in table
    } == TRIAL_MONTHS


TRIGGERS = {
    # hit, mature, upgraded, rate, median days
    "usage_limit:free": (4, 3, 1, 1 / 3, 10),
    "seat_limit:free": (1, 1, 0, 0, None),
    "feature:exports": (2, 2, 1, 0.5, 2),
}


def test_triggers(copy: ProjectCopy) -> None:
    table = copy.rows("select * from conversion.conversion_by_trigger")
    assert {
        row["trigger"]: (
            *(row["accounts_hit"], row["mature_accounts"], row["upgraded"]),
            *(row["upgrade_rate"], row["median_days_to_upgrade"]),
        )
        for row in table
    } == TRIGGERS


ECONOMICS = {
    # spend, new, cac, arpa of the new, ltv, ltv to cac, payback
    ("2024-03", "ads"): (300, 2, 150, 75, None, None, 2.5),
    ("2024-03", "fairs"): (200, 0, None, None, None, None, None),
    ("2024-03", "organic"): (0, 1, 0, 30, None, None, 0),
    ("2024-03", None): (500, 3, 166.67, 60, None, None, 500 / 3 / 48),
    ("2024-04", None): (0, 0, None, None, 180, None, None),
    ("2024-05", "ads"): (120, 1, 120, 60, 128, 128 / 120, 2.5),
    ("2024-05", None): (120, 1, 120, 60, 128, 128 / 120, 2.5),
}


@pytest.mark.parametrize("month, channel", ECONOMICS)
def test_economics(copy: ProjectCopy, month: str, channel: str | None) -> None:
    named = f"channel = '{channel}'" if channel else "channel is null"
    found = only(
        copy,
        "economics.economics_by_month",
        f"month = '{month}-01' and {named}",
        "spend, new_paying_accounts, cac, arpa_new, ltv, ltv_to_cac, payback_months",
    )
    assert tuple(None if value is None else float(value) for value in found) == pytest.approx(
        ECONOMICS[month, channel]
    )
