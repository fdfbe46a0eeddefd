"""Whose event is it? Written from the contract's paragraphs on identity, actors and time.

Slow and obvious: everything is looked up again for every event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Event:
    source_id: str
    event_id: str
    event_name: str
    occurred_at: datetime
    person_id: str | None
    user_id: str | None
    account_id: str | None
    session: str | None
    properties: dict[str, Any]
    order: tuple[int, int]


@dataclass(frozen=True)
class Owner:
    anonymous_id: str
    user_id: str
    rule: str
    valid_from: datetime | None
    valid_to: datetime | None


@dataclass
class World:
    """What landed, as rows of the native streams; ids in `placeholders` are lower case."""

    events: list[Row]
    users: list[Row]
    memberships: list[Row]
    links: list[Row]
    files: dict[int, str]
    placeholders: set[str]
    excluded_users: list[str]
    as_of: datetime
    cluster_limit: int
    idle: timedelta


def events_once(world: World) -> list[Row]:
    """Known before as_of; of several with one key the first received, by path, by line."""
    known = [
        row
        for row in world.events
        if row["occurred_at"] < world.as_of
        and (row.get("received_at") is None or row["received_at"] < world.as_of)
    ]
    first: dict[tuple[str, str], Row] = {}
    for row in sorted(
        known,
        key=lambda row: (
            row.get("received_at") or row["occurred_at"],
            world.files[row["file_id"]],
            row["line_number"],
        ),
    ):
        first.setdefault((row["source_id"], row["event_id"]), row)
    return list(first.values())


def user_of_today(world: World, user_id: str) -> str:
    """Follow the aliases: of all ids linked with this one, the one that no link merges away."""
    links = [
        (row["from_id"], row["user_id"])
        for row in world.links
        if row["kind"] == "alias"
        and row["linked_at"] < world.as_of
        and row["from_id"] != row["user_id"]
        and not {row["from_id"].lower(), row["user_id"].lower()} & world.placeholders
    ]
    neighbours: dict[str, set[str]] = {}
    for one, other in links:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    hubs = {id for id, linked in neighbours.items() if len(linked) > world.cluster_limit}
    links = [link for link in links if not hubs & set(link)]
    same = {user_id}
    while True:
        more = {id for link in links if same & set(link) for id in link} - same
        if not more:
            break
        same |= more
    staying = same - {merged_away for merged_away, _ in links}
    return min(staying or same)


def sightings(world: World) -> dict[tuple[str, str], datetime]:
    """When each user of today first appeared on each anonymous id."""
    seen = [
        (row["anonymous_id"], row["user_id"], row["occurred_at"])
        for row in events_once(world)
        if row.get("anonymous_id") and row.get("user_id")
    ] + [
        (row["from_id"], row["user_id"], row["linked_at"])
        for row in world.links
        if row["kind"] == "identify" and row["linked_at"] < world.as_of
    ]
    first: dict[tuple[str, str], datetime] = {}
    for anonymous_id, user_id, at in seen:
        if {anonymous_id.lower(), user_id.lower()} & world.placeholders:
            continue
        user = user_of_today(world, user_id)
        if user != anonymous_id:
            pair = (anonymous_id, user)
            first[pair] = min(at, first.get(pair, at))
    return first


def refused_users(world: World) -> set[str]:
    seen = sightings(world)
    return {
        user for _, user in seen if sum(other == user for _, other in seen) > world.cluster_limit
    }


def owners(world: World) -> list[Owner]:
    """Who owns which anonymous id, from when (None = always) until when (None = for good)."""
    refused = refused_users(world)
    seen = {pair: at for pair, at in sightings(world).items() if pair[1] not in refused}
    found = []
    for anonymous_id in sorted({anonymous_id for anonymous_id, _ in seen}):
        if user_of_today(world, anonymous_id) != anonymous_id:
            continue
        users = sorted((at, user) for (id, user), at in seen.items() if id == anonymous_id)
        if len(users) == 1:
            found.append(Owner(anonymous_id, users[0][1], "only_user", None, None))
            continue
        for (at, user), following in zip(users, [*users[1:], (None, None)], strict=True):
            if at != following[0]:
                found.append(Owner(anonymous_id, user, "shared_device", at, following[0]))
    for id in sorted({row["from_id"] for row in world.links if row["kind"] == "alias"}):
        if user_of_today(world, id) != id:
            found.append(Owner(id, user_of_today(world, id), "alias", None, None))
    for id in sorted({row["user_id"] for row in world.links if row["kind"] == "alias"}):
        if user_of_today(world, id) != id and not any(owner.anonymous_id == id for owner in found):
            found.append(Owner(id, user_of_today(world, id), "alias", None, None))
    return found


def resolved(world: World) -> list[Event]:
    """Every event once, with its person, account and session."""
    owned = owners(world)
    events = []
    for row in events_once(world):
        user, device = (
            None if id is None or id.lower() in world.placeholders else id
            for id in (row.get("user_id"), row.get("anonymous_id"))
        )
        if user is not None:
            user = user_of_today(world, user)
        else:
            for owner in owned:
                if (
                    owner.anonymous_id == device
                    and (owner.valid_from is None or owner.valid_from <= row["occurred_at"])
                    and (owner.valid_to is None or row["occurred_at"] < owner.valid_to)
                ):
                    user = owner.user_id
        events.append(
            Event(
                source_id=row["source_id"],
                event_id=row["event_id"],
                event_name=row["event_name"],
                occurred_at=row["occurred_at"],
                person_id=user or device,
                user_id=user,
                account_id=row.get("account_id") or account_of(world, user, row["occurred_at"]),
                session=row.get("session_id"),
                properties=row.get("properties") or {},
                order=(row["file_id"], row["line_number"]),
            )
        )
    return with_sessions(events, world.idle)


def internal_users(world: World) -> set[str]:
    return {user_of_today(world, user) for user in world.excluded_users}


def internal_accounts(world: World) -> set[str]:
    """The accounts whose users, by profile or membership, are all internal."""
    users: dict[str, set[str]] = {}
    for user in signed_up_at(world):
        own = own_account(world, user)
        if own is not None:
            users.setdefault(own, set()).add(user)
    for row in world.memberships:
        if row["joined_at"] < world.as_of:
            user = user_of_today(world, row["user_id"])
            users.setdefault(row["account_id"], set()).add(user)
    return {account for account, members in users.items() if members <= internal_users(world)}


def counted(world: World, events: Iterable[Event]) -> list[Event]:
    """Without our own people and their accounts."""
    users, accounts = internal_users(world), internal_accounts(world)
    return [
        event for event in events if event.user_id not in users and event.account_id not in accounts
    ]


def account_of(world: World, user_id: str | None, at: datetime) -> str | None:
    """The account a user is a member of at an instant, if exactly one, else his own."""
    if user_id is None:
        return None
    stays = {
        (user_of_today(world, row["user_id"]), row["account_id"], row["joined_at"]): row
        for row in world.memberships
        if row["joined_at"] < world.as_of
    }
    accounts = {
        account_id
        for (user, account_id, joined_at), row in stays.items()
        if user == user_id
        and joined_at <= at
        and (row.get("left_at") is None or at < row["left_at"])
    }
    if len(accounts) == 1:
        return accounts.pop()
    return own_account(world, user_id)


def own_account(world: World, user_id: str) -> str | None:
    own = [row for row in world.users if row["user_id"] == user_id]
    merged = [row for row in world.users if user_of_today(world, row["user_id"]) == user_id]
    return (own or merged)[0].get("account_id") if own or merged else None


def signed_up_at(world: World) -> dict[str, datetime]:
    """Every user and when he signed up: the earliest profile, else when first seen."""
    users: dict[str, datetime] = {}
    for row in world.users:
        user = user_of_today(world, row["user_id"])
        if row["created_at"] < world.as_of:
            users[user] = min(row["created_at"], users.get(user, row["created_at"]))
    seen: dict[str, datetime] = {}
    for user_id, at in [
        *((row.get("user_id"), row["occurred_at"]) for row in events_once(world)),
        *((row["user_id"], row["joined_at"]) for row in world.memberships),
        *((row["user_id"], row["linked_at"]) for row in world.links),
    ]:
        if user_id is not None and user_id.lower() not in world.placeholders and at < world.as_of:
            user = user_of_today(world, user_id)
            seen[user] = min(at, seen.get(user, at))
    return {**seen, **users}


def with_sessions(events: Iterable[Event], idle: timedelta) -> list[Event]:
    """The source's own sessions; the others are cut after more than the idle time."""
    done = []
    last: dict[str, tuple[datetime, datetime]] = {}
    for event in sorted(events, key=lambda event: (event.occurred_at, event.order)):
        session = event.session
        if session is None and event.person_id is not None:
            started_at, previous_at = last.get(event.person_id, (None, None))
            if previous_at is None or event.occurred_at - previous_at > idle:
                started_at = event.occurred_at
            last[event.person_id] = (started_at, event.occurred_at)
            session = f"{event.person_id} {started_at}"
        done.append(Event(**{**event.__dict__, "session": session}))
    return done
