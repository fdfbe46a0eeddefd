"""Which leads does a model find, when and why? Written from the contract's paragraph on PQL.

Slow and obvious: at every instant at which anything became known the whole world is looked at
again, as a run at that instant would have seen it. A fact is news for an actor when it is in what
he is known to have done now and was not a moment before; then his model looks at him.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tests.reference import identity, rules
from tests.reference.identity import Event, World
from tests.reference.local_time import Calendar

Row = dict[str, Any]
MOMENT = timedelta(microseconds=1)
LONG_AGO = datetime.fromisoformat("1971-01-01")
Fact = tuple  # signal, what it is, what is told apart


@dataclass(frozen=True)
class Satisfied:
    signal: str
    value: float | str
    threshold: float | str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Score:
    at: datetime
    satisfied: tuple[Satisfied, ...]
    points: dict[str, float]
    is_candidate: bool

    @property
    def total(self) -> float:
        return sum(self.points.values())


@dataclass
class Company:
    """What landed. Users and accounts have a row for each version; subscriptions never meet."""

    world: World
    users: list[Row]
    accounts: list[Row]
    subscriptions: list[Row]
    plans: list[Row]
    models: list[Row]
    signals: list[Row]
    features: dict[str, str]
    calendar: Calendar
    seen: dict[datetime, Seen] = field(default_factory=dict)

    @cached_property
    def instants(self) -> list[datetime]:
        """Every instant before as_of at which anything became known."""
        known = {
            max(row["occurred_at"], row.get("received_at") or row["occurred_at"])
            for row in self.world.events
        }
        known |= {row["linked_at"] for row in self.world.links}
        known |= {row["joined_at"] for row in self.world.memberships}
        known |= {known_at(row) for row in [*self.users, *self.accounts]}
        known |= {row["created_at"] for row in self.users}
        return sorted(at for at in known if at < self.world.as_of)

    def look(self, at: datetime) -> Seen:
        """What was known at an instant: nothing changes between two at which something came."""
        place = bisect_right(self.instants, at) - 1
        instant = self.instants[max(place, 0)] if place >= 0 else at
        if instant not in self.seen:
            self.seen[instant] = Seen(self, instant)
        return self.seen[instant]

    def signals_of(self, model: Row) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.signals:
            if row["model"] == model["model"]:
                found.setdefault(row["signal"], []).append(row)
        return found

    def home(self, user_id: str, at: datetime) -> str | None:
        """The account that is known to be a user's own, else the first he became a member of."""
        rows = [row for row in self.users if row["user_id"] == user_id]
        if not any(row.get("account_id") for row in rows):
            stays = [
                row
                for row in self.world.memberships
                if identity.user_of_today(self.world, row["user_id"]) == user_id
            ]
            first = min(stays, key=lambda row: row["joined_at"], default=None)
            return first["account_id"] if first and first["joined_at"] <= at else None
        row = as_known(rows, at, also_later=True)
        return row.get("account_id") if row else None

    def account(self, model: Row, actor: str, at: datetime) -> str | None:
        return actor if model["grain"] == "account" else self.home(actor, at)

    def in_force(self, account_id: str | None, at: datetime) -> list[Row]:
        """The subscriptions of an account, as far as they had been written down by then."""
        newest: dict[tuple[str, datetime], Row] = {}
        for row in sorted(self.subscriptions, key=written_at):
            if row["account_id"] == account_id and written_at(row) <= at:
                newest[row["subscription_id"], row["started_at"]] = row
        return [
            row
            for row in newest.values()
            if row["started_at"] <= at and (row.get("ended_at") is None or at < row["ended_at"])
        ]

    def is_paying(self, account_id: str | None, at: datetime) -> bool:
        return any(row["amount_minor"] > 0 for row in self.in_force(account_id, at))

    def plan(self, account_id: str | None, at: datetime) -> Row | None:
        """Of several plans in force the highest tier, of none the free one."""
        plans = {row["plan"]: row for row in self.plans}
        in_force = [plans[row["plan"]] for row in self.in_force(account_id, at)]
        created = [row["created_at"] for row in self.accounts if row["account_id"] == account_id]
        if created and at >= min(created):
            in_force.append(plans["free"])
        return max(in_force, key=lambda plan: plan["tier"], default=None)


