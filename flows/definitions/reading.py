"""Reads the definition files and checks each on its own: heading, cells, names, agreements."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from flows.definitions.files import FILES, File
from flows.definitions.findings import Finding, Row, Tables, nearest


def read_tables(folder: Path) -> tuple[Tables, list[Finding]]:
    """All files as rows, and what is wrong inside each of them."""
    tables: Tables = {}
    findings: list[Finding] = []
    for name, file in FILES.items():
        path = folder / f"{name}.csv"
        try:
            heading, rows, ragged = _read(path)
        except FileNotFoundError:
            others = [other.stem for other in folder.glob("*.csv") if other.stem not in FILES]
            findings.append(Finding(path.name, f"the file does not exist.{nearest(name, others)}"))
            continue
        except (UnicodeDecodeError, csv.Error) as error:
            findings.append(Finding(path.name, f"cannot be read as CSV in UTF-8: {error}"))
            continue
        tables[name] = rows
        findings += ragged
        findings += _check_heading(path.name, heading, file)
        findings += _check_cells(path.name, rows, file)
        findings += _check_names(path.name, heading, rows, file)
        findings += _check_agreements(path.name, rows, file)
    return tables, findings


def _read(path: Path) -> tuple[list[str], list[Row], list[Finding]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream, strict=True)
        heading = next(lines, [])
        rows, ragged = [], []
        for cells in lines:
            if not cells:  # a blank line is no row
                continue
            number = len(rows) + 1
            rows.append(Row(number, dict(zip(heading, cells, strict=False))))
            if len(cells) != len(heading):
                message = f"has {len(cells)} cells, the heading names {len(heading)} columns"
                ragged.append(Finding(path.name, message, number))
    return heading, rows, ragged


def _check_heading(name: str, heading: list[str], file: File) -> Iterator[Finding]:
    unknown = [column for column in heading if column not in file.columns]
    for column, rule in file.columns.items():
        if column not in heading and not rule.may_be_absent:
            hint = nearest(column, unknown).replace("Did you mean", "Is it")
            yield Finding(name, f"the column is missing.{hint}", column=column)
    for column in sorted({column for column in heading if heading.count(column) > 1}):
        yield Finding(name, "the heading names it twice", column=column)
    for column in unknown:
        message = f"flywheel does not know it and leaves it alone.{nearest(column, file.columns)}"
        yield Finding(name, message, column=column, is_fatal=False)


def _check_cells(name: str, rows: list[Row], file: File) -> Iterator[Finding]:
    for row in rows:
        for column, rule in file.columns.items():
            cell = row[column]
            if cell == "":
                if rule.is_required and column in row.cells:
                    yield Finding(name, "must not be empty", row.number, column)
            elif reason := rule.wrong(cell):
                hint = nearest(cell, rule.allowed)
                yield Finding(name, f'"{cell}" {reason}.{hint}', row.number, column)


def _check_names(name: str, heading: list[str], rows: list[Row], file: File) -> Iterator[Finding]:
    key = file.key or tuple(column for column in heading if column in file.columns)
    first_row: dict[tuple[str, ...], int] = {}
    for row in rows:
        value = tuple(row[column] for column in key)
        if value not in first_row:
            first_row[value] = row.number
        elif file.key:
            words = " ".join(f'"{word}"' for word in value)
            message = f"{words} is there already, in row {first_row[value]}"
            yield Finding(name, message, row.number, " and ".join(key))
        else:
            yield Finding(name, f"repeats row {first_row[value]}", row.number)


def _check_agreements(name: str, rows: list[Row], file: File) -> Iterator[Finding]:
    for agreement in file.agreements:
        first: dict[tuple[str, ...], Row] = {}
        for row in rows:
            group = tuple(row[column] for column in agreement.rows_of)
            other = first.setdefault(group, row)
            for column in agreement.columns:
                if _meaning(row[column]) != _meaning(other[column]):
                    message = (
                        f'"{row[column]}" differs from "{other[column]}" in row {other.number},'
                        f" though both rows say {' '.join(group)}"
                    )
                    yield Finding(name, message, row.number, column)


def _meaning(cell: str) -> str | float:
    """1 and 1.0 say the same, and so do true and TRUE."""
    try:
        return float(cell)
    except ValueError:
        return cell.lower() if cell.lower() in ("true", "false") else cell
