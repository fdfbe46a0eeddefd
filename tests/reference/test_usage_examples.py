"""Retention, lifecycle, stickiness and activity that others publish with their numbers.

`examples/usage.yml` holds facts from the test suites of PostHog and from the documentation of
Amplitude and Mixpanel, as far as our semantics agree with theirs. Each example has events and
people of its own, so that all of them share one build. In its words:

- a journey is what one person did: `page@5.2/acme{t=value}` is an event, its time, account and
  properties, `{team=red}` before it are the user's own; a time counts units (days, if nothing is
  said) from the morning of 10 June 2020, or is a day of that year at noon;
- `events` are what starts and what is a return, or what is activity, with their conditions;
- `cells` are the cohorts that have members, one after the other: the size, then who came back one,
  two, three periods later; with brackets, who came back in each.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
Example = dict[str, Any]
ALL = yaml.safe_load((Path(__file__).parent / "examples" / "usage.yml").read_text())
ZONE = ZoneInfo("America/Los_Angeles")
MORNING = datetime.fromisoformat("2020-06-10T05:00")
EVENT = re.compile(r"(?P<name>\w+)@(?P<time>[-\d.]+)(/(?P<account>\w+))?({(?P<properties>[^}]*)})?")
RULE = re.compile(
    r"(?P<name>\w+)(\[(?P<scope>user\.)?(?P<property>\w+) (?P<operator>\w+) (?P<value>\w+)\])?"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("usage") / "project")
    examples = [
        *ALL["retentions"],
        *ALL["lifecycles"],
        *ALL["stickiness"],
        {"name": "activity", **ALL["activity"]},
    ]
    people = [person for example in examples for person in _people(example)]
    copy.land("events", [event for _, events in people for event in events])
    copy.land("users", [user for user, _ in people if user])
    copy.define(
        event_catalog=[
            {
                "event_name": "activity act",
                "is_active_use": "true",
                "is_core_action": "false",
                "is_intent": "false",
            }
        ],
        retentions=[
            {"retention": example["name"], "grain": "user", "periods": 7, **example["settings"]}
            for example in ALL["retentions"]
        ],
        retention_events=[
            {"retention": example["name"], "role": role, **rule}
            for example in ALL["retentions"]
            for role, rule in zip(("start", "return"), _rules(example), strict=True)
        ],
        retention_brackets=[
            {"retention": example["name"], "from_period": first, "to_period": last}
            for example in ALL["retentions"]
            for first, last in example.get("brackets", ())
        ],
        lifecycles=[
            {"lifecycle": _lifecycle(example), "grain": "user", **example["settings"], **rule}
            for example in (*ALL["lifecycles"], *ALL["stickiness"])
            for rule in _rules(example)
        ],
    )
    copy.build(
        "+retention_by_cohort +lifecycle_by_period +stickiness_by_frequency +activity_by_day",
        tested=False,
        as_of="2022-01-01",
        reporting_time_zone=ZONE.key,
        week_starts_on="sunday",
    )
    return copy


@pytest.mark.parametrize("example", ALL["retentions"], ids=lambda example: example["name"])
def test_retention(copy: ProjectCopy, example: Example) -> None:
    table = copy.rows(
        "select cohort_start, period_number, cohort_size, retained"
        f" from retention.retention_by_cohort where retention = '{example['name']}' order by all"
    )
    matrix: dict[datetime, list[int]] = {}
    for row in table:
        cells = matrix.setdefault(row["cohort_start"], [row["cohort_size"]])
        if row["period_number"]:
            cells.append(row["retained"])
    assert [" ".join(map(str, cells)) for cells in matrix.values()] == list(
        map(str, example["cells"])
    )


def test_equal_rules_retain_the_whole_cohort_in_period_0(copy: ProjectCopy) -> None:
    assert copy.rows(
        "select count(*) as cohorts from retention.retention_by_cohort"
        " where retention = 'days' and period_number = 0 and retained = cohort_size"
    ) == [{"cohorts": 6}]


@pytest.mark.parametrize("example", ALL["lifecycles"], ids=lambda example: example["name"])
def test_lifecycle(copy: ProjectCopy, example: Example) -> None:
    states = ("new", "returning", "resurrecting", "dormant")
    table = copy.rows(
        "select * from retention.lifecycle_by_period"
        f" where lifecycle = '{_lifecycle(example)}' and period_start >= '{example['from']}'"
        f" order by period_start limit {len(example['new'].split())}"
    )
    for state in states:
        assert " ".join(str(row[f"{state}_actors"]) for row in table) == example[state], state
    for row in table:
        active = row["new_actors"] + row["returning_actors"] + row["resurrecting_actors"]
        assert row["active_actors"] == active
    for before, row in itertools.pairwise(table):
        assert row["dormant_actors"] == before["active_actors"] - row["returning_actors"]


@pytest.mark.parametrize("example", ALL["stickiness"], ids=lambda example: example["name"])
def test_stickiness(copy: ProjectCopy, example: Example) -> None:
    table = copy.rows(
        "select active_periods, actors from retention.stickiness_by_frequency"
        f" where lifecycle = '{_lifecycle(example)}'"
    )
    assert {row["active_periods"]: row["actors"] for row in table} == example["actors"]


@pytest.mark.parametrize("length", ["dau", "wau", "mau"])
def test_activity(copy: ProjectCopy, length: str) -> None:
    expected = ALL["activity"][length]
    table = copy.rows(
        f"select {length} from retention.activity_by_day where day >= '{ALL['activity']['from']}'"
        f" order by day limit {len(expected.split())}"
    )
    assert " ".join(str(row[length]) for row in table) == expected


def _lifecycle(example: Example) -> str:
    return f"lifecycle {example['name']}"


def _rules(example: Example) -> Iterator[Row]:
    for rule in RULE.finditer(example["events"]):
        row: Row = {"alternative": 1, "event_name": f"{example['name']} {rule['name']}"}
        if rule["property"]:
            row |= {
                "property": rule["property"],
                "property_scope": "user" if rule["scope"] else "event",
                "operator": rule["operator"],
                "value": rule["value"],
            }
        yield row


def _people(example: Example) -> Iterator[tuple[Row | None, list[Row]]]:
    """The profile, where the journey says something about it, and the events of each person."""
    for number, journey in enumerate(example["journeys"]):
        user_id = f"{example['name']} {number} of {len(example)}"
        events = [
            {
                "event_id": f"{user_id} {place}",
                "event_name": f"{example['name']} {event['name']}",
                "occurred_at": _moment(event["time"], example.get("unit", "day")),
                "user_id": user_id,
                "account_id": event["account"] and f"{example['name']} {event['account']}",
                "properties": _properties(event["properties"]),
            }
            for place, event in enumerate(EVENT.finditer(journey))
        ]
        own = re.match(r"{([^}]*)} ", journey)
        profile = {"user_id": user_id, "created_at": "2020-01-01"}
        yield (profile | {"properties": _properties(own[1])} if own else None), events


def _properties(written: str | None) -> Row:
    pairs = (pair.split("=") for pair in written.split(",")) if written else ()
    return {key: yaml.safe_load(value) for key, value in pairs}


def _moment(written: str, unit: str) -> datetime:
    """The instant of `12.5` units from that morning, or of noon on the day `01-31`."""
    if re.fullmatch(r"\d\d-\d\d", written):
        return _instant(datetime.fromisoformat(f"2020-{written}T12:00"))
    if unit == "hour":
        return _instant(MORNING) + timedelta(hours=float(written))
    if unit == "day":
        return _instant(MORNING + timedelta(days=float(written)))
    first = date(2020, 1, 1)
    months = MORNING.month - first.month + int(written)
    return _instant(MORNING.replace(year=first.year + months // 12, month=months % 12 + 1))


def _instant(local: datetime) -> datetime:
    return local.replace(tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)
