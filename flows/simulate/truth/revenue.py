"""Revenue under the default settings: what each account pays a month, and every movement of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from flows.simulate.truth.facts import Facts
from flows.simulate.truth.rows import Row, known, moment

# Months in one interval; what is not recurring has none.
MONTHS = {
    "day": Fraction(12, 365),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "year": Fraction(12),
}
COUNTED = ("active", "past_due")
MOVEMENTS = ("new", "expansion", "reactivation", "contraction", "churned")


@dataclass(frozen=True)
class Version:
    """One row of one subscription, as known at the end."""

    account: str
    currency: str
    plan: str
    row: tuple[tuple[str, str | None], ...]
    started: datetime
    ended: datetime | None

    def minor_a_month(self, at: datetime) -> int:
        """Whole minor units of its own currency a month at an instant, rounded once."""
        row = Row(self.row)
        trial_end, discount_end = moment(row["trial_end"]), moment(row["discount_ends_at"])
        months = MONTHS.get(row["billing_interval"] or "")
        if at < self.started or (self.ended is not None and at >= self.ended) or months is None:
            return 0
        if row["status"] not in (None, *COUNTED) or row["metered"] == "true":
            return 0
        if trial_end is not None and at < trial_end:
            return 0
        amount = Fraction(row["amount_minor"] or 0) * Fraction(row["quantity"] or 1)
        in_force = discount_end is None or at < discount_end
        if row["discount_duration"] in ("forever", "repeating") and in_force:
            amount -= amount * Fraction(row["discount_percent"] or 0) / 100
            amount -= Fraction(row["discount_amount_minor"] or 0)
        return half_up(amount / (months * int(row["interval_count"] or 1)))

    @property
    def gives_the_plan(self) -> bool:
        return Row(self.row)["status"] in (None, "trialing", *COUNTED)

    @property
    def boundaries(self) -> list[datetime]:
        row = Row(self.row)
        moments = (
            self.started,
            self.ended,
            moment(row["trial_end"]),
            moment(row["discount_ends_at"]),
        )
        return [at for at in moments if at is not None]


def _instant(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


def versions(facts: Facts) -> list[Version]:
    """Of rows with one natural key the one recorded last, if recorded before the end."""
    latest: dict[tuple[str | None, ...], Row] = {}
    for row in facts.streams["subscription_versions"]:
        recorded = known(row["recorded_at"] or row["started_at"])
        key = (row["subscription_id"], row["item_id"], row["started_at"])
        if recorded < facts.as_of and (
            key not in latest or recorded > known(latest[key]["recorded_at"])
        ):
            latest[key] = row
    found = []
    for row in latest.values():
        account = facts.accounts.get(str(row["account_id"]))
        if account is None or not account.is_internal:
            found.append(
                Version(
                    account=str(row["account_id"]),
                    currency=str(row["currency"]),
                    plan=str(row["plan"]),
                    row=tuple(row.items()),
                    started=known(row["started_at"]),
                    ended=moment(row["ended_at"]),
                )
            )
    return found


def revenue_truth(facts: Facts) -> dict[str, object]:
    """Month by month the waterfall in minor units of US dollars."""
    rates = {
        (date.fromisoformat(str(row["month"])[:10]), str(row["currency"])): Fraction(
            str(row["rate"])
        )
        for row in facts.streams["exchange_rates"]
    }
    by_account: dict[str, list[Version]] = defaultdict(list)
    for version in versions(facts):
        by_account[version.account].append(version)
    months = _months(by_account, facts.as_of)
    closings = [
        {
            account: _closing(found, month, rates, currency=found[0].currency)
            for account, found in by_account.items()
        }
        for month in months
    ]
    has_paid: set[str] = set()
    rows = []
    for place, month in enumerate(months):
        opening = closings[place - 1] if place else {}
        rows.append({"month": month.isoformat()} | _waterfall(opening, closings[place], has_paid))
        has_paid |= {account for account, end in closings[place].items() if end.local > 0}
        year_before = closings[place - 12] if place >= 12 else {}
        rows[-1] |= _rates_of_a_year(year_before, closings[place])
    return {"currency": "USD", "months": rows}


@dataclass(frozen=True)
class Closing:
    """What an account pays at the last instant of a month: in its currency, and in dollars."""

    local: int
    dollars: int
    rate: Fraction


NOTHING = Closing(0, 0, Fraction(1))


def _months(by_account: dict[str, list[Version]], as_of: datetime) -> list[date]:
    """From the first version's month to the last one that began before the end."""
    started = [version.started for found in by_account.values() for version in found]
    month, months = _first_of(min(started, default=as_of)), []
    while _instant(month) < as_of:
        months.append(month)
        month = _following(month)
    return months


