"""How a stream departs from its declaration or from its own past: meta.drift, and a warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from flows.landing.streams import Stream
from flows.warehouse import Connection, quoted_name

ENOUGH_ROWS = 100  # a smaller file says nothing by what it lacks
ENOUGH_LOADS = 5  # before a source has a past to be compared with
UNUSUAL = 4  # times the median, or a part of it
MOST_FIELDS = 100  # undeclared ones of a file that are told; keys made of ids are endless


@dataclass(frozen=True)
class Landed:
    """A file just landed, still in its transaction."""

    source_id: str
    stream: Stream
    table: str
    file_path: str
    file_id: int
    rows: int
    fields: dict[str, frozenset[str]]  # types by field, as far as the reader looked
    repeated: tuple[str, ...] = ()


def observe(build: Connection, landed: Landed, now: datetime) -> list[str]:
    """Record what is new, missing or of another type in a file; warnings for what is unheard of."""
    where = [landed.source_id, landed.stream.name]
    known = {
        field: set(types)
        for field, types in build.execute(
            "select field, types from meta.fields where source_id = ? and stream = ?", where
        ).fetchall()
    }
    others = _other_fields(build, landed)
    seen = {field: set(types) for field, types in landed.fields.items()}
    for field in others:
        seen.setdefault(field, set())
    findings = [
        (field, "new", f"not declared; kept in extra; {rows} rows of {landed.file_path}")
        for field, rows in others.items()
    ]
    findings += [
        (field, "type", f"was {_listed(known[field])}, is {_listed(types)} in {landed.file_path}")
        for field, types in seen.items()
        if known.get(field) and types - known[field]
    ]
    findings += [
        (field, "type", f"repeated in one object of {landed.file_path}; the last value counts")
        for field in landed.repeated
    ]
    findings += [
        (field, "missing", f"carried before, absent from {landed.file_path}")
        for field in _missing(build, landed, known, seen)
    ]
    _remember(build, where, seen, known, now)
    return [
        warning
        for field, kind, detail in findings
        if (warning := note(build, *where, field, kind, detail, now))
    ]


def note(
    build: Connection,
    source_id: str,
    stream: str,
    field: str | None,
    kind: str,
    detail: str,
    now: datetime,
) -> str | None:
    """Write or refresh one row of meta.drift; the warning, when it was not there before."""
    key = [source_id, stream, field, kind]
    known = build.execute(
        """
        update meta.drift set last_seen = ?, detail = ?
        where source_id = ? and stream = ? and field is not distinct from ? and kind = ?
        """,
        [now, detail, *key],
    ).fetchone()[0]
    if known:
        return None
    build.execute("insert into meta.drift values (?, ?, ?, ?, ?, ?, ?)", [*key, now, now, detail])
    subject = f"field {field}: " if field else ""
    return f"{source_id}/{stream}: {subject}{detail}"


def compare_with_past(build: Connection, now: datetime) -> list[str]:
    """Sources whose newest load is of an unusual size, or that have been silent unusually long."""
    loads = build.execute("""
        select source_id, stream, list(rows order by loaded_at), list(loaded_at order by loaded_at)
        from (
            select source_id, stream, loaded_at, sum(rows_landed) as rows
            from meta.loads
            where state = 'loaded'
            group by source_id, stream, loaded_at
        )
        group by source_id, stream
        order by source_id, stream
    """).fetchall()
    warnings = []
    for source_id, stream, rows, instants in loads:
        if len(rows) <= ENOUGH_LOADS:
            continue
        findings = []
        usual = _median(rows[:-1])
        if instants[-1] == now and not usual / UNUSUAL <= rows[-1] <= usual * UNUSUAL:
            detail = f"{rows[-1]} rows landed at once, {usual:g} are usual"
            findings.append(("volume", detail))
        gaps = [later - earlier for earlier, later in pairwise(instants)]
        usual_gap = sorted(gaps)[len(gaps) // 2]
        silence = now - instants[-1]
        if silence > max(usual_gap * UNUSUAL, timedelta(hours=1)):
            findings.append(("stale", f"nothing since {instants[-1]:%Y-%m-%d %H:%M} UTC"))
        for kind, detail in findings:
            if warning := note(build, source_id, stream, None, kind, detail, now):
                warnings.append(warning)
    return warnings


def _other_fields(build: Connection, landed: Landed) -> dict[str, int]:
    """The unknown fields of the landed rows, with the rows that carry them."""
    if landed.stream.is_open:
        return {}
    return dict(
        build.execute(
            f"""
            select field, count(*)
            from (
                select unnest(json_keys(extra)) as field
                from {landed.table}
                where file_id = {landed.file_id} and extra is not null
            )
            where not list_contains($1, field)
            group by field
            order by count(*) desc, field
            limit {MOST_FIELDS}
            """,
            [list(landed.stream.others)],
        ).fetchall()
    )


def _missing(
    build: Connection,
    landed: Landed,
    known: dict[str, set[str]],
    seen: dict[str, set[str]],
) -> list[str]:
    """Declared fields that the stream carried before and no row of this file does."""
    if landed.rows < ENOUGH_ROWS or landed.stream.is_mixed:
        return []
    columns = [c for c in landed.stream.columns if c.source_field in known.keys() - seen.keys()]
    if not columns:
        return []
    counts = build.execute(f"""
        select {", ".join(f"count({quoted_name(column.name)})" for column in columns)}
        from {landed.table}
        where file_id = {landed.file_id}
    """).fetchone()
    return [c.source_field for c, count in zip(columns, counts, strict=True) if count == 0]


def _remember(
    build: Connection,
    where: list[str],
    seen: dict[str, set[str]],
    known: dict[str, set[str]],
    now: datetime,
) -> None:
    new = [[*where, field, sorted(seen[field]), now, now] for field in seen.keys() - known.keys()]
    if new:
        build.executemany("insert into meta.fields values (?, ?, ?, ?, ?, ?)", new)
    for field, types in known.items():
        if seen.get(field, set()) - types:
            build.execute(
                """
                update meta.fields set types = ?
                where source_id = ? and stream = ? and field = ?
                """,
                [sorted(seen[field] | types), *where, field],
            )
    build.execute(
        """
        update meta.fields set last_seen = ?
        where source_id = ? and stream = ? and last_seen < ? and list_contains(?, field)
        """,
        [now, *where, now, list(seen)],
    )


def _listed(types: set[str]) -> str:
    return " or ".join(sorted(types)) or "text"


def _median(values: list[int]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
