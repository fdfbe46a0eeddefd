"""Recurring revenue by the book, slowly: the yardstick for the SQL.

Nothing is cut into stretches here. The question is always what one version is worth just before
one instant; months, movements and rates follow from asking it again and again, in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from math import prod
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
TIMES_PER_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
INSTANT = timedelta(microseconds=1)
MOVES = ("new", "expansion", "reactivation", "contraction", "churn")
RATES = [
    *("nrr_month", "grr_month", "nde_month", "nrr_12m_cohort", "grr_12m_cohort"),
    *("nrr_12m_compounded", "grr_12m_compounded", "logo_churn_rate", "quick_ratio"),
]
GIVES_MRR = {"active", "past_due", "trialing"}


@dataclass(frozen=True)
class Version:
    subscription_id: str
    account_id: str
    plan: str
    currency: str
    amount_minor: Fraction
    billing_interval: str
    started_at: datetime
    item_id: str | None = None
    interval_count: int = 1
    quantity: Fraction = Fraction(1)
    ended_at: datetime | None = None
    status: str | None = None
    trial_end: datetime | None = None
    canceled_at: datetime | None = None
    past_due_since: datetime | None = None
    metered: bool = False
    discount_percent: Fraction | None = None
    discount_amount_minor: Fraction | None = None
    discount_duration: str | None = None
    discount_ends_at: datetime | None = None
    recorded_at: datetime | None = None

    @property
    def key(self) -> tuple:
        return (self.subscription_id, self.item_id or "", self.started_at)


@dataclass(frozen=True)
class Settings:
    rounding_scale: int = 0
    rounding_mode: str = "half_up"
    movement_grain: str = "account_month"
    event_group_minutes: int = 60
    account_grain: str = "account"
    discounts: str = "recurring"
    metered: str = "exclude"
    past_due_grace_days: int | None = None
    paused: str = "zero"
    known_at: date | None = None
    free_plan: str = "churn"
    churn_recognition: str = "service_end"
    gap_grace_days: int = 0
    reactivation_window_days: int | None = None
    quick_ratio_reactivation: bool = True
    fiscal_year_start_month: int = 1


@dataclass
class World:
    """What one run knows: everything but the accounts' versions is shared by all companies."""

    as_of: datetime
    exponents: dict[str, int]
    rates: dict[tuple[date, str], Fraction]
    zone: str = "UTC"
    reporting_currency: str = "USD"
    settings: Settings = field(default_factory=Settings)


# Instants and months


def local(instant: datetime, zone: str) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def month_of(instant: datetime, zone: str) -> date:
    return local(instant, zone).date().replace(day=1)


def shifted(month: date, months: int) -> date:
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def start_of(month: date, zone: str) -> datetime:
    at_midnight = datetime(month.year, month.month, month.day, tzinfo=ZoneInfo(zone))
    return at_midnight.astimezone(UTC).replace(tzinfo=None)


def a_calendar_later(start: datetime, interval: str, count: int) -> datetime | None:
    if interval in ("day", "week"):
        return start + timedelta(days=count * (7 if interval == "week" else 1))
    months = {"month": 1, "quarter": 3, "year": 12}.get(interval)
    if months is None:
        return None
    first = shifted(start.date().replace(day=1), months * count)
    last_day = (shifted(first, 1) - timedelta(days=1)).day
    return start.replace(year=first.year, month=first.month, day=min(start.day, last_day))


# Money


def rounded(amount: Fraction, settings: Settings) -> Fraction:
    """Whole steps of a minor unit: ties away from zero, or to the even step."""
    steps = amount * 10**settings.rounding_scale
    whole = abs(steps) // 1
    rest = abs(steps) - whole
    tie_goes_up = settings.rounding_mode == "half_up" or whole % 2 == 1
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and tie_goes_up):
        whole += 1
    return Fraction(whole if steps >= 0 else -whole, 10**settings.rounding_scale)


def converted(amount: Fraction, currency: str, month: date, world: World) -> Fraction:
    if currency == world.reporting_currency:
        return rounded(amount, world.settings)
    shift = world.exponents[world.reporting_currency] - world.exponents[currency]
    rate = world.rates[month, currency] * Fraction(10) ** shift
    return rounded(amount * rate, world.settings)


# One version


def known_versions(versions: list[Version], world: World) -> list[Version]:
    """The last recorded of each key, without those that never last."""
    latest: dict[tuple, Version] = {}
    for version in versions:
        known = version.recorded_at or version.started_at
        if known >= world.as_of:
            continue
        if world.settings.known_at and local(known, world.zone).date() > world.settings.known_at:
            continue
        there = latest.get(version.key)
        if there is None or recorded_later(version, there):
            latest[version.key] = version
    return [
        version
        for version in latest.values()
        if (version.ended_at is None or version.ended_at > version.started_at)
        and version.interval_count >= 1
    ]


