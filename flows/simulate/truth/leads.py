"""Product-qualified leads: the instant at which the points of a model were first reached.

A model is looked at whenever a fact that matches one of its signals becomes known, with nothing
but what was known by then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.simulate.truth.facts import Facts, Unit
from flows.simulate.truth.knowledge import Claim, claims
from flows.simulate.truth.revenue import Version, mrr_changes, paid_spells, versions
from flows.simulate.truth.rows import Row
from flows.simulate.truth.rules import holds, satisfies


@dataclass
class Actor:
    """What a model may know of one account or user."""

    unit: Unit
    claims: list[Claim]
    plans: list[Version]


def lead_truth(facts: Facts) -> dict[str, object]:
    known = [claim for event in facts.events_counted for claim in claims(facts, event)]
    return {
        str(row["model"]): _model(facts, row, _actors(facts, row["grain"], known))
        for row in facts.definitions["pql_models"]
    }


def _model(facts: Facts, model: Row, actors: dict[str, Actor]) -> dict[str, object]:
    signals: dict[str, list[Row]] = defaultdict(list)
    for row in facts.definitions["pql_signals"]:
        if row["model"] == model["model"]:
            signals[str(row["signal"])].append(row)
    spells, changes = paid_spells(facts), mrr_changes(facts)
    horizon = timedelta(days=float(model["conversion_days"] or 30))
    leads = []
    for name, actor in sorted(actors.items()):
        account = name if model["grain"] == "account" else actor.unit.attributes["account_id"]
        paid = spells.get(account or "", [])
        for at, points in _qualifications(facts, model, signals, actor, paid):
            converted = _converted_at(model, at, paid, changes.get(account or "", []))
            is_mature = at + horizon <= facts.as_of
            in_time = converted is not None and converted <= at + horizon
            leads.append(
                {
                    "actor_id": name,
                    "qualified_at": f"{at.isoformat()}Z",
                    "points": points,
                    "converted_at": f"{converted.isoformat()}Z" if converted else None,
                    "is_converted": True if in_time else (False if is_mature else None),
                    "is_mature": is_mature,
                }
            )
    mature = [lead for lead in leads if lead["is_mature"]]
    converted_leads = [lead for lead in mature if lead["is_converted"]]
    return {
        "grain": model["grain"],
        "qualified": len(leads),
        "mature": len(mature),
        "converted": len(converted_leads),
        "conversion_rate": len(converted_leads) / len(mature) if mature else None,
        "qualifications": leads,
    }


def _actors(facts: Facts, grain: str | None, known: list[Claim]) -> dict[str, Actor]:
    found: dict[str, list[Claim]] = defaultdict(list)
    plans: dict[str, list[Version]] = defaultdict(list)
    for claim in known:
        name = claim.user if grain == "user" else claim.account
        if name:
            found[name].append(claim)
    for version in versions(facts):
        plans[version.account].append(version)
    actors = {}
    for name, unit in facts.units(grain).items():
        account = name if grain == "account" else unit.attributes["account_id"]
        actors[name] = Actor(unit, found[name], plans[account or ""])
    return actors


def _qualifications(
    facts: Facts,
    model: Row,
    signals: dict[str, list[Row]],
    actor: Actor,
    paid: list[tuple[datetime, datetime | None]],
) -> list[tuple[datetime, int]]:
    threshold = float(model["qualifying_points"] or 0)
    cooldown = model["cooldown_days"]
    wants_payers = model["target"] == "expansion"
    matched = {name: _matching_claims(facts, rule, actor) for name, rule in signals.items()}
    found: list[tuple[datetime, int]] = []
    for at in _instants(signals, matched, actor):
        if at >= facts.as_of or _is_paying(paid, at) != wants_payers:
            continue
        if found and (cooldown is None or at < found[-1][0] + timedelta(days=float(cooldown))):
            continue
        points = sum(
            int(rule[0]["points"] or 0)
            for name, rule in signals.items()
            if _is_satisfied(facts, rule, matched[name], actor, at)
        )
        if points >= threshold:
            found.append((at, points))
    return found


def _matching_claims(facts: Facts, rule: list[Row], actor: Actor) -> list[Claim]:
    if rule[0]["source"] == "attribute":
        return []
    if rule[0]["source"] == "limit":
        names = {plan["usage_event"] for plan in facts.definitions["plans"]}
        return [claim for claim in actor.claims if claim.event.name in names]
    return [claim for claim in actor.claims if satisfies(facts, rule, claim.event)]


def _instants(
    signals: dict[str, list[Row]], matched: dict[str, list[Claim]], actor: Actor
) -> list[datetime]:
    """Every moment at which a matching fact became known.

    That an event's user goes by another name from now on is news to a signal on users alone.
    """
    instants: set[datetime] = set()
    for name, found in matched.items():
        ends = {(claim.event.event_id, claim.known_to) for claim in found}
        if signals[name][0]["source"] == "distinct_users":
            ends = set()
        instants |= {
            claim.known_from
            for claim in found
            if (claim.event.event_id, claim.known_from) not in ends
        }
    for rule in signals.values():
        if rule[0]["source"] == "attribute":
            instants |= {
                known_at for known_at, row in actor.unit.versions if _attribute_holds(rule, row)
            }
    return sorted(instants)


def _attribute_holds(rule: list[Row], row: Row) -> bool:
    return any(
        holds(str(part["operator"]), row.get(str(part["attribute"])), part["value"] or "")
        for part in rule
    )


def _is_satisfied(
    facts: Facts, rule: list[Row], matched: list[Claim], actor: Actor, at: datetime
) -> bool:
    signal = rule[0]
    if signal["source"] == "attribute":
        known = [row for known_at, row in actor.unit.versions if known_at <= at]
        return bool(known) and _attribute_holds(rule, known[-1])
    back = timedelta(days=float(signal["within_days"] or 0))
    seen = [claim for claim in matched if claim.known_from <= at < claim.known_to]
    recent = [claim for claim in seen if at - back <= claim.event.at <= at]
    times = int(signal["times"] or 1)
    if signal["source"] == "event_count":
        return len(recent) >= times
    if signal["source"] == "distinct_users":
        return len({claim.user for claim in recent if claim.user}) >= times
    if signal["source"] == "active_days":
        return len({claim.event.at.date() for claim in recent}) >= times
    if signal["source"] == "distinct_features":
        catalog = {row["event_name"]: row["feature"] for row in facts.definitions["event_catalog"]}
        features = {catalog.get(claim.event.name) for claim in recent} - {None}
        return len(features) >= times
    if signal["source"] == "surge":
        earlier = [claim for claim in seen if at - 2 * back <= claim.event.at < at - back]
        return bool(earlier) and len(recent) / len(earlier) >= float(signal["value"] or 0)
    return _is_near_limit(facts, signal, recent, actor, at)


def _is_near_limit(
    facts: Facts, signal: Row, recent: list[Claim], actor: Actor, at: datetime
) -> bool:
    """Uses of what the plan in force limits, against a share of that limit."""
    plan = _plan_in_force(facts, actor, at)
    if plan is None or plan["usage_limit"] is None:
        return False
    uses = [claim for claim in recent if claim.event.name == plan["usage_event"]]
    return len(uses) >= float(signal["value"] or 0) * float(plan["usage_limit"])


def _plan_in_force(facts: Facts, actor: Actor, at: datetime) -> Row | None:
    """Of several the highest; without any the lowest that is neither paid nor a trial."""
    names = {
        version.plan
        for version in actor.plans
        if version.gives_the_plan
        and version.started <= at
        and (version.ended is None or at < version.ended)
    }
    plans = sorted(facts.definitions["plans"], key=lambda plan: int(plan["tier"] or 0))
    held = [plan for plan in plans if plan["plan"] in names]
    free = [plan for plan in plans if plan["is_paid"] != "true" and plan["is_trial"] != "true"]
    return held[-1] if held else next(iter(free), None)


def _is_paying(paid: list[tuple[datetime, datetime | None]], at: datetime) -> bool:
    return any(start <= at and (end is None or at < end) for start, end in paid)


def _converted_at(
    model: Row,
    at: datetime,
    paid: list[tuple[datetime, datetime | None]],
    changes: list[tuple[datetime, int]],
) -> datetime | None:
    """The next first payment, or for those who pay the next rise."""
    if model["target"] == "free_to_paid":
        return next((start for start, _ in paid if start > at), None)
    before = 0
    for moment, minor in changes:
        if moment > at and minor > before:
            return moment
        before = minor
    return None
