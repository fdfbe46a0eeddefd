"""Funnels in SQL agree with slow, obvious Python.

Each build is one random log and a thousand random funnels over it: 2,000 in a run.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import strategies as st

from tests.project_copy import ProjectCopy
from tests.reference import funnels as reference
from tests.reference.random_cases import check_random_cases
from tests.reference.random_funnels import RandomLog, random_funnel, seed_rows

ZONES = ["UTC", "America/New_York"]  # one a run
FUNNELS = 2000
PEOPLE = 24


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    return ProjectCopy(tmp_path_factory.mktemp("funnels") / "project")


def test_funnels_agree_with_the_reference(copy: ProjectCopy) -> None:
    def agree(seed: int, zone: str) -> None:
        compare(copy, seed, zone)

    check_random_cases(agree, zone=st.sampled_from(ZONES))


def compare(copy: ProjectCopy, seed: int, zone: str, funnels: int = FUNNELS) -> None:
    dice = random.Random(seed)
    log = RandomLog(dice, PEOPLE)
    made = [random_funnel(dice, f"f{number:03}", log.start) for number in range(funnels)]
    copy.land("events", log.landed)
    copy.land("users", log.users)
    copy.define(**seed_rows(made))
    copy.build(
        "+marts.funnel", tested=False, as_of=log.as_of.isoformat(" "), reporting_time_zone=zone
    )
    built = _built_results(copy)
    built_steps = _built_steps(copy, {funnel.name: funnel for funnel in made})
    users = {user: {"plan": plan} for user, plan in log.plans.items() if plan is not None}
    for funnel in made:
        found = reference.results(
            funnel, log.events, as_of=log.as_of, zone=zone, user_properties=users
        )
        expected = sorted(found, key=str)
        assert sorted(built[funnel.name], key=str) == expected, f"seed {seed}: {funnel}"
        assert built_steps[funnel.name] == reference.by_step(funnel, found), f"{seed}: {funnel}"


def _built_results(copy: ProjectCopy) -> dict[str, list[reference.Result]]:
    results = defaultdict(list)
    for row in copy.rows("""
        select
            outcomes.funnel, outcomes.breakdown_value, outcomes.actor_id, outcomes.is_mature,
            outcomes.entered_at, outcomes.steps_reached, outcomes.last_step_at,
            list(steps.step_number order by steps.step_number) as numbers,
            list(steps.reached_at order by steps.step_number) as moments
        from intermediate.int_funnel_outcomes as outcomes
        inner join intermediate.int_funnel_best_attempts as steps using (funnel_number, walker)
        group by all
    """):
        result = reference.Result(
            funnel=row["funnel"],
            breakdown_value=row["breakdown_value"],
            actor=row["actor_id"],
            entered_at=row["entered_at"],
            reached_at=dict(zip(row["numbers"], row["moments"], strict=True)),
            is_mature=row["is_mature"],
        )
        assert result.steps_reached == row["steps_reached"]
        assert result.reached_at[result.steps_reached] == row["last_step_at"]
        results[row["funnel"]].append(result)
    return results


def _built_steps(copy: ProjectCopy, made: dict[str, reference.Funnel]) -> dict[str, dict]:
    steps: dict[str, dict] = defaultdict(dict)
    for row in copy.rows("select * from funnel.funnel_by_step"):
        key = (row.pop("breakdown_value"), row.pop("step_number"))
        funnel = made[row.pop("funnel")]
        is_free = funnel.order == "unordered"
        name = f"{key[1]} of {len(funnel.steps)}" if is_free else f"step {key[1]}"
        assert row.pop("step_name") == name
        steps[funnel.name][key] = row
    return steps
