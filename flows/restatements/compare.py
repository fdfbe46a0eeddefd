"""Compare what a new file says of closed periods with what the publication before said.

Runs on the new file, `flywheel`, before it takes its place; `build` is asked only for what landed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.project import Project
from flows.restatements.late import find_late_rows
from flows.restatements.logic import (
    CODE,
    DEFINITIONS,
    Fingerprints,
    Lineage,
    fingerprints,
    lineage,
    one_hash,
)
from flows.restatements.memory import TABLES
from flows.warehouse import Connection, quoted, rows_of

QUERIES = sorted(Path(__file__).parent.glob("*.sql"))  # each named for the mart it reads
SAME = 1e-9  # two builds may add the same numbers in another order
NAMED = 8  # files that a cause names; the others are counted

UTC = "timezone('UTC', timezone(getvariable('reporting_time_zone'), cast({} as timestamp)))"

# Said of a period that was over at the publication before and is over now. A period that was not
# listed then was over if the shortest time in which one of its series closed had passed. A series
# that a definition or a model brought or took away is no restatement: there is nothing to compare.
RESTATED = f"""
    create or replace temp table restated as
    with said_before as (
        select * from meta.published_values where replaced_at is null
    ),
    series_before as (
        select
            metric,
            dimension,
            min(closed_at - cast(period as timestamp)) as closes_in
        from said_before
        group by all
    ),
    series_now as (
        select distinct metric, dimension from temp.said_now
    )
    select
        coalesce(now.metric, before.metric) as metric,
        coalesce(now.dimension, before.dimension) as dimension,
        coalesce(now.period, before.period) as period,
        coalesce(now.mart, before.mart) as mart,
        before.value as value_before,
        now.value as value_now,
        coalesce(before.closed_at, now.closed_at) as closed_at,
        {UTC.format("coalesce(now.period, before.period)")} as starts_at
    from said_before as before
    full join temp.said_now as now
        on before.metric = now.metric
        and before.dimension is not distinct from now.dimension
        and before.period = now.period
    left join series_before
        on now.metric = series_before.metric
        and now.dimension is not distinct from series_before.dimension
    left join series_now
        on before.metric = series_now.metric
        and before.dimension is not distinct from series_now.dimension
    inner join temp.mart_changes as changes on coalesce(now.mart, before.mart) = changes.mart
    where
        case
            when before.value is null then
                now.closed_at <= $previous_as_of
                and case
                    when series_before.metric is not null
                        then now.period + series_before.closes_in <= $previous_as_of
                    else changes.definitions is null and changes.code is null
                end
            when now.value is null then
                before.closed_at <= $as_of
                and (
                    series_now.metric is not null
                    or (changes.definitions is null and changes.code is null)
                )
            else
                before.closed_at <= $previous_as_of
                and abs(now.value - before.value)
                > {SAME} * greatest(1, abs(now.value), abs(before.value))
        end
"""

LATE_BY_PERIOD = """
    create or replace temp table late_by_period as
    with periods as (
        select distinct mart, starts_at, closed_at from temp.restated
    ),
    counted as (
        select periods.*, late_rows.stream, sum(late_rows.rows) as rows
        from periods
        inner join temp.mart_streams on periods.mart = mart_streams.mart
        inner join temp.late_rows
            on mart_streams.raw_table = late_rows.raw_table
            and late_rows.began_at < periods.closed_at
            and (not late_rows.is_moment or late_rows.began_at >= periods.starts_at)
        group by all
    )
    select
        mart,
        starts_at,
        closed_at,
        string_agg(stream || ' ' || rows, ', ' order by stream) as detail
    from counted
    group by mart, starts_at, closed_at
"""

EXPLAINED = """
    insert into meta.restatements by name
    select
        restated.metric,
        restated.dimension,
        restated.period,
        $run_id as run_id,
        $published_at as published_at,
        $previous_run_id as previous_run_id,
        restated.value_before,
        restated.value_now,
        round(coalesce(restated.value_now, 0) - coalesce(restated.value_before, 0), 9)
            as difference,
        case
            when late.detail is null and changes.definitions is null and changes.code is null
                then $otherwise
            else concat_ws(
                '+',
                case when late.detail is not null then 'late data' end,
                case when changes.definitions is not null then 'definition' end,
                case when changes.code is not null then 'code' end,
                case when $otherwise = 'as of' then 'as of' end
            )
        end as cause,
        case
            when late.detail is null and changes.definitions is null and changes.code is null
                then $otherwise_detail
            else concat_ws(
                '; ',
                'late rows: ' || late.detail,
                'definitions: ' || changes.definitions,
                'code: ' || changes.code,
                case when $otherwise = 'as of' then $otherwise_detail end
            )
        end as cause_detail
    from temp.restated
    inner join temp.mart_changes as changes on restated.mart = changes.mart
    left join temp.late_by_period as late
        on restated.mart = late.mart
        and restated.starts_at = late.starts_at
        and restated.closed_at = late.closed_at
    order by restated.metric, restated.dimension, restated.period
