"""Who brought whom, one invitation after the other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from statistics import median

from tests.reference.growth_company import Company
from tests.reference.growth_world import Row
from tests.reference.local_time import Calendar


class Invitations:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.sent = list(self._once().values())
        self.brought_by_invitation: set[str] = set()
        self.inviters = self._inviters()

    def _once(self) -> dict[str, Row]:
        """Each invitation once: accepted if any version of it is."""
        company, world = self.company, self.company.world
        found: dict[str, Row] = {}
        for row in world.streams["invitations"]:
            inviter, accepted = map(
                world.user, (row["inviter_user_id"], row.get("accepted_user_id"))
            )
            if (
                row["sent_at"] >= company.as_of
                or company.is_ours(inviter)
                or row["account_id"] in company.our_accounts
            ):
                continue
            at = row.get("accepted_at")
            if at is None and accepted in company.users:
                at = company.users[accepted]["created_at"]
            if at is None or at >= company.as_of:
                at, accepted = None, None
            version = {**row, "inviter": inviter, "accepted": accepted, "accepted_at": at}
            before = found.get(row["invitation_id"])
            if before is None or before["accepted_at"] is None or at is not None:
                found[row["invitation_id"]] = version
        return found

    def _inviters(self) -> dict[str, tuple[str, str | None]]:
        """Who brought each brought user, and through which channel."""
        company = self.company
        brought = {}
        for user in company.customers:
            followed = sorted(
                (row["accepted_at"], row["invitation_id"], row["inviter"], row["channel"])
                for row in self.sent
                if row["accepted"] == user != row["inviter"]
            )
            named = company.world.user(company.users[user]["invited_by_user_id"])
            if followed:
                brought[user] = followed[0][2:]
                self.brought_by_invitation.add(user)
            elif named is not None and named != user and not company.is_ours(named):
                brought[user] = (named, None)
        return brought

    def is_activated(self, user: str) -> bool:
        return self.company.activated_at("user", user) is not None

    def generation(self, user: str) -> int | None:
        chain = [user]
        while chain[-1] in self.inviters:
            inviter = self.inviters[chain[-1]][0]
            if inviter in chain:
                return None
            chain.append(inviter)
        return len(chain) - 1

    def by_week(self, calendar: Calendar, days: int) -> dict[date, tuple]:
        weeks: dict[datetime, list[str]] = {}
        for user, at in self.company.customers.items():
            weeks.setdefault(calendar.start(at, "week"), []).append(user)
        return {
            week.date(): self._week(users, timedelta(days=days), calendar, week)
            for week, users in weeks.items()
        }

    def _week(
        self, users: list[str], window: timedelta, calendar: Calendar, week: datetime
    ) -> tuple:
        signed_up = self.company.customers
        sent = [
            row
            for row in self.sent
            if row["inviter"] in users
            and signed_up[row["inviter"]] <= row["sent_at"] <= signed_up[row["inviter"]] + window
        ]
        accepted = [
            row
            for row in sent
            if row["accepted_at"] and row["accepted_at"] <= signed_up[row["inviter"]] + window
        ]
        brought = [
            (user, (signed_up[user] - signed_up[inviter]) / timedelta(days=1))
            for user, (inviter, _) in self.inviters.items()
            if inviter in users and timedelta(0) <= signed_up[user] - signed_up[inviter] <= window
        ]
        # A window before as_of, clocks on the wall already showed the week's end.
        is_mature = calendar.local(self.company.as_of - window) >= week + timedelta(days=7)
        return (
            len(users),
            len({row["inviter"] for row in sent}),
            len(sent),
            len(accepted),
            len(brought),
            sum(self.is_activated(user) for user, _ in brought),
            len(accepted) / len(sent) if sent and is_mature else None,
            len(brought) / len(users) if is_mature else None,
            median(days for _, days in brought) if brought and is_mature else None,
            sum(user in self.inviters for user in users) / len(users),
            is_mature,
        )

    def loop(self, user: str) -> str | None:
        """Of the world's four loops the first that fits."""
        if user in self.brought_by_invitation:
            return "mail" if self.inviters[user][1] == "email" else "anything"
        if user in self.inviters:
            return "named"
        row = self.company.users[user]
        return "ally" if row["acquisition_channel"] == "partner" else None

    def by_loop(self, calendar: Calendar) -> dict[tuple, tuple]:
        rows = {}
        of_week: dict[date, list[str]] = {}
        for user, at in self.company.customers.items():
            of_week.setdefault(calendar.start(at, "week").date(), []).append(user)
        for week, users in of_week.items():
            for loop in {self.loop(user) for user in users} - {None}:
                came = [user for user in users if self.loop(user) == loop]
                activated = sum(map(self.is_activated, came))
                rows[loop, week] = (len(came), activated, len(came) / len(users))
        return rows

    def by_inviter(self) -> dict[str, tuple]:
        inviters = {row["inviter"] for row in self.sent} | {
            one for one, _ in self.inviters.values()
        }
        rows = {}
        for inviter in inviters:
            sent = [row for row in self.sent if row["inviter"] == inviter]
            brought = [user for user, (one, _) in self.inviters.items() if one == inviter]
            rows[inviter] = (
                self.generation(inviter),
                len(sent),
                sum(row["accepted_at"] is not None for row in sent),
                len(brought),
                sum(map(self.is_activated, brought)),
            )
        return rows

    def by_channel(self) -> dict[str | None, tuple]:
        channels = {row["channel"] for row in self.sent} | {c for _, c in self.inviters.values()}
        rows = {}
        for channel in channels:
            sent = [row for row in self.sent if row["channel"] == channel]
            accepted = sum(row["accepted_at"] is not None for row in sent)
            rows[channel] = (
                len(sent),
                accepted,
                accepted / len(sent) if sent else None,
                sum(one == channel for _, one in self.inviters.values()),
            )
        return rows


def by_workspace(company: Company) -> dict[str, tuple]:
    rows = {}
    for account, created_at in company.accounts.items():
        stays: dict[str, list[Row]] = {}
        for stay in company.stays:
            if stay["account_id"] == account:
                stays.setdefault(stay["user_id"], []).append(stay)
        for user, row in company.users.items():
            if row["account_id"] == account and user not in stays:
                stays[user] = [
                    {"joined_at": row["created_at"], "left_at": None, "role": row.get("role")}
                ]
        stays = {user: found for user, found in stays.items() if not company.is_ours(user)}
        latest = [max(found, key=lambda stay: stay["joined_at"]) for found in stays.values()]
        members = [
            stay for stay in latest if stay["left_at"] is None or stay["left_at"] >= company.as_of
        ]
        viewers = sum((stay["role"] or "").lower() in ("viewer", "guest") for stay in members)
        editors = len(members) - viewers
        week = timedelta(days=7)
        rows[account] = (
            sum(
                min(stay["joined_at"] for stay in found) <= created_at + week
                for found in stays.values()
            ),
            viewers,
            editors,
            viewers / editors if editors else None,
            created_at + week <= company.as_of,
        )
    return rows
