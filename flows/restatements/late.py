"""Which landed rows are news about a time that a publication had already spoken of.

News is a row of a file that was landed since, or one that became known since (`received_at`,
`recorded_at`), unless a row known before says the same: exports overlap. What a row says of later
days is not looked at, so that an end that comes on time makes no subscription late.
"""

from __future__ import annotations

from datetime import datetime

from flows.landing.formats import FORMATS
from flows.landing.streams import DAY, INSTANT, MONTH, Format, Stream
from flows.warehouse import Connection, has_table, quoted, quoted_name

KNOWN_AT = ("received_at", "recorded_at")
TIMES = (INSTANT, DAY, MONTH)


def find_late_rows(
    connection: Connection,
    built_between: tuple[datetime, datetime],
    as_of_between: tuple[datetime, datetime],
) -> None:
    """Fill temp tables: `new_files`, and `late_rows` with when each row begins to speak."""
    connection.execute(
        "create or replace temp table new_files as select file_id, source_id, stream, rows_landed"
        " from build.meta.loads where loaded_at > $1 and loaded_at <= $2",
        built_between,
    )
    connection.execute(
        "create or replace temp table late_rows"
        " (raw_table varchar, stream varchar, began_at timestamp, is_moment boolean, rows bigint)"
    )
    for format in FORMATS.values():
        for stream in format.streams:
            table = format.table(stream)
            if has_table(connection, *table.split(".")) and _began(stream):
                connection.execute(_news(format, stream), as_of_between)


def _news(format: Format, stream: Stream) -> str:
    """The insert into `late_rows`; $1 is the instant of the publication before, $2 that of this."""
    table = f"build.{format.table(stream)}"
    began = f"cast({quoted_name(_began(stream))} as timestamp)"
    known = f"greatest({', '.join([began, *_known(stream)])})"
    said = ", ".join(["source_id", f"{began} as began_at", *_said(stream)])
    is_new = f"(file_id in (select file_id from temp.new_files) or {known} >= $1)"
    same = f" and {stream.key[0]} in (select {stream.key[0]} from fresh)" if stream.key else ""
    is_moment = "event_name" in {column.name for column in stream.columns}
    return f"""
        insert into temp.late_rows
        with fresh as (
            select * from {table} where {began} < $1 and {known} < $2 and {is_new}
        ),
        told as (
            select {said} from fresh
            except
            select {said} from {table} where {began} < $1 and not {is_new}{same}
        )
        select
            {quoted(format.table(stream).removeprefix("raw."))},
            source_id || '/' || {quoted(stream.name)},
            began_at,
            {is_moment},
            count(*)
        from told
        group by all
    """


def _began(stream: Stream) -> str:
    """The first time that every row has."""
    times = [column for column in stream.columns if column.kind in TIMES and column.required]
    return times[0].name if times else ""


def _known(stream: Stream) -> list[str]:
    return [column.name for column in stream.columns if column.name in KNOWN_AT]


def _said(stream: Stream) -> list[str]:
    """What two rows must share to say the same: of events, which the first one decides, the key."""
    if "event_name" in {column.name for column in stream.columns}:
        return [quoted_name(name) for name in stream.key]
    said = []
    for column in stream.columns:
        name = quoted_name(column.name)
        if column.name in (*KNOWN_AT, "updated_at"):
            continue
        said.append(f"case when {name} < $1 then {name} end" if column.kind in TIMES else name)
    return said
