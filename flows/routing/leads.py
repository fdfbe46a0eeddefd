"""Reads the published file: the destinations, and every lead with all that sales should know."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.problems import Refused
from flows.warehouse import Connection, opened, quoted_name, rows_of

LEAD = (
    "model", "actor_id", "qualification", "qualified_at", "points", "fit_points", "usage_points",
    "intent_points", "is_activated_before",
)  # fmt: skip
ACCOUNT = (
    "account_id", "plan", "members", "active_users_28d", "features_used_28d", "uses_28d",
    "uses_28d_before", "mrr", "deal_size", "deal_bracket",
)  # fmt: skip
# What is known of them today; names and e-mails only where `publish_personal_data` lets them out.
ACCOUNT_TODAY = ("name", "industry", "employee_count", "country")
USER_TODAY = ("email", "name", "role")


@dataclass(frozen=True)
class Destination:
    """Where leads are sent. Address and secret are in the environment and nowhere else."""

    name: str
    kind: str
    address_variable: str
    rate_per_minute: int | None
    is_enabled: bool

    @property
    def secret_variable(self) -> str:
        return f"{self.address_variable}_SECRET"

    @property
    def needs_secret(self) -> bool:
        return self.kind in ("webhook", "hubspot")


@dataclass(frozen=True)
class Lead:
    """One lead as it is sent; `destinations` is where the routing rules want it."""

    model: str
    actor_id: str
    qualification: int
    qualified_at: datetime
    account_id: str | None
    owner: str | None
    destinations: tuple[str, ...]
    content: dict[str, Any]

    def key(self, destination: str) -> str:
        """The same for the same lead and destination, whoever computes it and whenever."""
        told = json.dumps([destination, self.model, self.actor_id, self.qualification])
        return hashlib.sha256(told.encode()).hexdigest()[:40]


def read_published(file: Path) -> tuple[list[Destination], list[Lead]]:
    """All destinations and all leads of the published file, oldest lead first."""
    if not file.exists():
        raise Refused(
            "Nothing has been published in this warehouse yet, so there are no leads.",
            where=str(file),
            remedy="Run `flywheel run`, then route again.",
        )
    with opened(file, name="flywheel", read_only=True) as connection:
        destinations = [
            Destination(
                row["destination"],
                row["kind"],
                row["address_variable"],
                row["rate_per_minute"],
                row["is_enabled"],
            )
            for row in rows_of(
                connection, "select * from definitions.destinations order by destination"
            )
        ]
        return destinations, _read_leads(connection)


def _read_leads(connection: Connection) -> list[Lead]:
    grains = dict(connection.execute("select model, grain from definitions.pql_models").fetchall())
    users = _today(connection, "users", "user_id", USER_TODAY)
    accounts = _today(connection, "accounts", "account_id", ACCOUNT_TODAY)
    leads = []
    for row in rows_of(
        connection, "select * from pql.pql_by_account order by qualified_at, model, actor_id"
    ):
        content = {"type": "lead.qualified", **{name: row[name] for name in LEAD}}
        content["grain"] = grains[row["model"]]
        content["owner"] = row["owner"]
        content["reasons"] = json.loads(row["reasons"] or "[]")
        context = {name: row[name] for name in ACCOUNT}
        content["account"] = context | accounts.get(row["account_id"], {})
        if content["grain"] == "user":
            content["user"] = {"user_id": row["actor_id"]} | users.get(row["actor_id"], {})
        leads.append(
            Lead(
                row["model"],
                row["actor_id"],
                row["qualification"],
                row["qualified_at"],
                row["account_id"],
                row["owner"],
                tuple(filter(None, (row["destinations"] or "").split("|"))),
                content,
            )
        )
    return leads


def _today(
    connection: Connection, table: str, key: str, wanted: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """What the file tells of each user or account; what is NULL is left out."""
    there = [row[0] for row in connection.execute(f"describe core.{table}").fetchall()]
    columns = [name for name in wanted if name in there]
    selected = ", ".join(map(quoted_name, [key, *columns]))
    return {
        row[key]: {name: row[name] for name in columns if row[name] is not None}
        for row in rows_of(connection, f"select {selected} from core.{table}")
    }