def recorded_later(version: Version, other: Version) -> bool:
    if version.recorded_at is None or other.recorded_at is None:
        return other.recorded_at is None and version.recorded_at is not None
    return version.recorded_at > other.recorded_at


def runs_before(version: Version, instant: datetime) -> bool:
    return version.started_at < instant and (
        version.ended_at is None or version.ended_at >= instant
    )


def counts_before(version: Version, instant: datetime, settings: Settings) -> bool:
    """Is what it costs part of MRR at the last moment before the instant, if it runs then?"""
    status = version.status or "active"
    if version.trial_end is not None and instant <= version.trial_end:
        return False
    if status == "trialing" and version.trial_end is None:
        return False
    if status not in GIVES_MRR and not (status == "paused" and settings.paused == "count"):
        return False
    if version.metered and settings.metered == "exclude":
        return False
    if status == "past_due" and settings.past_due_grace_days is not None:
        since = version.past_due_since or version.started_at
        if instant > since + timedelta(days=settings.past_due_grace_days):
            return False
    return not (
        settings.churn_recognition == "cancel_request"
        and version.canceled_at is not None
        and instant > version.canceled_at
    )


def discount_before(
    version: Version, instant: datetime, settings: Settings
) -> tuple[Fraction, Fraction]:
    """Percentage and amount off."""
    off = (version.discount_percent or Fraction(0), version.discount_amount_minor or Fraction(0))
    nothing = (Fraction(0), Fraction(0))
    duration = version.discount_duration or ("repeating" if version.discount_ends_at else "forever")
    counted = {
        "none": set(),
        "forever": {"forever"},
        "recurring": {"forever", "repeating"},
        "all": {"forever", "repeating", "once"},
    }[settings.discounts]
    if duration not in counted:
        return nothing
    ends_at = version.discount_ends_at
    if ends_at is None and duration == "once":
        ends_at = a_calendar_later(
            version.started_at, version.billing_interval, version.interval_count
        )
    return off if ends_at is None or instant <= ends_at else nothing


def charge_before(version: Version, instant: datetime, settings: Settings) -> Fraction:
    charge = version.amount_minor * version.quantity
    percent, amount = discount_before(version, instant, settings)
    net = charge * (100 - percent) / 100
    return net if charge < 0 else max(net - amount, Fraction(0))


def mrr_before(version: Version, instant: datetime, settings: Settings) -> Fraction:
    """Local minor units a month at the last moment before the instant; 0 if it does not run."""
    if not (runs_before(version, instant) and counts_before(version, instant, settings)):
        return Fraction(0)
    times = TIMES_PER_YEAR.get(version.billing_interval, 0)
    a_month = charge_before(version, instant, settings) * times / 12 / version.interval_count
    return rounded(a_month, settings)


def turning_points(version: Version, settings: Settings) -> set[datetime]:
    """Every instant at which its worth may change, and some at which it does not."""
    points = {
        version.started_at,
        version.ended_at,
        version.trial_end,
        version.canceled_at,
        version.discount_ends_at,
        a_calendar_later(version.started_at, version.billing_interval, version.interval_count),
    }
    if settings.past_due_grace_days is not None:
        since = version.past_due_since or version.started_at
        points.add(since + timedelta(days=settings.past_due_grace_days))
    return {point for point in points if point is not None}


# One account


