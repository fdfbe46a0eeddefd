"""The company's calendar: milliseconds since 1970 in UTC, as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = np.iinfo(np.int64).max // 4

LAUNCH_SHARE, LAUNCH_SPAN = 0.12, 0.05  # the waiting list signs up in the first days


def instant(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND


def months_before(day: date, months: int) -> date:
    """The first day of the month that many months earlier."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True)
class Span:
    """The company's life: whole months that end at `ending`, exclusive."""

    ending: date
    months: int
    growth: float

    @property
    def end(self) -> int:
        return instant(self.ending)

    @property
    def start(self) -> int:
        return instant(self.month_starts[0])

    @property
    def month_starts(self) -> list[date]:
        return [months_before(self.ending, back) for back in range(self.months, 0, -1)]

    def draw_arrivals(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Moments at which people arrive: a launch, then steady growth, in working hours."""
        growth = max(self.growth, 1e-9)
        share = rng.random(count)
        position = (np.sqrt(1 + 2 * growth * share * (1 + growth / 2)) - 1) / growth
        at_launch = rng.random(count) < LAUNCH_SHARE
        position = np.where(at_launch, share * LAUNCH_SPAN, position)
        moments = (self.start + position * (self.end - self.start - HOUR)).astype(np.int64)
        moments = in_working_hours(rng, moments)
        moments = np.where(moments < self.start, moments + WEEK, moments)
        return np.minimum(moments, self.end - HOUR)

    def share_arrived(self, moment: int) -> float:
        """The expected share of all arrivals before a moment."""
        position = min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)
        steady = (position + self.growth * position**2 / 2) / (1 + self.growth / 2)
        return LAUNCH_SHARE * min(position / LAUNCH_SPAN, 1.0) + (1 - LAUNCH_SHARE) * steady


def in_working_hours(rng: np.random.Generator, moments: np.ndarray) -> np.ndarray:
    """Moves moments to a likely time of their day, and most of the weekend into the week."""
    days = moments // DAY
    weekday = (days + 3) % 7
    moved = (weekday >= 5) & (rng.random(len(moments)) < 0.75)
    time_of_day = rng.triangular(6 * HOUR, 13 * HOUR, 22 * HOUR, len(moments)).astype(np.int64)
    return np.where(moved, days - 3, days) * DAY + time_of_day


def after(rng: np.random.Generator, moments: np.ndarray, mean: float) -> np.ndarray:
    """A moment later by an exponential delay with that mean, in milliseconds."""
    return moments + rng.exponential(mean, len(moments)).astype(np.int64) + 1
