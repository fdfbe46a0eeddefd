"""`outbox.duckdb`: what has to go where, and how far it has come.

Every change is a transaction of its own, on disk before the next step is taken.

    pending    to be sent
    sending    was being sent: did it arrive? if the router was killed, nobody knows, so it is sent
               again under the same key
    delivered  the destination said that it has it
    refused    the destination will never take it as it is
    left out   qualified before the `--since` of the run that met it: never to be sent
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.history import now
from flows.routing.leads import Destination, Lead
from flows.warehouse import Connection, has_table, opened, quoted, rows_of

FILE = "outbox.duckdb"
COLUMNS = {
    "idempotency_key": ("varchar primary key", "Hash of destination and lead."),
    "destination": ("varchar not null", "Where it goes."),
    "model": ("varchar not null", "The lead model."),
    "actor_id": ("varchar not null", "The user or account."),
    "qualification": ("bigint not null", "The how many-th lead of these two it is."),
    "account_id": ("varchar", "The account, or that of the user."),
    "owner": ("varchar", "Whose lead it is."),
    "content": ("varchar not null", "The lead as JSON, as it was when it was queued."),
    "state": ("varchar not null", "pending, sending, delivered, refused or left out."),
    "attempts": ("bigint not null", "How often it was tried."),
    "answer": ("varchar", "What came of the last attempt."),
    "batch": ("varchar", "The file it is in, where the destination is a folder."),
    "queued_at": ("timestamp not null", "When it was queued, UTC."),
    "attempted_at": ("timestamp", "When it was last tried, UTC."),
    "delivered_at": ("timestamp", "When the destination had it, UTC."),
}
OPEN = "('pending', 'sending')"


@dataclass(frozen=True)
class Delivery:
    """A lead on its way to one destination."""

    key: str
    content: dict[str, Any]
    attempts: int
    batch: str | None


class Outbox:
    """The outbox while one router holds it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        if has_table(connection, "main", "deliveries", "outbox"):
            return
        declared = ", ".join(f"{name} {type_}" for name, (type_, _) in COLUMNS.items())
        connection.execute("begin")
        connection.execute(f"create table deliveries ({declared})")
        for name, (_, comment) in COLUMNS.items():
            connection.execute(f"comment on column deliveries.{name} is {quoted(comment)}")
        connection.execute("commit")

    def queue(
        self,
        leads: Iterable[Lead],
        destinations: Iterable[Destination],
        since: datetime | None = None,
    ) -> int:
        """Queue each lead for those of its destinations that have never had it; returns how many.

        Who qualified before `since` is noted as left out, so no later run sends him.
        """
        found = self._connection.execute("select idempotency_key from deliveries").fetchall()
        known = {key for (key,) in found}
        rows = []
        for lead, destination, key in wanted(leads, destinations):
            if key not in known:
                content = json.dumps(
                    {"idempotency_key": key, **lead.content},
                    default=plain,
                    ensure_ascii=False,
                )
                rows.append(
                    [
                        key,
                        destination.name,
                        lead.model,
                        lead.actor_id,
                        lead.qualification,
                        lead.account_id,
                        lead.owner,
                        content,
                        "left out" if since and lead.qualified_at < since else "pending",
                        now(),
                    ]
                )
        if rows:
            self._connection.execute("begin")
            self._connection.executemany(
                "insert into deliveries (idempotency_key, destination, model, actor_id,"
                " qualification, account_id, owner, content, state, attempts, queued_at)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                rows,
            )
            self._connection.execute("commit")
        return sum("pending" in row for row in rows)

    def reopen_refused(self) -> None:
        self._connection.execute("update deliveries set state = 'pending' where state = 'refused'")

    def waiting(self, destination: str) -> list[Delivery]:
        """What is still to be sent, oldest first."""
        return [
            Delivery(row["idempotency_key"], json.loads(row["content"]), row["attempts"], batch)
            for row in rows_of(
                self._connection,
                "select idempotency_key, content, attempts, batch from deliveries"
                f" where destination = $1 and state in {OPEN}"
                " order by queued_at, content ->> '$.qualified_at', idempotency_key",
                destination,
            )
            for batch in [row["batch"]]
        ]

    def last_attempt_at(self, destination: str) -> datetime | None:
        found = self._connection.execute(
            "select max(attempted_at) from deliveries where destination = $1", [destination]
        ).fetchone()
        return found[0] if found else None

    def begin(self, deliveries: Iterable[Delivery], batch: str | None = None) -> None:
        """Before an attempt: whoever finds this knows that it may have arrived."""
        self._connection.execute(
            "update deliveries set state = 'sending', attempts = attempts + 1, batch = $2,"
            " attempted_at = $3 where idempotency_key in (select unnest($1))",
            [[one.key for one in deliveries], batch, now()],
        )

    def end(self, deliveries: Iterable[Delivery], state: str, answer: str) -> None:
        """After an attempt."""
        self._connection.execute(
            "update deliveries set state = $2, answer = $3, delivered_at = $4"
            " where idempotency_key in (select unnest($1))",
            [
                [one.key for one in deliveries],
                state,
                answer,
                now() if state == "delivered" else None,
            ],
        )

    def counted(self) -> dict[tuple[str, str], int]:
        """Deliveries by destination and state."""
        return {
            (destination, state): count
            for destination, state, count in self._connection.execute(
                "select destination, state, count(*) from deliveries group by all"
            ).fetchall()
        }


