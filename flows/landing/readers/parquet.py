"""Parquet: columns that come typed stay as they are, texts are read like those of other files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.landing.content import ContentBroken
from flows.landing.readers import Rows, scanned
from flows.landing.readers.json_lines import json_path
from flows.landing.sources import Source
from flows.landing.streams import DAY, INSTANT, JSON_OBJECT, TEXT, Column, Stream
from flows.landing.values import utc
from flows.warehouse import Connection, quoted, quoted_name

LOCAL_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
EXACT = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "DECIMAL")
NUMBERS = (*EXACT, "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE")


def read(build: Connection, path: Path, stream: Stream, source: Source) -> Rows:
    """The rows of a file; a damaged file is ContentBroken as a whole."""
    table = f"read_parquet({scanned(path)}, binary_as_string = true, file_row_number = true)"
    try:
        described = build.execute(f"describe select * exclude (file_row_number) from {table}")
        types = {row[0]: row[1] for row in described.fetchall()}
    except duckdb.Error as error:
        raise ContentBroken(f"not a readable Parquet file: {str(error).splitlines()[0]}") from error
    required = [column.source_field for column in stream.columns if column.required]
    if missing := [field for field in required if field not in types]:
        raise ContentBroken(f"the file lacks {', '.join(missing)}; it has {', '.join(types)[:300]}")
    ready = {}
    selected = []
    for column in stream.columns:
        field_type = types.get(column.source_field)
        expression = _typed(column, field_type, source) if field_type else None
        if column.within and field_type:
            field = quoted_name(column.source_field)
            text = field if field_type == "VARCHAR" else f"to_json({field})"
            expression = f"json_extract_string({text}, {quoted(json_path(column.steps[1:]))})"
        elif expression:
            ready[column.name] = expression
        elif field_type:
            expression = quoted_name(column.source_field)
            if field_type != "VARCHAR":
                expression = f"cast({expression} as varchar)"
        selected.append(f"{expression or 'cast(null as varchar)'} as {quoted_name(column.name)}")
    everything = ", ".join(f"{quoted_name(field)} := {quoted_name(field)}" for field in types)
    return Rows(
        f"""
        select
            file_row_number + 1 as line_number,
            cast(to_json(struct_pack({everything})) as varchar) as raw,
            {_extra(types, stream)} as extra,
            {", ".join(selected)}
        from {table}
        """,
        ready=frozenset(ready),
        may_end_in_tabs=False,
        fields={field: _told(stream.column_for(field), type_) for field, type_ in types.items()},
    )


def _typed(column: Column, field_type: str, source: Source) -> str | None:
    """The expression for a column that need not be read from text; None when it must."""
    field = quoted_name(column.source_field)
    if column.kind is TEXT or column.within or field_type == "VARCHAR":
        return None
    if column.kind is INSTANT:
        if field_type in LOCAL_TIMES:
            return utc(f"cast({field} as timestamp)", source)
        if field_type == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('UTC', {field})"
        return None
    if column.kind is DAY and field_type == "DATE":
        return field
    if column.kind is JSON_OBJECT:
        return f"cast(to_json({field}) as varchar)"
    if field_type.startswith(EXACT) and column.kind.sql_type.startswith("decimal"):
        return f"cast({field} as {column.kind.sql_type})"
    return None


def _extra(types: dict[str, str], stream: Stream) -> str:
    others = [field for field in types if stream.column_for(field) is None]
    if not others:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{quoted(field)}, {quoted_name(field)}" for field in others)
    given = f"cast(json_merge_patch('{{}}', json_object({pairs})) as varchar)"
    return f"nullif({given}, '{{}}')"


def _told(column: Column | None, field_type: str) -> frozenset[str]:
    """What a type says of the source: that of a time or a number is the file format's own."""
    if column is not None and column.kind is not TEXT:
        return frozenset()
    return frozenset({_family(field_type)})


def _family(field_type: str) -> str:
    if field_type.endswith("]"):
        return "list"
    if field_type.startswith(("STRUCT", "MAP", "JSON")):
        return "object"
    if field_type.startswith(("TIMESTAMP", "DATE")):
        return "time"
    if field_type.startswith(NUMBERS):
        return "number"
    return "boolean" if field_type == "BOOLEAN" else "text"
