"""Whose an event was known to be, from when till when: a link that came later does not reach back.

At every instant the rules are those of `facts.py`, with what was known by then and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.simulate.truth.facts import Event, Facts, account_at, appearances, owner
from flows.simulate.truth.rows import FOREVER


@dataclass(frozen=True)
class Claim:
    """For a stretch of time an event was known to be this user's and this account's."""

    event: Event
    user: str | None
    account: str | None
    known_from: datetime
    known_to: datetime


def claims(facts: Facts, event: Event) -> list[Claim]:
    """The stretches between the moments at which anything about the event was learnt."""
    sightings = facts.sightings.get(event.sent["anonymous_id"] or "", [])
    names = {event.sent["user_id"], *(sighting.user for sighting in sightings)}
    moments = {event.known_at, *(sighting.known_at for sighting in sightings)}
    moments |= {merged for name, merged in facts.merged_at.items() if name in names}
    if event.user in facts.users:
        moments.add(facts.users[str(event.user)].created_at)
    learnt = sorted(at for at in moments if at >= event.known_at)
    found: list[Claim] = []
    for since, until in zip(learnt, [*learnt[1:], FOREVER], strict=True):
        user = _user_known(facts, event, since)
        account = event.sent["account_id"] or _account_known(facts, event, user, since)
        last = found[-1] if found else None
        if last and (last.user, last.account) == (user, account):
            found[-1] = Claim(event, user, account, last.known_from, until)
        else:
            found.append(Claim(event, user, account, since, until))
    return found


def _name_known(facts: Facts, sent: str, at: datetime) -> str:
    """An alias counts from the merging on."""
    return facts.aliases[sent] if facts.merged_at.get(sent, FOREVER) <= at else sent


def _user_known(facts: Facts, event: Event, at: datetime) -> str | None:
    if event.sent["user_id"]:
        return _name_known(facts, event.sent["user_id"], at)
    seen = [
        (_name_known(facts, sighting.user, at), sighting.seen_at)
        for sighting in facts.sightings.get(event.sent["anonymous_id"] or "", [])
        if sighting.known_at <= at
    ]
    return owner(appearances(seen), event.at) if seen else None


def _account_known(facts: Facts, event: Event, user: str | None, at: datetime) -> str | None:
    if user not in facts.users or facts.users[str(user)].created_at > at:
        return None
    return account_at(facts, user, event.at)
