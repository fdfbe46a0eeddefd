"""CSV with a header: comma (else semicolon or tab), double quotes, doubled to stand for one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from flows.landing.content import Content, ContentBroken, count_lines
from flows.landing.readers import LONGEST_LINE, Rows, scanned
from flows.landing.streams import Stream
from flows.warehouse import quoted, quoted_name

DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Header:
    """The names in the first record of a file, and what stands between them."""

    fields: tuple[str, ...]
    delimiter: str


def read_header(path: Path, stream: Stream) -> Header | None:
    """None when the file has no line; ContentBroken when its columns cannot make a row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline(LONGEST_LINE)
    except UnicodeDecodeError as error:
        raise ContentBroken("the header is not UTF-8; save the file as UTF-8") from error
    if not line.strip():
        return None
    delimiter = next((mark for mark in DELIMITERS if mark in line), ",")
    fields = tuple(field.strip() for field in next(csv.reader([line], delimiter=delimiter)))
    required = [column.source_field for column in stream.columns if column.required]
    if missing := [field for field in required if field not in fields]:
        raise ContentBroken(
            f"the header lacks {', '.join(missing)}; it has {', '.join(fields)[:300]}"
        )
    return Header(fields, delimiter)


def read(path: Path, content: Content, stream: Stream, header: Header) -> Rows:
    """The rows of a file in which every line but the header is a record."""
    columns = ", ".join(f"'c{position}': 'varchar'" for position in range(len(header.fields)))
    position_of = {field: position for position, field in enumerate(header.fields)}
    selected = ", ".join(
        (f"c{position_of[column.source_field]}" if column.source_field in position_of else "null")
        + f" as {quoted_name(column.name)}"
        for column in stream.columns
    )
    return Rows(
        f"""
        select
            1 + row_number() over () as line_number,
            cast(null as varchar) as raw,
            {_extra(position_of, stream)} as extra,
            {selected}
        from read_csv(
            {scanned(path)}, columns = {{{columns}}}, compression = 'none',
            auto_detect = false, header = true, strict_mode = true,
            delim = {quoted(header.delimiter)}, quote = '"', escape = '"'
        )
        """,
        expected=count_lines(path, content) - 1,
        fields={field: frozenset() for field in header.fields},
    )


def _extra(position_of: dict[str, int], stream: Stream) -> str:
    others = [field for field in position_of if stream.column_for(field) is None]
    if not others:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{quoted(field)}, c{position_of[field]}" for field in others)
    given = f"cast(json_merge_patch('{{}}', json_object({pairs})) as varchar)"
    return f"nullif({given}, '{{}}')"
