"""What a format declares: its streams, their columns, and what must hold for every row.

A format is one module in `flows/landing/formats`. Nothing there says how to read a file.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a column holds: its type in raw, and the words for a value that is not one."""

    name: str
    sql_type: str
    wanted: str


TEXT = Kind("text", "varchar", "text")
INSTANT = Kind("instant", "timestamp", "a time; write ISO 8601, such as 2026-01-31T09:30:00Z")
DAY = Kind("day", "date", "a day; write it as 2026-01-31")
MONTH = Kind("month", "date", "the first day of a month; write it as 2026-01-01")
AMOUNT = Kind("amount", "decimal(38, 12)", "a number")
NUMBER = Kind("number", "decimal(18, 6)", "a number")
WHOLE = Kind("whole", "bigint", "a whole number")
FLAG = Kind("flag", "boolean", "true or false")
JSON_OBJECT = Kind("json_object", "varchar", "a JSON object")


@dataclass(frozen=True)
class Column:
    """One column of a raw table, filled from the field of the same name unless `field` is set."""

    name: str
    kind: Kind = TEXT
    required: bool = False
    one_of: tuple[str, ...] = ()  # kept in lower case
    field: str = ""
    within: str = ""  # the object that holds the field, where it is not the row itself
    is_random: bool = False  # such as UUIDs: to compress them costs more than it saves

    @property
    def source_field(self) -> str:
        """The field of the row in which it is found."""
        return self.within or self.field or self.name

    @property
    def steps(self) -> tuple[str, ...]:
        """The names that lead to it."""
        return (self.within, self.field or self.name) if self.within else (self.source_field,)


@dataclass(frozen=True)
class Check:
    """A truth about every row, as SQL over the column names, and what to say when it fails."""

    that: str
    otherwise: str


@dataclass(frozen=True)
class Mentions:
    """Whom a row speaks of, as SQL over its columns. When one of them is erased, the row goes."""

    user: str = ""
    device: str = ""  # of nobody, or of the user of the row
    alias: str = ""  # another id of the same user
    account: str = ""
    account_alias: str = ""  # another id of the same account
    at: str = ""
    has_uncertain_users: bool = False  # what is a device's elsewhere is no user's here
    cleared: tuple[tuple[str, str], ...] = ()  # (column, user or account): emptied, the row stays


@dataclass(frozen=True)
class Stream:
    """One kind of record. Without a key, a file's new content replaces what it gave before.

    `others` are fields that the export is known to have and nobody asks for: they are kept in
    `extra` and are no news. Where `is_mixed`, a file need not carry every field.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    others: tuple[str, ...] = ()
    is_mixed: bool = False
    is_open: bool = False  # any field may come: none is news
    mentions: Mentions = Mentions()

    def column_for(self, field: str) -> Column | None:
        return next((column for column in self.columns if column.source_field == field), None)


@dataclass(frozen=True)
class Format:
    """The streams of one kind of export; any other name means `default_stream`, if there is one.

    `default_kind` is how to read a file whose name does not tell, `epoch_unit` what a time written
    as a number counts unless the source says otherwise; it counts from the source's own midnight
    where `has_local_epochs`.
    """

    name: str
    streams: tuple[Stream, ...]
    default_stream: str = ""
    default_kind: str | None = None
    epoch_unit: str | None = None
    has_local_epochs: bool = False

    def stream(self, name: str) -> Stream | None:
        by_name = {stream.name: stream for stream in self.streams}
        return by_name.get(name) or by_name.get(self.default_stream)

    def table(self, stream: Stream) -> str:
        return f"raw.{self.name}_{stream.name}"
