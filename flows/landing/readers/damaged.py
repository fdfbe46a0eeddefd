"""The exact reader: a file that a bulk reader refuses, line by line and in bounded memory.

It writes a numbered copy in which every line is text again, so that one bad line spoils nothing
but itself. Line numbers count from 1, blank lines and the header of a CSV included.
"""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from flows.landing.readers import LONGEST_LINE
from flows.landing.readers.csv_rows import Header
from flows.landing.values import CAPITAL_NAN
from flows.warehouse import Connection, quoted

LONGEST_RECORD = 1_000  # lines that one quoted CSV field may run over
EXCERPT = 1_000
BARE_NAN = re.compile(rf"[:,\[]\s*-?(?:{'|'.join(CAPITAL_NAN)})")
STRINGS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
SURROGATE = re.compile("[\ud800-\udfff]")


class Line(NamedTuple):
    """A line with its number: a JSON text, or what is wrong with it and how it begins."""

    number: int
    text: str | None
    problem: str | None = None
    raw: str | None = None


def split(build: Connection, path: Path, header: Header | None, copy: Path) -> None:
    """Fill the temporary table `split_lines` (line_number, line, problem, raw)."""
    lines = json_lines(path) if header is None else csv_records(path, header)
    longest = LONGEST_LINE
    with copy.open("w", encoding="utf-8") as numbered:
        for line in lines:
            longest = max(longest, numbered.write(json.dumps(line, ensure_ascii=False) + "\n") * 4)
    build.execute(f"""
        create or replace temp table split_lines as
        select
            cast(fields[1] as bigint) as line_number,
            fields[2] as line,
            fields[3] as problem,
            fields[4] as raw
        from (
            select json_extract_string(json, ['$[0]', '$[1]', '$[2]', '$[3]']) as fields
            from read_ndjson_objects(
                {quoted(str(copy))}, compression = 'none', maximum_object_size = {longest}
            )
        )
    """)
    copy.unlink()


def json_lines(path: Path) -> Iterator[Line]:
    """Every line that is not blank."""
    with path.open("rb") as file:
        for number, text, problem in _lines(file):
            if problem is None and _holds_bare_nan(text):
                problem = "NaN and Infinity are not JSON; write null"
            if problem or text.strip():
                yield Line(number, None, problem, text[:EXCERPT]) if problem else Line(number, text)


def csv_records(path: Path, header: Header) -> Iterator[Line]:
    """Every record as a JSON object, numbered by the line on which it starts.

    A record that does not come out right costs its first line only: reading goes on with the
    next one, so that a quote that never closes does not swallow the rest of the file.
    """
    csv.field_size_limit(LONGEST_LINE)
    with path.open("rb") as file:
        tape = _Tape(_lines(file))
        tape.skip(1)
        while (start := tape.rewind()) is not None:
            number, text, problem = start
            if problem is None and not text.strip():
                tape.skip(1)
                continue
            fields: list[str] = []
            if problem is None:
                fields, problem = _record(tape, header)
            if problem:
                yield Line(number, None, problem, text[:EXCERPT])
                tape.skip(1)
            else:
                record = {f: v for f, v in zip(header.fields, fields, strict=True) if v}
                raw = "\n".join(text for _, text, _ in tape.taken())[:EXCERPT]
                yield Line(number, json.dumps(record, ensure_ascii=False), None, raw)
                tape.skip(len(tape.taken()))


def explain(line: str) -> str:
    """Why a line is not valid JSON, in the words of a reader that tells where."""
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"{error.msg} at column {error.colno}" if hasattr(error, "colno") else "too deep"
        return f"not JSON: {where}"
    if SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return "not valid Unicode: half of a surrogate pair"
    return "not JSON"


def _record(tape: _Tape, header: Header) -> tuple[list[str], str | None]:
    reader = csv.reader(tape, delimiter=header.delimiter, strict=True, skipinitialspace=True)
    try:
        fields = next(reader)
    except csv.Error as error:
        return [], f"not CSV: {error}"
    wanted = len(header.fields)
    if len(fields) == wanted + 1 and not fields[-1]:
        fields.pop()  # a delimiter at the end of every line is common
    if len(fields) != wanted:
        return [], f"has {len(fields)} fields, the header has {wanted}"
    return fields, None


class _Tape:
    """Lines that can be read again from the start of a record."""

    def __init__(self, lines: Iterator[tuple[int, str, str | None]]) -> None:
        self._lines = lines
        self._ahead: deque[tuple[int, str, str | None]] = deque()
        self._position = 0

    def rewind(self) -> tuple[int, str, str | None] | None:
        """Back to the first line not yet skipped, which is returned."""
        self._position = 0
        if not self._fill():
            return None
        return self._ahead[0]

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._position = 0
            if self._fill():
                self._ahead.popleft()

    def taken(self) -> list[tuple[int, str, str | None]]:
        return [self._ahead[index] for index in range(self._position)]

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        if self._position >= LONGEST_RECORD:
            raise csv.Error(f"a quoted field runs over more than {LONGEST_RECORD} lines")
        if not self._fill():
            raise StopIteration
        _, text, problem = self._ahead[self._position]
        if problem:
            raise csv.Error(problem)
        self._position += 1
        return text + "\n"

    def _fill(self) -> bool:
        """Whether there is a line at the position, read now if need be."""
        if self._position < len(self._ahead):
            return True
        line = next(self._lines, None)
        if line is not None:
            self._ahead.append(line)
        return line is not None


def _lines(file: BinaryIO) -> Iterator[tuple[int, str, str | None]]:
    """Number, text and problem of every line, without line end and byte order mark."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            problem = f"longer than {LONGEST_LINE // 1024 // 1024} MB"
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
            yield number, line[: EXCERPT * 4].decode("utf-8", "replace"), problem
            continue
        line = line.rstrip(b"\r\n")
        try:
            yield number, line.decode("utf-8"), None
        except UnicodeDecodeError as error:
            problem = f"not UTF-8: byte {line[error.start]:#04x} at column {error.start + 1}"
            yield number, line.decode("utf-8", "replace"), problem


def _holds_bare_nan(text: str) -> bool:
    if not any(word in text for word in CAPITAL_NAN):
        return False
    return bool(BARE_NAN.search(text) and BARE_NAN.search(STRINGS.sub('""', text)))
