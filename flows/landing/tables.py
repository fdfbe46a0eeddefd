"""The tables that landing owns in the working file: schema raw, and its part of schema meta."""

from __future__ import annotations

from flows.landing.formats import FORMATS
from flows.landing.streams import Stream
from flows.warehouse import Connection, quoted, quoted_name

Columns = dict[str, tuple[str, str]]  # name: type, meaning

FILE: Columns = {
    "source_id": ("varchar not null", "The source folder."),
    "stream": ("varchar not null", "The stream."),
    "file_path": (
        "varchar not null",
        "Path relative to the landing folder; a member of an archive is archive!member.",
    ),
}
META: dict[str, tuple[str, Columns]] = {
    "loads": (
        "One row per file and content that landing met.",
        FILE
        | {
            "sha256": ("varchar", "SHA-256 of the file; empty when it was refused unread."),
            "state": ("varchar not null", "loaded, empty, rejected, skipped or deferred."),
            "reason": ("varchar", "Why it was not simply loaded."),
            "rows_landed": ("bigint not null", "Rows it put into raw, duplicates included."),
            "rows_quarantined": ("bigint not null", "Lines that were set aside."),
            "loaded_at": ("timestamp not null", "When the run began that dealt with it, UTC."),
            "file_id": ("bigint not null", "Number in the order of loading."),
            "unpacked_sha256": ("varchar", "SHA-256 of what was packed in it."),
            "archive_sha256": ("varchar", "SHA-256 of the archive it is a member of."),
        },
    ),
    "quarantine": (
        "One row per line that could not be landed.",
        FILE
        | {
            "line_number": (
                "bigint not null",
                "From 1 in the unpacked file, blank lines and header counted.",
            ),
            "reason": ("varchar not null", "What is wrong, naming field and value."),
            "raw_excerpt": ("varchar", "How the line begins, e-mail addresses masked."),
            "loaded_at": ("timestamp not null", "When the run began that met it, UTC."),
            "file_id": ("bigint not null", "The file; see meta.loads."),
        },
    ),
    "drift": (
        "One row per way in which a stream departed from its declaration or its own past.",
        {
            "source_id": FILE["source_id"],
            "stream": FILE["stream"],
            "field": ("varchar", "The field; empty when it is about the stream as a whole."),
            "kind": ("varchar not null", "new, missing, type, volume or stale."),
            "first_seen": ("timestamp not null", "When it was met first, UTC."),
            "last_seen": ("timestamp not null", "When it was met last, UTC."),
            "detail": ("varchar not null", "What was met last."),
        },
    ),
    "handoffs": (
        "One row per lead and destination that flywheel route queued it for; see outbox.duckdb.",
        {
            "idempotency_key": ("varchar not null", "The key it travels under."),
            "destination": ("varchar not null", "Where it goes."),
            "model": ("varchar not null", "The lead model."),
            "actor_id": ("varchar not null", "The user or account."),
            "qualification": ("bigint not null", "The how many-th lead of these two it is."),
            "account_id": ("varchar", "The account, or that of the user, when it was queued."),
            "owner": ("varchar", "Whose lead it is."),
            "state": ("varchar not null", "pending, sending, delivered, refused or left out."),
            "attempts": ("bigint not null", "How often it was tried."),
            "answer": ("varchar", "What came of the last attempt."),
            "queued_at": ("timestamp not null", "When it was queued, UTC."),
            "delivered_at": ("timestamp", "When the destination had it, UTC."),
        },
    ),
    "erasures": (
        "One row per subject and place that it was removed from, and when: the receipt.",
        {
            "subject_type": ("varchar not null", "user or account."),
            "subject_hash": ("varchar not null", "SHA-256 of its id."),
            "requested_at": ("timestamp not null", "When it was asked for, UTC."),
            "erased_at": ("timestamp not null", "When it was done, UTC."),
            "place": ("varchar not null", "Where it was: a table, or the outbox."),
            "rows_removed": ("bigint not null", "Rows removed there, or emptied of it."),
        },
    ),
    "fields": (
        "One row per field that a stream has carried.",
        {
            "source_id": FILE["source_id"],
            "stream": FILE["stream"],
            "field": ("varchar not null", "The field."),
            "types": ("varchar[] not null", "The types met, where the file tells them."),
            "first_seen": ("timestamp not null", "When it was met first, UTC."),
            "last_seen": ("timestamp not null", "When it was met last, UTC."),
        },
    ),
}
ERASED: tuple[str, Columns] = (
    "One row per id that is kept out, by its hash.",
    {
        "subject_type": ("varchar not null", "user or account."),
        "subject_hash": ("varchar not null", "SHA-256 of the id that was asked to be erased."),
        "id_hash": ("varchar not null", "SHA-256 of that id, or of another of the same subject."),
        "kind": ("varchar not null", "user, device or account."),
        "requested_at": ("timestamp not null", "When it was asked for, UTC."),
    },
)
SOURCES: dict[str, str] = {
    "source_id": "The source folder.",
    "stream": "The stream.",
    "files": "Files that were loaded.",
    "rows_landed": "Rows in raw, duplicates included.",
    "rows_quarantined": "Lines that were set aside.",
    "rows_duplicate": "Rows in raw that repeat the key of another.",
    "last_loaded_at": "When something was loaded last, UTC.",
}
ORIGIN: Columns = {
    "extra": ("varchar", "JSON object of the fields that are not declared."),
    "source_id": ("varchar", "The source folder."),
    "file_id": ("bigint", "The file; see meta.loads."),
    "line_number": ("bigint", "The line of the unpacked file."),
}


