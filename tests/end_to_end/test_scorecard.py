"""The weekly review of the demo company, worked out again from the marts it stands on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, linear_regression, median
from typing import Any

import duckdb
import pytest

from tests.end_to_end.conftest import Demo

Row = dict[str, Any]
Series = dict[date, tuple[float, float | None]]  # by week or month: value and base

COUNTS = {"sign_ups", "active_users", "pql_volume", "north_star"}
WEEK = timedelta(days=7)
VISIT_DAYS, PAYMENT_DAYS, LEAD_DAYS = (timedelta(days=days) for days in (14, 30, 30))


@pytest.fixture(scope="module")
def company(demo: Demo) -> Iterable[Company]:
    with duckdb.connect(str(demo.warehouse / "build.duckdb"), read_only=True) as connection:
        yield Company(connection)


def week_of(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def rates(outcomes: Iterable[tuple[date, bool]]) -> Series:
    """Of each week the share that did it, and of how many."""
    found: dict[date, list[bool]] = defaultdict(list)
    for week, did in outcomes:
        found[week].append(did)
    return {week: (fmean(dids), len(dids)) for week, dids in found.items()}


def counts(weeks: Iterable[date]) -> Series:
    return {week: (number, None) for week, number in Counter(weeks).items()}


class Company:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.as_of: datetime = self.rows("select as_of from intermediate.int_as_of")[0]["as_of"]
        self.users = self.rows("select * from core.users where not is_internal")
        self.events = self.rows(
            "select events.*, is_core_action, is_active_use, is_intent from core.events"
            " left join definitions.event_catalog using (event_name) where not is_internal"
        )
        self.paid_at = {
            row["account_id"]: row["first_paid_at"]
            for row in self.rows("select account_id, first_paid_at from core.accounts")
        }

    def rows(self, query: str) -> list[Row]:
        found = self.connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def weekly(self, measure: str, definition: str | None) -> Series:
        """A measure of weeks, as its mart's rows give it."""
        if measure == "sign_ups":
            return counts(week_of(user["created_at"]) for user in self.users)
        if measure == "north_star":
            return counts(week_of(e["occurred_at"]) for e in self.events if e["is_core_action"])
        if measure == "pql_volume":
            leads = self.rows(f"select * from pql.pql_by_account where model = '{definition}'")
            return counts(week_of(lead["qualified_at"]) for lead in leads)
        if measure == "active_users":
            periods = self.rows(
                f"select * from retention.lifecycle_by_period where lifecycle = '{definition}'"
            )
            return {row["period_start"].date(): (row["active_actors"], None) for row in periods}
        if measure in ("k_factor", "invitation_acceptance_rate"):
            weeks = self.rows("select * from virality.virality_by_week where is_mature")
            value, base = ("k_factor", "users")
            if measure != "k_factor":
                value, base = ("acceptance_rate", "invitations_sent")
            return {row["cohort_week"]: (row[value], row[base]) for row in weeks if row[base]}
        if measure == "visit_to_sign_up_rate":
            return rates(self.visits())
        if measure == "pricing_to_paid_rate":
            return rates(self.prospects())
        if measure == "week_4_retention":
            cells = self.rows(
                "select * from retention.retention_by_cohort"
                f" where retention = '{definition}' and period_number = 4 and is_mature"
            )
            return {
                row["cohort_start"].date(): (row["retention_rate"], row["cohort_size"])
                for row in cells
            }
        return self.activation(measure, definition)

    def activation(self, measure: str, definition: str | None) -> Series:
        reached = [
            row
            for grain, sign_up in (("user", "signed_up_at"), ("account", "created_at"))
            for row in self.rows(
                f"select *, {sign_up} as anchor from activation.activation_by_{grain}"
                f" where activation = '{definition}' and is_mature"
            )
        ]
        if measure == "activation_rate":
            return rates((week_of(row["anchor"]), row["is_activated"]) for row in reached)
        if measure == "first_session_value_rate":
            return rates(
                (week_of(row["anchor"]), bool(row["activated_in_first_session"])) for row in reached
            )
        hours: dict[date, list[float]] = defaultdict(list)
        for row in reached:
            if row["is_activated"]:
                hours[week_of(row["anchor"])].append(row["seconds_to_value"] / 3600)
        return {week: (median(values), len(values)) for week, values in hours.items()}

    def visits(self) -> Iterable[tuple[date, bool]]:
        signed_up = {user["user_id"]: user["created_at"] for user in self.users}
        first: dict[str, datetime] = {}
        for event in self.events:
            person, at = event["person_id"], event["occurred_at"]
            first[person] = min(at, first.get(person, at))
        for person, at in first.items():
            joined = signed_up.get(person)
            if at + VISIT_DAYS <= self.as_of and (joined is None or at < joined):
                yield week_of(at), joined is not None and joined <= at + VISIT_DAYS

    def prospects(self) -> Iterable[tuple[date, bool]]:
        home = {user["user_id"]: user["account_id"] for user in self.users}
        first: dict[str, datetime] = {}
        for event in self.events:
            account = event["account_id"] or home.get(event["person_id"])
            paid_at = self.paid_at.get(account)
            if event["is_intent"] and (paid_at is None or event["occurred_at"] < paid_at):
                who = account or event["person_id"]
                first[who] = min(event["occurred_at"], first.get(who, event["occurred_at"]))
        for who, at in first.items():
            paid_at = self.paid_at.get(who)
            if at + PAYMENT_DAYS <= self.as_of:
                yield week_of(at), paid_at is not None and paid_at <= at + PAYMENT_DAYS

    def monthly(self, measure: str, definition: str | None) -> tuple[Series, timedelta]:
        """A measure of months, and the days after a month's end until it is known."""
        none = timedelta(0)
        if measure == "free_to_paid_rate":
            months = self.rows(
                "select signup_month as month, sum(converted) as hits, sum(mature_accounts) as base"
                " from conversion.conversion_by_cohort group by all"
            )
            return hit_rates(months), PAYMENT_DAYS
        if measure == "pql_conversion_rate":
            months = self.rows(
                "select month, converted as hits, mature as base from pql.pql_by_cohort"
                f" where model = '{definition}' and segment is null"
            )
            return hit_rates(months), LEAD_DAYS
        if measure == "nps":
            months = self.rows(
                "select month, 100 * (sum(promoters) - sum(detractors)) as hits,"
                " sum(responses) as base from feedback.feedback_by_month"
                " where survey_type = 'nps' and segment_name is null group by month"
            )
            return hit_rates(months), none
        if measure in ("ltv_to_cac", "payback_months"):
            months = self.rows(
                f"select month, {measure} as value, new_paying_accounts as base"
                " from economics.economics_by_month where channel is null"
            )
        else:
            base = "closing_accounts" if measure == "arpa" else "null"
            if measure.endswith("cohort"):
                base = "lag(closing_accounts, 12) over (order by month)"
            months = self.rows(
                f"select month, cast({measure} as double) as value, {base} as base"
                " from nrr.nrr_by_month where is_complete"
            )
        return {row["month"]: (row["value"], row["base"]) for row in months}, none

    def series(self, metric: Row, weeks: list[date]) -> Series:
        """The metric's value and base in each week of the review."""
        measure, definition = metric["measure"], metric["definition"]
        if measure in WEEKLY:
            found = self.weekly(measure, definition)
            empty = (0, None) if measure in COUNTS else (None, None)
            return {week: found.get(week, empty) for week in weeks}
        months, wait = self.monthly(measure, definition)
        return {
            week: months.get(
                max((m for m in months if end_of(m) + wait <= week + WEEK), default=None),
                (None, None),
            )
            for week in weeks
        }