"""


def compare(
    connection: Connection, project: Project, publication: dict[str, Any], build: dict[str, Any]
) -> dict[str, int]:
    """Write what is said now, what differs from before, and why; the rows of each table."""
    now = publication | {"built_at": build["started_at"]}
    made_of = fingerprints(project)
    previous = _previous(connection)
    _read_numbers(connection, project, now)
    if previous and previous["as_of"] and now["as_of"]:
        _explain(connection, project, made_of, previous, now)
    _keep_values(connection, now)
    _keep_logic(connection, made_of, now)
    connection.execute(
        "insert into meta.publications values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            now["run_id"],
            previous["run_id"] if previous else None,
            now["published_at"],
            now["as_of"],
            now["built_at"],
            now["git_commit"],
            one_hash(made_of, DEFINITIONS),
            one_hash(made_of, CODE),
        ],
    )
    return {
        table: rows_of(connection, f"select count(*) as rows from meta.{table}")[0]["rows"]
        for table in TABLES
    }


def _previous(connection: Connection) -> dict[str, Any] | None:
    newest = rows_of(
        connection, "select * from meta.publications order by published_at desc limit 1"
    )
    return newest[0] if newest else None


def _read_numbers(connection: Connection, project: Project, now: dict[str, Any]) -> None:
    """Fill `said_now` with the numbers of periods that are over, from the marts that there are."""
    for variable, default in (("reporting_time_zone", "UTC"), ("activation_window_days", 14)):
        connection.execute(
            f"set variable {variable} = $1", [project.variables.get(variable, default)]
        )
    connection.execute(
        "create or replace temp table said_now (metric varchar, dimension varchar, period date,"
        " value double, closed_at timestamp, mart varchar)"
    )
    for query in QUERIES:
        schema = _schema_of(connection, query.stem)
        if schema is None:
            continue
        connection.execute(
            f"""
            insert into temp.said_now by name
            with numbers as ({query.read_text(encoding="utf-8")})
            select
                metric,
                dimension,
                period,
                value,
                {UTC.format("ends_at")} + matures_in as closed_at,
                $1 as mart
            from numbers
            where value is not null and {UTC.format("ends_at")} + matures_in <= $2
            """,
            [f"{schema}.{query.stem}", now["as_of"]],
        )


def _schema_of(connection: Connection, mart: str) -> str | None:
    found = connection.execute(
        "select table_schema from information_schema.tables"
        " where table_catalog = 'flywheel' and table_name = $1",
        [mart],
    ).fetchone()
    return found[0] if found else None


def _explain(
    connection: Connection,
    project: Project,
    made_of: Fingerprints,
    previous: dict[str, Any],
    now: dict[str, Any],
) -> None:
    marts = {query.stem: lineage(project, query.stem) for query in QUERIES}
    _fill_mart_changes(connection, marts, _changes(connection, made_of))
    as_ofs = {"previous_as_of": previous["as_of"], "as_of": now["as_of"]}
    connection.execute(RESTATED, as_ofs)
    if connection.execute("select count(*) from temp.restated").fetchone() == (0,):
        return
    find_late_rows(
        connection,
        (previous["built_at"], now["built_at"]),
        (previous["as_of"], now["as_of"]),
    )
    _fill_mart_streams(connection, marts)
    connection.execute(LATE_BY_PERIOD)
    otherwise, detail = _otherwise(connection, previous, now)
    connection.execute(
        EXPLAINED,
        {
            "run_id": now["run_id"],
            "published_at": now["published_at"],
            "previous_run_id": previous["run_id"],
            "otherwise": otherwise,
            "otherwise_detail": detail,
        },
    )


def _changes(connection: Connection, made_of: Fingerprints) -> dict[tuple[str, str], str]:
    """What is made otherwise than at the publication before, in words."""
    before = {
        (row["kind"], row["name"]): row["fingerprint"]
        for row in rows_of(
            connection, "select * from meta.published_logic where replaced_at is null"
        )
    }
    changes = {}
    for kind, name in sorted(before.keys() | made_of.keys()):
        old, new = before.get((kind, name)), made_of.get((kind, name))
        if old == new:
            continue
        shown = {"definition": f"{name}.csv", "variable": f"var {name}"}.get(kind, name)
        if kind in ("variable", "engine"):
            shown += f" ({old or 'none'} -> {new or 'none'})"
        elif not (old and new):
            shown += " (new)" if new else " (gone)"
        changes[kind, name] = shown
    return changes


def _fill_mart_changes(
    connection: Connection, marts: dict[str, Lineage], changes: dict[tuple[str, str], str]
) -> None:
    """`mart_changes`: of what a mart is made of, what was changed; empty = nothing."""
    connection.execute(
        "create or replace temp table mart_changes"
        " (mart varchar, definitions varchar, code varchar)"
    )
    known = "select mart from temp.said_now union select mart from meta.published_values"
    for (mart,) in connection.execute(known).fetchall():
        made_of = marts.get(mart.split(".")[1], Lineage())
        texts = [
            _listed([changes[key] for key in changes if key[0] in kinds and made_of.holds(*key)])
            for kinds in (DEFINITIONS, CODE)
        ]
        connection.execute("insert into temp.mart_changes values ($1, $2, $3)", [mart, *texts])


def _listed(names: list[str]) -> str | None:
    if not names:
        return None
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _fill_mart_streams(connection: Connection, marts: dict[str, Lineage]) -> None:
    """`mart_streams`: which raw tables a mart's numbers come from."""
    connection.execute(
        "create or replace temp table mart_streams (mart varchar, raw_table varchar)"
    )
    raw_tables = connection.execute("select distinct raw_table from temp.late_rows").fetchall()
    restated = connection.execute("select distinct mart from temp.restated").fetchall()
    for (mart,) in restated:
        for (raw_table,) in raw_tables:
            if marts.get(mart.split(".")[1], Lineage()).reads(raw_table):
                connection.execute(
                    "insert into temp.mart_streams values ($1, $2)", [mart, raw_table]
                )