class Seen:
    """The world as a run just after an instant would have found it."""

    def __init__(self, company: Company, at: datetime) -> None:
        self.company = company
        self.at = at
        users = {row["user_id"] for row in company.users}
        known = (
            as_known([row for row in company.users if row["user_id"] == user], at, also_later=True)
            for user in sorted(users)
        )
        world = replace(
            company.world,
            as_of=at + MOMENT,
            users=[row for row in known if row is not None],
        )
        self.events = identity.resolved(world)
        self.matched: dict[tuple[str, str], dict[str, list[Event]]] = {}

    def attributes(self, grain: str, actor: str | None) -> Row:
        rows = self.company.users if grain == "user" else self.company.accounts
        row = as_known([row for row in rows if row[f"{grain}_id"] == actor], self.at)
        return row or {}

    def events_of(self, model: Row, signal: str, rows: list[Row]) -> dict[str, list[Event]]:
        """The events that match a signal, by actor."""
        key = (model["model"], signal)
        if key not in self.matched:
            found: dict[str, list[Event]] = {}
            for event in self.events:
                actor = event.user_id if model["grain"] == "user" else event.account_id
                if actor is not None and self._matches(event, rows):
                    found.setdefault(actor, []).append(event)
            self.matched[key] = found
        return self.matched[key]

    def _matches(self, event: Event, rows: list[Row]) -> bool:
        if rows[0]["source"] == "attribute":
            return False
        if rows[0]["source"] == "limit":
            return event.event_name in {row["usage_event"] for row in self.company.plans}
        return any(
            all(self._holds(event, row) for row in rows if row["alternative"] == alternative)
            for alternative in {row["alternative"] for row in rows}
        )

    def _holds(self, event: Event, row: Row) -> bool:
        if row["event_name"] not in ("*", event.event_name):
            return False
        if row.get("property_scope") == "user":
            user = self.attributes("user", event.user_id)
            name = row["property"]
            value = (user.get("properties") or {}).get(name, user.get(name))
            return holds(value, row)
        return rules.condition_holds(event, row)

    def facts(self, model: Row) -> dict[str, set[Fact]]:
        """What each actor is known to have done or to be, that a signal of the model asks for."""
        found: dict[str, set[Fact]] = {}
        for signal, rows in self.company.signals_of(model).items():
            for actor, events in self.events_of(model, signal, rows).items():
                found.setdefault(actor, set()).update(
                    (signal, event.source_id, event.event_id, self.item(rows[0], event))
                    for event in events
                )
            if rows[0]["source"] == "attribute":
                key = f"{model['grain']}_id"
                versions = self.company.users if key == "user_id" else self.company.accounts
                for row in versions:
                    if known_at(row) <= self.at and attribute_holds(rows, row):
                        found.setdefault(row[key], set()).add((signal, "version", known_at(row)))
        return found

    def item(self, signal: Row, event: Event) -> Any:
        """What a signal tells apart."""
        if signal["source"] in ("distinct_users", "seats"):
            return event.user_id
        if signal["source"] == "distinct_features":
            return self.company.features.get(event.event_name)
        if signal["source"] == "active_days":
            return self.company.calendar.local(event.occurred_at).date()
        return None


def written_at(subscription: Row) -> datetime:
    return subscription.get("recorded_at") or subscription["started_at"]


def known_at(row: Row) -> datetime:
    return row.get("updated_at") or row["created_at"]


def as_known(rows: list[Row], at: datetime, *, also_later: bool = False) -> Row | None:
    """The newest version known; of one who signed up but is described only later, that one."""
    known = [row for row in rows if known_at(row) <= at]
    if known:
        return max(known, key=known_at)
    later = [row for row in rows if row["created_at"] <= at]
    return min(later, key=known_at) if later and also_later else None


