"""Adoption of features, month after month and account after account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from tests.reference.identity import Event
from tests.reference.local_time import Calendar

Row = dict[str, Any]


def adoption_by_feature(
    features: Mapping[str, str],
    events: Iterable[Event],
    signed_up_at: Mapping[str, datetime],
    calendar: Calendar,
) -> dict[tuple[str, date], Row]:
    """The month's counts and rates of every feature that is open to all plans."""
    uses: dict[str, list[tuple[datetime, str]]] = {feature: [] for feature in features.values()}
    for event in sorted(events, key=lambda event: event.occurred_at):
        feature, user = features.get(event.event_name), event.user_id
        if feature and user in signed_up_at and event.occurred_at >= signed_up_at[user]:
            uses[feature].append((event.occurred_at, user))
    result = {}
    for month, end in months(min(signed_up_at.values()), calendar):
        is_complete = end <= calendar.as_of
        users = [user for user, at in signed_up_at.items() if at < min(end, calendar.as_of)]
        for feature, all_uses in uses.items():
            in_month = [
                (at, user) for at, user in all_uses if calendar.start(at, "month").date() == month
            ]
            active = {user for _, user in in_month}
            new = {
                user
                for user in active
                if not any(other == user and at < in_month[0][0] for at, other in all_uses)
            }
            days = [
                (next(at for at, other in in_month if other == user) - signed_up_at[user])
                / timedelta(days=1)
                for user in new
            ]
            again = [user for user in new if sum(other == user for _, other in all_uses) > 1]
            result[feature, month] = {
                "eligible_users": len(users),
                "new_users": len(new),
                "active_users": len(active),
                "adoption_rate": len(active) / len(users) if is_complete and users else None,
                "new_adoption_rate": len(new) / len(users) if is_complete and users else None,
                "uses": len(in_month),
                "uses_per_user": len(in_month) / len(active) if active else None,
                "second_use_rate": len(again) / len(new) if is_complete and new else None,
                "median_days_to_first_use": median(days) if days else None,
            }
    return result


def months(first: datetime, calendar: Calendar) -> list[tuple[date, datetime]]:
    """First day and end in UTC of every local month from an instant to as_of."""
    result = []
    month = calendar.start(first, "month")
    while month <= calendar.start(calendar.as_of - timedelta(microseconds=1), "month"):
        following = (month + timedelta(days=31)).replace(day=1)
        end = following.replace(tzinfo=calendar.zone).astimezone(UTC).replace(tzinfo=None)
        result.append((month.date(), end))
        month = following
    return result


def adoption_by_account(
    features: Mapping[str, str],
    events: Iterable[Event],
    signed_up_at: Mapping[str, datetime],
    as_of: datetime,
) -> dict[str, tuple[int, int, datetime]]:
    """Features of the last 28 days, features ever, and when the last new one came."""
    first: dict[str, dict[str, datetime]] = {}
    recent: dict[str, set[str]] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        feature, account = features.get(event.event_name), event.account_id
        is_before = event.user_id and event.occurred_at < signed_up_at[event.user_id]
        if not feature or not account or is_before:
            continue
        first.setdefault(account, {}).setdefault(feature, event.occurred_at)
        if event.occurred_at >= as_of - timedelta(days=28):
            recent.setdefault(account, set()).add(feature)
    return {
        account: (len(recent.get(account, ())), len(seen), max(seen.values()))
        for account, seen in first.items()
    }
