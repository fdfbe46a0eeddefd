"""`flywheel forget`: a user or account leaves the working file and the outbox.

Marts and the published file are made anew from what remains, by the build and the publication that
follow; see `flows/landing/erasure.py` for what goes and how it is kept out.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows import history
from flows.landing import erasure
from flows.landing.tables import create_tables
from flows.routing import outbox
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, rows_of


@dataclass(frozen=True)
class Forgotten:
    """What was removed of a subject, by place; the receipt is in meta.erasures."""

    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def forget(settings: Settings, subject_type: str, subject_id: str) -> Forgotten:
    """Erase a subject now, and whenever it comes again. Only for the holder of the lock."""
    now = history.now()
    with opened(settings.build_file) as build:
        create_tables(build)
        build.execute("begin")
        erasure.request(build, subject_type, subject_id, now)
        erasure.erase(build, now)
        build.execute("commit")
        forget_in_outbox(build, settings)
        build.execute("checkpoint")
        receipts = rows_of(
            build,
            "select place, rows_removed from meta.erasures where subject_hash = sha256($1)"
            " and rows_removed > 0 order by erased_at, place",
            subject_id,
        )
    rows: dict[str, int] = {}
    for receipt in receipts:
        rows[receipt["place"]] = rows.get(receipt["place"], 0) + receipt["rows_removed"]
    return Forgotten(rows)


def forget_in_outbox(build: Connection, settings: Settings) -> None:
    """Take out of the outbox who was erased: leads of his own, and of his account."""
    file = settings.warehouse / outbox.FILE
    if not has_table(build, "raw", "erased"):
        return
    erased = build.execute("select distinct id_hash, subject_hash from raw.erased").fetchall()
    if not erased or not file.exists():
        return
    removed = outbox.forget(file, dict(erased))
    for subject_hash, rows in removed.items():
        build.execute(
            """
            insert into meta.erasures
            select subject_type, subject_hash, min(requested_at), $1, 'outbox', $2
            from raw.erased where subject_hash = $3 group by all
            """,
            [history.now(), rows, subject_hash],
        )
