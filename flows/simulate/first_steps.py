"""The first days of a user: sign-up, set-up, the first result, colleagues invited."""

from __future__ import annotations

import numpy as np

from flows.simulate.accounts import VALUE_DEADLINE, Accounts
from flows.simulate.events import ANY, Events
from flows.simulate.people import GUEST, Invitations, People
from flows.simulate.timeline import DAY, HOUR, MINUTE, NEVER, SECOND
from flows.simulate.vocabulary import code, variant


def add_first_steps(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    invitations: Invitations,
) -> np.ndarray:
    """Returns from when each person makes things himself, NEVER for those who look on."""
    everybody = np.arange(len(people))
    session = events.new_sessions(len(people))
    events.add(people.created, code("signed_up"), people.account, everybody, session=session)
    _add_owners_steps(rng, events, accounts, session[: len(accounts)])
    _add_invitations(events, people, invitations)
    return _add_colleagues_steps(rng, events, accounts, people, session)


def _add_owners_steps(
    rng: np.random.Generator, events: Events, accounts: Accounts, first_session: np.ndarray
) -> None:
    """Project, data, report, result shown; some owners stop on the way."""
    owners = len(accounts)
    seen = accounts.value_at < NEVER
    in_time = seen & (accounts.value_at <= accounts.created + VALUE_DEADLINE)
    reached = np.where(seen, 4, rng.choice(4, owners, p=[0.3, 0.3, 0.24, 0.16]))
    pace = np.sort(rng.uniform(0.08, 0.92, (3, owners)), axis=0)
    until = np.where(
        in_time, accounts.value_at, accounts.created + rng.integers(HOUR, 4 * DAY, owners)
    )
    moments = accounts.created + (pace * (until - accounts.created)).astype(np.int64)
    moments = np.vstack([moments, accounts.value_at])
    by_dashboard = rng.random(owners) < 0.15
    own_data = variant("data_source_connected", 1) + rng.integers(0, 3, owners)
    data = np.where(seen, own_data, variant("data_source_connected", 0))
    # Late ones connect their own data when they see value, not before.
    moments[1] = np.where(seen & ~in_time, accounts.value_at - HOUR, moments[1])
    moments[2] = np.where(seen & ~in_time, accounts.value_at - HOUR // 2, moments[2])

    shown = np.where(by_dashboard, code("dashboard_created"), code("report_shared"))
    shown_as = np.where(
        by_dashboard, variant("dashboard_created", 0), variant("report_shared", 0)
    ) + rng.integers(0, 2, owners)
    session, previous = first_session.copy(), accounts.created
    steps = (
        (code("project_created"), ANY),
        (code("data_source_connected"), data),
        (code("report_created"), ANY),
        (shown, shown_as),
    )
    for number, (step, what) in enumerate(steps):
        taken = reached > number
        apart = taken & (moments[number] > previous + 30 * MINUTE)
        session[apart] = events.new_sessions(int(apart.sum()))
        previous = np.where(taken, moments[number], previous)
        events.add(
            moments[number][taken],
            np.broadcast_to(step, owners)[taken],
            np.flatnonzero(taken),
            np.flatnonzero(taken),
            session=session[taken],
            variant=np.broadcast_to(what, owners)[taken],
        )
    skips = (~seen) & (rng.random(owners) < 0.35)
    at = accounts.created[skips] + rng.integers(20 * SECOND, 8 * MINUTE, int(skips.sum()))
    who = np.flatnonzero(skips)
    events.add(at, code("setup_skipped"), who, who, session=first_session[who])


def _add_colleagues_steps(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    first_session: np.ndarray,
) -> np.ndarray:
    """Half the invited of an active account build and share too; the others read."""
    full_from = np.full(len(people), NEVER)
    full_from[: len(accounts)] = np.where(
        accounts.value_at < NEVER, accounts.value_at + MINUTE, NEVER
    )
    invited = np.arange(len(accounts), len(people))
    value_at = accounts.value_at[people.account[invited]]
    makes = (value_at < NEVER) & (people.role[invited] != GUEST) & (rng.random(len(invited)) < 0.55)
    who = invited[makes]
    begins = np.maximum(people.created[who], value_at[makes])
    built = begins + MINUTE + rng.exponential(20 * HOUR, len(who)).astype(np.int64)
    shared = built + MINUTE + rng.exponential(3 * HOUR, len(who)).astype(np.int64)
    session = events.new_sessions(len(who))
    account = people.account[who]
    events.add(built, code("report_created"), account, who, session=session)
    events.add(shared, code("report_shared"), account, who, session=session)
    full_from[who] = shared
    looks = invited[~makes]
    at = people.created[looks] + rng.integers(30 * SECOND, 10 * MINUTE, len(looks))
    events.add(
        at, code("report_viewed"), people.account[looks], looks, session=first_session[looks]
    )
    return full_from


def _add_invitations(events: Events, people: People, invitations: Invitations) -> None:
    inside = invitations.channel < 2
    who = invitations.inviter[inside]
    events.add(
        invitations.sent[inside],
        code("teammate_invited"),
        people.account[who],
        who,
        session=events.new_sessions(len(who)),
        variant=variant("teammate_invited", 0) + invitations.channel[inside],
    )