class Account:
    """The customer: all versions of an account, or of a whole family of accounts."""

    def __init__(self, account_id: str, versions: list[Version], world: World) -> None:
        self.account_id = account_id
        self.versions = versions
        self.world = world
        points = {p for v in versions for p in turning_points(v, world.settings)}
        self.points = sorted(point for point in points if point < world.as_of)
        self.gaps = self.bridged_gaps()

    def raw_rows_before(self, instant: datetime) -> dict[tuple, tuple[Version, Fraction]]:
        worth = {v.key: (v, mrr_before(v, instant, self.world.settings)) for v in self.versions}
        return {key: row for key, row in worth.items() if row[1] != 0}

    @cached_property
    def stretches(self) -> list[tuple[datetime, datetime | None, bool]]:
        """Between turning points nothing changes: (from, to, does any row pay)."""
        ends = [*self.points[1:], self.world.as_of]
        found = []
        for start, end in zip(self.points, ends, strict=True):
            pays = any(worth > 0 for _, worth in self.raw_rows_before(end).values())
            found.append((start, end, pays))
        return found

    def bridged_gaps(self) -> list[tuple[datetime, datetime]]:
        """Gaps between payments that are short enough to be none."""
        grace = timedelta(days=self.world.settings.gap_grace_days)
        gaps, stopped_at, paid_before = [], None, False
        for start, _, pays in self.stretches:
            if pays and stopped_at is not None and start <= stopped_at + grace:
                gaps.append((stopped_at, start))
            if pays:
                paid_before, stopped_at = True, None
            elif paid_before and stopped_at is None:
                stopped_at = start
        return gaps

    def rows_before(self, instant: datetime) -> dict[tuple, tuple[Version, Fraction]]:
        rows = self.raw_rows_before(instant)
        for start, end in self.gaps:
            if start < instant <= end:
                stopped = {
                    key: row
                    for key, row in self.raw_rows_before(start).items()
                    if key not in rows
                    and mrr_before(row[0], start + INSTANT, self.world.settings) == 0
                }
                rows = {**stopped, **rows}
        return rows

    def local_before(self, instant: datetime) -> dict[str, list[Fraction]]:
        by_currency: dict[str, list[Fraction]] = {}
        for version, worth in self.rows_before(instant).values():
            by_currency.setdefault(version.currency, []).append(worth)
        return by_currency

    def is_free_before(self, instant: datetime) -> bool:
        settings = self.world.settings
        return any(
            runs_before(v, instant)
            and counts_before(v, instant, settings)
            and charge_before(v, instant, settings) == 0
            for v in self.versions
        )


def value(local_rows: dict[str, list[Fraction]], month: date, world: World) -> Fraction:
    return sum(
        (converted(row, c, month, world) for c, rows in local_rows.items() for row in rows),
        Fraction(0),
    )


def own_change(
    base: dict[str, list[Fraction]],
    now: dict[str, list[Fraction]],
    base_month: date,
    month: date,
    world: World,
) -> Fraction:
    """What the account did: gains at the later rate, losses at the earlier one."""
    opening, closing = value(base, base_month, world), value(now, month, world)
    if opening <= 0 or closing <= 0:
        return closing - opening
    change = Fraction(0)
    for currency in base.keys() | now.keys():
        before, after = base.get(currency, []), now.get(currency, [])
        at_base = {currency: before}
        at_end = {currency: after}
        if sum(before) <= 0 or sum(after) <= 0:
            change += value(at_end, month, world) - value(at_base, base_month, world)
        elif sum(after) > sum(before):
            gain = value(at_end, month, world) - value(at_base, month, world)
            change += max(gain, Fraction(0))
        elif sum(after) < sum(before):
            loss = value(at_base, base_month, world) - value(at_end, base_month, world)
            change -= max(loss, Fraction(0))
    return change


@dataclass
class Row:
    """A row of nrr_by_account, and what the tables above it need to know of it."""

    account_id: str
    month: date
    opening: Fraction
    closing: Fraction
    movement: str | None
    amount: Fraction
    fx: Fraction
    was_customer: bool
    is_customer: bool
    source_rows: set[tuple]


@dataclass
class Month:
    """A row of nrr_by_month, amounts in minor units."""

    amounts: dict[str, Fraction]
    accounts: dict[str, int]
    rates: dict[str, Fraction | None]