def _first_of(at: datetime) -> date:
    return date(at.year, at.month, 1)


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _closing(
    found: list[Version], month: date, rates: dict[tuple[date, str], Fraction], currency: str
) -> Closing:
    """Every row is rounded once in its own currency and once in dollars."""
    last_instant = _instant(_following(month)) - datetime.resolution
    local = [version.minor_a_month(last_instant) for version in found]
    rate = rates[month, currency]
    return Closing(sum(local), sum(half_up(minor * rate) for minor in local), rate)


def _waterfall(
    opening: dict[str, Closing], closing: dict[str, Closing], has_paid: set[str]
) -> dict[str, object]:
    totals, accounts, fx = dict.fromkeys(MOVEMENTS, 0), dict.fromkeys(MOVEMENTS, 0), 0
    for account, now in closing.items():
        movement, amount, drift = _movement(opening.get(account, NOTHING), now, account in has_paid)
        fx += drift
        if movement:
            totals[movement] += amount
            accounts[movement] += 1
    opened = sum(end.dollars for end in opening.values())
    kept = opened - totals["contraction"] - totals["churned"]
    return {
        "opening_minor": opened,
        **{f"{name}_minor": totals[name] for name in MOVEMENTS},
        "fx_minor": fx,
        "closing_minor": sum(end.dollars for end in closing.values()),
        **{f"{name}_accounts": accounts[name] for name in MOVEMENTS},
        "closing_accounts": sum(end.local > 0 for end in closing.values()),
        "nrr_month": (kept + totals["expansion"]) / opened if opened else None,
        "grr_month": kept / opened if opened else None,
    }


def _rates_of_a_year(then: dict[str, Closing], now: dict[str, Closing]) -> dict[str, object]:
    """Those who paid a year ago, then and now, without what exchange rates did."""
    base = {account: end for account, end in then.items() if end.local > 0}
    paid = sum(end.dollars for end in base.values())
    gained = lost = 0
    for account, end in base.items():
        movement, amount, _ = _movement(end, now[account], has_paid=True)
        gained += amount if movement == "expansion" else 0
        lost += amount if movement in ("contraction", "churned") else 0
    return {
        "nrr_12m_cohort": (paid + gained - lost) / paid if paid else None,
        "grr_12m_cohort": (paid - lost) / paid if paid else None,
    }


def _movement(opening: Closing, closing: Closing, has_paid: bool) -> tuple[str | None, int, int]:
    """Gains at the closing rate, losses at the opening one; what rates did to the rest is fx."""
    old, new = opening.local, closing.local
    if not old and not new:
        return None, 0, 0
    if not old:
        return ("reactivation" if has_paid else "new"), closing.dollars, 0
    if not new:
        return "churned", opening.dollars, 0
    if new == old:
        return None, 0, closing.dollars - opening.dollars
    if new > old:
        kept = half_up(old * closing.rate)
        return "expansion", closing.dollars - kept, kept - opening.dollars
    kept = half_up(new * opening.rate)
    return "contraction", opening.dollars - kept, closing.dollars - kept


def paid_spells(facts: Facts) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """The stretches of time in which each account pays anything."""
    spells: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for account, changes in mrr_changes(facts).items():
        found: list[tuple[datetime, datetime | None]] = []
        for at, minor in changes:
            paying = bool(found) and found[-1][1] is None
            if minor > 0 and not paying:
                found.append((at, None))
            elif minor == 0 and paying:
                found[-1] = (found[-1][0], at)
        spells[account] = found
    return spells


def mrr_changes(facts: Facts) -> dict[str, list[tuple[datetime, int]]]:
    """After every instant at which an account's MRR may change, what it is in its own currency."""
    by_account: dict[str, list[Version]] = defaultdict(list)
    for version in versions(facts):
        by_account[version.account].append(version)
    return {
        account: [
            (at, sum(version.minor_a_month(at) for version in found))
            for at in sorted({at for version in found for at in version.boundaries})
        ]
        for account, found in by_account.items()
    }