WEEKLY = COUNTS | {
    "visit_to_sign_up_rate",
    "pricing_to_paid_rate",
    "activation_rate",
    "median_hours_to_value",
    "first_session_value_rate",
    "week_4_retention",
    "k_factor",
    "invitation_acceptance_rate",
}


def hit_rates(months: list[Row]) -> Series:
    return {
        row["month"]: (row["hits"] / row["base"] if row["base"] else None, row["base"])
        for row in months
    }


def end_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def test_every_metric_is_its_marts_in_every_complete_week(company: Company) -> None:
    scorecard = company.rows("select * from scorecard.scorecard_by_week order by week")
    weeks = sorted({row["week"] for row in scorecard})
    assert weeks[-1] + WEEK <= company.as_of.date() < weeks[-1] + 2 * WEEK
    assert all(later - earlier == WEEK for earlier, later in pairwise(weeks))
    metrics = company.rows("select * from definitions.scorecard_metrics")
    assert len(scorecard) == len(metrics) * len(weeks)
    for metric in metrics:
        expected = company.series(metric, weeks)
        rows = [row for row in scorecard if row["metric"] == metric["metric"]]
        for place, row in enumerate(rows):
            value, base = expected[row["week"]]
            where = f"{metric['metric']} in the week of {row['week']}"
            assert row["value"] == pytest.approx(value), where
            assert row["base"] == pytest.approx(base if value is not None else row["base"]), where
            before = rows[place - 1]["value"] if place else None
            assert row["previous_value"] == before, where
            change = None if None in (row["value"], before) else row["value"] - before
            assert row["change"] == pytest.approx(change), where
            dozen = [
                (number, *expected[week])
                for number, week in enumerate(weeks[: place + 1][-12:])
                if expected[week][0] is not None
            ]
            assert row["mean_12_weeks"] == pytest.approx(mean(dozen)), where
            if len(dozen) > 1:
                numbers, values, _ = zip(*dozen, strict=True)
                slope = linear_regression(numbers, values).slope
                assert row["trend_12_weeks"] == pytest.approx(slope, abs=1e-9), where


