"""Forgetting a user or an account: every landed row that speaks of it goes, and is kept out.

    request(build, "user", "u1", now)
    erase(build, now)

It is asked for by the stream `erasure_requests` or by `flywheel forget`. What remains is the hash
of each of the subject's ids in raw.erased, by which files that come again are known, and the
receipt in meta.erasures. A user's other ids are found as for marts: aliases are the same person;
a device is his while nobody else was seen on it, and on a shared one from his first appearance to
the next user's.
"""

from __future__ import annotations

from datetime import datetime

from flows.landing.formats import FORMATS
from flows.landing.streams import Mentions, Stream
from flows.warehouse import Connection, quoted

MOST_ALIASES = 10  # an id linked with more is nobody's, such as "null"
SIGHTED = ("user_id", "device_id", "alias_id", "account_id", "account_alias_id")


def request(build: Connection, subject_type: str, subject_id: str, now: datetime) -> None:
    """Ask for a subject to be erased, now and whenever it comes again."""
    build.execute(
        """
        insert into raw.erased
        select $1, sha256($2), sha256($2), $1, $3
        where sha256($2) not in (
            select id_hash from raw.erased where subject_type = $1 and kind = $1
        )
        """,
        [subject_type, subject_id, now],
    )


def erase(build: Connection, now: datetime) -> int:
    """Remove all rows of all subjects to be erased; how many went. For a transaction of its own."""
    asked = build.execute("""
        select subject_type, subject_id, min(requested_at)
        from raw.native_erasure_requests
        group by all order by all
    """).fetchall()
    for subject_type, subject_id, requested_at in asked:
        request(build, subject_type, subject_id, requested_at)
    build.execute("delete from raw.native_erasure_requests")
    if not build.execute("select count(*) from raw.erased").fetchone()[0]:
        return 0
    _find_sightings(build)
    _find_subjects(build)
    _find_rows(build)
    removed = sum(
        _remove(build, format.table(stream), stream.mentions, now)
        for format in FORMATS.values()
        for stream in format.streams
    )
    removed += _remove_bad_lines(build, now)
    _sign(build, now)
    for table in ("sightings", "erased_ids", "erased_spans", "erased_rows"):
        build.execute(f"drop table temp.{table}")
    return removed


def _find_sightings(build: Connection) -> None:
    """Whom every landed row speaks of, and when."""
    selects = [
        _sightings(format.table(stream), stream)
        for format in FORMATS.values()
        for stream in format.streams
        if stream.mentions != Mentions()
    ]
    build.execute("create or replace temp table sightings as " + " union all ".join(selects))
    build.execute("""
        update temp.sightings
        set device_id = coalesce(device_id, user_id), user_id = null
        where has_uncertain_users and user_id in (
            select device_id from temp.sightings where device_id <> user_id
        )
    """)


def _sightings(table: str, stream: Stream) -> str:
    mentions = stream.mentions
    given = (
        mentions.user,
        mentions.device,
        mentions.alias,
        mentions.account,
        mentions.account_alias,
    )
    ids = ", ".join(
        f"cast({sql or 'null'} as varchar) as {name}"
        for sql, name in zip(given, SIGHTED, strict=True)
    )
    return f"""
        select
            {quoted(table)} as place, file_id, line_number, {ids},
            cast({mentions.at or "null"} as timestamp) as seen_at,
            {mentions.has_uncertain_users} as has_uncertain_users
        from {table}
    """


def _find_subjects(build: Connection) -> None:
    """The ids of the subjects as landed, and the stretches in which devices were theirs."""
    build.execute(f"""
        create or replace temp table erased_ids as
        with recursive pairs as (
            select 'user' as kind, user_id as id, alias_id as other_id from temp.sightings
            union
            select 'user', alias_id, user_id from temp.sightings
            union
            select 'account', account_id, account_alias_id from temp.sightings
            union
            select 'account', account_alias_id, account_id from temp.sightings
        ),
        hubs as (
            select kind, id from pairs where id is not null and other_id is not null
            group by kind, id having count(distinct other_id) > {MOST_ALIASES}
        ),
        members as (
            select pairs.kind, pairs.id, erased.subject_hash
            from pairs
            inner join raw.erased as erased
                on pairs.kind = erased.kind and sha256(pairs.id) = erased.id_hash
            union
            select pairs.kind, pairs.other_id, members.subject_hash
            from members
            inner join pairs on members.kind = pairs.kind and members.id = pairs.id
            where pairs.other_id is not null
                and (pairs.kind, pairs.id) not in (from hubs)
                and (pairs.kind, pairs.other_id) not in (from hubs)
        )
        select kind, id, min(subject_hash) as subject_hash from members group by kind, id
    """)
    build.execute("""
        create or replace temp table erased_spans as
        with appearances as (
            select
                sightings.device_id,
                coalesce(erased_ids.subject_hash, sightings.user_id) as owner,
                erased_ids.subject_hash,
                min(sightings.seen_at) as first_seen_at
            from temp.sightings
            left join temp.erased_ids
                on erased_ids.kind = 'user' and sightings.user_id = erased_ids.id
            where sightings.device_id is not null and sightings.user_id is not null
            group by all
        ),
        spans as (
            select
                *,
                count(*) over (partition by device_id) as owners,
                lead(first_seen_at) over (
                    partition by device_id order by first_seen_at, owner
                ) as next_seen_at
            from appearances
        )
        select
            device_id,
            subject_hash,
            owners = 1 as is_all,
            case when owners > 1 then first_seen_at end as began_at,
            next_seen_at as ended_at
        from spans
        where subject_hash is not null
        union all
        select distinct sightings.device_id, erased.subject_hash, true, null, null
        from temp.sightings
        inner join raw.erased as erased
            on erased.kind = 'device' and sha256(sightings.device_id) = erased.id_hash
        where sightings.device_id not in (select device_id from appearances)
    """)


