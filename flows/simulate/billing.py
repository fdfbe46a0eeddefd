"""Subscription versions as a billing system would send them: each again when it is closed."""

from __future__ import annotations

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.subscriptions import TRIAL_LENGTH, Plans
from flows.simulate.timeline import DAY, NEVER, Span

Rows = dict[str, np.ndarray]
NO_ITEM, SUPPORT, API_CALLS, SET_UP = range(4)
ITEMS = ("", "support", "api_calls", "set_up")


def subscription_rows(
    rng: np.random.Generator, accounts: Accounts, plans: Plans, span: Span
) -> Rows:
    """The main subscriptions, add-ons and one-time fees, with a few rows sent twice."""
    main = _main_rows(rng, accounts, plans, span)
    rows = _together([main, _extra_rows(rng, accounts, plans, span)])
    rows = _sent_when_known(rows, span)
    again = np.flatnonzero(rng.random(len(rows["account"])) < 0.004)
    rows = _together([rows, {name: values[again] for name, values in rows.items()}])
    order = np.lexsort((rows["item"], rows["account"], rows["recorded"]))
    return {name: values[order] for name, values in rows.items()}


def _main_rows(rng: np.random.Generator, accounts: Accounts, plans: Plans, span: Span) -> Rows:
    changes = plans.changes
    account, started, plan = changes["account"], changes["at"], changes["plan"]
    count = len(account)
    last = np.append(account[1:] != account[:-1], True)
    next_at = np.where(last, NEVER, np.append(started[1:], NEVER))
    next_plan = np.where(last, words.GONE, np.append(plan[1:], words.GONE))
    paid = plan >= words.STARTER
    farewell = ~last & paid & (next_plan <= words.FREE)
    announced = farewell & (next_at >= span.end)
    ended = np.where((next_at < span.end) | announced, next_at, NEVER)
    asked = next_at - rng.integers(1, 20 * DAY, count)
    asked = np.where(announced, np.minimum(asked, span.end - DAY), asked)
    canceled = np.where(farewell & (ended < NEVER), np.maximum(asked, started + 1), NEVER)

    seats_changed = paid & np.append(False, (account[1:] == account[:-1]) & paid[:-1])
    booked_late = seats_changed & (rng.random(count) < 0.03)
    delay = np.where(booked_late, rng.integers(DAY, 10 * DAY, count), 0)
    next_delay = np.where(last, 0, np.append(delay[1:], 0))

    discount = np.where(changes["discount_ends"] > started, changes["discount"], 0)
    by_amount = (discount == 1) & (changes["seats"] == 1)
    prices = words.PRICES[accounts.currency[account], plan, changes["interval"]]
    rows = {
        "account": account,
        "item": np.zeros(count, np.int64),
        "plan": plan,
        "currency": accounts.currency[account],
        "amount": prices * changes["price"] // 100 * 10,
        "interval_code": changes["interval"],
        "quantity": changes["seats"],
        "started": started,
        "ended": ended,
        "status": changes["status"],
        "trial_end": np.where(plan == words.TRIAL, started + TRIAL_LENGTH, NEVER),
        "canceled": canceled,
        "past_due": np.where(changes["status"] == words.PAST_DUE, started, NEVER),
        "percent": np.where((discount > 0) & ~by_amount, changes["percent"], 0),
        "discount_amount": np.where(by_amount, 300, 0),
        "discount": discount,
        "discount_ends": np.where(discount == 1, changes["discount_ends"], NEVER),
        "opened_on_record": started + delay,
        "closed_on_record": np.where(announced, canceled, ended + next_delay),
    }
    return _only(rows, (plan != words.GONE) & (started < span.end))


def _extra_rows(rng: np.random.Generator, accounts: Accounts, plans: Plans, span: Span) -> Rows:
    """Support as an add-on, metered calls and set-up fees, where the plan stays what it was."""
    paid_plan = np.where(plans.changes["plan"] >= words.STARTER, plans.changes["plan"], -1)
    highest = np.full(len(accounts), -1)
    lowest = np.full(len(accounts), 99)
    since_paid = plans.changes["at"] >= plans.paid_at[plans.changes["account"]]
    np.maximum.at(highest, plans.changes["account"][since_paid], paid_plan[since_paid])
    np.minimum.at(lowest, plans.changes["account"][since_paid], paid_plan[since_paid])
    steady = np.flatnonzero((highest == lowest) & (highest > 0) & (accounts.currency == 0))

    parts = []
    for item, share, amount in (
        (SUPPORT, 0.1, 50_000),
        (API_CALLS, 0.04, 4),
        (SET_UP, 0.05, 300_000),
    ):
        who = steady[rng.random(len(steady)) < share]
        started = plans.paid_at[who] + (40 * DAY if item == SUPPORT else 0)
        dropped = (rng.random(len(who)) < 0.3) & (item == SUPPORT)
        ended = np.where(dropped, started + rng.integers(60 * DAY, 150 * DAY, len(who)), NEVER)
        ended = np.where(ended < span.end, ended, NEVER)
        nothing, never = np.zeros(len(who), np.int64), np.full(len(who), NEVER)
        parts.append(
            {
                "account": who,
                "item": nothing + item,
                "plan": highest[who],
                "currency": nothing,
                "amount": nothing + amount,
                "interval_code": nothing + (words.ONE_TIME if item == SET_UP else words.MONTH),
                "quantity": nothing + (int(rng.integers(2_000, 9_000)) if item == API_CALLS else 1),
                "started": started,
                "ended": ended,
                "status": nothing,
                "trial_end": never,
                "canceled": ended,
                "past_due": never,
                "percent": nothing,
                "discount_amount": nothing,
                "discount": nothing,
                "discount_ends": never,
                "opened_on_record": started,
                "closed_on_record": ended,
            }
        )
    rows = _together(parts)
    return _only(rows, rows["started"] < span.end)


def _sent_when_known(rows: Rows, span: Span) -> Rows:
    """First an open version, then the same version closed; nothing recorded after the end."""
    open_rows = dict(rows, ended=np.full_like(rows["ended"], NEVER))
    open_rows["canceled"] = open_rows["ended"]
    open_rows["recorded"] = rows["opened_on_record"]
    closed_rows = dict(rows, recorded=rows["closed_on_record"])
    closed_rows = _only(closed_rows, rows["ended"] < NEVER)
    sent = _together([open_rows, closed_rows])
    del sent["opened_on_record"], sent["closed_on_record"]
    return _only(sent, sent["recorded"] < span.end)


def _only(rows: Rows, condition: np.ndarray) -> Rows:
    return {name: values[condition] for name, values in rows.items()}


def _together(parts: list[Rows]) -> Rows:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