class Book:
    """All accounts of a run, month by month."""

    def __init__(
        self,
        versions: list[Version],
        parents: dict[str, str | None],
        internal: set[str],
        world: World,
    ) -> None:
        self.world = world
        by_account: dict[str, list[Version]] = {}
        for version in known_versions(versions, world):
            if version.account_id in internal:
                continue
            customer = version.account_id
            if world.settings.account_grain == "parent":
                while parents.get(customer):
                    customer = parents[customer]
            by_account.setdefault(customer, []).append(version)
        self.accounts = [Account(a, vs, world) for a, vs in sorted(by_account.items())]
        self.months = self.list_months()
        self.states = {
            account.account_id: {m: account.local_before(self.closing_at(m)) for m in self.months}
            for account in self.accounts
        }

    def list_months(self) -> list[date]:
        starts = [
            start
            for account in self.accounts
            for start, end, _ in account.stretches
            if account.raw_rows_before(end)
        ]
        if not starts:
            return []
        months, month = [], month_of(min(starts), self.world.zone)
        while start_of(month, self.world.zone) < self.world.as_of:
            months.append(month)
            month = shifted(month, 1)
        return months

    def closing_at(self, month: date) -> datetime:
        return min(start_of(shifted(month, 1), self.world.zone), self.world.as_of)

    def is_complete(self, month: date) -> bool:
        return start_of(shifted(month, 1), self.world.zone) <= self.world.as_of

    def mrr(self, account: Account, month: date) -> Fraction:
        return value(self.states[account.account_id].get(month, {}), month, self.world)

    def change(self, account: Account, base_month: date, month: date) -> Fraction:
        states = self.states[account.account_id]
        return own_change(
            states.get(base_month, {}), states.get(month, {}), base_month, month, self.world
        )

    def is_new_again(self, account: Account, month: date) -> bool:
        """Had it been away for longer than the window when it last came back?"""
        window = self.world.settings.reactivation_window_days
        if window is None:
            return False
        absences, away_since, paying = [], None, False
        for start, _, _ in account.stretches:
            pays = any(worth > 0 for _, worth in account.rows_before(start + INSTANT).values())
            if paying and not pays:
                away_since = start
            if pays and not paying and away_since is not None and start < self.closing_at(month):
                absences.append((away_since, start))
            paying = pays
        return any(back > away + timedelta(days=window) for away, back in absences[-1:])

    @cached_property
    def rows(self) -> list[Row]:
        settings, found = self.world.settings, []
        for account in self.accounts:
            was_customer, paid_before = False, False
            for month in self.months:
                before = shifted(month, -1)
                opening, closing = self.mrr(account, before), self.mrr(account, month)
                keeps = (
                    was_customer
                    and settings.free_plan == "contraction"
                    and account.is_free_before(self.closing_at(month))
                )
                is_customer = closing > 0 or keeps
                did = self.change(account, before, month)
                if is_customer and not was_customer:
                    first = not paid_before or self.is_new_again(account, month)
                    movement = "new" if first else "reactivation"
                elif was_customer and not is_customer:
                    movement = "churn"
                elif did != 0:
                    movement = "expansion" if did > 0 else "contraction"
                else:
                    movement = None
                if was_customer or is_customer or opening or closing:
                    keys = account.rows_before(self.closing_at(month)).keys()
                    if before in self.months:
                        keys |= account.rows_before(self.closing_at(before)).keys()
                    found.append(
                        Row(
                            account.account_id,
                            month,
                            opening,
                            closing,
                            movement,
                            abs(did),
                            closing - opening - did,
                            was_customer,
                            is_customer,
                            set(keys),
                        )
                    )
                was_customer, paid_before = is_customer, paid_before or closing > 0
        return found

    def moved_by_account(self) -> dict[date, dict[str, Fraction]]:
        """Movements net per account and month, whatever the settings say."""
        return {
            month: {
                name: sum(
                    (r.amount for r in self.rows if r.month == month and r.movement == name),
                    Fraction(0),
                )
                for name in MOVES
            }
            for month in self.months
        }

    def moved(self, month: date) -> list[tuple[str, Fraction]]:
        if self.world.settings.movement_grain == "account_month":
            return [(r.movement, r.amount) for r in self.rows if r.month == month and r.movement]
        return [(movement, amount) for when, movement, amount in self.events if when == month]

    @cached_property
    def events(self) -> list[tuple[date, str, Fraction]]:
        return [event for account in self.accounts for event in event_movements(account, self)]

    def by_month(self) -> dict[date, Month]:
        """nrr_by_month, from the rows and from pairs of months a year apart."""
        found: dict[date, Month] = {}
        for month in self.months:
            here = [row for row in self.rows if row.month == month]
            moved = self.moved(month)
            amounts = {name: sum((a for m, a in moved if m == name), Fraction(0)) for name in MOVES}
            accounts = {name: sum(m == name for m, _ in moved) for name in MOVES}
            opening = sum((row.opening for row in here), Fraction(0))
            closing = sum((row.closing for row in here), Fraction(0))
            customers = sum(row.was_customer for row in here)
            gains = amounts["new"] + amounts["expansion"] + amounts["reactivation"]
            losses = amounts["contraction"] + amounts["churn"]
            rates: dict[str, Fraction | None] = dict.fromkeys(RATES)
            if self.is_complete(month):
                if opening:
                    rates["nrr_month"] = 1 + (amounts["expansion"] - losses) / opening
                    rates["grr_month"] = 1 - losses / opening
                    rates["nde_month"] = (gains - amounts["new"] - losses) / opening
                rates |= self.over_a_year(month)
                rates["logo_churn_rate"] = (
                    Fraction(accounts["churn"], customers) if customers else None
                )
                returns = amounts["reactivation"]
                counted = gains if self.world.settings.quick_ratio_reactivation else gains - returns
                rates["quick_ratio"] = counted / losses if losses else None
            for kind in ("nrr", "grr"):
                year = [
                    found[shifted(month, -back)].rates[f"{kind}_month"]
                    for back in range(11, 0, -1)
                    if shifted(month, -back) in found
                ]
                year.append(rates[f"{kind}_month"])
                if len(year) == 12 and None not in year:
                    rates[f"{kind}_12m_compounded"] = prod(max(r, Fraction(0)) for r in year)
            found[month] = Month(
                {
                    **{("churned" if name == "churn" else name): a for name, a in amounts.items()},
                    "opening": opening,
                    "closing": closing,
                    "fx": closing - opening - gains + losses,
                },
                {
                    **{("churned" if name == "churn" else name): a for name, a in accounts.items()},
                    "opening": customers,
                    "closing": sum(row.is_customer for row in here),
                },
                rates,
            )
        return found

    def cohorts(self) -> dict[tuple[date, int], tuple]:
        """(accounts, starting, current, nrr, grr) by month of first payment and months since."""
        by_start: dict[date, list[Account]] = {}
        for account in self.accounts:
            paid = [month for month in self.months if self.mrr(account, month) > 0]
            if paid:
                by_start.setdefault(paid[0], []).append(account)
        found = {}
        for start, cohort in by_start.items():
            base = sum((self.mrr(account, start) for account in cohort), Fraction(0))
            for since, month in enumerate(m for m in self.months if m >= start):
                did = [(self.mrr(a, start), self.change(a, start, month)) for a in cohort]
                nrr = sum(then + change for then, change in did) / base
                grr = sum(max(then + min(change, 0), 0) for then, change in did) / base
                found[start, since] = (
                    len(cohort),
                    base,
                    sum((self.mrr(account, month) for account in cohort), Fraction(0)),
                    nrr if self.is_complete(month) else None,
                    grr if self.is_complete(month) else None,
                )
        return found

    def over_a_year(self, month: date) -> dict[str, Fraction | None]:
        base_month = shifted(month, -12)
        base = kept = kept_and_grown = Fraction(0)
        for account in self.accounts:
            then = self.mrr(account, base_month)
            if then > 0:
                did = self.change(account, base_month, month)
                base += then
                kept_and_grown += then + did
                kept += max(then + min(did, Fraction(0)), Fraction(0))
        if not base:
            return {}
        return {"nrr_12m_cohort": kept_and_grown / base, "grr_12m_cohort": kept / base}


