"""Funnels that other tools publish with their numbers, and the mistakes we must not make.

Facts from the test suites of PostHog and ClickHouse and from the documentation of Mixpanel. Each
example has event names and people of its own, so that all of them share one build. An event is
written `name@seconds`, with a property after a space: `buy@60 browser=Firefox`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.project_copy import ProjectCopy

Row = dict[str, Any]
START = datetime.fromisoformat("2020-01-01T12:00:00")
HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Example:
    steps: str  # names in order; `a?` may be skipped, `a[x=1]` has a condition
    journeys: list[str]  # what each person did
    actors: dict[str | None, list[int]]  # breakdown value -> actors by step
    settings: Row = field(default_factory=dict)
    exclusions: list[tuple[int, int, str]] = field(default_factory=list)


def overall(*actors: int) -> dict[str | None, list[int]]:
    return {None: list(actors)}


STRICT = {"step_order": "strict"}
NO_INTERLEAVING = {"step_order": "no_interleaving"}
UNORDERED = {"step_order": "unordered"}
TEN_SECONDS = {"window_value": 10, "window_unit": "second"}
BROWSER = {"breakdown_property": "browser"}
SIGN_UPS_AND_PURCHASES = [
    "up@0 browser=Chrome buy@9",
    "up@0 buy@9 browser=Safari",
    "up@0 browser=Mac buy@9",
    "up@0 browser=0 buy@9 browser=alakazam",
]

EXAMPLES = {
    "other events lie between, order counts": Example(
        "up page look",
        ["up@0 x@1 page@2 x@3 look@4", "page@0 up@1", "up@0 look@1 page@2", "page@0 look@1"],
        overall(3, 2, 1),
    ),
    "a step repeated needs an event of its own": Example(
        "up up up", ["up@0", "up@0 up@1", "up@0 up@1 up@2 up@3"], overall(3, 2, 1)
    ),
    "also when a later step is wider than an earlier one": Example(
        "up[key=val] up", ["up@0 key=val", "up@0 key=val up@5", "up@0 up@5 key=val"], overall(3, 1)
    ),
    "a whole funnel at one instant": Example(
        "one two two four four six two four six one",
        ["one@0 two@0 two@0 four@0 four@0 six@0 two@0 four@0 six@0 one@0"],
        overall(*[1] * 10),
    ),
    "as many steps as there may be": Example(
        " ".join(f"s{number}" for number in range(1, 31)),
        [" ".join(f"s{number}@{number}" for number in range(1, 31))],
        overall(*[1] * 30),
    ),
    "equal times count": Example("up page", ["up@0 page@0", "page@0 up@0"], overall(2, 2)),
    "the window includes its end": Example(
        "up buy", ["up@0 buy@10", "up@0 buy@11"], overall(2, 1), TEN_SECONDS
    ),
    "any entry may convert": Example(
        "up buy", ["up@0 up@20 buy@30", "up@0 up@5 buy@20"], overall(2, 1), TEN_SECONDS
    ),
    "only the first entry may": Example(
        "up buy",
        ["up@0 up@20 buy@30", "up@0 buy@10"],
        overall(2, 1),
        TEN_SECONDS | {"entry": "first"},
    ),
    "strict is the very next event": Example(
        "a b c", ["a@0 a@1 b@2 b@3 c@4"], overall(1, 1, 0), STRICT
    ),
    "strict, seven people": Example(
        "up page look",
        [
            "up@0",
            "page@0 up@1",
            "up@0 page@1 x@2 look@3",
            "look@0 x@1 page@2 up@3",
            "page@0 up@1 x@2 page@3 look@4",
            "x@0 up@1 x@2 page@3",
            "x@0 up@1 page@2 look@3 x@4",
            "look@0 page@1",
        ],
        overall(7, 2, 1),
        STRICT,
    ),
    "repeats of reached steps are tolerated": Example(
        "a b c", ["a@0 a@1 b@2 b@3 c@4", "a@0 b@1 a@2 c@3"], overall(2, 2, 2), NO_INTERLEAVING
    ),
    "what no step is done by is not": Example(
        "a b c", ["a@0 b@1 d@2 c@3", "a@0 d@1 b@2 c@3"], overall(2, 1, 0), NO_INTERLEAVING
    ),
    "nor is a step too early": Example(
        "a b c", ["a@0 c@1 b@2 c@3", "a@0 c@1 a@2 b@3 c@4"], overall(2, 1, 1), NO_INTERLEAVING
    ),
    "unordered counts how many": Example(
        "up page look",
        [
            "up@0",
            "page@0 up@1",
            "up@0 page@1 x@2 look@3",
            "look@0 page@1 up@2",
            "page@0 up@1 x@2 look@3",
            "x@0 look@1",
            "page@0 x@1",
            "look@0 page@1",
        ],
        overall(8, 5, 3),
        UNORDERED,
    ),
    "unordered, excluded": Example(
        "up page look invite page2",
        [
            "up@60 x@120 page@180 look@240 y@270 invite@300 page2@360",
            "up@60 y@90 page@120 look@240 y@270 invite@300 x@330 page2@360",
            "up@60 x@90 page@120 look@240 invite@300 x@330 page2@360",
            "up@60 page@120 look@240 invite@300 page2@360",
            "up@60 x@90 page@120 x@150 look@240 y@270 invite@300 x@330 page2@360",
        ],
        overall(5, 2, 1, 1, 1),
        UNORDERED,
        [(1, 5, "x"), (1, 5, "y")],
    ),
    "an exclusion discards the attempt, step 1 too": Example(
        "up buy",
        ["up@0 buy@9", "up@0 x@3 buy@9", "up@0 buy@3 x@9"],
        overall(2, 2),
        {},
        [(1, 2, "x")],
    ),
    "but only between its steps": Example(
        "up page look",
        ["up@0 page@2 x@3 look@4", "up@0 x@1 page@2 look@4", "up@0 page@2 look@4 x@5"],
        overall(2, 2, 2),
        {},
        [(2, 3, "x")],
    ),
    "other attempts survive": Example(
        "up buy", ["up@0 x@1 up@31", "up@0 up@31 x@32"], overall(2, 0), TEN_SECONDS, [(1, 2, "x")]
    ),
    "unless discarded as well": Example(
        "up buy", ["up@0 up@1 x@2"], overall(0, 0), TEN_SECONDS, [(1, 2, "x")]
    ),
    "after the window it does not count": Example(
        "up buy", ["up@0 x@11 buy@12"], overall(1, 0), TEN_SECONDS, [(1, 2, "x")]
    ),
    "nor after the goal": Example(
        "up page look",
        ["up@0 page@1 look@3 up@4 page@5 x@6 look@7"],
        overall(1, 1, 1),
        TEN_SECONDS,
        [(2, 3, "x")],
    ),
    "optional steps are counted where done": Example(
        "one two? three four? five",
        [
            "one@0",
            "one@0 two@1 three@2",
            "one@0 three@2",
            "one@0 two@1 three@2 four@3 five@4",
            "one@0 two@1 three@2 five@4",
            "one@0 three@2 four@3",
            "one@0 three@2 four@3 five@4",
            "one@0 three@2 five@4",
        ],
        overall(8, 3, 7, 3, 4),
    ),
    "optional among equal events": Example(
        "same same? same[url=u] same",
        ["same@0", "same@0 same@1", "same@0 same@1 same@2", "same@0 same@1 url=u same@2"],
        overall(4, 2, 1, 1),
    ),
    "first touch": Example(
        "up buy",
        [*SIGN_UPS_AND_PURCHASES, "up@0 buy@9"],
        {
            None: [5, 5],
            "": [1, 1],
            "0": [1, 1],
            "Chrome": [1, 1],
            "Mac": [1, 1],
            "Safari": [1, 1],
        },
        BROWSER,
    ),
    "last touch": Example(
        "up buy",
        [*SIGN_UPS_AND_PURCHASES, "up@0 buy@9"],
        {
            None: [5, 5],
            "": [1, 1],
            "alakazam": [1, 1],
            "Chrome": [1, 1],
            "Mac": [1, 1],
            "Safari": [1, 1],
        },
        BROWSER | {"breakdown_attribution": "last"},
    ),
    "value at step 2": Example(
        "up buy",
        [*SIGN_UPS_AND_PURCHASES, "up@0", "up@0 browser=Mac"],
        {None: [6, 4], "": [2, 2], "Safari": [1, 1], "alakazam": [1, 1]},
        BROWSER | {"breakdown_attribution": "step", "breakdown_step": 2},
    ),
    "one person under several values": Example(
        "up",
        ["up@0 browser=Chrome up@9 browser=Safari up@20 browser=Mac up@30 browser=0"],
        {None: [1], "Chrome": [1], "Safari": [1], "Mac": [1], "0": [1]},
        BROWSER | {"breakdown_attribution": "step", "breakdown_step": 1},
    ),
    "the same value on all steps": Example(
        "up play",
        ["up@0 browser=Chrome play@5 browser=Safari up@9 browser=Safari play@20 browser=Safari"],
        {None: [1, 1], "Chrome": [1, 0], "Safari": [1, 1]},
        BROWSER | {"breakdown_attribution": "all"},
    ),
    "several properties": Example(
        "up buy",
        ["up@0 browser=Mac buy@9 version=7", "up@0 buy@9 browser=Safari,version=1", "up@0"],
        {None: [3, 2], "Mac|": [1, 1], "Safari|1": [1, 1], "|": [1, 0]},
        {"breakdown_property": "browser|version"},
    ),
    "beyond the limit": Example(
        "up play",
        [
            "up@0 browser=Chrome play@9",
            "up@0 browser=Safari play@9",
            "up@0 browser=Safari",
            "up@0 browser=random",
            "up@0",
        ],
        {None: [5, 2], "Safari": [2, 1], "(other)": [3, 1]},
        BROWSER | {"breakdown_limit": 1},
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    copy = ProjectCopy(tmp_path_factory.mktemp("examples") / "project")
    events = [event for name, example in EXAMPLES.items() for event in _events(name, example)]
    copy.land("events", [*events, *_tries_of_one_person(), *_visits_before_sign_up()])
    copy.define(
        funnels=[
            {"funnel": name, "grain": "user", **example.settings}
            for name, example in EXAMPLES.items()
        ]
        + [
            {"funnel": "tries", "grain": "user"},
            {"funnel": "visits", "grain": "user"},
        ],
        funnel_steps=[
            row for name, example in EXAMPLES.items() for row in _steps(name, example.steps)
        ]
        + [row for name in ("tries", "visits") for row in _steps(name, "in out")],
        funnel_exclusions=[
            {
                "funnel": name,
                "after_step": after,
                "before_step": before,
                "alternative": place,
                "event_name": f"{name} {event}",
            }
            for name, example in EXAMPLES.items()
            for place, (after, before, event) in enumerate(example.exclusions, 1)
        ],
    )
    copy.build("+marts.funnel", as_of="2021-01-01")
    return copy


@pytest.mark.parametrize("name", EXAMPLES)
def test_others_numbers_come_out_of_our_tables(copy: ProjectCopy, name: str) -> None:
    actors: dict[str | None, list[int]] = {}
    for row in copy.rows(f"""
        select breakdown_value, actors from funnel.funnel_by_step
        where funnel = '{name}' order by breakdown_value, step_number
    """):
        actors.setdefault(row["breakdown_value"], []).append(row["actors"])
    assert actors == EXAMPLES[name].actors


def test_the_time_runs_from_the_first_entry_of_the_first_conversion(copy: ProjectCopy) -> None:
    """Entered at 0, 10 and 20 minutes, done at 50: fifty minutes, not forty or thirty."""
    assert copy.rows("""
        select actors, mean_seconds, median_seconds from funnel.funnel_by_gap
        where funnel = 'tries' and from_step = 1 and to_step = 2
    """) == [{"actors": 1, "mean_seconds": 3000, "median_seconds": 3000}]


def test_what_a_visitor_did_before_sign_up_is_the_first_step_of_the_person(copy) -> None:
    """Pitfall 9: without identities the anonymous step never meets the known one."""
    assert copy.rows("""
        select actor_id, steps_reached from funnel.funnel_by_actor where funnel = 'visits'
        order by actor_id
    """) == [
        {"actor_id": "stranger", "steps_reached": 1},
        {"actor_id": "visitor who signed up", "steps_reached": 2},
    ]


def _events(name: str, example: Example) -> list[Row]:
    rows = []
    for number, journey in enumerate(example.journeys):
        for word in journey.split():
            if "@" in word:
                event, seconds = word.split("@")
                rows.append(_event(f"{name} {event}", int(seconds), f"{name} p{number}"))
            else:
                pairs = (pair.split("=") for pair in word.split(","))
                rows[-1]["properties"] = dict(pairs)
    return rows


def _event(name: str, seconds: int, user: str | None, device: str | None = None) -> Row:
    return {
        "event_id": f"{name} {seconds} {user} {device} {next(_NUMBERS)}",
        "event_name": name,
        "occurred_at": START + timedelta(seconds=seconds),
        "user_id": user,
        "anonymous_id": device,
    }


_NUMBERS = iter(range(10**6))


def _tries_of_one_person() -> list[Row]:
    tries = [_event("tries in", 60 * minute, "tries p0") for minute in (0, 10, 20)]
    return [*tries, _event("tries out", 3000, "tries p0")]


def _visits_before_sign_up() -> list[Row]:
    return [
        _event("visits in", 0, None, "device"),
        _event("visits out", 60, "visitor who signed up", "device"),
        _event("visits in", 0, None, "stranger"),
    ]


def _steps(funnel: str, written: str) -> list[Row]:
    rows = []
    for number, word in enumerate(written.split(), start=1):
        event, _, condition = word.rstrip("]").partition("[")
        row: Row = {
            "funnel": funnel,
            "step_number": number,
            "alternative": 1,
            "event_name": f"{funnel} {event.rstrip('?')}",
            "is_optional": "true" if word.endswith("?") else "false",
        }
        if condition:
            key, value = condition.split("=")
            row |= {"property": key, "operator": "exact", "value": value}
        rows.append(row)
    return rows
