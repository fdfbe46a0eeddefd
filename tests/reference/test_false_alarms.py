"""Experiments without an effect raise no more false alarms than promised, however often one looks.

A thousand experiments in which both variants are alike are looked at again and again while their
units come in; the models compare them as they compare any other.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.project_copy import ProjectCopy

EXPERIMENTS = 1_000
LOOKS = np.unique(np.geomspace(100, 2_500, 12).astype(int))  # units of each variant
METRICS = ("conversion", "revenue")
FIELDS = (
    "p_value < 0.05",
    "off > margin",
    "off > always_valid_margin",
    "adjusted > margin_adjusted",
)


def draw(metric: str, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What every unit of every experiment did before and after it was exposed."""
    shape = (EXPERIMENTS, LOOKS[-1])
    if metric == "conversion":
        return np.zeros(shape), (dice.random(shape) < 0.2).astype(float)
    before = (dice.random(shape) < 0.3) * dice.lognormal(3, 0.6, shape)
    return before, before * 0.8 + (dice.random(shape) < 0.1) * 30


def summed_up_at_looks(before: np.ndarray, after: np.ndarray) -> dict[str, np.ndarray]:
    def mean(values: np.ndarray) -> np.ndarray:
        return values.cumsum(axis=1)[:, LOOKS - 1] / LOOKS

    sample = LOOKS / (LOOKS - 1)
    sums = {
        "mean": mean(after),
        "sample_variance": (mean(after**2) - mean(after) ** 2) * sample,
        "mean_before": mean(before),
        "variance_before": (mean(before**2) - mean(before) ** 2) * sample,
        "covariance": (mean(after * before) - mean(after) * mean(before)) * sample,
    }
    return {name: values.ravel() for name, values in sums.items()}


@pytest.fixture(scope="module")
def alarms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, np.ndarray]]:
    """By metric and kind of alarm: did it ring, experiment by look?"""
    copy = ProjectCopy(tmp_path_factory.mktemp("false_alarms") / "project")
    dice = np.random.default_rng(20260701)
    with copy._connected() as connection:
        connection.execute("create schema intermediate")
        for number, metric in enumerate(METRICS):
            for variant in ("control", "b"):
                sums = summed_up_at_looks(*draw(metric, dice))
                units = np.tile(LOOKS, EXPERIMENTS)
                connection.register("sums", {"row": np.arange(len(units)), "units": units, **sums})
                kind = "create table" if (number, variant) == (0, "control") else "insert into"
                connection.execute(f"""
                    {kind} intermediate.int_variant_statistics {"as" if "table" in kind else ""}
                    select
                        cast(row as varchar) as experiment, '{metric}' as metric,
                        '{variant}' as variant, '{variant}' = 'control' as is_control,
                        '{metric}' = 'revenue' as is_amount, units, units as mature_units, mean,
                        case '{metric}' when 'revenue' then sample_variance
                            else mean * (1 - mean) end as variance,
                        sample_variance, mean_before, variance_before, covariance
                    from sums
                """)
    copy.build("int_variant_comparisons int_variant_intervals", tested=False)
    found = {}
    for metric in METRICS:
        rows = copy.rows(f"""
            select {", ".join(f'{field} as "{field}"' for field in FIELDS)}
            from (
                select *, abs(difference) as off, abs(difference_adjusted) as adjusted
                from intermediate.int_variant_intervals
                where metric = '{metric}'
            )
            order by cast(experiment as bigint)
        """)
        found[metric] = {
            field: np.array([bool(row[field]) for row in rows]).reshape(EXPERIMENTS, len(LOOKS))
            for field in FIELDS
        }
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_one_look_rings_in_one_of_twenty(alarms: dict, metric: str) -> None:
    for alarm in FIELDS[:2]:
        assert 0.03 < alarms[metric][alarm][:, -1].mean() < 0.07


def test_the_past_taken_out_rings_no_more_often(alarms: dict) -> None:
    assert 0.03 < alarms["revenue"]["adjusted > margin_adjusted"][:, -1].mean() < 0.07
    assert not alarms["conversion"]["adjusted > margin_adjusted"].any()


@pytest.mark.parametrize("metric", METRICS)
def test_looking_again_and_again_rings_falsely_but_not_the_always_valid_interval(
    alarms: dict, metric: str
) -> None:
    assert alarms[metric]["off > margin"].any(axis=1).mean() > 0.15
    assert alarms[metric]["off > always_valid_margin"].any(axis=1).mean() < 0.05
