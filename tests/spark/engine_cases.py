"""For every macro that the engines write differently: calls of it, and values to try them on.

`value` (and `other`, where there are two) is the column that a call speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass

INSTANTS = [
    "2026-01-01 00:00:00",
    "2026-03-08 06:59:59.999999",  # New York's clocks go forward at 07:00
    "2026-03-08 07:00:00",
    "2025-11-02 05:30:00.25",  # and an hour falls twice
    "2025-11-02 06:30:00",
    "2024-02-29 23:59:59.000001",
    "1969-12-31 23:59:59.5",
    None,
]
WORDS = ["", "a", "it's", 'say "so"', "back\\slash", "tab\tand\nline", "é€😀", "100%", "null", None]
OBJECTS = [
    "{}",
    '{"a":1,"b":"two","c":null,"d":[1,"x",{"e":2}],"plan":{"name":"pro","seats":3}}',
    '{"b":true,"a":"1","a.b":"dotted","plan.name":"flat","$set":{"x":"y"}}',
    '{"email":"ann@example.com","n":12345678901,"f":0.5,"a":"say \\"so\\""}',
    None,
]
LISTS = ["[]", '["x",1,true,null,{"a":[1]}]', '[{"id":"i1","n":2},{"id":"i2"}]', None]


@dataclass(frozen=True)
class Case:
    """A select list over rows, or a whole query over the relation `rows_given`."""

    select: str
    values: list = ()
    others: list = ()
    type: str = "string"
    other_type: str = "string"
    whole: str = ""


CASES = {
    "utc_to_local": Case("{{ utc_to_local('value') }} as result", INSTANTS, type="timestamp"),
    "local_to_utc": Case(
        "{{ local_to_utc('value') }} as result",
        ["2026-01-01 00:00:00", "2026-06-30 12:00:00.5", "2026-03-08 03:30:00", None],
        type="timestamp",
    ),
    "seconds_between": Case(
        "{{ seconds_between('value', 'other') }} as result",
        INSTANTS,
        INSTANTS[::-1],
        "timestamp",
        "timestamp",
    ),
    "days_between": Case(
        "{{ days_between('value', 'other') }} as result",
        INSTANTS,
        INSTANTS[::-1],
        "timestamp",
        "timestamp",
    ),
    "periods_between": Case(
        "{{ periods_between('value', 'other', 'period') }} as result, period"
        " from (select rows_given.*, {{ split_rows(\"'hour|day|week|month'\", '|') }} as period"
        " from rows_given)",
        ["2025-01-06 00:00:00", "2025-11-03 00:00:00"],
        ["2026-03-09 00:00:00", "2025-11-03 00:00:00"],
        "timestamp",
        "timestamp",
        whole="yes",
    ),
    "period_start": Case(
        "{{ period_start('value', 'week') }} as result, {{ period_start('value', 'month') }} as m",
        INSTANTS,
        type="timestamp",
    ),
    "instant_number": Case("{{ instant_number('value') }} as result", INSTANTS, type="timestamp"),
    "instant_of_milliseconds": Case(
        "{{ instant_of_milliseconds('value') }} as result",
        ["0", "1767225600000", "1767225600000.5", "-1", "x", "", None],
    ),
    "instant_of_text": Case(
        "{{ instant_of_text('value') }} as result",
        [
            "2026-01-02",
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.678901+02:00",
            "2026-01-02 03:04:05",
            "1767225600",
            "1767225600.25",
            "soon",
            None,
        ],
    ),
    "ordering_number": Case(
        "{{ ordering_number('value') }} as result",
        ["1", "-2.5", "1e3", "2026-01-02", "2026-01-02 03:04:05", "x", "", None],
    ),
    "plain_number": Case(
        "{{ plain_number('value') }} as result",
        ["0", "3", "-3", "0.5", "2.25", "1234567", "0.12344", None],
        type="double",
    ),
    "bit": Case("{{ bit('value') }} as result", ["1", "2", "31", "32", "60"], type="bigint"),
    "json_text": Case(
        "{{ json_text('value', 'a') }} as a, {{ json_text('value', 'b') }} as b,"
        " {{ json_text('value', '$set') }} as s, {{ json_text('value', 'plan') }} as plan",
        OBJECTS,
    ),
    "json_property": Case(
        "{{ json_property('value', 'other') }} as result",
        [OBJECTS[1], OBJECTS[1], OBJECTS[2], OBJECTS[2], OBJECTS[3], "{}"],
        ["plan.name", "b", "a.b", "plan.name", "n", "b"],
    ),
    "json_item": Case(
        "{{ json_item('value', \"'d'\") }} as first, {{ json_item('value', \"'d'\", 1) }} as next,"
        " {{ json_item('value', \"'b'\") }} as alone",
        OBJECTS,
    ),
    "json_elements": Case("{{ json_elements('value') }} as result", LISTS),
    "json_members": Case(
        "member.key, member.value as result"
        " from (select {{ json_members('value') }} as member from rows_given)",
        OBJECTS,
        whole="yes",
    ),
    "json_quoted": Case("{{ json_quoted('value') }} as result", WORDS),
    "json_instant": Case("{{ json_instant('value') }} as result", INSTANTS, type="timestamp"),
    "json_without": Case("{{ json_without('value', ['b', '$set']) }} as result", OBJECTS),
    "without_private_properties": Case(
        "{{ without_private_properties('value') }} as result", OBJECTS
    ),
    "json_patched": Case(
        "{{ json_patched('value', 'other') }} as result",
        [OBJECTS[0], OBJECTS[1], OBJECTS[2]],
        ['{"z":1}', '{"a":null,"b":"new"}', "{}"],
    ),
    "json_objects": Case(
        "{{ json_objects({'word': 'value', 'number': 'number'}, ['number']) }} as result"
        " from rows_given",
        WORDS,
        whole="yes",
    ),
    "ordered_list": Case(
        "{{ ordered_list('value', ['number'], ', ') }} as result from rows_given",
        WORDS,
        whole="yes",
    ),
    "regexp_match": Case(
        "{{ regexp_match('value', 'other') }} as result",
        ["abc", "ABC", "a1", "x.y", "", None],
        ["^a", "^a", "[0-9]$", "[.]", "^$", "a"],
    ),
    "split_rows": Case(
        "{{ split_rows('value', '|') }} as result", ["a|b", "", "|", "a", "a||b", None]
    ),
    "series": Case(
        "{{ series('value', 'other', '1 month') }} as result",
        ["2026-01-01 00:00:00", "2026-03-01 00:00:00", None],
        ["2026-05-01 00:00:00", "2026-01-01 00:00:00", "2026-01-01 00:00:00"],
        "timestamp",
        "timestamp",
    ),
    "number_series": Case(
        "{{ number_series('value', 'other') }} as result",
        ["0", "3", "5", None],
        ["2", "3", "4", "1"],
        "bigint",
        "bigint",
    ),
    "whole_steps": Case(
        "{{ whole_steps('value', 'settings') }} as result, settings.rounding_mode"
        " from rows_given cross join (select 'half_up' as rounding_mode,"
        " cast(1 as decimal(5, 4)) as minor_units_a_step union all"
        " select 'half_even', cast(0.01 as decimal(5, 4))) as settings",
        ["0.5", "1.5", "2.5", "-0.5", "-1.5", "2.4999", None],
        type="decimal(18, 4)",
        whole="yes",
    ),
    "next_row": Case(
        "earlier.number as number, rows_given.value as result"
        " from {{ next_row('earlier', 'rows_given', ['other'], 'value', 'value') }}",
        [
            "2026-01-01 00:00:00",
            "2026-01-02 00:00:00",
            "2026-01-02 00:00:00",
            "2026-01-03 00:00:00",
        ],
        ["a", "a", "b", "a"],
        "timestamp",
        whole="earlier",
    ),
}

ELSEWHERE = {
    "build_started": "every build",
    "build_ended": "every build",
    "load_csv_rows": "every build with definitions, and the definitions of this test",
    "column_unless_there": "every build with definitions",
    "kept": "every build: Spark makes anew what DuckDB keeps",
    "rows_before": "every build: on Spark nothing was there before",
    "last_build_was_whole": "every build",
    "read_anew": "every build: only DuckDB is asked not to keep a step",
    "fingerprint": "nothing: each engine has numbers of its own, which only it compares",
    "funnel_walk": "test_random_companies",
    "funnel_ties": "test_random_companies",
    "funnel_gather": "test_random_companies",
    "funnel_search": "test_random_companies",
    "stop_run": "test_a_run_is_stopped",
}
