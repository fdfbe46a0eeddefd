"""Hours, days, weeks and months as clocks and calendars on a wall in a time zone show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LENGTHS = {
    "hour": timedelta(hours=1),
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}


class Calendar:
    """The periods from a first instant to as_of, in their order."""

    def __init__(self, zone: str, week_starts_on: str, first: datetime, as_of: datetime) -> None:
        self.zone = ZoneInfo(zone)
        self.week_starts_on = week_starts_on
        self.as_of = as_of
        self.periods: dict[str, list[datetime]] = {}
        for period in LENGTHS:
            starts = []
            at = first.replace(minute=0, second=0, microsecond=0)
            while at < as_of + timedelta(hours=1):
                start = self.start(min(at, as_of - timedelta(microseconds=1)), period)
                if not starts or starts[-1] < start:
                    starts.append(start)
                at += timedelta(minutes=15)
            self.periods[period] = starts

    def local(self, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def utc(self, local: datetime) -> datetime:
        """The instant at which the clocks show a local time; the first, where they do so twice."""
        return local.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def start(self, at: datetime, period: str) -> datetime:
        """The first local instant of the period that an instant in UTC falls into."""
        local = self.local(at).replace(minute=0, second=0, microsecond=0)
        if period == "hour":
            return local
        day = local.replace(hour=0)
        if period == "month":
            return day.replace(day=1)
        if period == "week":
            past = (day.weekday() + (1 if self.week_starts_on == "sunday" else 0)) % 7
            return day - timedelta(days=past)
        return day

    def number(self, at: datetime, period: str) -> int:
        return self.periods[period].index(self.start(at, period))

    def has_ended(self, number: int, period: str) -> bool:
        """Was the period over at as_of?"""
        starts = self.periods[period]
        return number < len(starts) and starts[number] < self.start(self.as_of, period)
