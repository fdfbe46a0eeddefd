"""JSON, one object a line.

A clean file is read twice in bulk: once for its keys, once with a column for each. Reading with
columns is the fastest way there is and refuses repeated keys, but says nothing of keys that have
no column. Keys that cannot be columns side by side, as when they differ by case only, are kept
by a slower way.
"""

from __future__ import annotations

import json
from pathlib import Path

from flows.landing.content import Content, count_lines
from flows.landing.readers import LONGEST_LINE, NotClean, Rows, scanned
from flows.landing.streams import JSON_OBJECT, Column, Stream
from flows.landing.values import CAPITAL_NAN, holds_bare_nan
from flows.warehouse import Connection, quoted, quoted_name

SAMPLE = 1_000
MOST_KEYS = 100  # that get a column each
TABS_AT_THE_END = (r'\t"', r'\n"', r'\r"', r"\u00")  # of a JSON string, as it is written
TYPES = {
    "VARCHAR": "text",
    "BIGINT": "number",
    "UBIGINT": "number",
    "HUGEINT": "number",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "OBJECT": "object",
    "ARRAY": "list",
}


def read(build: Connection, path: Path, content: Content, stream: Stream) -> Rows:
    """The rows of a file in which every line is an object; NotClean when one is not."""
    objects = f"read_ndjson_objects({scanned(path)}, compression = 'none')"
    declared = ", ".join(quoted(column.source_field) for column in stream.columns)
    lines, size, longest, with_nan, with_tabs, other_keys = build.execute(f"""
        select
            count(*),
            coalesce(sum(strlen(json)), 0),
            max(strlen(json)),
            bool_or({holds_bare_nan("json", CAPITAL_NAN)}),
            bool_or({_any_of(TABS_AT_THE_END)}),
            list_sort(list_distinct(flatten(
                list(distinct other_keys) filter (where len(other_keys) > 0)
            )))
        from (
            select
                json,
                list_filter(json_keys(json), lambda key: key not in ({declared})) as other_keys
            from {objects}
        )
    """).fetchone()
    newlines = lines if content.ends_with_newline else lines - 1
    if size + newlines != content.size and lines != count_lines(path, content):
        raise NotClean  # blank lines would go uncounted
    if with_nan or longest > LONGEST_LINE:
        raise NotClean
    types = sampled_types(build, f"(select json from {objects})")
    if _can_be_columns(stream, other_keys or []):
        return Rows(
            _with_columns(path, stream, other_keys or []),
            ready=frozenset(c.name for c in stream.columns if c.kind is JSON_OBJECT),
            may_end_in_tabs=with_tabs,
            expected=lines,
            fields=types,
        )
    numbered = f"(select row_number() over () as line_number, json as line from {objects})"
    return Rows(
        from_lines(numbered, stream),
        may_repeat_keys=True,
        may_end_in_tabs=with_tabs,
        expected=lines,
        fields=types,
    )


def from_lines(lines: str, stream: Stream) -> str:
    """The fields of a relation (line_number, line) whose lines are all objects."""
    paths = ", ".join(quoted(json_path(column.steps)) for column in stream.columns)
    nothing = quoted(json.dumps({column.source_field: None for column in stream.columns}))
    columns = ", ".join(
        f"fields[{position}] as {quoted_name(column.name)}"
        for position, column in enumerate(stream.columns, start=1)
    )
    return f"""
        select
            line_number,
            line as raw,
            case when others <> '{{}}' then others end as extra,
            len(keys) <> len(list_distinct(keys)) as repeats_a_key,
            {columns}
        from (
            select
                line_number,
                line,
                cast(json_merge_patch(line, {nothing}) as varchar) as others,
                json_keys(line) as keys,
                json_extract_string(line, [{paths}]) as fields
            from {lines}
        )
    """


def json_path(steps: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{step}"' for step in steps)


def _selected(column: Column) -> str:
    field = quoted_name(column.source_field)
    if column.within:
        return f"json_extract_string({field}, {quoted(json_path(column.steps[1:]))})"
    return f"cast({field} as varchar)"


def sampled_types(build: Connection, lines: str) -> dict[str, frozenset[str]]:
    """The types of each key in the first lines of a relation with one column, the object."""
    rows = build.execute(f"""
        select found.key, list(distinct found.type)
        from (select * from {lines} as sampled (object) limit {SAMPLE}) as sample,
            json_each(sample.object) as found
        group by found.key
    """).fetchall()
    return {key: frozenset(TYPES[t] for t in types if t in TYPES) for key, types in rows}


def _any_of(texts: tuple[str, ...]) -> str:
    return " or ".join(f"contains(json, {quoted(text)})" for text in texts)


def _can_be_columns(stream: Stream, other_keys: list[str]) -> bool:
    keys = [*{column.source_field: None for column in stream.columns}, *other_keys]
    return all(keys) and len({key.lower() for key in keys}) == len(keys) <= MOST_KEYS


def _with_columns(path: Path, stream: Stream, other_keys: list[str]) -> str:
    types = {c.source_field: "json" if c.kind is JSON_OBJECT else "varchar" for c in stream.columns}
    types |= {c.source_field: "json" for c in stream.columns if c.within}
    types |= dict.fromkeys(other_keys, "json")
    columns = ", ".join(f"{quoted(key)}: '{type_}'" for key, type_ in types.items())
    selected = ", ".join(
        f"{_selected(column)} as {quoted_name(column.name)}" for column in stream.columns
    )
    return f"""
        select
            row_number() over () as line_number,
            cast(null as varchar) as raw,
            {_object_of(other_keys)} as extra,
            {selected}
        from read_json(
            {scanned(path)}, columns = {{{columns}}},
            format = 'newline_delimited', compression = 'none'
        )
    """


def _object_of(keys: list[str]) -> str:
    """The JSON object of those columns that are given; their values are JSON already."""
    if not keys:
        return "cast(null as varchar)"
    labels = {key: quoted(json.dumps(key, ensure_ascii=False) + ":") for key in keys}
    members = ", ".join(f"{labels[key]} || cast({quoted_name(key)} as varchar)" for key in keys)
    return f"nullif(concat('{{', concat_ws(',', {members}), '}}'), '{{}}')"
