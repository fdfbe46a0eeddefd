"""Virality, experiments and feedback in SQL agree with slow, obvious Python and with scipy.

Each example is one random company with many experiments, in one build.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.project_copy import ProjectCopy
from tests.reference import feedback, virality
from tests.reference.comparing import same
from tests.reference.experiments import Experiment
from tests.reference.growth_company import Company
from tests.reference.growth_world import random_growth_world
from tests.reference.local_time import Calendar
from tests.reference.random_cases import check_random_cases

CALENDARS = [("UTC", "monday"), ("America/New_York", "sunday")]  # one a run
MODELS = ["virality", "experiments", "feedback"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    return ProjectCopy(tmp_path_factory.mktemp("growth") / "project")


def test_growth_marts_agree_with_the_reference(copy: ProjectCopy) -> None:
    def agree(seed: int, calendar: tuple[str, str]) -> None:
        case = Case(copy, seed, *calendar)
        case.compare_virality()
        case.compare_experiments()
        case.compare_feedback()

    check_random_cases(agree, calendar=st.sampled_from(CALENDARS))


class Case:
    def __init__(self, copy: ProjectCopy, seed: int, zone: str, week_starts_on: str) -> None:
        self.copy = copy
        self.world = random_growth_world(random.Random(seed))
        copy.define(**self.world.definitions)
        for stream, rows in self.world.streams.items():
            copy.land(stream, rows)
        copy.build(
            " ".join(f"+flywheel.marts.{mart}" for mart in MODELS),
            as_of=str(self.world.as_of),
            reporting_time_zone=zone,
            week_starts_on=week_starts_on,
            viral_window_days=12,
        )
        self.company = Company(self.world)
        first = min(row["created_at"] for row in self.world.streams["users"])
        self.calendar = Calendar(zone, week_starts_on, first, self.world.as_of)

    def table(self, query: str, keys: int) -> dict[Any, tuple]:
        """Rows by their first columns, which are the key."""
        rows = [tuple(row.values()) for row in self.copy.rows(query)]
        assert len({row[:keys] for row in rows}) == len(rows)
        return {row[:keys] if keys > 1 else row[0]: row[keys:] for row in rows}

    def compare_virality(self) -> None:
        expected = virality.Invitations(self.company)
        same(
            self.table(
                "select cohort_week, users, inviters, invitations_sent, invitations_accepted,"
                " invited_sign_ups, invited_activated, acceptance_rate, k_factor,"
                " median_days_to_invited_sign_up, loop_share, is_mature"
                " from virality.virality_by_week",
                1,
            ),
            expected.by_week(self.calendar, 12),
        )
        same(
            self.table(
                "select user_id, generation, invitations_sent, invitations_accepted,"
                " invited_sign_ups, invited_activated from virality.virality_by_inviter",
                1,
            ),
            expected.by_inviter(),
        )
        same(
            self.table(
                "select channel, invitations_sent, invitations_accepted, acceptance_rate,"
                " invited_sign_ups from virality.virality_by_channel",
                1,
            ),
            expected.by_channel(),
        )
        same(
            self.table(
                "select loop, cohort_week, sign_ups, activated, share_of_sign_ups"
                " from virality.virality_by_loop",
                2,
            ),
            expected.by_loop(self.calendar),
        )
        same(
            self.table(
                "select account_id, members_in_first_7_days, viewers, editors,"
                " viewers_per_editor, is_mature from virality.virality_by_workspace",
                1,
            ),
            virality.by_workspace(self.company),
        )

    def compare_experiments(self) -> None:
        by_variant, cuped, checks, patience = {}, {}, {}, {}
        rows = self.world.definitions["experiments"]
        for name in {row["experiment"] for row in rows}:
            experiment = Experiment(
                self.company,
                self.calendar,
                [row for row in rows if row["experiment"] == name],
                [
                    row
                    for row in self.world.definitions["experiment_variants"]
                    if row["experiment"] == name
                ],
            )
            for metric in experiment.metrics:
                for variant, values in experiment.by_variant(metric).items():
                    by_variant[name, metric, variant] = values
                for variant in experiment.variants - {"control"}:
                    patience[name, metric, variant] = experiment.patience(metric, variant)
                    if adjusted := experiment.cuped(metric, variant):
                        cuped[name, metric, variant] = adjusted
            checks[name, "crossover"] = (float(experiment.crossovers), None)
            checks[name, "sample_ratio"] = experiment.sample_ratio()
        same(
            self.table(
                "select experiment, metric, variant, is_control, units, mature_units, mean,"
                " difference, relative_lift, ci_low, ci_high, p_value"
                " from experiments.experiments_by_variant",
                3,
            ),
            by_variant,
        )
        same(
            self.table(
                "select experiment, metric, variant, cuped_difference,"
                " cuped_ci_high - cuped_difference from experiments.experiments_by_variant"
                " where cuped_difference is not null and cuped_ci_high is not null",
                3,
            ),
            cuped,
        )
        same(
            self.table(
                "select experiment, metric, variant, always_valid_ci_high - difference, power,"
                " ln(days_to_go + 1) from experiments.experiments_by_variant where not is_control",
                3,
            ),
            patience,
        )
        same(
            self.table(
                "select experiment, check_name, value, p_value"
                " from experiments.experiments_by_check"
                " where check_name in ('crossover', 'sample_ratio')",
                2,
            ),
            checks,
        )

    def compare_feedback(self) -> None:
        found = feedback.answers(self.company, self.calendar)
        columns = ["survey", "user_id", "account_id", "score", "category", "plan", "is_paying"]
        columns += ["is_activated", "tenure", "is_latest"]
        same(
            self.table(
                f"select response_id, {', '.join(columns)} from feedback.feedback_by_response", 1
            ),
            {row["response_id"]: tuple(row[name] for name in columns) for row in found},
        )
        same(
            self.table(
                "select survey, survey_type, month, segment_name, segment, responses, promoters,"
                " passives, detractors, score, score_low, score_high"
                " from feedback.feedback_by_month",
                5,
            ),
            feedback.by_month(found),
        )
