"""Accounts: who signs up, from where, and what fate is planted for each."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, HOUR, MINUTE, NEVER, Span, after, instant, months_before

VALUE_DEADLINE = 14 * DAY  # the demo definitions give an account fourteen days
SLOW_SPREAD = 1.0  # of the logarithm of the time to value outside the first session


@dataclass
class Accounts:
    """One place in every array for each account, in the order of sign-up."""

    created: np.ndarray
    channel: np.ndarray
    referrer: np.ndarray  # the account whose shared report brought this one, else -1
    parent: np.ndarray
    industry: np.ndarray
    country: np.ndarray
    currency: np.ndarray
    employees: np.ndarray
    first_word: np.ndarray
    second_word: np.ndarray
    quality: np.ndarray  # mean 1: how much they use whatever they use
    starts_on_trial: np.ndarray
    variant: np.ndarray  # of the experiment, else -1
    value_at: np.ndarray  # when value is planted, NEVER for those who never see it
    limit_at: np.ndarray  # when a heavy account meets its limit, else NEVER
    sales_at: np.ndarray  # when they write to sales, else NEVER

    def __len__(self) -> int:
        return len(self.created)


def draw_accounts(
    rng: np.random.Generator, count: int, span: Span, profile: CompanyProfile
) -> Accounts:
    created = np.sort(span.draw_arrivals(rng, count))
    channel = rng.choice(len(words.CHANNEL_SHARES), count, p=words.CHANNEL_SHARES)
    referrer = _draw_referrers(rng, created, min(profile.referred_share, profile.k_factor))
    channel = np.where(referrer >= 0, words.REFERRAL, channel)
    country = rng.choice(len(words.COUNTRIES), count, p=words.COUNTRY_SHARES)
    in_euro = np.isin(country, [words.COUNTRIES.index(name) for name in words.EURO_COUNTRIES])
    employees = np.clip(rng.lognormal(3.6, 1.4, count), 1, 20_000).astype(np.int64)
    variant = _draw_variants(rng, created, span)
    value_at = _draw_value(rng, created, channel, variant, profile)
    heavy = (rng.random(count) < 0.45) & (value_at < NEVER)
    limit_at = after(rng, np.maximum(created + 2 * DAY, value_at + HOUR), 4 * DAY)
    asks_sales = rng.random(count) < np.where(employees >= 200, 0.2, 0.02)
    return Accounts(
        created=created,
        channel=channel,
        referrer=referrer,
        parent=_draw_parents(rng, count),
        industry=rng.integers(0, len(words.INDUSTRIES), count),
        country=country,
        currency=in_euro.astype(np.int64),
        employees=employees,
        first_word=rng.integers(0, len(words.COMPANY_FIRST), count),
        second_word=rng.integers(0, len(words.COMPANY_SECOND), count),
        quality=rng.gamma(2.0, 0.5, count),
        starts_on_trial=rng.random(count) < profile.trial_share,
        variant=variant,
        value_at=value_at,
        limit_at=np.where(heavy, limit_at, NEVER),
        sales_at=np.where(asks_sales, after(rng, created + DAY, 12 * DAY), NEVER),
    )


def _draw_referrers(rng: np.random.Generator, created: np.ndarray, share: float) -> np.ndarray:
    """An earlier account, about ten days older, for that share of the accounts."""
    count = len(created)
    wanted = created - rng.exponential(10 * DAY, count).astype(np.int64) - HOUR
    found = np.searchsorted(created, wanted) - 1
    return np.where(rng.random(count) < share, found, -1)


def _draw_parents(rng: np.random.Generator, count: int) -> np.ndarray:
    """Two accounts in a hundred belong to an earlier one that has no parent itself."""
    has_parent = rng.random(count) < 0.02
    parent = (rng.random(count) * np.arange(count)).astype(np.int64)
    fits = has_parent & (np.arange(count) > 0) & ~has_parent[parent]
    return np.where(fits, parent, -1)


def experiment_window(span: Span) -> tuple[int, int]:
    """The experiment takes in owners from six months to one month before the end."""
    opens, closes = (instant(months_before(span.ending, months)) for months in (6, 1))
    return max(opens, span.start), closes


def _draw_variants(rng: np.random.Generator, created: np.ndarray, span: Span) -> np.ndarray:
    opens, closes = experiment_window(span)
    taken_in = (created >= opens) & (created < closes - DAY)
    return np.where(taken_in, rng.integers(0, 2, len(created)), -1)


def _draw_value(
    rng: np.random.Generator,
    created: np.ndarray,
    channel: np.ndarray,
    variant: np.ndarray,
    profile: CompanyProfile,
) -> np.ndarray:
    """Who is activated and when; a few of the others see value after the deadline."""
    count = len(created)
    weights = np.array(words.CHANNEL_ACTIVATION)
    usual = float(np.dot(weights[:-1], words.CHANNEL_SHARES))
    rate = profile.activation_rate * weights[channel] / usual
    rate = np.clip(rate + np.where(variant == 1, profile.experiment_effect, 0.0), 0.0, 0.97)
    activated = rng.random(count) < rate

    at_once = rng.random(count) < profile.first_session_share
    quick = rng.uniform(6 * MINUTE, 26 * MINUTE, count)
    slow = rng.lognormal(0.0, SLOW_SPREAD, count) * _slow_median(profile) * HOUR
    slow = np.clip(slow, 45 * MINUTE, VALUE_DEADLINE - HOUR)
    too_late = rng.random(count) < 0.04
    late = rng.uniform(VALUE_DEADLINE + DAY, 40 * DAY, count)
    value_at = created + np.where(activated, np.where(at_once, quick, slow), late).astype(np.int64)
    return np.where(activated | too_late, value_at, NEVER)


def _slow_median(profile: CompanyProfile) -> float:
    """The median hours of the slow that makes the median of all, quick ones too, as planted."""
    share = profile.first_session_share
    if share >= 0.5:
        return profile.hours_to_value
    quantile = NormalDist().inv_cdf((0.5 - share) / (1 - share))
    return profile.hours_to_value * float(np.exp(-quantile * SLOW_SPREAD))
