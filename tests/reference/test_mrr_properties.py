"""What must hold for any company: the same business told in another way gives the same numbers.

Every random company is built beside versions of itself, all in one build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from tests.reference.companies import AS_OF, EXPONENTS, Company, companies, drawn, exchange_rates
from tests.reference.mrr import (
    Settings,
    Version,
    World,
    known_versions,
    mrr_before,
    runs_before,
)
from tests.reference.revenue_copy import RevenueCopy

EARLIER = datetime.fromisoformat("2025-03-05 09:00:00")
RATES = drawn(exchange_rates(), 2, key=99)[-1]
COMPANIES = drawn(companies(), 60, key=100)
Rows = dict[tuple, tuple]


def without_credits(company: Company) -> Company:
    return replace(company, versions=[v for v in company.versions if v.amount_minor >= 0])


def delivered_twice(company: Company) -> Company:
    versions = company.versions * 2
    Random(len(versions)).shuffle(versions)
    return replace(company, versions=versions)


def cut_in_two(company: Company) -> Company:
    """Every row that may be cut is two rows, one after the other."""
    keys = [version.key for version in company.versions]
    found = []
    for version in company.versions:
        end = version.ended_at or AS_OF
        half = version.started_at + (end - version.started_at) / 2
        half = half.replace(microsecond=0) + timedelta(seconds=7)
        may_be_cut = (
            keys.count(version.key) == 1
            and version.started_at < half < end
            and version.trial_end is None
            and version.status != "trialing"
            and not (version.status == "past_due" and version.past_due_since is None)
            and version.discount_duration != "once"
        )
        if may_be_cut:
            found.append(replace(version, ended_at=half))
            found.append(
                replace(
                    version, started_at=half, recorded_at=version.recorded_at or version.started_at
                )
            )
        else:
            found.append(version)
    return replace(company, versions=found)


def whole(version: Version) -> Version:
    """The same version at amounts that leave no rounding."""
    return replace(
        version,
        currency="USD",
        amount_minor=Fraction(int(version.amount_minor) * 1200),
        quantity=Fraction(int(version.quantity) or 1),
        interval_count=1,
        billing_interval="month",
        discount_percent=None,
        discount_amount_minor=None,
    )


def in_whole_amounts(company: Company) -> Company:
    return replace(company, versions=[whole(version) for version in company.versions])


def seven_times_as_dear(company: Company) -> Company:
    return replace(
        company,
        versions=[
            replace(version, amount_minor=version.amount_minor * 7)
            for version in in_whole_amounts(company).versions
        ],
    )


def with_hangers_on(company: Company) -> Company:
    """More accounts: one without rows, one on a free plan, one that let its trial lapse."""
    start = datetime.fromisoformat("2024-03-03 03:03:03")
    free = Version("free", "hanger_free", "free", "USD", Fraction(0), "month", start)
    lapses = start + timedelta(days=14)
    trial = replace(
        free,
        subscription_id="trial",
        account_id="hanger_trial",
        amount_minor=Fraction(900),
        ended_at=lapses,
        trial_end=lapses,
        status="trialing",
    )
    hangers_on = {"hanger_none": None, "hanger_free": None, "hanger_trial": None}
    return replace(
        company,
        versions=[*company.versions, free, trial],
        parents={**company.parents, **hangers_on},
    )


def in_euros_for_ever(company: Company) -> Company:
    """Everybody pays what he first paid, in euros, and never changes anything."""
    firsts = {version.account_id: version for version in reversed(company.versions)}
    return replace(
        company,
        internal=set(),
        versions=[
            replace(
                whole(version),
                amount_minor=Fraction(1 + 7 * number),
                currency="EUR",
                status="active",
                metered=False,
                ended_at=None,
                canceled_at=None,
                recorded_at=None,
            )
            for number, version in enumerate(firsts.values())
        ],
    )


TELLINGS: dict[str, Callable[[Company], Company]] = {
    "as_told": lambda company: company,
    "delivered_twice": delivered_twice,
    "cut_in_two": cut_in_two,
    "in_whole_amounts": in_whole_amounts,
    "seven_times_as_dear": seven_times_as_dear,
    "with_hangers_on": with_hangers_on,
    "without_credits": without_credits,
    "in_euros_for_ever": in_euros_for_ever,
}


def told(telling: str) -> list[Company]:
    return [
        TELLINGS[telling](company).named(f"{telling}.{number}.")
        for number, company in enumerate(COMPANIES)
    ]


def world(as_of: datetime = AS_OF, settings: Settings | None = None) -> World:
    return World(as_of, EXPONENTS, RATES, settings=settings or Settings())


def by_telling(revenue: RevenueCopy) -> dict[str, Rows]:
    found: dict[str, Rows] = {telling: {} for telling in TELLINGS}
    for row in revenue.rows("select * from nrr.nrr_by_account"):
        telling, account_id = row["account_id"].split(".", 1)
        found[telling][account_id, row["month"]] = (
            row["opening_mrr_minor"],
            row["closing_mrr_minor"],
            row["movement"],
            row["movement_minor"],
            row["fx_minor"],
        )
    return found


@pytest.fixture(scope="module")
def tellings(revenue: RevenueCopy) -> dict[str, Rows]:
    revenue.build([company for telling in TELLINGS for company in told(telling)], world())
    return by_telling(revenue)


@pytest.mark.parametrize("telling", ["delivered_twice", "cut_in_two", "with_hangers_on"])
def test_told_in_another_way_it_is_the_same_business(
    tellings: dict[str, Rows], telling: str
) -> None:
    assert tellings["as_told"]
    assert tellings[telling] == tellings["as_told"]


def test_seven_times_the_price_is_seven_times_the_mrr_and_the_same_movements(
    tellings: dict[str, Rows],
) -> None:
    assert tellings["in_whole_amounts"]
    assert tellings["seven_times_as_dear"] == {
        key: (7 * opening, 7 * closing, movement, 7 * amount, 7 * fx)
        for key, (opening, closing, movement, amount, fx) in tellings["in_whole_amounts"].items()
    }


def test_without_credits_retention_stays_within_its_bounds(tellings: dict[str, Rows]) -> None:
    months = {month for _, month in tellings["without_credits"]}
    for month in months:
        here = [row for (_, m), row in tellings["without_credits"].items() if m == month]
        opening = sum(row[0] for row in here)
        lost = sum(row[3] for row in here if row[2] in ("churn", "contraction"))
        gained = sum(row[3] for row in here if row[2] == "expansion")
        assert Decimal(0) <= opening - lost <= opening
        assert opening - lost <= opening - lost + gained
        assert all(row[0] >= 0 and row[1] >= 0 for row in here)


def test_the_market_moves_mrr_and_nothing_else(tellings: dict[str, Rows]) -> None:
    by_market = 0
    for opening, closing, movement, amount, fx in tellings["in_euros_for_ever"].values():
        if movement != "new":
            assert (movement, amount, fx) == (None, 0, closing - opening)
            by_market += fx != 0
    assert by_market


def test_who_has_an_open_paid_row_is_active_and_who_has_none_is_not(
    tellings: dict[str, Rows],
) -> None:
    rows, seen = tellings["without_credits"], {True: 0, False: 0}
    last_month = max(month for _, month in rows)
    for company in told("without_credits"):
        versions = known_versions(company.versions, world())
        for name in company.parents:
            running = [v for v in versions if v.account_id == name and runs_before(v, AS_OF)]
            closing = rows.get((name.removeprefix("without_credits."), last_month), (0, 0))[1]
            pays = name not in company.internal and any(map(surely_pays, running))
            if pays or not running:
                assert (closing > 0) == pays, name
                seen[pays] += 1
    assert all(seen.values())


def surely_pays(version: Version) -> bool:
    return (
        version.status in (None, "active")
        and version.billing_interval in ("month", "year")
        and mrr_before(version, AS_OF, Settings()) >= 1
    )


def test_a_past_state_of_knowledge_is_rebuilt(revenue: RevenueCopy) -> None:
    """Everything, as known on a day, is what there was to see on that day."""
    day = datetime.fromisoformat("2025-03-01")
    everybody = told("as_told")
    known = [
        replace(
            company,
            versions=[v for v in company.versions if (v.recorded_at or v.started_at) < day],
        )
        for company in everybody
    ]
    yesterday = (day - timedelta(days=1)).date()
    revenue.build(everybody, world(settings=Settings(known_at=yesterday)))
    rebuilt = by_telling(revenue)
    revenue.build(known, world())
    assert rebuilt["as_told"]
    assert rebuilt == by_telling(revenue)


def test_a_family_of_accounts_pays_what_its_members_pay_and_churns_no_more(
    revenue: RevenueCopy, tellings: dict[str, Rows]
) -> None:
    family = [
        replace(company, parents=dict.fromkeys(company.parents, "head"), internal=set()).named(
            f"without_credits.{number}."
        )
        for number, company in enumerate(map(without_credits, COMPANIES))
    ]
    alone = [
        replace(company, parents=dict.fromkeys(company.parents), internal=set()).named(
            f"as_told.{number}."
        )
        for number, company in enumerate(map(without_credits, COMPANIES))
    ]
    revenue.build([*family, *alone], world(settings=Settings(account_grain="parent")))
    found = by_telling(revenue)
    for number in range(len(COMPANIES)):
        for column, movements in ((1, None), (3, ("churn",))):
            together, apart = (
                {
                    month: sum(
                        row[column]
                        for (account_id, m), row in found[telling].items()
                        if m == month
                        and account_id.startswith(f"{number}.")
                        and (movements is None or row[2] in movements)
                    )
                    for month in {m for _, m in found[telling]}
                }
                for telling in ("without_credits", "as_told")
            )
            for month, amount in apart.items():
                if movements is None:
                    assert together.get(month, 0) == amount, (number, month)
                else:
                    assert together.get(month, 0) <= amount, (number, month)


def test_a_closed_month_does_not_change_when_only_time_passes(
    revenue: RevenueCopy,
) -> None:
    def timeless(company: Company) -> Company:
        return replace(company, versions=[replace(v, recorded_at=None) for v in company.versions])

    everybody = [
        timeless(company).named(f"as_told.{number}.") for number, company in enumerate(COMPANIES)
    ]
    closed = datetime(EARLIER.year, EARLIER.month, 1).date()  # noqa: DTZ001
    views = []
    for as_of in (EARLIER, AS_OF):
        revenue.build(everybody, world(as_of))
        rows = by_telling(revenue)["as_told"]
        views.append({key: row for key, row in rows.items() if key[1] < closed})
    assert views[0]
    assert views[0] == views[1]
