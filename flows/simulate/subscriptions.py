"""Plans over time: free, trial, first payment, growth, shrinking, leaving, coming back.

Every account is walked from change to change. A change is a full state that begins at a moment;
versions are what lies between two changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.people import People
from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, HOUR, NEVER, Span

TRIAL_LENGTH = 14 * DAY
MONTH_LENGTH = 30.4 * DAY
STATE = ("plan", "interval", "seats", "price", "status", "discount", "percent", "discount_ends")
LIST_PRICE, RAISED_PRICE = 100, 108  # percent


@dataclass
class Changes:
    """Every change of every account: parallel lists of arrays until `sorted_by_account`."""

    columns: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, account: np.ndarray, at: np.ndarray, state: dict[str, np.ndarray]) -> None:
        for name, values in ({"account": account, "at": at} | state).items():
            self.columns.setdefault(name, []).append(np.asarray(values))

    def sorted_by_account(self) -> dict[str, np.ndarray]:
        joined = {name: np.concatenate(parts) for name, parts in self.columns.items()}
        order = np.lexsort((joined["at"], joined["account"]))
        return {name: values[order] for name, values in joined.items()}


@dataclass
class Plans:
    """What became of the accounts: all changes, and what other streams need to know of them."""

    changes: dict[str, np.ndarray]
    paid_at: np.ndarray  # first payment by account, NEVER without one
    gone_at: np.ndarray  # last farewell of a payer, NEVER while he stays
    grown_account: np.ndarray  # accounts that added seats,
    grown_at: np.ndarray  # when,
    grown_by: np.ndarray  # and how many
    upgraded_account: np.ndarray
    upgraded_at: np.ndarray

    def in_force(self, account: np.ndarray, moments: np.ndarray) -> np.ndarray:
        """The plan of an account at a moment; free where none is in force."""
        key = self.changes["account"] * 2**43 + self.changes["at"]
        place = np.searchsorted(key, account * 2**43 + moments, side="right") - 1
        known = (place >= 0) & (self.changes["account"][place] == account)
        plan = np.where(known, self.changes["plan"][place], words.FREE)
        return np.where(plan == words.GONE, words.FREE, plan)


def draw_plans(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    span: Span,
    profile: CompanyProfile,
) -> Plans:
    changes = Changes()
    paid_at = _draw_first_payments(rng, accounts, people, profile)
    paid_at = np.where(paid_at < span.end, paid_at, NEVER)
    _begin(rng, changes, accounts, paid_at)
    state = _first_paid_state(rng, accounts, people, paid_at, profile)
    payers = np.flatnonzero(paid_at < NEVER)
    changes.add(payers, paid_at[payers], {name: state[name][payers] for name in STATE})
    walked = _walk(rng, changes, state, payers, paid_at, accounts.quality, span, profile)
    return Plans(changes.sorted_by_account(), paid_at, *walked)


def _draw_first_payments(
    rng: np.random.Generator, accounts: Accounts, people: People, profile: CompanyProfile
) -> np.ndarray:
    """Signals raise the odds: value seen, limit met, a team of three, fit, talk with sales."""
    count, strength = len(accounts), profile.signal_strength
    soon = people.created <= accounts.created[people.account] + 14 * DAY
    team = np.bincount(people.account[soon], minlength=count) >= 3
    weight = np.sqrt(accounts.quality + 0.05)
    for signal, lift in (
        (accounts.value_at < NEVER, 3.0),
        (accounts.limit_at < NEVER, 1.6),
        (team, 0.8),
        (accounts.employees >= 50, 0.5),
        (accounts.sales_at < NEVER, 1.5),
    ):
        weight = weight * (1 + strength * lift * signal)
    rate = np.where(accounts.starts_on_trial, profile.trial_to_paid, profile.free_to_paid)
    chance = np.clip(rate * weight / weight.mean(), 0.0, 0.96)
    pays = rng.random(count) < chance

    ready = np.maximum(accounts.created, np.where(accounts.value_at < NEVER, accounts.value_at, 0))
    ready = np.maximum(ready, np.where(accounts.limit_at < NEVER, accounts.limit_at, 0))
    thinks = HOUR + rng.gamma(1.5, 3 * DAY, count)
    slowly = rng.random(count) < 0.12
    thinks = thinks + np.where(slowly, rng.uniform(30 * DAY, 150 * DAY, count), 0)
    freely = ready + thinks.astype(np.int64)
    at = np.where(accounts.starts_on_trial, accounts.created + TRIAL_LENGTH, freely)
    return np.where(pays, at, NEVER)


def _begin(
    rng: np.random.Generator, changes: Changes, accounts: Accounts, paid_at: np.ndarray
) -> None:
    """Everybody begins free or on a trial; a trial without payment ends free or with nothing."""
    everyone = np.arange(len(accounts))
    on_trial = accounts.starts_on_trial
    plan = np.where(on_trial, words.TRIAL, words.FREE)
    status = np.where(on_trial, words.TRIALING, words.ACTIVE)
    changes.add(everyone, accounts.created, _plain_state(plan, status))
    ended = np.flatnonzero(on_trial & (paid_at == NEVER))
    plan = np.where(rng.random(len(ended)) < 0.7, words.FREE, words.GONE)
    at = accounts.created[ended] + TRIAL_LENGTH
    changes.add(ended, at, _plain_state(plan, np.zeros(len(ended), np.int64)))


def _plain_state(plan: np.ndarray, status: np.ndarray) -> dict[str, np.ndarray]:
    nothing = np.zeros(len(plan), np.int64)
    return {
        "plan": plan,
        "interval": nothing,
        "seats": nothing + 1,
        "price": nothing + LIST_PRICE,
        "status": status,
        "discount": nothing,
        "percent": nothing,
        "discount_ends": nothing + NEVER,
    }


def _first_paid_state(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    paid_at: np.ndarray,
    profile: CompanyProfile,
) -> dict[str, np.ndarray]:
    count = len(accounts)
    there = people.created <= paid_at[people.account]
    team = np.bincount(people.account[there], minlength=count)
    seats = np.maximum(np.rint(team * profile.seats_per_user).astype(np.int64), 1)
    seats = seats + np.minimum(accounts.employees // 60, 12)
    plan = np.where((seats > 8) | (rng.random(count) < 0.25), words.TEAM, words.STARTER)
    by_sales = (accounts.sales_at < NEVER) & (accounts.employees >= 200)
    plan = np.where(by_sales, words.ENTERPRISE, plan)
    interval = np.where(rng.random(count) < profile.annual_share, words.YEAR, words.MONTH)
    quarterly = (rng.random(count) < 0.05) & (plan != words.ENTERPRISE)
    interval = np.where(quarterly, words.QUARTER, interval)
    discounted = rng.random(count) < profile.discount_share
    discount = np.where(discounted, rng.choice([1, 1, 2, 3], count), 0)
    percent = np.array([0, 20, 10, 50])[discount]
    ends = paid_at + int(3 * MONTH_LENGTH)
    return {
        "plan": plan,
        "interval": interval,
        "seats": seats,
        "price": np.full(count, LIST_PRICE),
        "status": np.zeros(count, np.int64),
        "discount": discount,
        "percent": percent,
        "discount_ends": np.where(discount == 1, ends, NEVER),
    }


def _walk(
    rng: np.random.Generator,
    changes: Changes,
    state: dict[str, np.ndarray],
    payers: np.ndarray,
    paid_at: np.ndarray,
    quality: np.ndarray,
    span: Span,
    profile: CompanyProfile,
) -> tuple[np.ndarray, ...]:
    """From the first payment month by month to the end, for all payers at once."""
    gone_at = np.full(len(paid_at), NEVER)
    at, walkers, age = paid_at.copy(), payers, np.zeros(len(paid_at), np.int64)
    grown: list[tuple[np.ndarray, ...]] = []
    upgraded: list[tuple[np.ndarray, ...]] = []
    growth = profile.expansion * (0.4 + 0.6 * np.minimum(quality, 3))
    while len(walkers):
        at[walkers] += (MONTH_LENGTH * rng.uniform(0.8, 1.2, len(walkers))).astype(np.int64)
        age[walkers] += 1
        walkers = walkers[at[walkers] < span.end + 20 * DAY]
        fate, moment = rng.random(len(walkers)), at[walkers]
        yearly = state["interval"][walkers] == words.YEAR
        churn = np.where(yearly, 0.0, profile.churn)
        churn = np.where(yearly & (age[walkers] % 12 == 0), 1 - (1 - profile.churn) ** 12, churn)
        grows = churn + growth[walkers]
        shrinks = grows + profile.contraction
        dunned = shrinks + 0.015
        pauses = dunned + 0.004

        known = moment < span.end
        leaves = fate < churn  # a farewell after the end is already announced
        grown_now = known & (fate >= churn) & (fate < grows)
        _grow(rng, changes, state, walkers[grown_now], at, grown, upgraded)
        _shrink(changes, state, walkers[known & (fate >= grows) & (fate < shrinks)], at)
        _dun(changes, state, walkers[known & (fate >= shrinks) & (fate < dunned)], at)
        _pause(changes, state, walkers[known & (fate >= dunned) & (fate < pauses)], at)
        back = _leave(rng, changes, state, walkers[leaves], at, gone_at, profile)
        walkers = np.concatenate([walkers[~leaves & known], back[at[back] < span.end]])
    return (gone_at, *_columns(grown, 3), *_columns(upgraded, 2))


def _columns(parts: list[tuple[np.ndarray, ...]], width: int) -> list[np.ndarray]:
    empty = [np.zeros(0, np.int64)]
    return [np.concatenate(empty + [part[place] for part in parts]) for place in range(width)]


def _record(
    changes: Changes, state: dict[str, np.ndarray], who: np.ndarray, at: np.ndarray
) -> None:
    changes.add(who, at[who], {name: state[name][who] for name in STATE})


def _grow(
    rng: np.random.Generator,
    changes: Changes,
    state: dict[str, np.ndarray],
    who: np.ndarray,
    at: np.ndarray,
    grown: list[tuple[np.ndarray, ...]],
    upgraded: list[tuple[np.ndarray, ...]],
) -> None:
    """Two in three add seats; others take the next plan, pay by the year, or get a new price."""
    kind = rng.random(len(who))
    plan = state["plan"][who]
    climbs = (kind > 0.78) & (plan < words.ENTERPRISE)
    commits = (kind > 0.95) & (state["interval"][who] != words.YEAR)
    more = 1 + (rng.random(len(who)) * (1 + 0.35 * state["seats"][who])).astype(np.int64)
    climbs &= ~commits
    raised = (kind < 0.1) & (state["price"][who] == LIST_PRICE)
    seated = ~climbs & ~commits & ~raised
    state["price"][who[raised]] = RAISED_PRICE
    state["seats"][who[seated]] += more[seated]
    state["plan"][who[climbs]] += 1
    state["interval"][who[commits]] = words.YEAR
    quarterly = climbs & (state["interval"][who] == words.QUARTER)
    state["interval"][who[quarterly]] = words.MONTH
    grown.append((who[seated], at[who[seated]], more[seated]))
    upgraded.append((who[climbs], at[who[climbs]]))
    _record(changes, state, who, at)


def _shrink(
    changes: Changes, state: dict[str, np.ndarray], who: np.ndarray, at: np.ndarray
) -> None:
    """A third of the seats go; with few seats, the smaller plan it is."""
    seats, plan = state["seats"][who], state["plan"][who]
    falls = (seats <= 3) & (plan > words.STARTER)
    state["plan"][who[falls]] -= 1
    state["seats"][who[~falls]] = np.maximum(seats[~falls] - np.maximum(seats[~falls] // 3, 1), 1)
    _record(changes, state, who, at)


def _dun(changes: Changes, state: dict[str, np.ndarray], who: np.ndarray, at: np.ndarray) -> None:
    """A card fails and is mended within a week."""
    state["status"][who] = words.PAST_DUE
    _record(changes, state, who, at)
    at[who] += 6 * DAY
    state["status"][who] = words.ACTIVE
    _record(changes, state, who, at)


def _pause(changes: Changes, state: dict[str, np.ndarray], who: np.ndarray, at: np.ndarray) -> None:
    state["status"][who] = words.PAUSED
    _record(changes, state, who, at)
    at[who] += 45 * DAY
    state["status"][who] = words.ACTIVE
    _record(changes, state, who, at)


def _leave(
    rng: np.random.Generator,
    changes: Changes,
    state: dict[str, np.ndarray],
    who: np.ndarray,
    at: np.ndarray,
    gone_at: np.ndarray,
    profile: CompanyProfile,
) -> np.ndarray:
    """Down to free or away altogether; some come back as small monthly customers."""
    plan = np.where(rng.random(len(who)) < 0.6, words.FREE, words.GONE)
    changes.add(who, at[who], _plain_state(plan, np.zeros(len(who), np.int64)))
    gone_at[who] = at[who]
    back = who[rng.random(len(who)) < profile.reactivation]
    at[back] += rng.uniform(35 * DAY, 120 * DAY, len(back)).astype(np.int64)
    state["plan"][back] = words.STARTER
    state["interval"][back] = words.MONTH
    state["discount"][back] = 0
    state["price"][back] = LIST_PRICE
    state["percent"][back] = 0
    state["discount_ends"][back] = NEVER
    _record(changes, state, back, at)
    gone_at[back] = NEVER
    return back
