"""What people do once they are in: habits that fade, gates and limits that say no."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.events import ANY, Events
from flows.simulate.people import People
from flows.simulate.profile import CompanyProfile
from flows.simulate.subscriptions import Plans
from flows.simulate.timeline import DAY, MINUTE, NEVER, SECOND, WEEK, Span, in_working_hours
from flows.simulate.vocabulary import code, variant

# What a session is made of. Those who have not seen value look at what others made.
HABITS = {
    "report_viewed": (0.36, 0.62),
    "report_created": (0.15, 0.0),
    "report_shared": (0.12, 0.0),
    "comment_added": (0.12, 0.18),
    "project_created": (0.04, 0.06),
    "dashboard_created": (0.03, 0.0),
    "data_source_connected": (0.01, 0.0),
    "export_downloaded": (0.07, 0.06),
    "alert_created": (0.03, 0.02),
    "api_called": (0.06, 0.04),
    "pricing_viewed": (0.01, 0.02),
}
GATES = (
    ("export_downloaded", words.STARTER),
    ("alert_created", words.TEAM),
    ("api_called", words.TEAM),
)


@dataclass
class Habits:
    """How each person takes to the product."""

    full_from: np.ndarray  # from when a person makes things himself, NEVER for those who look on
    alive_until: np.ndarray


def add_usage(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    full_from: np.ndarray,
    plans: Plans,
    span: Span,
    profile: CompanyProfile,
) -> Habits:
    habits = Habits(full_from, _draw_lifetimes(rng, people, full_from, plans, span, profile))
    drawn = (
        _draw_uses(rng, events, accounts, people, habits, profile),
        _draw_heavy_weeks(rng, events, accounts, plans),
    )
    uses = {name: np.concatenate([some[name] for some in drawn]) for name in drawn[0]}
    _add_uses(rng, events, uses, plans)
    return habits


def _draw_lifetimes(
    rng: np.random.Generator,
    people: People,
    full_from: np.ndarray,
    plans: Plans,
    span: Span,
    profile: CompanyProfile,
) -> np.ndarray:
    """Until when a person keeps coming: retention falls as a power of the weeks gone by."""
    shown_up = 1 - (1 + profile.sessions_per_week / 2) ** -2  # comes in a week at all, if alive
    alive = min(profile.week_4_retention / shown_up, 0.95)
    full = full_from < NEVER
    share = float(full.mean()) if len(full) else 0.5
    of_full = min(alive / (share + 0.3 * (1 - share)), 0.97)
    at_week_4 = np.where(full, of_full, 0.3 * of_full)
    power = -np.log(at_week_4) / np.log(5)
    weeks = np.minimum(rng.random(len(people)) ** (-1 / power) - 1, 600)
    pays = plans.paid_at[people.account] < NEVER
    weeks = np.where(pays, 2 * weeks, weeks)
    until = people.created + (weeks * WEEK).astype(np.int64)
    farewell = plans.gone_at[people.account]
    tired = rng.integers(0, 40 * DAY, len(people))
    until = np.where(farewell < NEVER, np.minimum(until, farewell - tired), until)
    until = np.minimum(np.minimum(until, people.left_at), span.end)
    return np.maximum(until, people.created)


def _draw_uses(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    habits: Habits,
    profile: CompanyProfile,
) -> dict[str, np.ndarray]:
    """Sessions through each life, and in each session a few uses."""
    weeks = (habits.alive_until - people.created) / WEEK
    pace = profile.sessions_per_week * rng.gamma(2.0, 0.5, len(people))
    pace = pace * (0.5 + 0.5 * accounts.quality[people.account])
    who = np.repeat(np.arange(len(people)), rng.poisson(pace * weeks))
    began = people.created[who] + 40 * MINUTE
    lasted = np.maximum(habits.alive_until[who] - began, 0)
    began = began + (rng.random(len(who)) * lasted).astype(np.int64)
    began = np.maximum(in_working_hours(rng, began), people.created[who] + 31 * MINUTE)
    session = events.new_sessions(len(who))
    events.add(began, code("session_started"), people.account[who], who, session=session)

    length = 1 + rng.poisson(max(profile.events_per_session - 2, 0.0), len(who))
    place = np.repeat(np.arange(len(who)), length)
    waited = rng.exponential(100 * SECOND, len(place)).astype(np.int64) + SECOND
    passed = np.cumsum(waited)
    before = np.concatenate([[0], passed])[np.cumsum(length) - length]
    at = began[place] + passed - before[place]
    user = who[place]
    makes = at > habits.full_from[user]
    return {
        "at": at,
        "code": _draw_codes(rng, makes),
        "account": people.account[user],
        "user": user,
        "session": session[place],
    }


def _draw_codes(rng: np.random.Generator, makes: np.ndarray) -> np.ndarray:
    codes = np.array([code(name) for name in HABITS])
    edges = np.cumsum(np.array(list(HABITS.values())), axis=0)
    drawn = rng.random(len(makes))
    of_makers = np.searchsorted(edges[:-1, 0], drawn, side="right")
    of_readers = np.searchsorted(edges[:-1, 1], drawn, side="right")
    return codes[np.where(makes, of_makers, of_readers)]


def _draw_heavy_weeks(
    rng: np.random.Generator, events: Events, accounts: Accounts, plans: Plans
) -> dict[str, np.ndarray]:
    """Owners who build so many reports in two days that they meet the limit of their plan."""
    free = np.flatnonzero((accounts.limit_at < NEVER) & ~accounts.starts_on_trial)
    climbing = plans.in_force(plans.upgraded_account, plans.upgraded_at - 1) == words.STARTER
    climbing &= accounts.value_at[plans.upgraded_account] < plans.upgraded_at - 14 * DAY
    climbing &= rng.random(len(climbing)) < 0.5
    starter = plans.upgraded_account[climbing]
    soon = plans.upgraded_at[climbing] - rng.integers(DAY, 8 * DAY, len(starter))
    weeks = (
        _reports_until(rng, events, free, accounts.limit_at[free], words.FREE),
        _reports_until(rng, events, starter, soon, words.STARTER),
    )
    heavy = {name: np.concatenate([week[name] for week in weeks]) for name in weeks[0]}
    heavy["at"] = np.maximum(heavy["at"], accounts.value_at[heavy["account"]] + SECOND)
    return heavy


def _reports_until(
    rng: np.random.Generator, events: Events, owners: np.ndarray, until: np.ndarray, plan: int
) -> dict[str, np.ndarray]:
    """A few more reports than the plan allows, in two days."""
    reports = int(words.USAGE_LIMITS[plan]) + 2
    session = np.repeat(events.new_sessions(len(owners)), reports)
    at = until[:, None] - rng.integers(0, 2 * DAY, (len(owners), reports))
    return {
        "at": at.ravel(),
        "code": np.full(at.size, code("report_created")),
        "account": np.repeat(owners, reports),
        "user": np.repeat(owners, reports),
        "session": session,
    }


def _add_uses(
    rng: np.random.Generator, events: Events, uses: dict[str, np.ndarray], plans: Plans
) -> None:
    """Uses as the plan of the moment allows: gated features and full limits say no."""
    plan = plans.in_force(uses["account"], uses["at"])
    codes, variants = uses["code"], np.full(len(plan), ANY)
    kept = np.ones(len(plan), bool)
    for number, (name, minimum) in enumerate(GATES):
        refused = (codes == code(name)) & _below(plan, minimum)
        codes = np.where(refused, code("gated_feature_clicked"), codes)
        variants = np.where(refused, variant("gated_feature_clicked", number), variants)
        kept &= ~refused | (rng.random(len(plan)) < 0.25)

    reports = np.flatnonzero(uses["code"] == code("report_created"))
    reports = reports[np.lexsort((uses["at"][reports], uses["account"][reports]))]
    limit = words.USAGE_LIMITS[plan[reports]]
    earlier = np.arange(len(reports)) - limit
    compared = reports[np.maximum(earlier, 0)]
    same = (earlier >= 0) & (uses["account"][compared] == uses["account"][reports])
    full = same & (uses["at"][compared] > uses["at"][reports] - 30 * DAY)
    refused = reports[full]
    codes[refused] = code("usage_limit_reached")
    variants[refused] = variant("usage_limit_reached", 0) + np.searchsorted(
        [40, 200], limit[full], side="right"
    )
    kept[refused] &= rng.random(len(refused)) < 0.6

    events.add(
        uses["at"][kept],
        codes[kept],
        uses["account"][kept],
        uses["user"][kept],
        session=uses["session"][kept],
        variant=variants[kept],
    )


def _below(plan: np.ndarray, minimum: int) -> np.ndarray:
    """A trial has what a team has."""
    return np.where(plan == words.TRIAL, words.TEAM, plan) < minimum
