"""Visits before sign-up: whose device it was, and what tells the warehouse so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.events import Events
from flows.simulate.people import People
from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, MINUTE, SECOND, Span
from flows.simulate.usage import Habits
from flows.simulate.vocabulary import code


@dataclass
class Devices:
    """Identity links; a device's number below the number of people is that person's own."""

    count: int
    linked_at: np.ndarray
    device: np.ndarray
    user: np.ndarray


def add_visits(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    habits: Habits,
    span: Span,
    profile: CompanyProfile,
) -> Devices:
    links: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    own = len(people)

    # Owners looked around before they signed up, on what is now their first device.
    visited = np.flatnonzero(accounts.channel != words.REFERRAL)
    last = people.created[visited] - rng.integers(MINUTE, 20 * MINUTE, len(visited))
    _add_pages(rng, events, visited, last)
    before = visited[rng.random(len(visited)) < 0.4]
    _add_pages(
        rng, events, before, people.created[before] - rng.integers(DAY, 9 * DAY, len(before))
    )
    identified = np.flatnonzero(
        rng.random(own) < np.where(np.arange(own) < len(accounts), 0.93, 0.6)
    )
    links.append((people.created[identified], identified, identified))

    # Some log in on a second device, after having looked around there.
    moment = people.created + rng.integers(DAY, 20 * DAY, own)
    second = np.flatnonzero(
        (rng.random(own) < profile.second_devices) & (moment < habits.alive_until)
    )
    devices = own + np.arange(len(second))
    looked = moment[second] - rng.integers(MINUTE, DAY, len(second))
    _add_pages(rng, events, devices, looked)
    links.append((moment[second], devices, second))

    # A few log in on the device of the colleague who invited them.
    moment = people.created + rng.integers(MINUTE, 3 * DAY, own)
    shares = (rng.random(own) < profile.shared_devices) & (np.arange(own) >= len(accounts))
    sharing = np.flatnonzero(shares & (moment < span.end - DAY))
    lent = people.inviter[sharing]
    links.append((moment[sharing], lent, sharing))
    _add_pages(rng, events, lent, moment[sharing] + rng.integers(MINUTE, DAY, len(sharing)))
    _add_pages(rng, events, lent, moment[sharing] - rng.integers(MINUTE, DAY, len(sharing)))

    # Most visitors never sign up; where the prices leave questions, ever more come to read them.
    strangers = round(len(visited) * (1 / min(profile.visit_to_sign_up, 1.0) - 1))
    devices = own + len(second) + np.arange(strangers)
    arrivals = span.draw_arrivals(rng, strangers)
    curiosity = profile.pricing_curiosity**2 * 125 / 36
    _add_pages(rng, events, devices, arrivals, curiosity=curiosity)
    linked_at, device, user = (np.concatenate(column) for column in zip(*links, strict=True))
    return Devices(own + len(second) + strangers, linked_at, device, user)


def _add_pages(
    rng: np.random.Generator,
    events: Events,
    device: np.ndarray,
    began: np.ndarray,
    curiosity: float = 0.12,
) -> None:
    """One visit each: a page or a few, sometimes the prices."""
    session = events.new_sessions(len(device))
    pages = rng.geometric(0.65, len(device))
    place = np.repeat(np.arange(len(device)), pages)
    number = np.arange(len(place)) - np.repeat(np.cumsum(pages) - pages, pages)
    at = began[place] + number * rng.integers(8 * SECOND, 15 * SECOND, len(place))
    prices = rng.random(len(place)) < 3 * curiosity - (number == 0)
    what = np.where(prices, code("pricing_viewed"), code("page_viewed"))
    events.add(at, what, device=device[place], session=session[place])
