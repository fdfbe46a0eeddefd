"""The tables that landing owns in the working file: schema raw, and its part of schema meta."""

from __future__ import annotations

import duckdb

from flows.landing.formats import FORMATS
from flows.landing.streams import Column, Format, Stream
from flows.landing.values import name, quoted

META = {
    "loads": (
        "One row per file and content that landing met.",
        {
            "source_id": "varchar not null",
            "stream": "varchar not null",
            "file_path": "varchar not null",
            "sha256": "varchar",
            "state": "varchar not null",
            "reason": "varchar",
            "rows_landed": "bigint not null",
            "rows_quarantined": "bigint not null",
            "loaded_at": "timestamp not null",
            "file_id": "bigint not null",
            "unpacked_sha256": "varchar",
            "archive_sha256": "varchar",
        },
    ),
    "quarantine": (
        "One row per line that could not be landed.",
        {
            "source_id": "varchar not null",
            "stream": "varchar not null",
            "file_path": "varchar not null",
            "line_number": "bigint not null",
            "reason": "varchar not null",
            "raw_excerpt": "varchar",
            "loaded_at": "timestamp not null",
            "file_id": "bigint not null",
        },
    ),
    "drift": (
        "One row per way in which a stream departed from its declaration or its own past.",
        {
            "source_id": "varchar not null",
            "stream": "varchar not null",
            "field": "varchar",
            "kind": "varchar not null",
            "first_seen": "timestamp not null",
            "last_seen": "timestamp not null",
            "detail": "varchar not null",
        },
    ),
    "fields": (
        "One row per field that a stream has carried, with the types met.",
        {
            "source_id": "varchar not null",
            "stream": "varchar not null",
            "field": "varchar not null",
            "types": "varchar[] not null",
            "first_seen": "timestamp not null",
            "last_seen": "timestamp not null",
        },
    ),
}
ORIGIN = {"extra": "varchar", "source_id": "varchar", "file_id": "bigint", "line_number": "bigint"}


def create_tables(build: duckdb.DuckDBPyConnection) -> None:
    """Create what is not there yet; a column that a later version declares is added."""
    present: dict[str, set[str]] = {}
    for table, column in build.execute("""
        select schema_name || '.' || table_name, column_name
        from duckdb_columns()
        where database_name = current_database()
    """).fetchall():
        present.setdefault(table, set()).add(column)
    build.execute("begin")
    build.execute("create schema if not exists raw")
    build.execute("create schema if not exists meta")
    for table, (comment, columns) in META.items():
        _create(build, f"meta.{table}", columns, comment, present)
    for format in FORMATS.values():
        for stream in format.streams:
            comment = f"Format {format.name}, stream {stream.name}: one row per landed row."
            _create(build, format.table(stream), raw_columns(stream), comment, present)
    build.execute(f"create or replace view meta.sources as {_summary()}")
    build.execute("commit")


def raw_columns(stream: Stream) -> dict[str, str]:
    return {column.name: _column_type(column) for column in stream.columns} | ORIGIN


def _column_type(column: Column) -> str:
    storage = " using compression uncompressed" if column.is_random else ""
    return column.kind.sql_type + storage


def _create(
    build: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, str],
    comment: str,
    present: dict[str, set[str]],
) -> None:
    if table not in present:
        declared = ", ".join(f"{name(column)} {type_}" for column, type_ in columns.items())
        build.execute(f"create table {table} ({declared})")
        build.execute(f"comment on table {table} is {quoted(comment)}")
        return
    for column in columns.keys() - present[table]:
        addable = columns[column].removesuffix(" not null")
        build.execute(f"alter table {table} add column {name(column)} {addable}")


def _summary() -> str:
    """meta.sources, from the ledger, with the copies that raw holds of one key."""
    keyed = [
        _copies(format, stream)
        for format in FORMATS.values()
        for stream in format.streams
        if stream.key
    ]
    return f"""
        with copies as ({" union all ".join(keyed)})
        select
            loads.source_id,
            loads.stream,
            count(*) filter (where loads.state in ('loaded', 'empty')) as files,
            cast(sum(loads.rows_landed) as bigint) as rows_landed,
            cast(sum(loads.rows_quarantined) as bigint) as rows_quarantined,
            coalesce(any_value(copies.rows_duplicate), 0) as rows_duplicate,
            max(loads.loaded_at) filter (where loads.state = 'loaded') as last_loaded_at
        from meta.loads as loads
        left join copies
            on loads.source_id = copies.source_id and loads.stream = copies.stream
        group by loads.source_id, loads.stream
    """


def _copies(format: Format, stream: Stream) -> str:
    key = ", ".join(name(column) for column in stream.key)
    return f"""
        select source_id, {quoted(stream.name)} as stream, sum(times - 1) as rows_duplicate
        from (
            select source_id, count(*) as times
            from {format.table(stream)}
            group by source_id, {key}
        )
        group by source_id
    """