def attribute(row: Row, name: str) -> Any:
    value = row.get(name)
    return value if value is not None else (row.get("properties") or {}).get(name)


def attribute_holds(rows: list[Row], version: Row) -> bool:
    return any(
        all(
            holds(attribute(version, row["attribute"]), row)
            for row in rows
            if row["alternative"] == alternative
        )
        for alternative in {row["alternative"] for row in rows}
    )


def holds(value: Any, row: Row) -> bool:
    probe = replace(NOTHING, properties={} if value is None else {"it": value})
    return rules.condition_holds(probe, {**row, "property": "it"})


NOTHING = Event(
    source_id="", event_id="", event_name="", occurred_at=LONG_AGO, person_id="",
    user_id=None, account_id=None, session=None, properties={}, order=(0, 0),
)  # fmt: skip


def satisfied(
    company: Company, model: Row, signal: str, rows: list[Row], actor: str, at: datetime
) -> Satisfied | None:
    """Is a signal satisfied for an actor at an instant, with what value, on which events?"""
    first, seen = rows[0], company.look(at)
    if first["source"] == "attribute":
        version = seen.attributes(model["grain"], actor)
        for alternative in sorted({row["alternative"] for row in rows}):
            asked = [row for row in rows if row["alternative"] == alternative]
            if attribute_holds(asked, version):
                value = attribute(version, asked[0]["attribute"])
                return Satisfied(signal, "" if value is None else str(value), "", ())
        return None
    back = timedelta(days=first["within_days"]) if first.get("within_days") else None
    begin = LONG_AGO if back is None else at - back
    all_events = seen.events_of(model, signal, rows).get(actor, [])
    events = [event for event in all_events if begin <= event.occurred_at <= at]
    needed = first.get("times") or 1
    if first["source"] == "limit":
        plan = company.plan(company.account(model, actor, at), at)
        if plan is None or not plan.get("usage_limit"):
            return None
        events = [event for event in events if event.event_name == plan["usage_event"]]
        needed = first["value"] * plan["usage_limit"]
    if first["source"] == "seats":
        plan = company.plan(company.account(model, actor, at), at)
        if plan is None or not plan.get("seat_limit"):
            return None
        needed = first["value"] * plan["seat_limit"]
    if first["source"] == "surge":
        earlier = [event for event in all_events if begin - back <= event.occurred_at < begin]
        if not earlier or len(events) < first["value"] * len(earlier):
            return None
        return Satisfied(signal, len(events) / len(earlier), first["value"], tuple(events))
    if first["source"] in ("distinct_users", "distinct_features", "active_days", "seats"):
        events = [event for event in events if seen.item(first, event) is not None]
        value = len({seen.item(first, event) for event in events})
    else:
        value = len(events)
    if not events or value < needed:
        return None
    return Satisfied(signal, value, needed, tuple(events))


def scores(company: Company, model: Row) -> dict[str, list[Score]]:
    """Every look of a model at an actor, in order of time."""
    found: dict[str, list[Score]] = {}
    before: dict[str, set[Fact]] = {}
    signals = company.signals_of(model)
    for at in company.instants:
        facts = company.look(at).facts(model)
        for actor, known in facts.items():
            if known <= before.get(actor, set()):
                continue
            now = [satisfied(company, model, name, rows, actor, at) for name, rows in
                   signals.items()]  # fmt: skip
            points = {"fit": 0.0, "usage": 0.0, "intent": 0.0}
            for one in now:
                if one is not None:
                    rows = signals[one.signal]
                    points[rows[0]["category"]] += rows[0]["points"]
            paying = company.is_paying(company.account(model, actor, at), at)
            found.setdefault(actor, []).append(
                Score(
                    at,
                    tuple(one for one in now if one is not None),
                    points,
                    paying == (model["target"] == "expansion"),
                )
            )
        before = facts
    return found


