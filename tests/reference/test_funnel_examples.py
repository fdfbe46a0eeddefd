"""Funnels that others publish with their numbers, and the mistakes we must not make.

`examples/funnels.yml` holds facts from the test suites of PostHog and ClickHouse and from the
documentation of Mixpanel and Amplitude, as far as our semantics agree with theirs. Each example
has events and people of its own, so that all of them share one build. In its words:

- a journey is what one person did: `buy@90m/acme#1{plan=pro}` is an event, its time, account,
  session and properties; `{plan=pro}` before it are the user's own, `10 x` says how many people
  did the same;
- a step is `a|b[plan exact pro;free]@1h?`: events that serve it, under conditions, within a time
  after the step before, optional; an exclusion `1-2 x` lies between two steps;
- `actors` are the people at each step, of all or of each breakdown value; `mature` are those of
  them whose window had ended when the year 2020 had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
Example = dict[str, Any]
EXAMPLES: list[Example] = yaml.safe_load(
    (Path(__file__).parent / "examples" / "funnels.yml").read_text()
)
START = datetime.fromisoformat("2020-01-01")
SECONDS = {"": 1, "m": 60, "h": 3600, "d": 86400}
EVENT = re.compile(
    r"(?P<name>[^@\s]+)@(?P<time>\d+)(?P<unit>[mhd]?)(/(?P<account>\w+))?(#(?P<session>\w+))?({(?P<properties>[^}]*)})?"
)
STEP = re.compile(
    r"(?P<names>[^\[@?\s]+)(?P<conditions>(\[[^\]]*\])*)(@(?P<within>\d+)(?P<unit>[mhd]))?(?P<optional>\??)"
)
CONDITION = re.compile(
    r"\[(?P<scope>user\.)?(?P<property>\w+) (?P<operator>\w+) ?(?P<value>[^\]]*)\]"
)


def funnels(example: Example) -> list[str]:
    return [f"{example['name']} ({order})" for order in example.get("orders", "ordered").split()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("examples") / "project")
    people = [person for example in EXAMPLES for person in _people(example)]
    copy.land("events", [event for _, events in people for event in events] + _more_events())
    copy.land("users", [user for user, _ in people if user])
    copy.define(placeholder_ids=[{"placeholder_id": "null"}])
    copy.define(
        funnels=[row for example in EXAMPLES for row in _funnel_rows(example)]
        + [{"funnel": name, "grain": "user"} for name in ("tries", "visits", "nobody")],
        funnel_steps=[row for example in EXAMPLES for row in _step_rows(example)]
        + [
            {"funnel": name, "step_number": step, "alternative": 1, "event_name": f"{name} {event}"}
            for name in ("tries", "visits", "nobody")
            for step, event in ((1, "in"), (2, "out"))
        ],
        funnel_exclusions=[row for example in EXAMPLES for row in _exclusion_rows(example)],
    )
    copy.build("+marts.funnel", as_of="2021-01-01")
    return copy


@pytest.fixture(scope="module")
def steps(copy: ProjectCopy) -> dict[str, dict[str, list[Row]]]:
    """Funnel -> breakdown value -> its steps in order."""
    found: dict[str, dict[str, list[Row]]] = {}
    for row in copy.rows("""
        select steps.*, gaps.mean_seconds
        from funnel.funnel_by_step as steps
        left join funnel.funnel_by_gap as gaps
            on steps.funnel = gaps.funnel
            and steps.breakdown_value is null
            and steps.step_number = gaps.to_step
            and gaps.from_step = gaps.to_step - 1
        order by steps.step_number
    """):
        value = "all" if row["breakdown_value"] is None else row["breakdown_value"]
        found.setdefault(row["funnel"], {}).setdefault(value, []).append(row)
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_others_numbers_come_out_of_our_tables(
    steps: dict[str, dict[str, list[Row]]], example: Example
) -> None:
    expected = (
        example["actors"] if isinstance(example["actors"], dict) else {"all": example["actors"]}
    )
    for funnel in funnels(example):
        actors = {
            value: " ".join(str(row["actors"]) for row in rows)
            for value, rows in steps[funnel].items()
        }
        assert actors == {str(value): str(counts) for value, counts in expected.items()}, funnel
        if mature := example.get("mature"):
            assert " ".join(str(row["mature_actors"]) for row in steps[funnel]["all"]) == mature
        for step, seconds in example.get("mean_seconds", {}).items():
            assert steps[funnel]["all"][step - 1]["mean_seconds"] == seconds, funnel


def test_the_time_runs_from_the_first_entry_of_the_first_conversion(copy: ProjectCopy) -> None:
    """Entered at 0, 10 and 20 minutes, done at 50: fifty minutes, not forty or thirty."""
    assert copy.rows("""
        select actors, mean_seconds, median_seconds from funnel.funnel_by_gap
        where funnel = 'tries' and from_step = 1 and to_step = 2
    """) == [{"actors": 1, "mean_seconds": 3000, "median_seconds": 3000}]


def test_what_a_visitor_did_before_sign_up_is_the_first_step_of_the_person(
    copy: ProjectCopy,
) -> None:
    """Pitfall 9: without identities the anonymous step never meets the known one."""
    assert copy.rows("""
        select actor_id, steps_reached from funnel.funnel_by_actor where funnel = 'visits'
        order by actor_id
    """) == [
        {"actor_id": "stranger", "steps_reached": 1},
        {"actor_id": "visitor who signed up", "steps_reached": 2},
    ]


def test_two_events_under_a_placeholder_are_no_conversion(
    steps: dict[str, dict[str, list[Row]]],
) -> None:
    """Pitfall 10: "null" is not a person, and those who share it are not one."""
    assert [row["actors"] for row in steps["nobody"]["all"]] == [1, 0]


def _funnel_rows(example: Example) -> Iterator[Row]:
    window, breakdown = example.get("window"), example.get("breakdown", {})
    first, last = (example.get("entered") or "..").split("..")
    for funnel, order in zip(
        funnels(example), example.get("orders", "ordered").split(), strict=True
    ):
        yield {
            "funnel": funnel,
            "grain": example.get("grain", "user"),
            "step_order": order,
            "entry": example.get("entry", ""),
            "window_value": window.split()[0] if window else "",
            "window_unit": window.split()[1] if window else "",
            "entered_from": _day(first),
            "entered_to": _day(last),
            **{f"breakdown_{key}": value for key, value in breakdown.items()},
        }


def _step_rows(example: Example) -> Iterator[Row]:
    for funnel in funnels(example):
        for number, written in enumerate(STEP.finditer(example["steps"]), start=1):
            within = int(written["within"] or 0) * SECONDS[written["unit"] or ""]
            for row in _rules(example, written["names"], written["conditions"]):
                yield {
                    "funnel": funnel,
                    "step_number": number,
                    "within_value": within or "",
                    "within_unit": "second" if within else "",
                    "is_optional": "true" if written["optional"] else "false",
                    **row,
                }


def _exclusion_rows(example: Example) -> Iterator[Row]:
    for funnel in funnels(example):
        places: dict[str, int] = {}
        for written in example.get("exclusions", []):
            between, event = written.split(" ", 1)
            after, before = between.split("-")
            step = STEP.fullmatch(event)
            assert step, written
            places[between] = places.get(between, 0) + 1
            for row in _rules(example, step["names"], step["conditions"]):
                yield {
                    "funnel": funnel,
                    "after_step": after,
                    "before_step": before,
                    **row,
                    "alternative": places[between],
                }


def _rules(example: Example, names: str, conditions: str) -> Iterator[Row]:
    for alternative, name in enumerate(names.split("|"), start=1):
        rule = {
            "alternative": alternative,
            "event_name": name if name == "*" else f"{example['name']} {name}",
        }
        for condition in CONDITION.finditer(conditions):
            yield rule | {
                "property": condition["property"],
                "property_scope": "user" if condition["scope"] else "event",
                "operator": condition["operator"],
                "value": condition["value"].replace(";", "|"),
            }
        if not conditions:
            yield rule


def _people(example: Example) -> Iterator[tuple[Row | None, list[Row]]]:
    """The profile, where the journey says something about it, and the events of each person."""
    number = 0
    for journey in example["journeys"]:
        times = re.match(r"(\d+) x ", journey)
        own = re.match(r"(\d+ x )?{([^}]*)} ", journey)
        for _ in range(int(times[1]) if times else 1):
            user_id = f"{example['name']} {number}"
            number += 1
            events = [
                {
                    "event_id": f"{user_id} {place}",
                    "event_name": f"{example['name']} {event['name']}",
                    "occurred_at": START
                    + timedelta(seconds=int(event["time"]) * SECONDS[event["unit"]]),
                    "user_id": user_id,
                    "account_id": event["account"] and f"{example['name']} {event['account']}",
                    "session_id": event["session"] and f"{user_id} {event['session']}",
                    "properties": _properties(event["properties"]),
                }
                for place, event in enumerate(EVENT.finditer(journey))
            ]
            profile = {"user_id": user_id, "created_at": START, "properties": {}}
            yield (profile | {"properties": _properties(own[2])} if own else None), events


def _properties(written: str | None) -> Row:
    pairs = (pair.split("=") for pair in written.split(",")) if written else ()
    return {key: yaml.safe_load(value) for key, value in pairs}


def _day(number: str) -> date | str:
    return START.date() + timedelta(days=int(number)) if number else ""


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _more_events() -> list[Row]:
    happened = [
        *(("tries in", 60 * minute, "one who tries", None) for minute in (0, 10, 20)),
        ("tries out", 3000, "one who tries", None),
        ("visits in", 0, None, "device"),
        ("visits out", 60, "visitor who signed up", "device"),
        ("visits in", 0, None, "stranger"),
        ("nobody in", 0, None, "null"),
        ("nobody in", 0, None, "a real device"),
        ("nobody out", 60, None, "NULL"),
    ]
    return [
        {
            "event_id": f"more {number}",
            "event_name": name,
            "occurred_at": START + timedelta(seconds=seconds),
            "user_id": user,
            "anonymous_id": device,
        }
        for number, (name, seconds, user, device) in enumerate(happened)
    ]