def mean(dozen: list[tuple[int, float, float | None]]) -> float | None:
    weight = sum(1 if base is None else base for _, _, base in dozen)
    return (
        sum(v * (1 if base is None else base) for _, v, base in dozen) / weight if weight else None
    )


def test_the_biggest_leak_is_the_layer_worth_most_and_says_why(company: Company) -> None:
    layers = company.rows("select * from scorecard.scorecard_by_layer order by layer")
    assert [row["layer"] for row in layers] == [1, 2, 3, 4, 5, 6, 7]
    worth = {row["layer"]: row["worth_mrr_per_month"] or 0 for row in layers}
    leaks = [row["layer"] for row in layers if row["is_biggest_leak"]]
    assert leaks == [max(worth, key=lambda layer: (worth[layer], -layer))]
    for row in layers:
        # the demo company is healthy, so no leak is made up for it
        named = row["reason"].startswith(
            "No layer is below the median; this one has most to gain. "
        )
        assert named == row["is_biggest_leak"]
        assert (row["gap"] == 0) == ("at or beyond" in row["reason"])


def test_the_flywheel_counts_people_once_a_week(company: Company) -> None:
    stages: dict[str, dict[date, set]] = defaultdict(lambda: defaultdict(set))
    core_actions: Counter[date] = Counter()
    for user in company.users:
        stages["attracted"][week_of(user["created_at"])].add(user["user_id"])
    for row in company.rows(
        "select user_id, activated_at from activation.activation_by_user"
        " inner join definitions.activations using (activation) where is_primary"
    ):
        if row["activated_at"]:
            stages["engaged"][week_of(row["activated_at"])].add(row["user_id"])
    for event in company.events:
        week = week_of(event["occurred_at"])
        if event["is_core_action"]:
            core_actions[week] += 1
            stages["delighted"][week].add(event["person_id"])
        if event["is_active_use"] and event["account_id"]:
            stages["active_accounts"][week].add(event["account_id"])
    for row in company.rows(
        "select inviter_user_id as who, sent_at as at from intermediate.int_invitations"
        " union all select coalesce(user_id, response_id), responded_at"
        " from feedback.feedback_by_response where category = 'promoter'"
    ):
        stages["advocates"][week_of(row["at"])].add(row["who"])
    weeks = company.rows("select * from scorecard.flywheel_by_week")
    assert sum(row["advocates"] for row in weeks) > len(weeks)
    for row in weeks:
        assert {name: row[name] for name in stages} == {
            name: len(found[row["week"]]) for name, found in stages.items()
        }, row["week"]
        assert row["north_star"] == core_actions[row["week"]]
        accounts = row["active_accounts"]
        per_account = row["north_star"] / accounts if accounts else None
        assert row["north_star_per_active_account"] == pytest.approx(per_account)
