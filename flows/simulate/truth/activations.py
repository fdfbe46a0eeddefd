"""Activation: who reached the milestones in time, and how long it took."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median

from flows.simulate.truth.facts import Event, Facts
from flows.simulate.truth.rows import Row
from flows.simulate.truth.rules import matching

DEFAULT_DAYS = 14


def activation_truth(facts: Facts) -> dict[str, object]:
    truth: dict[str, object] = {}
    for row in facts.definitions["activations"]:
        grain, days = row["grain"], int(row["within_days"] or DEFAULT_DAYS)
        reached = activated_at(facts, str(row["activation"]))
        units = facts.units(grain)
        mature = {
            name: unit
            for name, unit in units.items()
            if unit.created_at + timedelta(days=days) <= facts.as_of
        }
        seconds = [
            (reached[name] - unit.created_at).total_seconds()
            for name, unit in mature.items()
            if name in reached
        ]
        truth[str(row["activation"])] = {
            "grain": grain,
            "units": len(units),
            "mature": len(mature),
            "pending": len(units) - len(mature),
            "activated": len(seconds),
            "activated_before_maturity": len(reached) - len(seconds),
            "activation_rate": len(seconds) / len(mature) if mature else None,
            "median_seconds_to_value": round(median(seconds), 6) if seconds else None,
        }
    return truth


def activated_at(facts: Facts, activation: str) -> dict[str, datetime]:
    """The moment at which each unit had reached what the activation requires."""
    row = next(row for row in facts.definitions["activations"] if row["activation"] == activation)
    milestones: dict[str | None, list[Row]] = defaultdict(list)
    for milestone in facts.definitions["activation_milestones"]:
        if milestone["activation"] == activation:
            milestones[milestone["milestone"]].append(milestone)
    window = timedelta(days=int(row["within_days"] or DEFAULT_DAYS))
    events_of = by_unit(facts, row["grain"])
    reached = {}
    for name, unit in facts.units(row["grain"]).items():
        events = [
            event
            for event in events_of[name]
            if unit.created_at <= event.at <= unit.created_at + window
        ]
        moments = []
        for rule in milestones.values():
            matched, times = matching(facts, rule, events), int(rule[0]["times"] or 1)
            moments.append(matched[times - 1].at if len(matched) >= times else None)
        met = [moment for moment in moments if moment]
        if row["require"] == "all" and len(met) == len(moments):
            reached[name] = max(met)
        elif row["require"] == "any" and met:
            reached[name] = min(met)
    return reached


def by_unit(facts: Facts, grain: str | None) -> dict[str, list[Event]]:
    """Counted events of each user (not of visitors) or account, in order."""
    events: dict[str, list[Event]] = defaultdict(list)
    for event in facts.events_counted:
        name = event.user if grain == "user" else event.account
        if name:
            events[name].append(event)
    return events