def qualifications(model: Row, looks: list[Score]) -> list[Score]:
    """The first look that finds the points at the line, and the first one after each cooldown."""
    found: list[Score] = []
    for score in looks:
        if not score.is_candidate or score.total < model["qualifying_points"]:
            continue
        if found:
            if model.get("cooldown_days") in (None, ""):
                break
            if score.at <= found[-1].at + timedelta(days=model["cooldown_days"]):
                continue
        found.append(score)
    return found


def satisfied_since(
    company: Company, model: Row, signal: str, actor: str, at: datetime
) -> datetime | None:
    """Since when without a break; None if that never began."""
    rows = company.signals_of(model)[signal]
    since: datetime | None = at
    for moment in reversed(_moments_of_change(company, rows[0], at)):
        if satisfied(company, model, signal, rows, actor, moment) is None:
            return since
        since = moment
    return None


def _moments_of_change(company: Company, signal: Row, at: datetime) -> list[datetime]:
    """Before an instant: all at which what is satisfied may have changed."""
    moments = {LONG_AGO, *company.instants}
    if signal.get("within_days"):
        back = timedelta(days=signal["within_days"])
        for row in company.world.events:
            moments |= {row["occurred_at"] + back + MOMENT, row["occurred_at"] + 2 * back + MOMENT}
    for row in company.subscriptions:
        moments |= {row["started_at"], row.get("ended_at"), row.get("recorded_at")} - {None}
    moments |= {row["created_at"] for row in company.accounts}
    return sorted(moment for moment in moments if moment <= at)


def converted_at(company: Company, model: Row, account_id: str | None, after: datetime) -> Any:
    """The first payment, or for a model of expansion the first rise, after an instant."""
    moments = [
        row["started_at"]
        for row in company.subscriptions
        if row["account_id"] == account_id
        and row["amount_minor"] > 0
        and row["started_at"] > after
        and (row.get("recorded_at") or row["started_at"]) < company.world.as_of
        and row["started_at"] < company.world.as_of
    ]
    return min(moments, default=None)


def outcome(company: Company, model: Row, at: datetime, converted: datetime | None) -> Any:
    """True as soon as true, None while it may still come, else false."""
    end = at + timedelta(days=model["conversion_days"])
    if converted is not None and converted <= end:
        return True
    return False if end <= company.world.as_of else None


@dataclass(frozen=True)
class Compared:
    """One of those against whom leads are judged."""

    month: datetime
    is_converted: bool
    is_compared: bool


def population(company: Company, model: Row) -> dict[str, Compared]:
    """Everybody of the grain; for a model of expansion who ever paid, from then on."""
    as_of, days = company.world.as_of, timedelta(days=model["conversion_days"])
    if model["grain"] == "user":
        created = identity.signed_up_at(company.world)
    else:
        created = {row["account_id"]: row["created_at"] for row in company.accounts}
    found = {}
    for actor, signed_up_at in created.items():
        account = company.account(model, actor, as_of - MOMENT)
        paid_at = converted_at(company, model, account, LONG_AGO)
        if model["target"] == "free_to_paid":
            start, converted = signed_up_at, paid_at
            late = model["grain"] == "user" and paid_at is not None and paid_at <= signed_up_at
        elif paid_at is None:
            continue
        else:
            start, late = max(signed_up_at, paid_at), False
            converted = converted_at(company, model, account, start)
        found[actor] = Compared(
            company.calendar.start(start, "month"),
            converted is not None and converted <= start + days,
            start + days <= as_of and not late,
        )
    return found


def firings(model: Row, looks: list[Score]) -> dict[str, Score]:
    """The look that first finds each signal satisfied, where the actor could be a lead then."""
    found: dict[str, Score] = {}
    for score in looks:
        if model["target"] == "free_to_paid" or score.is_candidate:
            for one in score.satisfied:
                found.setdefault(one.signal, score)
    return {signal: score for signal, score in found.items() if score.is_candidate}


def reached(looks: list[Score], points: float) -> Score | None:
    """The first look that finds an actor who could be a lead with so many points."""
    return next((score for score in looks if score.is_candidate and score.total >= points), None)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