def create_tables(build: Connection) -> None:
    """Create what is not there yet; a column that a later version declares is added."""
    present = _present(build)
    build.execute("begin")
    build.execute("create schema if not exists meta")
    for table, (comment, columns) in META.items():
        _create(build, f"meta.{table}", columns, comment, present)
    create_raw_tables(build)
    _create_summary(build)
    build.execute("commit")


def create_raw_tables(build: Connection) -> None:
    """The tables of schema raw alone: one for each stream of each format, also of those unused."""
    present = _present(build)
    build.execute("create schema if not exists raw")
    _create(build, "raw.erased", ERASED[1], ERASED[0], present)
    for format in FORMATS.values():
        for stream in format.streams:
            comment = f"Format {format.name}, stream {stream.name}: one row per landed row."
            _create(build, format.table(stream), _raw_columns(stream), comment, present)


def _present(build: Connection) -> dict[str, set[str]]:
    """The tables there are, as schema.table, with their columns."""
    present: dict[str, set[str]] = {}
    for table, column in build.execute("""
        select schema_name || '.' || table_name, column_name
        from duckdb_columns()
        where database_name = current_database()
    """).fetchall():
        present.setdefault(table, set()).add(column)
    return present


def _raw_columns(stream: Stream) -> Columns:
    def type_of(kind: str, is_random: bool) -> str:
        return kind + " using compression uncompressed" if is_random else kind

    return {
        column.name: (type_of(column.kind.sql_type, column.is_random), "")
        for column in stream.columns
    } | ORIGIN


def _create(
    build: Connection, table: str, columns: Columns, comment: str, present: dict[str, set[str]]
) -> None:
    if table not in present:
        declared = ", ".join(f"{quoted_name(name)} {type_}" for name, (type_, _) in columns.items())
        build.execute(f"create table {table} ({declared})")
        build.execute(f"comment on table {table} is {quoted(comment)}")
    missing = columns.keys() - present.get(table, columns.keys())
    for name in missing:
        addable = columns[name][0].removesuffix(" not null")
        build.execute(f"alter table {table} add column {quoted_name(name)} {addable}")
    for name in missing if table in present else columns:
        if meaning := columns[name][1]:
            column = f"{table}.{quoted_name(name)}"
            build.execute(f"comment on column {column} is {quoted(meaning)}")


def _create_summary(build: Connection) -> None:
    """meta.sources, a view: counting the copies of a key takes a while, and is seldom asked."""
    copies = " union all ".join(
        f"""
        select source_id, {quoted(stream.name)} as stream, count(*) - count(distinct {_key(stream)})
            as rows_duplicate
        from {format.table(stream)}
        group by source_id
        """
        for format in FORMATS.values()
        for stream in format.streams
        if stream.key
    )
    build.execute(f"""
        create or replace view meta.sources as
        with copies as ({copies})
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
        where loads.sha256 is not null
        group by loads.source_id, loads.stream
    """)
    build.execute("comment on view meta.sources is 'One row per source and stream, as landed.'")
    for name, meaning in SOURCES.items():
        build.execute(f"comment on column meta.sources.{name} is {quoted(meaning)}")


def _key(stream: Stream) -> str:
    columns = ", ".join(quoted_name(column) for column in stream.key)
    return columns if len(stream.key) == 1 else f"row({columns})"