def _otherwise(
    connection: Connection, previous: dict[str, Any], now: dict[str, Any]
) -> tuple[str, str]:
    """The cause where no row came late and nothing was redefined: later rows shed new light."""
    moved = f"as_of went from {previous['as_of']} to {now['as_of']}"
    if now["as_of"] < previous["as_of"]:
        return "as of", moved
    landed = connection.execute(
        "select string_agg(stream || ' ' || rows, ', ' order by stream) from ("
        "select source_id || '/' || stream as stream, sum(rows_landed) as rows"
        " from temp.new_files where rows_landed > 0 group by all)"
    ).fetchone()
    told = []
    if landed and landed[0]:
        told.append(f"rows landed since: {landed[0]}")
    if now["as_of"] > previous["as_of"]:
        told.append(moved)
    if told:
        return "late data", f"no row inside the period; {'; '.join(told)}"
    return "unexplained", "neither data nor definitions nor code changed"


def _keep_values(connection: Connection, now: dict[str, Any]) -> None:
    """A value that is said again stays; one that is not ends, a new one begins."""
    connection.execute(f"""
        create or replace temp table said_again as
        select before.rowid as place, now.metric, now.dimension, now.period
        from meta.published_values as before
        inner join temp.said_now as now
            on before.metric = now.metric
            and before.dimension is not distinct from now.dimension
            and before.period = now.period
            and before.closed_at = now.closed_at
            and abs(now.value - before.value)
            <= {SAME} * greatest(1, abs(now.value), abs(before.value))
        where before.replaced_at is null
    """)
    at, run_id = now["published_at"], now["run_id"]
    connection.execute(
        "update meta.published_values set replaced_at = $1 where replaced_at is null"
        " and rowid not in (select place from temp.said_again)",
        [at],
    )
    connection.execute(
        """
        insert into meta.published_values by name
        select said_now.*, cast($1 as timestamp) as published_at, $2 as run_id
        from temp.said_now
        where not exists (
            select 1
            from temp.said_again as again
            where
                again.metric = said_now.metric
                and again.dimension is not distinct from said_now.dimension
                and again.period = said_now.period
        )
        order by metric, dimension, period
        """,
        [at, run_id],
    )


def _keep_logic(connection: Connection, made_of: Fingerprints, now: dict[str, Any]) -> None:
    at, run_id = now["published_at"], now["run_id"]
    changes = _changes(connection, made_of)
    values = ", ".join(f"({quoted(kind)}, {quoted(name)})" for kind, name in changes)
    if not changes:
        return
    connection.execute(
        "update meta.published_logic set replaced_at = $1"
        f" where replaced_at is null and (kind, name) in ({values})",
        [at],
    )
    begun = [key for key in changes if key in made_of]
    connection.execute(
        "insert into meta.published_logic by name select unnest($1) as kind, unnest($2) as name,"
        " unnest($3) as fingerprint, cast($4 as timestamp) as published_at, $5 as run_id",
        [
            [kind for kind, _ in begun],
            [name for _, name in begun],
            [made_of[key] for key in begun],
            at,
            run_id,
        ],
    )
