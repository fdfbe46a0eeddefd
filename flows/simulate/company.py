"""One part of a company: some thousand accounts and everything that happens to them.

Parts know nothing of each other, so a company of any size is drawn part by part in little memory.
A part is a mapping from stream to columns of numbers; `streams.py` says what they become.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts, draw_accounts
from flows.simulate.answers import exposures, survey_responses
from flows.simulate.billing import subscription_rows
from flows.simulate.buying import add_buying
from flows.simulate.delivery import Delivered, deliver
from flows.simulate.events import Events
from flows.simulate.first_steps import add_first_steps
from flows.simulate.people import People, add_people, draw_invitations, draw_people
from flows.simulate.profile import CompanyProfile
from flows.simulate.subscriptions import Plans, draw_plans
from flows.simulate.timeline import DAY, HOUR, MINUTE, NEVER, Span, after
from flows.simulate.usage import add_usage
from flows.simulate.visits import Devices, add_visits

Rows = dict[str, np.ndarray]
UNDEFINED = -2  # a tracker that sends the word instead of an id


@dataclass
class Part:
    """What is drawn for some accounts; `counts` are the numbers of things that carry an id."""

    streams: dict[str, Rows]
    delivered: Delivered
    counts: dict[str, int]


def draw_part(rng: np.random.Generator, count: int, span: Span, profile: CompanyProfile) -> Part:
    accounts = draw_accounts(rng, count, span, profile)
    people = draw_people(rng, accounts, span, profile)
    plans = draw_plans(rng, accounts, people, span, profile)
    people = _grow_teams(rng, people, plans, span)
    invitations = draw_invitations(rng, people, span, profile)

    events = Events()
    full_from = add_first_steps(rng, events, accounts, people, invitations)
    habits = add_usage(rng, events, accounts, people, full_from, plans, span, profile)
    add_buying(rng, events, accounts, plans, span, profile)
    devices = add_visits(rng, events, accounts, people, habits, span, profile)
    logins = np.flatnonzero(rng.random(len(people)) < 0.01)
    delivered = deliver(rng, _as_tracked(rng, events, people, logins), span, profile)

    answered = survey_responses(rng, people, habits, span)
    shown = exposures(rng, accounts, span)
    sent = np.argsort(invitations.sent, kind="stable")
    unnamed = rng.random(len(people)) < 0.04  # known to be invited from one side alone
    streams = {
        "accounts": _account_rows(rng, accounts, span),
        "users": _user_rows(rng, accounts, people, unnamed, span),
        "account_memberships": _membership_rows(rng, accounts, people),
        "invitations": {
            "invitation": np.arange(len(sent)),
            "inviter": invitations.inviter[sent],
            "sent": invitations.sent[sent],
            "account": people.account[invitations.inviter[sent]],
            "channel": invitations.channel[sent],
            "accepted": invitations.accepted[sent],
            "invited": _half_known(rng, invitations.invited[sent], unnamed),
        },
        "identity_links": _link_rows(rng, people, devices, logins, span),
        "subscription_versions": subscription_rows(rng, accounts, plans, span),
        "survey_responses": {
            "response": answered["response"],
            "survey": answered["survey"],
            "responded": answered["at"],
            "person": answered["user"],
            "account": np.where(answered["user"] < 0, -1, people.account[answered["user"]]),
            "score": answered["score"],
            "comment": answered["comment"],
            "updated": answered["updated"],
        },
        "experiment_exposures": {
            "person": shown["user"],
            "variant": shown["variant"],
            "exposed": shown["at"],
        },
    }
    counts = {
        "accounts": len(accounts),
        "users": len(people),
        "logins": len(people),
        "devices": devices.count,
        "sessions": events.sessions,
        "events": int(delivered.rows["event"].max(initial=-1)) + 1,
        "invitations": len(sent),
        "responses": int(answered["response"].max(initial=-1)) + 1,
    }
    return Part(streams, delivered, counts)


def _grow_teams(rng: np.random.Generator, people: People, plans: Plans, span: Span) -> People:
    """Whoever adds seats has invited the colleagues for them in the weeks before."""
    owners = np.repeat(plans.grown_account, plans.grown_by)
    moments = np.repeat(plans.grown_at, plans.grown_by)
    moments = moments - rng.integers(2 * DAY, 20 * DAY, len(moments))
    moments = np.maximum(moments, people.created[owners] + HOUR)
    return add_people(rng, people, owners, moments, span)


def _as_tracked(
    rng: np.random.Generator, events: Events, people: People, logins: np.ndarray
) -> Rows:
    """Half of what users do names their device, some of it no account, some an old login."""
    rows = events.columns()
    count, user = len(rows["at"]), rows["user"]
    named = (user >= 0) & (rng.random(count) < 0.5)
    device = np.where(named, user, rows["device"])
    device = np.where(named & (rng.random(count) < 0.002), UNDEFINED, device)
    without = (user >= 0) & (rng.random(count) < 0.03)
    has_login = np.zeros(len(people) + 1, bool)
    has_login[logins] = True
    by_login = has_login[user] & (rng.random(count) < 0.3)
    return {
        "at": rows["at"],
        "code": rows["code"],
        "account": np.where(without, -1, rows["account"]),
        "person": user,
        "alias": np.where(by_login, user, -1),
        "device": device,
        "session": rows["session"],
        "variant": rows["variant"],
    }


def _account_rows(rng: np.random.Generator, accounts: Accounts, span: Span) -> Rows:
    """Size and trade are looked up within two days for half of them: a second version."""
    number = np.arange(len(accounts))
    looked_up = rng.random(len(number)) < 0.5
    updated = accounts.created + rng.integers(HOUR, 2 * DAY, len(number))
    again = np.flatnonzero(looked_up & (updated < span.end))
    return _sorted_by_time(
        {
            "account": np.concatenate([number, again]),
            "created": _twice(accounts.created, again),
            "first_word": _twice(accounts.first_word, again),
            "second_word": _twice(accounts.second_word, again),
            "parent": _twice(accounts.parent, again),
            "industry": _twice(accounts.industry, again),
            "employees": _twice(
                np.where(looked_up, 0, accounts.employees), again, accounts.employees
            ),
            "country": _twice(accounts.country, again),
            "currency": _twice(accounts.currency, again),
            "updated": np.concatenate([np.full(len(number), NEVER), updated[again]]),
        }
    )


def _user_rows(
    rng: np.random.Generator, accounts: Accounts, people: People, unnamed: np.ndarray, span: Span
) -> Rows:
    """Some become admins later: a second version."""
    number = np.arange(len(people))
    updated = after(rng, people.created + DAY, 30 * DAY)
    rises = (rng.random(len(people)) < 0.06) & (people.role == 2) & (updated < span.end)
    again = np.flatnonzero(rises)
    invited = people.inviter >= 0
    channel = np.where(invited, words.INVITATION, accounts.channel[people.account])
    channel = np.where(number < len(accounts), accounts.channel[people.account], channel)
    return _sorted_by_time(
        {
            "person": np.concatenate([number, again]),
            "created": _twice(people.created, again),
            "account": _twice(people.account, again),
            "first_word": _twice(accounts.first_word[people.account], again),
            "second_word": _twice(accounts.second_word[people.account], again),
            "first_name": _twice(rng.integers(0, len(words.FIRST_NAMES), len(number)), again),
            "last_name": _twice(rng.integers(0, len(words.LAST_NAMES), len(number)), again),
            "role": np.concatenate([people.role, np.ones(len(again), np.int64)]),
            "channel": _twice(channel, again),
            "inviter": _twice(np.where(invited & ~unnamed, people.inviter, -1), again),
            "language": _twice(rng.integers(0, 3, len(number)), again),
            "updated": np.concatenate([np.full(len(number), NEVER), updated[again]]),
        }
    )


def _twice(values: np.ndarray, again: np.ndarray, then: np.ndarray | None = None) -> np.ndarray:
    """The values of first versions and after them those of second versions."""
    return np.concatenate([values, (values if then is None else then)[again]])


def _sorted_by_time(rows: Rows) -> Rows:
    known = np.where(rows["updated"] < NEVER, rows["updated"], rows["created"])
    order = np.argsort(known, kind="stable")
    return {name: values[order] for name, values in rows.items()}


def _membership_rows(rng: np.random.Generator, accounts: Accounts, people: People) -> Rows:
    """Everybody in his account; one in a hundred is also a guest in an older one."""
    guests = np.flatnonzero(rng.random(len(people)) < 0.01)
    host = (rng.random(len(guests)) * people.account[guests]).astype(np.int64)
    elsewhere = host != people.account[guests]
    guests, host = guests[elsewhere], host[elsewhere]
    joined = people.created[guests] + MINUTE
    return {
        "person": np.concatenate([np.arange(len(people)), guests]),
        "account": np.concatenate([people.account, host]),
        "joined": np.concatenate([people.created, joined]),
        "left_at": np.concatenate([people.left_at, np.full(len(guests), NEVER)]),
        "role": np.concatenate([people.role, np.full(len(guests), 4)]),
    }


def _half_known(rng: np.random.Generator, invited: np.ndarray, unnamed: np.ndarray) -> np.ndarray:
    """The other side of `unnamed`: an acceptance that does not say whose."""
    forgets = (invited >= 0) & ~unnamed[invited] & (rng.random(len(invited)) < 0.04)
    return np.where(forgets, -1, invited)


def _link_rows(
    rng: np.random.Generator, people: People, devices: Devices, logins: np.ndarray, span: Span
) -> Rows:
    """Identify calls, and an alias for each old login."""
    merged_at = people.created[logins] + rng.integers(HOUR, 6 * DAY, len(logins))
    rows = {
        "linked": np.concatenate([devices.linked_at, merged_at]),
        "device": np.concatenate([devices.device, np.full(len(logins), -1)]),
        "merged": np.concatenate([np.full(len(devices.device), -1), logins]),
        "person": np.concatenate([devices.user, logins]),
    }
    order = np.argsort(rows["linked"], kind="stable")
    order = order[rows["linked"][order] < span.end]
    return {name: values[order] for name, values in rows.items()}
