"""What is known of the users and accounts of a growth world at as_of, looked up the slow way."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from tests.reference.growth_world import OWN_DOMAIN, Row, World


class Company:
    def __init__(self, world: World) -> None:
        self.world = world
        self.as_of = world.as_of

    @cached_property
    def users(self) -> dict[str, Row]:
        return {row["user_id"]: row for row in self.world.streams["users"]}

    @cached_property
    def stays(self) -> list[Row]:
        """Memberships of the users of today; of two with one start the last landed."""
        found = {}
        for row in self.world.streams["account_memberships"]:
            if row["joined_at"] < self.as_of:
                user = self.world.user(row["user_id"])
                found[user, row["account_id"], row["joined_at"]] = {**row, "user_id": user}
        return list(found.values())

    def is_ours(self, user: str | None) -> bool:
        return user in self.users and self.users[user]["email"].endswith("@" + OWN_DOMAIN)

    @cached_property
    def our_accounts(self) -> set[str]:
        """Accounts all of whose users are our own."""
        users_of: dict[str, set[str]] = {}
        for user, row in self.users.items():
            if row["account_id"] is not None:
                users_of.setdefault(row["account_id"], set()).add(user)
        for stay in self.stays:
            users_of.setdefault(stay["account_id"], set()).add(stay["user_id"])
        return {account for account, users in users_of.items() if all(map(self.is_ours, users))}

    @cached_property
    def customers(self) -> dict[str, datetime]:
        """Every user who is not ours, and his sign-up."""
        return {
            user: row["created_at"] for user, row in self.users.items() if not self.is_ours(user)
        }

    @cached_property
    def accounts(self) -> dict[str, datetime]:
        return {
            row["account_id"]: row["created_at"]
            for row in self.world.streams["accounts"]
            if row["account_id"] not in self.our_accounts
        }

    @cached_property
    def events(self) -> list[Row]:
        return [
            {**row, "user_id": self.world.user(row["user_id"])}
            for row in self.world.streams["events"]
            if row["occurred_at"] < self.as_of
            and not self.is_ours(self.world.user(row["user_id"]))
            and row["account_id"] not in self.our_accounts
        ]

    def account_of(self, user: str | None, at: datetime) -> str | None:
        """The one account he was a member of at that instant, else his own."""
        accounts = {
            stay["account_id"]
            for stay in self.stays
            if stay["user_id"] == user
            and stay["joined_at"] <= at
            and (stay["left_at"] is None or at < stay["left_at"])
        }
        if len(accounts) == 1:
            return accounts.pop()
        return self.users[user]["account_id"] if user in self.users else None

    def account_of_unit(self, user: str, exposed_at: datetime) -> str | None:
        """The same; one who had none when exposed counts for the account he belongs to since."""
        since = {
            stay["account_id"]
            for stay in self.stays
            if stay["user_id"] == user and stay["left_at"] is None
        }
        account = self.account_of(user, exposed_at)
        return since.pop() if account is None and len(since) == 1 else account

    def activated_at(self, grain: str, actor: str | None) -> datetime | None:
        """Activation `v` of a user: an `a` in nine days; `w` of an account: a `b` in thirty."""
        signed_up = self.customers if grain == "user" else self.accounts
        if actor not in signed_up:
            return None
        name, days = ("a", 9) if grain == "user" else ("b", 30)
        moments = [
            event["occurred_at"]
            for event in self.events
            if event[f"{grain}_id"] == actor
            and event["event_name"] == name
            and signed_up[actor] <= event["occurred_at"] <= signed_up[actor] + timedelta(days=days)
        ]
        return min(moments, default=None)

    def mrr_at(self, account: str | None, at: datetime) -> int:
        """Minor units, just after the instant."""
        return sum(
            row["amount_minor"]
            for row in self.world.streams["subscription_versions"]
            if row["account_id"] == account
            and row["started_at"] < self.as_of
            and row["started_at"] <= at
            and (row["ended_at"] is None or at < row["ended_at"])
        )

    def first_paid_at(self, account: str | None) -> datetime | None:
        starts = [
            row["started_at"]
            for row in self.world.streams["subscription_versions"]
            if row["account_id"] == account and row["started_at"] < self.as_of
        ]
        return min(starts, default=None)
