"""From the text of a field to its typed value, as SQL: NULL where the text is not one.

The same expressions serve the strict reading of a clean file and the line by line sorting of a
damaged one, so a line gets the same verdict in both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.landing.sources import EPOCH_UNITS, Source
from flows.landing.streams import (
    DAY,
    FLAG,
    INSTANT,
    JSON_OBJECT,
    MONTH,
    WHOLE,
    Column,
)
from flows.warehouse import quoted

LOCAL_TIME = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d+)?)?)?"
OFFSET = r" ?(Z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
MIDNIGHT = r"([T ]00:00(:00([.]0+)?)?(Z|[+]00:00)?)?"
CAPITAL_NAN = ("NaN", "NAN", "Inf", "INF")  # how writers spell it; Infinity, too
ANY_NAN = (*CAPITAL_NAN, "nan", "inf")


def has_blanks(text: str, tabs: bool) -> str:
    """Whether there is something to trim: text is empty or has a blank at either end."""
    ends = [f"suffix({text}, ' ')"]
    if tabs:
        ends += [f"suffix({text}, chr({code}))" for code in (9, 10, 13)]
    return " or ".join([f"{text} < '!'", *ends])


def trimmed(text: str, tabs: bool) -> str:
    """Without blanks around it, and NULL when nothing is left."""
    return (
        f"case when {has_blanks(text, tabs)}"
        f" then nullif(trim({text}, e' \\t\\r\\n'), '') else {text} end"
    )


def typed(column: Column, text: str, source: Source, now: datetime) -> str:
    """The value of a column, from its trimmed text."""
    if column.one_of:
        allowed = ", ".join(quoted(value) for value in column.one_of)
        return f"case when lower({text}) in ({allowed}) then lower({text}) end"
    if column.kind is INSTANT:
        return _instant(text, source, now)
    if column.kind is DAY:
        return _day(text)
    if column.kind is MONTH:
        return _month(text)
    if column.kind is JSON_OBJECT:
        return f"case when json_valid({text}) and json_type({text}) = 'OBJECT' then {text} end"
    if column.kind is WHOLE:
        number = f"try_cast({text} as decimal(38, 12))"
        return f"case when {number} = floor({number}) then try_cast({number} as bigint) end"
    if column.kind is FLAG:
        return f"try_cast({text} as boolean)"
    if column.kind.sql_type.startswith("decimal"):
        return f"try_cast({text} as {column.kind.sql_type})"
    return text


def utc(local: str, source: Source) -> str:
    """A timestamp without zone, taken as the source's own time."""
    if source.time_zone == "UTC":
        return local
    return f"timezone('UTC', timezone({quoted(source.time_zone)}, {local}))"


def from_epoch(number: str, source: Source, now: datetime) -> str:
    """An epoch number in the declared unit; NULL outside 2000 to two days from now."""
    scale = 1_000_000 // EPOCH_UNITS[source.epoch_unit or "s"]
    microseconds = f"try_cast(try_cast({number} as decimal(24, 6)) * {scale} as bigint)"
    first = datetime(2000, 1, 1, tzinfo=UTC)
    last = now.replace(tzinfo=UTC) + timedelta(days=2)
    instant = f"make_timestamp({microseconds})"
    if source.format.has_local_epochs:
        instant = utc(instant, source)
    return f"case when {microseconds} between {_epoch(first)} and {_epoch(last)} then {instant} end"


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000


def _instant(text: str, source: Source, now: datetime) -> str:
    # A cast to timestamp skips over an offset, so it may only see times that carry none or zero.
    epoch = ""
    if source.epoch_unit:
        number = rf"regexp_full_match({text}, '-?\d+([.]\d+)?')"
        epoch = f"when {number} then {from_epoch(text, source, now)} "
    upper = f"upper({text})"
    compact = f"replace(replace(replace({upper}, ' UTC', 'Z'), ' +', '+'), ' -', '-')"
    return (
        f"case {epoch}"
        f"when suffix({text}, 'Z') or suffix({text}, '+00:00')"
        f" then try_cast({text} as timestamp) "
        f"when regexp_full_match({text}, '{LOCAL_TIME}')"
        f" then {utc(f'try_cast({text} as timestamp)', source)} "
        f"when regexp_full_match({upper}, '{LOCAL_TIME}{OFFSET}')"
        f" then timezone('UTC', try_cast({compact} as timestamptz)) "
        f"end"
    )


def _day(text: str) -> str:
    return (
        rf"case when regexp_full_match({text}, '\d{{4}}-\d\d-\d\d{MIDNIGHT}')"
        f" then try_cast(left({text}, 10) as date) end"
    )


def _month(text: str) -> str:
    return (
        rf"case when regexp_full_match({text}, '\d{{4}}-\d\d(-01{MIDNIGHT})?')"
        f" then try_cast(left({text}, 7) || '-01' as date) end"
    )


def holds_bare_nan(json_text: str, words: tuple[str, ...] = ANY_NAN) -> str:
    """Whether valid JSON text holds NaN or Infinity outside of strings, which only some accept."""
    rest = rf"""regexp_replace({json_text}, '"(?:[^"\\]|\\.)*"', '', 'g')"""
    likely = " or ".join(f"contains({json_text}, '{word}')" for word in words)
    return (
        f"case when {likely} then"
        f" case when regexp_matches({json_text}, '[:,[]\\s*-?({'|'.join(words)})')"
        f" then regexp_matches({rest}, '{'|'.join(words)}') else false end"
        f" else false end"
    )
