"""Which rows of a file may enter raw: the strict way for clean files, the sorting of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from flows.landing.readers import NotClean, Rows
from flows.landing.readers.damaged import EXCERPT, explain
from flows.landing.sources import Source
from flows.landing.streams import INSTANT, JSON_OBJECT, TEXT, Column, Stream
from flows.landing.values import has_blanks, holds_bare_nan, trimmed, typed
from flows.warehouse import Connection, quoted, quoted_name

EXPLAINED = 1_000  # bad lines of one file that get an explanation of their own
SHOWN = 100  # characters of a value that a reason shows
BLANKS, NOT_CLEAN = "flywheel: blanks to trim", "flywheel: not a clean row"  # raised by the engine
WORD = r"""[^\s"''<>,;:(){}\[\]]"""  # what an e-mail address is made of, and more


class Untrimmed(Exception):
    """Some text is empty or has blanks around it."""


@dataclass(frozen=True)
class Fault:
    """A condition that no row of raw meets, and the words for it, both SQL."""

    when: str
    reason: str


def insert_clean(
    build: Connection,
    table: str,
    stream: Stream,
    rows: Rows,
    source: Source,
    file_id: int,
    now: datetime,
    *,
    trims: bool,
) -> int:
    """Insert every row of a file, or raise: one row that is not clean stops the whole insert.

    Most files have no blanks to trim, and trimming takes its time, so the first attempt does not.
    """
    doubts = ["repeats_a_key"] if rows.may_repeat_keys else []
    dirty = _any([fault.when for fault in _faults(stream, rows, source)] + doubts)
    blank = (
        "false"
        if trims
        else _any([has_blanks(_given(c), rows.may_end_in_tabs) for c in _texts(stream, rows)])
    )
    try:
        return build.execute(f"""
            insert into {table} ({_columns(stream)}, extra, source_id, file_id, line_number)
            select {_columns(stream)}, extra, {quoted(source.source_id)}, {file_id}, line_number
            from ({_typed_rows(stream, rows, source, now, trims=trims)})
            where
                case
                    when {blank} then cast(error('{BLANKS}') as boolean)
                    when {dirty} then cast(error('{NOT_CLEAN}') as boolean)
                    else true
                end
        """).fetchone()[0]
    except duckdb.InvalidInputException as error:
        raise (Untrimmed if BLANKS in str(error) else NotClean) from error


def sort_rows(build: Connection, stream: Stream, rows: Rows, source: Source, now: datetime) -> None:
    """Fill the temporary table `sorted_rows`: typed rows, `reason` where one may not enter raw."""
    reasons = " ".join(
        f"when {fault.when} then {fault.reason}" for fault in _faults(stream, rows, source)
    )
    build.execute(f"""
        create or replace temp table sorted_rows as
        select
            {_columns(stream)}, extra, line_number, reason,
            case when reason is not null then left(raw, {EXCERPT}) end as raw
        from (
            select *, case {reasons} end as reason
            from ({_typed_rows(stream, rows, source, now, trims=True)})
        )
    """)


def sort_lines(build: Connection) -> list[str]:
    """Set aside what is no JSON object in `split_lines`; the keys that some object repeats."""
    build.execute("""
        update split_lines
        set problem = 'not JSON', raw = coalesce(raw, line)
        where problem is null and not json_valid(line)
    """)
    unexplained = build.execute(f"""
        select line_number, line from split_lines where problem = 'not JSON' limit {EXPLAINED}
    """).fetchall()
    for line_number, line in unexplained:
        build.execute(
            "update split_lines set problem = ? where line_number = ?", [explain(line), line_number]
        )
    build.execute("""
        update split_lines
        set problem = concat('a JSON object is wanted, not ', lower(json_type(line))), raw = line
        where problem is null and json_type(line) <> 'OBJECT'
    """)
    return _rewrite_repeating(build)


def _rewrite_repeating(build: Connection) -> list[str]:
    """Of a key that an object repeats the last value counts; the keys for which it was so."""
    build.execute("""
        create or replace temp table repeating_keys as
        select keys
        from (select distinct json_keys(line) as keys from split_lines where problem is null)
        where len(keys) <> len(list_distinct(keys))
    """)
    if not build.execute("select count(*) from repeating_keys").fetchone()[0]:
        return []
    build.execute("""
        create or replace temp table rewritten_lines as
        select
            line_number,
            json_group_object(key, value) as line,
            list(key) filter (times > 1) as repeated
        from (
            select
                line_number,
                found.key,
                arg_max(found.value, found.id) as value,
                count(*) as times
            from (
                select line_number, line
                from split_lines
                where problem is null
                    and json_keys(line) in (select keys from repeating_keys)
            ) as repeating, json_each(repeating.line) as found
            group by line_number, found.key
        )
        group by line_number
    """)
    build.execute("""
        update split_lines
        set raw = split_lines.line, line = rewritten_lines.line
        from rewritten_lines
        where split_lines.line_number = rewritten_lines.line_number
    """)
    repeated = build.execute("select distinct unnest(repeated) from rewritten_lines order by 1")
    return [key for (key,) in repeated.fetchall()]


def insert_sorted(
    build: Connection, table: str, stream: Stream, source: Source, file_id: int
) -> None:
    """Put the good rows of `sorted_rows` into raw."""
    build.execute(f"""
        insert into {table} ({_columns(stream)}, extra, source_id, file_id, line_number)
        select {_columns(stream)}, extra, {quoted(source.source_id)}, {file_id}, line_number
        from sorted_rows
        where reason is null
    """)


def forget_sorted(build: Connection) -> None:
    """Free what the sorting of a file took."""
    build.execute("drop table if exists temp.split_lines")
    build.execute("drop table if exists temp.sorted_rows")


def bad_lines(with_split_lines: bool) -> str:
    """A select of line_number, reason and raw_excerpt, e-mail addresses masked."""
    unread = "union all select line_number, problem, raw from split_lines where problem is not null"
    return f"""
        select
            line_number,
            {_masked("reason")} as reason,
            left({_masked("raw")}, {EXCERPT}) as raw_excerpt
        from (
            select line_number, reason, raw from sorted_rows where reason is not null
            {unread if with_split_lines else ""}
        )
    """


def _masked(text: str) -> str:
    return f"regexp_replace({text}, '{WORD}+@({WORD}*)', '***@\\1', 'g')"


def _columns(stream: Stream) -> str:
    return ", ".join(quoted_name(column.name) for column in stream.columns)


def _given(column: Column) -> str:
    return quoted_name(f"given_{column.name}")


def _texts(stream: Stream, rows: Rows) -> list[Column]:
    return [column for column in stream.columns if column.name not in rows.ready]


def _typed_rows(stream: Stream, rows: Rows, source: Source, now: datetime, *, trims: bool) -> str:
    """Every column as given and as typed."""
    trimming = _texts(stream, rows) if trims else []
    texts = {column.name: quoted_name(column.name) for column in stream.columns}
    texts |= {c.name: trimmed(texts[c.name], rows.may_end_in_tabs) for c in trimming}
    given = ", ".join(f"{texts[c.name]} as {_given(c)}" for c in stream.columns)
    givens = ", ".join(_given(column) for column in stream.columns)
    values = ", ".join(
        f"{_value(column, rows, source, now)} as {quoted_name(column.name)}"
        for column in stream.columns
    )
    kept = "line_number, raw" + (", repeats_a_key" if rows.may_repeat_keys else "")
    return f"""
        select {kept}, {_without_nulls("extra")} as extra, {givens}, {values}
        from (select {kept}, extra, {given} from ({rows.sql}))
    """


def _without_nulls(json_object: str) -> str:
    rest = f"nullif(cast(json_strip_nulls({json_object}) as varchar), '{{}}')"
    return f"case when contains({json_object}, 'null') then {rest} else {json_object} end"


def _value(column: Column, rows: Rows, source: Source, now: datetime) -> str:
    given = _given(column)
    if column.name not in rows.ready:
        return typed(column, given, source, now)
    if column.kind is JSON_OBJECT:  # made by a JSON writer, so its first character tells all
        return f"case when {given} between '{{' and '|' then {given} end"
    return given


def _any(conditions: list[str]) -> str:
    return " or ".join(f"({condition})" for condition in conditions) or "false"


def _faults(stream: Stream, rows: Rows, source: Source) -> list[Fault]:
    faults = []
    for column in stream.columns:
        given, value = _given(column), quoted_name(column.name)
        if column.required:
            faults.append(Fault(f"{given} is null", quoted(f"{_label(column)} is missing")))
        if column.kind is not TEXT or column.one_of:
            wrong = f"{given} is not null and {value} is null"
            faults.append(Fault(wrong, _not_as_wanted(column, source)))
        if column.kind is INSTANT:
            outside = f"{value} not between timestamp '0001-01-01' and timestamp '9999-12-31'"
            faults.append(Fault(outside, _not_as_wanted(column, source)))
        if column.kind is JSON_OBJECT:
            faults.append(_no_nan(value, _label(column)))
    faults.extend(
        Fault(f"({check.that}) is not true", quoted(check.otherwise)) for check in stream.checks
    )
    faults.append(_no_nan("extra", "a field"))
    return faults


def _label(column: Column) -> str:
    """What the sender calls it."""
    return ".".join(column.steps)


def _no_nan(json_text: str, label: str) -> Fault:
    words = f"{label} holds NaN or Infinity, which is not JSON; write null"
    return Fault(holds_bare_nan(json_text), quoted(words))


def _not_as_wanted(column: Column, source: Source) -> str:
    wanted = column.kind.wanted
    if column.one_of:
        wanted = f"one of {', '.join(column.one_of)}"
    elif column.kind is INSTANT and source.epoch_unit:
        wanted = f"a time, neither ISO 8601 nor epoch {source.epoch_unit} from 2000 to now"
    value = f"left(cast({_given(column)} as varchar), {SHOWN})"
    return f"concat({quoted(_label(column) + ' ')}, '''', {value}, ''' is not ', {quoted(wanted)})"
