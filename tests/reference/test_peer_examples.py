"""Examples that other tools publish with their numbers: they must come out of our tables too.

Facts from the test suites of PostHog, where column 0 of a retention is the cohort's size; the days
are ours to shift, the counts are not. Each example has event names of its own, so that all of them
share one build per setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
START = datetime.fromisoformat("2020-06-10T05:00:00")
AS_OF = "2021-01-01"

DAYS = {"p1": [0, 1, 2, 5, 5.2, 6], "p2": [1, 2, 3, 6]}
HOURS = {"p1": [1, 2, 3, 5, 6, 9], "p2": [1, 2, 3, 6, 7, 11]}
WEEKS = {"p1": [0, 1, 7, 14, 24, 31], "p2": [0, 1, 7, 24, 31, 45]}
SIGN_UPS = {"p1": [-1, 1, 2, 3, 4], "p2": [-1], "p3": [0], "p4": [2], "p0": [-5, -1]}
PAGES = {"p1": DAYS["p1"], "p2": DAYS["p2"], "p3": [1, 3, 4, 5], "p4": [3, 5]}
ROLLING = {"p1": [0, 3, 4], "p2": [0, 1], "p3": [1, 2, 3], "p4": [3, 4], "p5": [4]}

RETENTIONS: dict[str, tuple[Row, dict[str, dict[str, list[float]]], timedelta, list[list[int]]]] = {
    "day": (
        {"period": "day", "cohort": "recurring"},
        {"page": DAYS},
        timedelta(days=1),
        [
            [1, 1, 1, 0, 0, 1, 1, 0],
            [2, 2, 1, 0, 1, 2, 0, 0],
            [2, 1, 0, 1, 2, 0, 0, 0],
            [1, 0, 0, 1, 0, 0, 0, 0],
            [1, 1, 0, 0, 0, 0, 0, 0],
            [2, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    "hour": (
        {"period": "hour", "cohort": "recurring"},
        {"page": HOURS},
        timedelta(hours=1),
        [
            [2, 2, 2, 0, 1, 2, 1, 0],
            [2, 2, 0, 1, 2, 1, 0, 1],
            [2, 0, 1, 2, 1, 0, 1, 0],
            [1, 1, 0, 0, 1, 0, 0, 0],
            [2, 1, 0, 1, 0, 1, 0, 0],
            [1, 0, 0, 0, 1, 0, 0, 0],
            [1, 0, 0, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    "week": (
        {"period": "week", "cohort": "recurring"},
        {"page": WEEKS},
        timedelta(days=1),
        [
            [2, 2, 1, 2, 2, 0, 1, 0],
            [2, 1, 2, 2, 0, 1, 0, 0],
            [1, 1, 1, 0, 0, 0, 0, 0],
            [2, 2, 0, 1, 0, 0, 0, 0],
            [2, 0, 1, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    "two_returns": (
        {"period": "day", "cohort": "recurring", "min_returns": 2},
        {"page": DAYS},
        timedelta(days=1),
        [
            [1, 0, 0, 0, 0, 1, 0, 0],
            [2, 0, 0, 0, 1, 0, 0, 0],
            [2, 0, 0, 1, 0, 0, 0, 0],
            [1, 0, 0, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 0, 0, 0, 0],
            [2, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    "cumulative": (
        {"period": "day", "cohort": "recurring", "kind": "on_or_after"},
        {"page": ROLLING},
        timedelta(days=1),
        [
            [2, 2, 1, 1, 1, 0, 0, 0],
            [2, 1, 1, 0, 0, 0, 0, 0],
            [1, 1, 0, 0, 0, 0, 0, 0],
            [3, 2, 0, 0, 0, 0, 0, 0],
            [3, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    "first_time": (
        {"period": "day", "cohort": "first_time"},
        {"sign_up": SIGN_UPS, "page": PAGES},
        timedelta(days=1),
        [
            [1, 0, 0, 0, 0, 0, 0, 0],
            [2, 1, 2, 2, 1, 0, 1, 2],
            [1, 1, 0, 1, 1, 1, 0, 0],
            [1, 1, 0, 1, 0, 0, 0, 0],
        ],
    ),
}

ACTIVE = {
    "p1": ["2020-01-11", "2020-01-12", "2020-01-13", "2020-01-15", "2020-01-17", "2020-01-19"],
    "p2": ["2020-01-09", "2020-01-12"],
    "p3": ["2020-01-12"],
    "p4": ["2020-01-15"],
}


def events() -> Iterable[Row]:
    for example, (_, by_name, unit, _) in RETENTIONS.items():
        for name, by_person in by_name.items():
            for person, moments in by_person.items():
                for moment in moments:
                    yield {
                        "user_id": f"{example}.{person}",
                        "event_name": f"{example}.{name}",
                        "occurred_at": START + moment * unit,
                    }
    for person, days in ACTIVE.items():
        for day in days:
            yield {"user_id": person, "event_name": "active", "occurred_at": f"{day} 12:00:00"}


@pytest.fixture(scope="module", params=["Europe/Berlin"])
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("peers") / "project")
    copy.define(
        retentions=[
            {"retention": example, "grain": "user", "periods": 7, **settings}
            for example, (settings, *_) in RETENTIONS.items()
        ],
        retention_events=[
            {
                "retention": example,
                "role": role,
                "alternative": 1,
                "event_name": f"{example}.{name}",
            }
            for example, (_, by_name, _, _) in RETENTIONS.items()
            for role, name in [("start", next(iter(by_name))), ("return", "page")]
        ],
        lifecycles=[
            {
                "lifecycle": "days",
                "grain": "user",
                "period": "day",
                "alternative": 1,
                "event_name": "active",
                "counted_from": "2020-01-10",
            }
        ],
    )
    copy.land("events", [{"event_id": n, **event} for n, event in enumerate(events())])
    copy.build(
        "+retention_by_cohort +lifecycle_by_period +stickiness_by_frequency",
        tested=False,
        as_of=AS_OF,
        reporting_time_zone=request.param,
        week_starts_on="sunday",
    )
    return copy


@pytest.mark.parametrize("example", RETENTIONS)
def test_retention(copy: ProjectCopy, example: str) -> None:
    table = copy.rows(
        "select cohort_start, period_number, cohort_size, retained"
        f" from retention.retention_by_cohort where retention = '{example}' order by all"
    )
    matrix: dict[datetime, list[int]] = {}
    for row in table:
        cells = matrix.setdefault(row["cohort_start"], [])
        cells.append(row["retained"] if row["period_number"] else row["cohort_size"])
    assert list(matrix.values()) == RETENTIONS[example][3]


def test_equal_rules_retain_the_whole_cohort_in_period_0(copy: ProjectCopy) -> None:
    assert copy.rows(
        "select count(*) as cohorts from retention.retention_by_cohort"
        " where retention = 'day' and period_number = 0 and retained = cohort_size"
    ) == [{"cohorts": 6}]


def test_lifecycle(copy: ProjectCopy) -> None:
    table = copy.rows(
        "select * from retention.lifecycle_by_period"
        " where period_start between '2020-01-12' and '2020-01-19' order by period_start"
    )
    assert [row["dormant_actors"] for row in table] == [0, 2, 1, 0, 2, 0, 1, 0]
    assert [row["new_actors"] for row in table] == [1, 0, 0, 1, 0, 0, 0, 0]
    assert [row["resurrecting_actors"] for row in table] == [1, 0, 0, 1, 0, 1, 0, 1]
    assert [row["returning_actors"] for row in table] == [1, 1, 0, 0, 0, 0, 0, 0]


def test_stickiness_counts_from_the_first_day_to_the_last(copy: ProjectCopy) -> None:
    table = copy.rows("select * from retention.stickiness_by_frequency order by active_periods")
    assert [(row["active_periods"], row["actors"]) for row in table] == [(1, 3), (6, 1)]
