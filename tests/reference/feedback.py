"""Which answers count, and the scores they make."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import sqrt
from statistics import fmean, pstdev, stdev

from tests.reference.growth_company import Company
from tests.reference.growth_world import Row
from tests.reference.local_time import Calendar

Z = 1.959963984540054
SCALES = {"nps": (-100, 100), "csat": (0, 100), "ces": (1, 7)}


def answers(company: Company, calendar: Calendar) -> list[Row]:
    """Every answer once, as it stood last, with what the user was then."""
    world = company.world
    latest: dict[str, Row] = {}
    for row in world.streams["survey_responses"]:
        at = row.get("updated_at") or row["responded_at"]
        before = latest.get(row["response_id"])
        if row["responded_at"] >= company.as_of or at >= company.as_of:
            continue
        if before is None or at >= (before.get("updated_at") or before["responded_at"]):
            latest[row["response_id"]] = row
    found = []
    for row in latest.values():
        user, at = world.user(row["user_id"]), row["responded_at"]
        account = row["account_id"] or company.account_of(user, at)
        if company.is_ours(user) or account in company.our_accounts:
            continue
        is_paying = None if account is None else company.mrr_at(account, at) > 0
        activated = company.activated_at(*(("user", user) if user else ("account", account)))
        known = user in company.customers if user else account in company.accounts
        days = (at - company.customers[user]) / timedelta(days=1) if user else -1
        found.append(
            {
                **row,
                "user_id": user,
                "account_id": account,
                "category": category(row["survey_type"], row["score"]),
                "is_paying": is_paying,
                "plan": plan(company, account, at, is_paying),
                "is_activated": (activated is not None and activated <= at) if known else None,
                "tenure": None if days < 0 else "new" if days < 14 else "old",
                "month": calendar.start(at, "month").date(),
            }
        )
    for row in found:
        rivals = [
            other
            for other in found
            if row["user_id"] is not None
            and other["category"] is not None
            and all(other[key] == row[key] for key in ("user_id", "survey", "month"))
        ]
        newest = max(rivals or [row], key=lambda one: (one["responded_at"], one["response_id"]))
        row["is_latest"] = row["category"] is not None and newest is row
    return found


def plan(company: Company, account: str | None, at, is_paying: bool | None) -> str | None:
    if account is None:
        return None
    if is_paying:
        return "starter"
    created_at = company.accounts[account]
    return "free" if min(created_at, company.first_paid_at(account) or created_at) <= at else None


def category(survey_type: str, score: int | None) -> str | None:
    if score is None:
        return None
    if survey_type == "nps":
        kinds = ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2
        return kinds[score] if score <= 10 else None
    if survey_type == "csat":
        return {1: "unsatisfied", 2: "unsatisfied", 3: "unsatisfied", 4: "satisfied"}.get(
            score, "satisfied" if score == 5 else None
        )
    return "rated" if 1 <= score <= 7 else None


def by_month(found: list[Row]) -> dict[tuple, tuple]:
    groups: dict[tuple, list[Row]] = {}
    for row in found:
        if not row["is_latest"]:
            continue
        key = row["survey"], row["survey_type"], row["month"]
        groups.setdefault((*key, None, None), []).append(row)
        for name in ("plan", "is_paying", "is_activated", "tenure"):
            value = "" if row[name] is None else str(row[name])
            value = value.lower() if name.startswith("is_") else value
            groups.setdefault((*key, name, value), []).append(row)
    return {key: scores(key[1], rows) for key, rows in groups.items()}


def scores(survey_type: str, rows: list[Row]) -> tuple:
    counts = Counter(row["category"] for row in rows)
    worth = {"promoter": 100, "passive": 0, "detractor": -100, "satisfied": 100, "unsatisfied": 0}
    points = [worth.get(row["category"], row["score"]) for row in rows]
    mean, margin = fmean(points), None
    if survey_type != "ces":
        margin = Z * pstdev(points) / sqrt(len(points))
    elif len(points) > 1:
        margin = Z * stdev(points) / sqrt(len(points))
    lowest, highest = SCALES[survey_type]
    bounds = (
        (None, None)
        if margin is None
        else (max(mean - margin, float(lowest)), min(mean + margin, float(highest)))
    )
    names = ("promoter", "passive", "detractor")
    return (len(rows), *(counts[name] for name in names), mean, *bounds)
