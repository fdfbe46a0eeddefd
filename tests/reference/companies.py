"""Random companies: accounts that try, pay, pause, owe, switch, leave and come back.

Amounts are small and rates are short, so that ties in rounding happen often; instants like to
fall on, just before and just after the ends of months, in several time zones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.reference.mrr import Version, shifted, start_of

FIRST_MONTH = date(2024, 1, 1)
MONTHS = 19
AS_OF = datetime.fromisoformat("2025-07-17 12:00:00")
EXPONENTS = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}
ZONES = ["UTC", "America/New_York", "Asia/Kolkata"]

amounts = st.one_of(
    st.integers(1, 60).map(lambda half: Fraction(half, 2)),
    st.integers(1, 400).map(lambda number: Fraction(number * 25)),
    st.just(Fraction(0)),
)
lengths = st.sampled_from(
    [timedelta(minutes=m) for m in (5, 60, 61)]
    + [timedelta(days=d) for d in (1, 3, 14, 20, 31, 45, 70, 120, 200, 366)]
)
pauses = st.sampled_from(
    [timedelta(0)] * 8
    + [timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=36)]
    + [timedelta(days=d) for d in (3, 4, 10, 33, 95, 180)]
)


@dataclass
class Company:
    versions: list[Version] = field(default_factory=list)
    parents: dict[str, str | None] = field(default_factory=dict)
    internal: set[str] = field(default_factory=set)

    def named(self, name: str) -> Company:
        """The same company under ids of its own."""
        return Company(
            [
                replace(
                    version,
                    account_id=name + version.account_id,
                    subscription_id=name + version.subscription_id,
                )
                for version in self.versions
            ],
            {
                name + child: name + parent if parent else None
                for child, parent in self.parents.items()
            },
            {name + account_id for account_id in self.internal},
        )


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    month = shifted(FIRST_MONTH, draw(st.integers(0, MONTHS - 1)))
    start = start_of(month, draw(st.sampled_from(ZONES)))
    beside = draw(st.sampled_from([-1, 0, 0, 1, None]))
    if beside is not None:
        return start + timedelta(seconds=beside)
    return start + timedelta(hours=draw(st.integers(0, 27 * 24)))


def now_and_then(draw: st.DrawFn, often: int) -> bool:
    return draw(st.integers(1, often)) == often


@st.composite
def versions_of_an_item(
    draw: st.DrawFn, account_id: str, subscription_id: str, item_id: str | None
) -> list[Version]:
    """One version after the other, mostly without a break; and what was written down twice."""
    found, start = [], draw(instants())
    currency = draw(st.sampled_from(["USD", "USD", "EUR", "JPY", "KWD"]))
    interval = draw(
        st.sampled_from(["month"] * 5 + ["year", "year", "week", "day", "quarter", "one_time"])
    )
    plan = draw(st.sampled_from(["starter", "team", "enterprise"]))
    amount = draw(amounts)
    for _ in range(draw(st.integers(1, 4))):
        end = start + draw(lengths)
        status = draw(
            st.sampled_from(
                ["active"] * 8 + [None, "past_due", "past_due", "paused", "unpaid", "trialing"]
            )
        )
        extra: dict = {}
        if status == "trialing" or now_and_then(draw, 8):
            extra["trial_end"] = draw(
                st.sampled_from([None, end, start + (end - start) / 2, end + timedelta(days=9)])
            )
        if status == "past_due":
            extra["past_due_since"] = draw(
                st.sampled_from([None, start, start - timedelta(days=4)])
            )
        if now_and_then(draw, 4):
            duration = draw(st.sampled_from(["forever", "repeating", "once", None]))
            extra["discount_duration"] = duration
            extra["discount_percent"] = draw(
                st.sampled_from([None, Fraction(25), Fraction(100, 8), Fraction(100)])
            )
            extra["discount_amount_minor"] = draw(st.sampled_from([None, Fraction(7)]))
            if duration in ("repeating", None):
                extra["discount_ends_at"] = draw(
                    st.sampled_from([None, start + (end - start) / 3, end + timedelta(days=1)])
                )
        if now_and_then(draw, 8):
            extra["canceled_at"] = draw(
                st.sampled_from([start - timedelta(days=1), start + (end - start) / 2])
            )
        if now_and_then(draw, 3):
            extra["recorded_at"] = start + timedelta(days=draw(st.integers(-20, 60)))
        if now_and_then(draw, 12):
            amount = -draw(amounts)
        elif now_and_then(draw, 3):
            amount = abs(draw(amounts))
        if now_and_then(draw, 5):
            plan = draw(st.sampled_from(["free", "starter", "team", "enterprise"]))
        ended_at = None if now_and_then(draw, 6) else end
        if now_and_then(draw, 15):
            ended_at = start - draw(st.sampled_from([timedelta(0), timedelta(days=5)]))
        version = Version(
            subscription_id=subscription_id,
            item_id=item_id,
            account_id=account_id,
            plan=plan,
            currency=currency,
            amount_minor=amount,
            billing_interval=interval,
            interval_count=draw(st.sampled_from([1, 1, 1, 1, 2, 3])),
            quantity=draw(st.sampled_from([Fraction(1), Fraction(1), Fraction(3), Fraction(5, 2)])),
            started_at=start,
            ended_at=ended_at,
            status=status,
            metered=now_and_then(draw, 9),
            **extra,
        )
        found.append(version)
        if now_and_then(draw, 6):
            found.append(version)
        if now_and_then(draw, 6):
            noted = version.recorded_at or start
            found.append(
                replace(
                    version,
                    amount_minor=draw(amounts),
                    recorded_at=noted + timedelta(days=draw(st.integers(1, 90))),
                )
            )
        if ended_at is None and not now_and_then(draw, 4):
            break
        start = end + draw(pauses)
    return found


@st.composite
def companies(draw: st.DrawFn) -> Company:
    company = Company()
    accounts = [f"a{number}" for number in range(draw(st.integers(1, 4)))]
    for number, account_id in enumerate(accounts):
        has_parent = number > 0 and now_and_then(draw, 3)
        company.parents[account_id] = (
            draw(st.sampled_from(accounts[:number])) if has_parent else None
        )
        if now_and_then(draw, 12):
            company.internal.add(account_id)
        for subscription in range(draw(st.integers(0, 3))):
            for item_id in draw(st.sampled_from([[None], [None], ["seats"], [None, "add_on"]])):
                company.versions += draw(
                    versions_of_an_item(account_id, f"{account_id}s{subscription}", item_id)
                )
    company.versions = draw(st.permutations(company.versions))
    return company


def drawn(strategy: st.SearchStrategy, number: int, key: int) -> list:
    """That many examples of a strategy, always the same for the same key."""
    found: list = []

    @seed(key)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: object) -> None:
        found.append(example)

    collect()
    return found


@st.composite
def exchange_rates(draw: st.DrawFn) -> dict[tuple[date, str], Fraction]:
    rates = {}
    for back in range(-1, MONTHS + 1):
        month = shifted(FIRST_MONTH, back)
        rates[month, "USD"] = Fraction(draw(st.integers(80, 150)), 100)
        rates[month, "EUR"] = Fraction(draw(st.integers(90, 130)), 100)
        rates[month, "JPY"] = Fraction(draw(st.integers(60, 75)), 10000)
        rates[month, "KWD"] = Fraction(draw(st.integers(300, 340)), 100)
    return rates
