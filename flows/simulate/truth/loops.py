"""Loops: who brings whom, and who comes back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from flows.simulate.truth.facts import Facts
from flows.simulate.truth.rows import Row, known
from flows.simulate.truth.rules import satisfies

VIRAL_WINDOW = timedelta(days=30)


def _week(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def virality_truth(facts: Facts) -> dict[str, object]:
    """K-factor of sign-up weeks: sign-ups that a week's users brought within thirty days."""
    users = facts.units("user")
    inviter_of: dict[str, set[str]] = defaultdict(set)
    sent = accepted = 0
    for row in facts.streams["invitations"]:
        inviter = facts.user_id(row["inviter_user_id"])
        if inviter not in users:
            continue
        window_end = users[inviter].created_at + VIRAL_WINDOW
        sent += known(row["sent_at"]) <= window_end
        accepted += bool(row["accepted_at"]) and known(row["accepted_at"]) <= window_end
        if row["accepted_user_id"]:
            inviter_of[str(facts.user_id(row["accepted_user_id"]))].add(inviter)
    for name, user in users.items():
        inviter = facts.user_id(user.attributes["invited_by_user_id"])
        if inviter in users:
            inviter_of[name].add(str(inviter))

    weeks: dict[date, dict[str, int]] = defaultdict(lambda: {"users": 0, "invited_sign_ups": 0})
    for user in users.values():
        weeks[_week(user.created_at)]["users"] += 1
    for name, inviters in inviter_of.items():
        for inviter in inviters & set(users):
            joined = users[inviter].created_at
            if name in users and joined <= users[name].created_at <= joined + VIRAL_WINDOW:
                weeks[_week(joined)]["invited_sign_ups"] += 1
    mature = {
        week: counts
        for week, counts in weeks.items()
        if datetime.combine(week, datetime.min.time()) + timedelta(days=7) + VIRAL_WINDOW
        <= facts.as_of
    }
    brought = sum(counts["invited_sign_ups"] for counts in mature.values())
    bringing = sum(counts["users"] for counts in mature.values())
    return {
        "invitations_sent_in_window": sent,
        "invitations_accepted_in_window": accepted,
        "mature_users": bringing,
        "mature_invited_sign_ups": brought,
        "k_factor": brought / bringing if bringing else None,
        "weeks": [{"cohort_week": week.isoformat()} | weeks[week] for week in sorted(weeks)],
    }


def retention_truth(facts: Facts) -> dict[str, object]:
    """Calendar retention of first-time cohorts, pooled over the periods that have ended."""
    return {
        str(row["retention"]): _weekly(facts, row)
        for row in facts.definitions["retentions"]
        if (row["period"], row["cohort"], row["kind"], row["grain"])
        == ("week", "first_time", "on", "user")
    }


def _weekly(facts: Facts, retention: Row) -> list[dict[str, object]]:
    rules: dict[str | None, list[Row]] = defaultdict(list)
    for row in facts.definitions["retention_events"]:
        if row["retention"] == retention["retention"]:
            rules[row["role"]].append(row)
    starts: dict[str, date] = {}
    returns: dict[str, set[date]] = defaultdict(set)
    for event in facts.events_counted:
        person = str(event.person)
        if satisfies(facts, rules["start"], event):
            starts.setdefault(person, _week(event.at))
        if satisfies(facts, rules["return"], event):
            returns[person].add(_week(event.at))
    periods = []
    for number in range(1, int(retention["periods"] or 0) + 1):
        later = timedelta(weeks=number)
        mature = [
            person
            for person, week in starts.items()
            if datetime.combine(week + later, datetime.min.time()) + timedelta(weeks=1)
            <= facts.as_of
        ]
        retained = sum(starts[person] + later in returns[person] for person in mature)
        periods.append(
            {
                "period_number": number,
                "mature_cohort_size": len(mature),
                "retained": retained,
                "retention_rate": retained / len(mature) if mature else None,
            }
        )
    return periods