# Movements by event


def event_movements(account: Account, book: Book) -> list[tuple[date, str, Fraction]]:
    """(month, movement, amount) of every group of changes that lie near to each other."""
    world, settings = book.world, book.world.settings

    def sums(instant: datetime) -> dict[str, Fraction]:
        return {c: sum(rows) for c, rows in account.local_before(instant).items() if sum(rows)}

    def free(instant: datetime) -> int:
        return settings.free_plan == "contraction" and account.is_free_before(instant)

    points = sorted({*account.points, *(p for gap in account.gaps for p in gap)})
    changes = [p for p in points if sums(p) != sums(p + INSTANT) or free(p) != free(p + INSTANT)]
    near = timedelta(minutes=settings.event_group_minutes)
    groups: list[list[datetime]] = []
    for point in changes:
        month = month_of(point, world.zone)
        if (
            groups
            and point <= groups[-1][-1] + near
            and month == month_of(groups[-1][-1], world.zone)
        ):
            groups[-1].append(point)
        else:
            groups.append([point])

    found, was_customer, ever_paid, left_at = [], False, False, None
    for group in groups:
        first, last = group[0], group[-1]
        month = month_of(first, world.zone)
        earlier = shifted(month, -1) if shifted(month, -1) in book.months else month
        before, after = sums(first), sums(last + INSTANT)
        did = Fraction(0)
        for currency in before.keys() | after.keys():
            change = after.get(currency, Fraction(0)) - before.get(currency, Fraction(0))
            did += converted(change, currency, month if change > 0 else earlier, world)
        pays = value({c: [s] for c, s in after.items()}, month, world) > 0
        is_customer = pays or (was_customer and bool(free(last + INSTANT)))
        window = settings.reactivation_window_days
        if is_customer and not was_customer:
            late = window is not None and left_at and first > left_at + timedelta(days=window)
            movement = "new" if not ever_paid or late else "reactivation"
        elif was_customer and not is_customer:
            movement, left_at = "churn", last
        else:
            movement = "expansion" if did > 0 else "contraction" if did < 0 else None
        if movement:
            found.append((month, movement, abs(did)))
        was_customer, ever_paid = is_customer, ever_paid or pays
    return found
