"""What people answer when asked, and which variant of the experiment they were shown."""

from __future__ import annotations

import numpy as np

from flows.simulate.accounts import Accounts, experiment_window
from flows.simulate.people import People
from flows.simulate.timeline import DAY, NEVER, SECOND, Span
from flows.simulate.usage import Habits

SURVEYS = (("relationship", "nps"), ("support_chat", "csat"), ("set_up_effort", "ces"))
NPS, CSAT, CES = range(3)
COMMENTS = ("", "", "", "Does what it says", "Too slow on large tables", "My team lives in it")
Rows = dict[str, np.ndarray]


def exposures(rng: np.random.Generator, accounts: Accounts, span: Span) -> Rows:
    """Owners see the experiment at sign-up; some again, and a few in the other variant."""
    user = np.flatnonzero(accounts.variant >= 0)
    at = accounts.created[user] + rng.integers(SECOND, 5 * SECOND, len(user))
    shown = accounts.variant[user]
    again = rng.random(len(user)) < 0.2
    crossed = again & (rng.random(len(user)) < 0.05)
    later = at + rng.integers(DAY, 5 * DAY, len(user))
    again &= later < experiment_window(span)[1]
    rows = {
        "user": np.concatenate([user, user[again]]),
        "variant": np.concatenate([shown, np.where(crossed, 1 - shown, shown)[again]]),
        "at": np.concatenate([at, later[again]]),
    }
    order = np.argsort(rows["at"], kind="stable")
    return {name: values[order] for name, values in rows.items()}


def survey_responses(rng: np.random.Generator, people: People, habits: Habits, span: Span) -> Rows:
    """NPS after a month and a quarter later, CSAT after support, CES after set-up."""
    asked = []
    stays = habits.alive_until - people.created
    for survey, share, first, last in (
        (NPS, 0.5, 25, 60),
        (NPS, 0.4, 110, 150),
        (CSAT, 0.08, 2, 90),
        (CES, 0.15, 1, 2),
    ):
        at = people.created + rng.integers(first * DAY, last * DAY, len(people))
        who = np.flatnonzero(
            (rng.random(len(people)) < share) & (at < people.created + stays + DAY)
        )
        who = who[at[who] < span.end]
        asked.append((np.full(len(who), survey), who, at[who]))
    survey, user, at = (np.concatenate(column) for column in zip(*asked, strict=True))

    # A few answer twice in the same days, a few correct an answer they gave.
    twice = np.flatnonzero(rng.random(len(user)) < 0.04)
    survey = np.concatenate([survey, survey[twice]])
    user = np.concatenate([user, user[twice]])
    at = np.concatenate([at, np.minimum(at[twice] + 2 * DAY, span.end - SECOND)])
    happy = (habits.full_from[user] < NEVER).astype(np.int64)
    number = np.arange(len(user))
    score = _scores(rng, survey, happy)
    corrected = np.flatnonzero((rng.random(len(user)) < 0.03) & (at < span.end - 2 * DAY))
    rows = {
        "response": np.concatenate([number, number[corrected]]),
        "survey": np.concatenate([survey, survey[corrected]]),
        "user": np.where(rng.random(len(user)) < 0.03, -1, user),
        "at": np.concatenate([at, at[corrected]]),
        "score": np.concatenate([score, np.maximum(score[corrected] - 1, 1)]),
        "comment": rng.integers(0, len(COMMENTS), len(user) + len(corrected)),
        "updated": np.concatenate([np.full(len(user), NEVER), at[corrected] + DAY]),
    }
    rows["user"] = np.concatenate([rows["user"], rows["user"][corrected]])
    order = np.argsort(
        np.where(rows["updated"] < NEVER, rows["updated"], rows["at"]), kind="stable"
    )
    return {name: values[order] for name, values in rows.items()}


def _scores(rng: np.random.Generator, survey: np.ndarray, happy: np.ndarray) -> np.ndarray:
    middle = np.array([[7.3, 9.1], [3.6, 4.4], [4.6, 5.8]])[survey, happy]
    spread = np.array([2.0, 0.8, 1.2])[survey]
    top = np.array([10, 5, 7])[survey]
    drawn = np.rint(rng.normal(middle, spread)).astype(np.int64)
    return np.clip(drawn, np.where(survey == NPS, 0, 1), top)
