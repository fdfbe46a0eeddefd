"""meta.sources: what has landed of each stream, with the copies that raw holds of one key."""

from __future__ import annotations

from flows.landing.sources import Source
from flows.warehouse import Connection, quoted, quoted_name

SUMMED = """
    select
        source_id,
        stream,
        count(*) filter (where state in ('loaded', 'empty')) as files,
        cast(sum(rows_landed) as bigint) as rows_landed,
        cast(sum(rows_quarantined) as bigint) as rows_quarantined,
        max(loaded_at) filter (where state = 'loaded') as last_loaded_at
    from meta.loads
    where sha256 is not null
    group by source_id, stream
"""


def summarise(build: Connection, sources: dict[str, Source]) -> None:
    """Bring meta.sources up to the ledger; only streams that changed are counted anew."""
    changed = build.execute(f"""
        {SUMMED}
        except
        select * exclude (rows_duplicate) from meta.sources
        order by source_id, stream
    """).fetchall()
    for source_id, stream, files, landed, quarantined, last_loaded_at in changed:
        copies = _copies(build, sources.get(source_id), source_id, stream)
        key = [source_id, stream]
        build.execute("delete from meta.sources where source_id = ? and stream = ?", key)
        build.execute(
            "insert into meta.sources values (?, ?, ?, ?, ?, ?, ?)",
            [*key, files, landed, quarantined, copies, last_loaded_at],
        )
    build.execute(f"""
        delete from meta.sources
        where (source_id, stream) not in (select (source_id, stream) from ({SUMMED}))
    """)


def _copies(build: Connection, source: Source | None, source_id: str, name: str) -> int:
    """Rows beyond the first of each key; a stream without a key has none."""
    stream = source.format.stream(name) if source else None
    if source is None or stream is None or not stream.key:
        return 0
    key = ", ".join(quoted_name(column) for column in stream.key)
    return build.execute(f"""
        select coalesce(sum(times - 1), 0)
        from (
            select count(*) as times
            from {source.format.table(stream)}
            where source_id = {quoted(source_id)}
            group by {key}
        )
    """).fetchone()[0]
