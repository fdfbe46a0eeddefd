"""The experiment by variant, and the scores of surveys."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from flows.simulate.truth.activations import activated_at
from flows.simulate.truth.facts import Facts
from flows.simulate.truth.rows import Row, known


def experiment_truth(facts: Facts) -> dict[str, object]:
    """Activation by first exposure; units that saw two variants are left out."""
    truth: dict[str, object] = {}
    for row in facts.definitions["experiments"]:
        kind, _, activation = str(row["metric"]).partition(":")
        if kind != "activation":
            continue
        units = facts.units(row["unit_type"])
        first: dict[str, tuple[datetime, str]] = {}
        variants: dict[str, set[str]] = defaultdict(set)
        for exposure in facts.streams["experiment_exposures"]:
            unit = str(exposure["unit_id"])
            if row["unit_type"] == "user":
                unit = str(facts.user_id(unit))
            at = known(exposure["exposed_at"])
            if exposure["experiment"] != row["experiment"] or unit not in units:
                continue
            if at < facts.as_of and _within(row, at):
                shown_now = (at, str(exposure["variant"]))
                variants[unit].add(shown_now[1])
                first[unit] = min(first.get(unit, shown_now), shown_now)
        reached = activated_at(facts, activation)
        window = timedelta(days=int(row["within_days"] or 14))
        shown: dict[str, dict[str, int]] = defaultdict(
            lambda: {"units": 0, "mature_units": 0, "activated": 0}
        )
        for unit, (at, variant) in first.items():
            if len(variants[unit]) > 1:
                continue
            shown[variant]["units"] += 1
            if at + window <= facts.as_of:
                shown[variant]["mature_units"] += 1
                shown[variant]["activated"] += unit in reached and reached[unit] <= at + window
        truth[str(row["experiment"])] = {
            "metric": row["metric"],
            "crossover": sum(len(seen) > 1 for seen in variants.values()),
            "variants": dict(sorted(shown.items())),
        }
    return truth


def _within(experiment: Row, at: datetime) -> bool:
    first, last = experiment["starts_on"], experiment["ends_on"]
    return (not first or at.date() >= date.fromisoformat(first)) and (
        not last or at.date() <= date.fromisoformat(last)
    )


def survey_truth(facts: Facts) -> list[dict[str, object]]:
    """One answer a person, survey and month: the latest. NPS by month."""
    latest: dict[str, Row] = {}
    for row in facts.streams["survey_responses"]:
        key = str(row["response_id"])
        known_at = known(row["updated_at"] or row["responded_at"])
        if known_at >= facts.as_of:
            continue
        if key not in latest or known_at >= known(
            latest[key]["updated_at"] or latest[key]["responded_at"]
        ):
            latest[key] = row
    users, accounts = facts.units("user"), facts.units("account")
    counted: dict[tuple[str, str, str], tuple[datetime, float]] = {}
    for key, row in latest.items():
        person = facts.user_id(row["user_id"])
        if row["survey_type"] != "nps" or row["score"] is None:
            continue
        if (person and person not in users) or (
            row["account_id"] and row["account_id"] not in accounts
        ):
            continue
        at = known(row["responded_at"])
        place = (str(row["survey"]), f"{at:%Y-%m}-01", person or f"answer {key}")
        answer = (at, float(row["score"]))
        counted[place] = max(counted.get(place, answer), answer)
    months: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (survey, month, _), (_, score) in counted.items():
        months[survey, month].append(score)
    return [
        {
            "survey": survey,
            "month": month,
            "responses": len(scores),
            "promoters": sum(score >= 9 for score in scores),
            "passives": sum(7 <= score <= 8 for score in scores),
            "detractors": sum(score <= 6 for score in scores),
        }
        for (survey, month), scores in sorted(months.items())
    ]
