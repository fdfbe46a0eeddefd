"""Activation, retention, lifecycle and adoption in SQL agree with slow, obvious Python.

Each example is one random world and many random definitions over it, in one build. Identities,
accounts and sessions are compared on the way, since every number stands on them.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.project_copy import ProjectCopy
from tests.reference import activation, adoption, identity, lifecycle, retention
from tests.reference.comparing import same
from tests.reference.local_time import Calendar
from tests.reference.random_cases import check_random_cases
from tests.reference.random_world import (
    CLUSTER_LIMIT,
    IDLE,
    PLACEHOLDERS,
    of,
    random_definitions,
    random_world,
)

DEFINITIONS = 60
CALENDARS = [("America/New_York", "sunday"), ("Asia/Kolkata", "monday")]  # one a run
MODELS = ["activation", "adoption", "retention", "core"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    return ProjectCopy(tmp_path_factory.mktemp("usage") / "project")


def test_usage_marts_agree_with_the_reference(copy: ProjectCopy) -> None:
    def agree(seed: int, calendar: tuple[str, str]) -> None:
        case = Case(copy, seed, *calendar)
        case.compare_identities()
        case.compare_activation()
        case.compare_candidates()
        case.compare_retention()
        case.compare_lifecycles()
        case.compare_activity_by_day()
        case.compare_adoption()

    check_random_cases(agree, calendar=st.sampled_from(CALENDARS))


class Case:
    """A random world, its events as the reference resolves them, and the tables as built."""

    def __init__(self, copy: ProjectCopy, seed: int, zone: str, week_starts_on: str) -> None:
        dice = random.Random(seed)
        self.copy = copy
        self.world = random_world(dice)
        first = min(row["occurred_at"] for row in self.world.events)
        self.made = random_definitions(dice, first, DEFINITIONS)
        self._build(zone, week_starts_on)
        self.all_events = identity.resolved(self.world)
        self.all_users = identity.signed_up_at(self.world)
        internal = identity.internal_users(self.world)
        self.events = identity.counted(self.world, self.all_events)
        self.users = {user: at for user, at in self.all_users.items() if user not in internal}
        self.calendar = Calendar(
            zone,
            week_starts_on,
            min(event.occurred_at for event in self.events),
            self.world.as_of,
        )

    def _build(self, zone: str, week_starts_on: str) -> None:
        world, copy = self.world, self.copy
        copy.define(**vars(self.made))
        copy.define(placeholder_ids=[{"placeholder_id": id} for id in PLACEHOLDERS])
        copy.define(
            exclusions=[{"kind": "user_id", "value": user} for user in world.excluded_users]
        )
        copy.name_files(world.files)
        copy.land("events", world.events)
        copy.land("identity_links", world.links)
        for stream, rows in {
            "users": world.users,
            "account_memberships": world.memberships,
            "accounts": self.accounts(),
        }.items():
            copy.land(stream, rows)
        copy.build(
            " ".join(f"+flywheel.marts.{mart}" for mart in MODELS),
            as_of=str(world.as_of),
            reporting_time_zone=zone,
            week_starts_on=week_starts_on,
            identity_cluster_limit=CLUSTER_LIMIT,
            session_idle_minutes=IDLE.seconds // 60,
            aha_minimum_users=2,
        )

    def account_anchors(self) -> dict[str, datetime]:
        internal = identity.internal_accounts(self.world)
        accounts = {row["account_id"]: row["created_at"] for row in self.accounts()}
        return {account: at for account, at in accounts.items() if account not in internal}

    def accounts(self) -> list[dict[str, Any]]:
        first = min(row["occurred_at"] for row in self.world.events)
        return [
            {"account_id": f"acc{number}", "created_at": first.replace(hour=6 + number)}
            for number in range(7)
        ]

    def table(self, query: str, keys: int) -> dict[Any, tuple]:
        """Rows by their first columns, which are the key."""
        rows = [tuple(row.values()) for row in self.copy.rows(query)]
        assert len({row[:keys] for row in rows}) == len(rows)
        return {row[:keys] if keys > 1 else row[0]: row[keys:] for row in rows}

    def compare_identities(self) -> None:
        built = self.table(
            "select source_id, event_id, event_name, person_id, user_id, account_id"
            " from core.events",
            2,
        )
        same(
            built,
            {
                (event.source_id, event.event_id): (
                    event.event_name,
                    event.person_id,
                    event.user_id,
                    event.account_id,
                )
                for event in self.all_events
            },
        )
        sessions = self.table("select source_id, event_id, session_id from core.events", 2)
        pairs = {
            (event.session, sessions[event.source_id, event.event_id]) for event in self.all_events
        }
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
        owners = identity.owners(self.world)
        same(
            self.table("select anonymous_id, user_id, rule from core.identities", 3),
            {(owner.anonymous_id, owner.user_id, owner.rule): () for owner in owners},
        )
        same(
            self.table("select id from core.identities_refused where rule = 'cluster'", 1),
            dict.fromkeys(identity.refused_users(self.world), ()),
        )
        same(
            self.table("select user_id, created_at from core.users", 1),
            {user: (at,) for user, at in self.all_users.items()},
        )

    def compare_activation(self) -> None:
        built = {
            "user": self.table(
                "select activation, user_id, signed_up_at, activated_at,"
                " activated_in_first_session, is_activated, is_mature, seconds_to_value"
                " from activation.activation_by_user",
                2,
            ),
            "account": self.table(
                "select activation, account_id, created_at, activated_at, null, is_activated,"
                " is_mature, seconds_to_value from activation.activation_by_account",
                2,
            ),
        }
        expected: dict[str, dict] = {"user": {}, "account": {}}
        cohorts = {}
        for definition in self.made.activations:
            name, grain = definition["activation"], definition["grain"]
            found = activation.activations(
                definition,
                of(self.made.activation_milestones, "activation", name),
                self.events,
                self.users if grain == "user" else self.account_anchors(),
                self.calendar,
                IDLE,
            )
            for actor, one in found.items():
                expected[grain][name, actor] = (
                    one.signed_up_at,
                    one.activated_at,
                    one.in_first_session if grain == "user" else None,
                    one.is_activated,
                    one.is_mature,
                    one.seconds_to_value,
                )
            cohorts |= activation.by_cohort(name, found.values(), self.calendar)
        for grain in expected:
            same(built[grain], expected[grain])
        same(
            self.table(
                "select activation, cohort_week, signed_up, mature, pending, activated,"
                " activation_rate, median_seconds_to_value, p75_seconds_to_value,"
                " p90_seconds_to_value from activation.activation_by_cohort",
                2,
            ),
            cohorts,
        )

    def compare_candidates(self) -> None:
        active = {row["event_name"] for row in self.made.event_catalog if row["is_active_use"]}
        built = self.table(
            "select event_name, times, within_days, users, exposed, exposed_positive,"
            " unexposed_positive, precision, recall, lift, phi"
            " from activation.activation_by_candidate where outcome = 'retained'",
            3,
        )
        same(built, activation.candidates(self.events, self.users, active, self.world.as_of))

    def compare_retention(self) -> None:
        by_cohort, by_period = {}, {}
        for definition in self.made.retentions:
            name = definition["retention"]
            cells = retention.retention_by_cohort(
                definition,
                of(self.made.retention_events, "retention", name),
                of(self.made.retention_brackets, "retention", name),
                self.events,
                self.calendar,
            )
            by_cohort |= {(name, *cell): values for cell, values in cells.items()}
            pooled = retention.retention_by_period(cells)
            by_period |= {(name, number): values for number, values in pooled.items()}
        same(
            self.table(
                "select retention, cohort_start, period_number, cohort_size, retained, is_mature"
                " from retention.retention_by_cohort",
                3,
            ),
            by_cohort,
        )
        same(
            self.table(
                "select retention, period_number, mature_cohort_size, retained, retention_rate"
                " from retention.retention_by_period",
                2,
            ),
            by_period,
        )

    def compare_lifecycles(self) -> None:
        by_period, by_frequency, by_actor = {}, {}, {}
        features = self.features()
        for name in {row["lifecycle"] for row in self.made.lifecycles}:
            rows = of(self.made.lifecycles, "lifecycle", name)
            periods = lifecycle.lifecycle_by_period(rows, self.events, self.calendar)
            by_period |= {(name, start): values for start, values in periods.items()}
            frequencies = lifecycle.stickiness(rows, self.events, self.calendar)
            by_frequency |= {(name, number): (n,) for number, n in frequencies.items()}
            actors = lifecycle.dormancy(rows, self.events, features, self.calendar)
            by_actor |= {(name, actor): values for actor, values in actors.items()}
        same(
            self.table(
                "select lifecycle, period_start, active_actors, new_actors, returning_actors,"
                " resurrecting_actors, dormant_actors, quick_ratio"
                " from retention.lifecycle_by_period",
                2,
            ),
            by_period,
        )
        same(
            self.table(
                "select lifecycle, active_periods, actors from retention.stickiness_by_frequency",
                2,
            ),
            by_frequency,
        )
        same(
            self.table(
                "select lifecycle, actor_id, last_active_at, days_since, usual_gap_days, state,"
                " last_feature from retention.dormancy_by_actor",
                2,
            ),
            by_actor,
        )

    def compare_activity_by_day(self) -> None:
        active = {row["event_name"] for row in self.made.event_catalog if row["is_active_use"]}
        same(
            self.table("select day, dau, wau, mau from retention.activity_by_day", 1),
            lifecycle.activity_by_day(active, self.events, self.calendar),
        )

    def compare_adoption(self) -> None:
        features = self.features()
        expected = adoption.adoption_by_feature(features, self.events, self.users, self.calendar)
        columns = ", ".join(next(iter(expected.values())))
        same(
            self.table(
                f"select feature, month, {columns} from adoption.adoption_by_feature"
                " where feature <> 'unused'",
                2,
            ),
            {key: tuple(values.values()) for key, values in expected.items()},
        )
        same(
            self.table(
                "select account_id, features_used_28d, features_ever, last_new_feature_at"
                " from adoption.adoption_by_account where features_ever > 0",
                1,
            ),
            adoption.adoption_by_account(features, self.events, self.users, self.world.as_of),
        )

    def features(self) -> dict[str, str]:
        catalog = self.made.event_catalog
        return {row["event_name"]: row["feature"] for row in catalog if row["feature"]}