def _find_rows(build: Connection) -> None:
    """The rows that have to go."""
    build.execute("""
        create or replace temp table erased_rows as
        select place, file_id, line_number, min(subject_hash) as subject_hash
        from (
            select place, file_id, line_number, subject_hash
            from temp.sightings
            inner join temp.erased_ids
                on erased_ids.kind = 'user' and erased_ids.id in (user_id, alias_id)
            union all
            select place, file_id, line_number, subject_hash
            from temp.sightings
            inner join temp.erased_ids
                on erased_ids.kind = 'account' and erased_ids.id in (account_id, account_alias_id)
            union all
            select place, file_id, line_number, subject_hash
            from temp.sightings
            inner join temp.erased_spans on sightings.device_id = erased_spans.device_id
            where user_id is null
                and (began_at is null or seen_at >= began_at)
                and (ended_at is null or seen_at < ended_at)
        )
        group by place, file_id, line_number
    """)


def _remove(build: Connection, table: str, mentions: Mentions, now: datetime) -> int:
    """Take the rows out of a table, and the subjects out of the rows of others."""
    rows = f"select file_id, line_number from temp.erased_rows where place = {quoted(table)}"
    _receipt(
        build,
        now,
        table,
        "select subject_hash, count(*) as rows_removed from temp.erased_rows"
        f" where place = {quoted(table)} group by subject_hash",
    )
    removed = build.execute(
        f"delete from {table} where (file_id, line_number) in ({rows})"
    ).fetchone()[0]
    for column, kind in mentions.cleared:
        mine = f"erased_ids.kind = {quoted(kind)} and {table}.{column} = erased_ids.id"
        _receipt(
            build,
            now,
            f"{table}.{column}",
            "select subject_hash, count(*) as rows_removed"
            f" from {table} inner join temp.erased_ids on {mine} group by subject_hash",
        )
        removed += build.execute(
            f"update {table} set {column} = null from temp.erased_ids where {mine}"
        ).fetchone()[0]
    return removed


def _remove_bad_lines(build: Connection, now: datetime) -> int:
    """Take out the lines in quarantine that hold an id of a subject as a word of its own."""
    build.execute(r"""
        create or replace temp table erased_lines as
        select distinct quarantine.file_id, quarantine.line_number, ids.subject_hash
        from meta.quarantine
        inner join (
            select id, subject_hash from temp.erased_ids
            union
            select device_id, subject_hash from temp.erased_spans where is_all
        ) as ids
            on contains(concat_ws(' ', raw_excerpt, reason), ids.id)
            and regexp_matches(
                concat_ws(' ', raw_excerpt, reason),
                '(^|[^\w-])' || regexp_escape(ids.id) || '($|[^\w-])'
            )
    """)
    _receipt(
        build,
        now,
        "meta.quarantine",
        "select subject_hash, count(*) as rows_removed from temp.erased_lines"
        " group by subject_hash",
    )
    return build.execute("""
        delete from meta.quarantine
        where (file_id, line_number) in (select file_id, line_number from temp.erased_lines)
    """).fetchone()[0]


def _receipt(build: Connection, now: datetime, place: str, counts: str) -> None:
    build.execute(
        f"""
        insert into meta.erasures
        select distinct subject_type, subject_hash, requested_at, $1, $2, rows_removed
        from ({counts}) as counts
        inner join (
            select subject_type, subject_hash, min(requested_at) as requested_at
            from raw.erased group by all
        ) as asked using (subject_hash)
        where rows_removed > 0
        """,
        [now, place],
    )


def _sign(build: Connection, now: datetime) -> None:
    """Remember the ids that were found, and confirm those requests that found nothing."""
    build.execute("""
        insert into raw.erased
        select distinct asked.subject_type, found.subject_hash, found.id_hash, found.kind,
            asked.requested_at
        from (
            select subject_hash, sha256(id) as id_hash, kind from temp.erased_ids
            union
            select subject_hash, sha256(device_id), 'device' from temp.erased_spans where is_all
        ) as found
        inner join (
            select subject_type, subject_hash, min(requested_at) as requested_at
            from raw.erased group by all
        ) as asked using (subject_hash)
        where (found.id_hash, found.kind) not in (select id_hash, kind from raw.erased)
    """)
    build.execute(
        """
        insert into meta.erasures
        select subject_type, subject_hash, min(requested_at), $1, 'raw', 0
        from raw.erased
        where subject_hash not in (select subject_hash from meta.erasures)
        group by subject_type, subject_hash
        """,
        [now],
    )