def settled(connection: Connection) -> set[str]:
    """Keys of what needs no more sending, as far as can be told."""
    if not has_table(connection, "main", "deliveries", "outbox"):
        return set()
    query = f"select idempotency_key from deliveries where state not in {OPEN}"
    return {key for (key,) in connection.execute(query).fetchall()}


def wanted(
    leads: Iterable[Lead], destinations: Iterable[Destination]
) -> Iterable[tuple[Lead, Destination, str]]:
    """Every lead with each of the destinations its rules name, and the key it travels under."""
    by_name = {destination.name: destination for destination in destinations}
    for lead in leads:
        for name in lead.destinations:
            if name in by_name:
                yield lead, by_name[name], lead.key(name)


def copy_handoffs(build: Connection, outbox: Path) -> None:
    """Before a build: `meta.handoffs` becomes what the outbox says now."""
    columns = [
        row[0]
        for row in build.execute(
            "select column_name from duckdb_columns() where database_name = current_database()"
            " and schema_name = 'meta' and table_name = 'handoffs' order by column_index"
        ).fetchall()
    ]
    if not columns or not outbox.exists():
        return
    with opened(outbox, name="outbox", read_only=True) as connection:
        if not has_table(connection, "main", "deliveries", "outbox"):
            return
        rows = connection.execute(f"select {', '.join(columns)} from deliveries").fetchall()
    build.execute("begin")
    build.execute("delete from meta.handoffs")
    if rows:
        places = ", ".join("?" for _ in columns)
        build.executemany(f"insert into meta.handoffs values ({places})", rows)
    build.execute("commit")


def forget(outbox: Path, erased: dict[str, str]) -> dict[str, int]:
    """Remove the deliveries of erased users and accounts; ids and subjects by their SHA-256."""
    removed: dict[str, int] = {}
    with opened(outbox, name="outbox") as connection:
        if not has_table(connection, "main", "deliveries", "outbox"):
            return removed
        found = connection.execute(
            "select idempotency_key, sha256(actor_id), sha256(account_id) from deliveries"
        ).fetchall()
        connection.execute("begin")
        for key, *hashes in found:
            if subject := next((erased[id_hash] for id_hash in hashes if id_hash in erased), None):
                connection.execute("delete from deliveries where idempotency_key = ?", [key])
                removed[subject] = removed.get(subject, 0) + 1
        connection.execute("commit")
        connection.execute("checkpoint outbox")
    return removed


def plain(value: Any) -> Any:
    """What JSON does not know."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
