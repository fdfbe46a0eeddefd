"""The company as the contract sees it: events once, each with its person and account."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.simulate.truth.rows import FOREVER, Row, definition, known, landed, moment


@dataclass
class Event:
    event_id: str
    name: str
    at: datetime
    known_at: datetime
    user: str | None
    person: str | None
    account: str | None
    properties: dict[str, object]
    is_internal: bool
    sent: Row  # as it came, before anything was resolved


@dataclass(frozen=True)
class Sighting:
    """A user was seen on an anonymous id; the user as sent, before any alias."""

    user: str
    seen_at: datetime
    known_at: datetime


@dataclass
class Unit:
    """A user or an account with its attributes as known at the end, and all their versions."""

    created_at: datetime
    attributes: Row
    versions: list[tuple[datetime, Row]]
    is_internal: bool = False


@dataclass
class Facts:
    as_of: datetime
    definitions: dict[str, list[Row]]
    users: dict[str, Unit]
    accounts: dict[str, Unit]
    events: list[Event]  # in order of occurrence, internal ones included
    event_rows: int
    events_landed: int
    aliases: dict[str, str]
    merged_at: dict[str, datetime]
    sightings: dict[str, list[Sighting]]
    memberships: dict[str, list[Row]]
    streams: dict[str, list[Row]] = field(repr=False)

    @property
    def owners_by_device(self) -> dict[str, list[tuple[datetime, str]]]:
        """Of every anonymous id its users, each with his first appearance on it."""
        return {
            device: appearances([(str(self.user_id(one.user)), one.seen_at) for one in sightings])
            for device, sightings in self.sightings.items()
        }

    @property
    def events_counted(self) -> list[Event]:
        return [event for event in self.events if not event.is_internal]

    def units(self, grain: str | None) -> dict[str, Unit]:
        """Those that count, of a definition's grain."""
        units = self.users if grain == "user" else self.accounts
        return {name: unit for name, unit in units.items() if not unit.is_internal}

    def user_id(self, sent: str | None) -> str | None:
        return None if sent is None else self.aliases.get(sent, sent)


DEFINITIONS = (
    "activations activation_milestones funnels funnel_steps funnel_exclusions retentions "
    "retention_events event_catalog plans pql_models pql_signals exclusions experiments "
    "placeholder_ids"
)
STREAMS = (
    "users accounts account_memberships invitations identity_links subscription_versions "
    "exchange_rates survey_responses experiment_exposures"
)


def gather(landing: Path, definitions: Path, end: int) -> Facts:
    as_of = datetime.fromtimestamp(end / 1000, UTC).replace(tzinfo=None)
    streams = {name: landed(landing, name) for name in STREAMS.split()}
    rows = landed(landing, "events")
    distinct = _received_first(rows)
    merges = [
        link
        for link in streams["identity_links"]
        if link["kind"] == "alias" and known(link["linked_at"]) < as_of
    ]
    facts = Facts(
        as_of=as_of,
        definitions={name: definition(definitions, name) for name in DEFINITIONS.split()},
        users=_units(streams["users"], "user_id", as_of),
        accounts=_units(streams["accounts"], "account_id", as_of),
        events=[],
        event_rows=len(rows),
        events_landed=len(distinct),
        aliases={str(link["from_id"]): str(link["user_id"]) for link in merges},
        merged_at={str(link["from_id"]): known(link["linked_at"]) for link in merges},
        sightings={},
        memberships=defaultdict(list),
        streams=streams,
    )
    _mark_internal(facts)
    arrived = [
        row for row in distinct if _known_at(row) < as_of and known(row["occurred_at"]) < as_of
    ]
    facts.sightings = _sightings(facts, arrived)
    for row in streams["account_memberships"]:
        facts.memberships[str(facts.user_id(row["user_id"]))].append(row)
    facts.events = sorted(_resolved(facts, arrived), key=lambda event: (event.at, event.event_id))
    return facts


def _known_at(row: Row) -> datetime:
    return known(row["received_at"] or row["occurred_at"])


def _received_first(rows: list[Row]) -> list[Row]:
    """Of rows with one id the one received first; rows come in the order of path and line."""
    kept: dict[str, Row] = {}
    for row in rows:
        key = str(row["event_id"])
        if key not in kept or _known_at(row) < _known_at(kept[key]):
            kept[key] = row
    return list(kept.values())


def _units(rows: list[Row], key: str, as_of: datetime) -> dict[str, Unit]:
    versions: dict[str, list[tuple[datetime, Row]]] = defaultdict(list)
    for row in rows:
        version = known(row["updated_at"] or row["created_at"])
        if version < as_of:
            versions[str(row[key])].append((version, row))
    return {
        name: Unit(
            created_at=min(known(row["created_at"]) for _, row in rows_of),
            attributes=max(rows_of, key=lambda version: version[0])[1],
            versions=sorted(rows_of, key=lambda version: version[0]),
        )
        for name, rows_of in versions.items()
    }


def _mark_internal(facts: Facts) -> None:
    excluded: dict[str | None, set[str | None]] = defaultdict(set)
    for rule in facts.definitions["exclusions"]:
        excluded[rule["kind"]].add(rule["value"])
    for name, account in facts.accounts.items():
        account.is_internal = name in excluded["account_id"]
    for name, user in facts.users.items():
        email = user.attributes["email"] or ""
        user.is_internal = (
            name in excluded["user_id"]
            or email in excluded["email"]
            or email.partition("@")[2] in excluded["email_domain"]
            or user.attributes["account_id"] in excluded["account_id"]
        )


def _sightings(facts: Facts, arrived: list[Row]) -> dict[str, list[Sighting]]:
    """Users seen on each anonymous id, by events that name both and by links."""
    nobody = {row["placeholder_id"] for row in facts.definitions["placeholder_ids"]}
    found: dict[str, list[Sighting]] = defaultdict(list)
    for row in arrived:
        if row["anonymous_id"] and row["user_id"] and row["anonymous_id"] not in nobody:
            sighting = Sighting(row["user_id"], known(row["occurred_at"]), _known_at(row))
            found[row["anonymous_id"]].append(sighting)
    for link in facts.streams["identity_links"]:
        at = known(link["linked_at"])
        if link["kind"] == "identify" and at < facts.as_of:
            found[str(link["from_id"])].append(Sighting(str(link["user_id"]), at, at))
    return found


def appearances(seen: list[tuple[str, datetime]]) -> list[tuple[datetime, str]]:
    """Each user's first appearance, in order."""
    first: dict[str, datetime] = {}
    for user, at in seen:
        first[user] = min(first.get(user, at), at)
    return sorted((at, user) for user, at in first.items())


def owner(users: list[tuple[datetime, str]], at: datetime) -> str | None:
    """One user owns all of an anonymous id; of several each owns what follows his appearance."""
    if len(users) == 1:
        return users[0][1]
    appeared = [user for since, user in users if since <= at]
    return appeared[-1] if appeared else None


def account_at(facts: Facts, user: str | None, at: datetime) -> str | None:
    """The one account a user is a member of at an instant, else his own."""
    if user is None:
        return None
    there = {
        row["account_id"]
        for row in facts.memberships.get(user, [])
        if known(row["joined_at"]) <= at and (moment(row["left_at"]) or FOREVER) > at
    }
    if len(there) == 1:
        return there.pop()
    return facts.users[user].attributes["account_id"] if user in facts.users else None


def _resolved(facts: Facts, arrived: list[Row]) -> list[Event]:
    agents = [
        rule["value"] for rule in facts.definitions["exclusions"] if rule["kind"] == "user_agent"
    ]
    owners = facts.owners_by_device
    events = []
    for row in arrived:
        at = known(row["occurred_at"])
        device = row["anonymous_id"]
        user = facts.user_id(row["user_id"]) or owner(owners.get(device or "", []), at)
        account = row["account_id"] or account_at(facts, user, at)
        properties = json.loads(row["properties"] or "{}")
        internal = (
            (user in facts.users and facts.users[str(user)].is_internal)
            or (account in facts.accounts and facts.accounts[str(account)].is_internal)
            or properties.get("user_agent") in agents
        )
        events.append(
            Event(
                event_id=str(row["event_id"]),
                name=str(row["event_name"]),
                at=at,
                known_at=_known_at(row),
                user=user,
                person=user or device,
                account=account,
                properties=properties,
                is_internal=internal,
                sent=row,
            )
        )
    return events
