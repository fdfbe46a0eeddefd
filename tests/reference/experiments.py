"""Experiments unit by unit, their statistics by scipy."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from math import log, sqrt

import numpy as np
from scipy import stats

from tests.reference.growth_company import Company
from tests.reference.growth_world import Row
from tests.reference.local_time import Calendar


class Experiment:
    """One experiment: its definition's rows, its declared variants, and who saw what."""

    def __init__(
        self, company: Company, calendar: Calendar, metrics: list[Row], declared: list[Row]
    ) -> None:
        self.company = company
        self.calendar = calendar
        self.metrics = {row["metric"]: float(row["within_days"] or 14) for row in metrics}
        self.unit_type = metrics[0]["unit_type"]
        self.dates = metrics[0]["starts_on"], metrics[0]["ends_on"]
        self.declared = {row["variant"]: row["expected_share"] for row in declared}
        seen: dict[str, list[Row]] = {}
        name = metrics[0]["experiment"]
        for row in company.world.streams["experiment_exposures"]:
            unit = company.world.user(row["unit_id"])
            if row["experiment"] == name and self.counts(row, unit):
                seen.setdefault(unit, []).append(row)
        self.crossovers = sum(len({row["variant"] for row in rows}) > 1 for rows in seen.values())
        self.began = min(
            (row["exposed_at"] for rows in seen.values() for row in rows), default=None
        )
        self.units = {
            unit: (rows[0]["variant"], min(row["exposed_at"] for row in rows))
            for unit, rows in seen.items()
            if len({row["variant"] for row in rows}) == 1
        }
        self.variants = {"control", *self.declared, *(one for one, _ in self.units.values())}

    def counts(self, row: Row, unit: str) -> bool:
        day = self.calendar.local(row["exposed_at"]).date()
        return (
            row["unit_type"] == self.unit_type
            and row["exposed_at"] < self.company.as_of
            and (self.dates[0] == "" or day >= self.dates[0])
            and (self.dates[1] == "" or day <= self.dates[1])
            and not (self.unit_type == "user" and self.company.is_ours(unit))
            and not (self.unit_type == "account" and unit in self.company.our_accounts)
        )

    def outcome(self, metric: str, unit: str, exposed_at: datetime) -> tuple[float, float | None]:
        """What the unit did after exposure, and before; None where a past means nothing."""
        window = timedelta(days=self.metrics[metric])
        is_user = self.unit_type == "user"
        account = self.company.account_of_unit(unit, exposed_at) if is_user else unit
        kind, _, rest = metric.partition(":")
        if kind == "revenue":
            after, before = exposed_at + window, exposed_at
            return tuple(self.company.mrr_at(account, at) / 100 for at in (after, before))
        if kind == "event":
            moments = [
                event["occurred_at"]
                for event in self.company.events
                if event["event_name"] == rest and event[f"{self.unit_type}_id"] == unit
            ]
            before = any(exposed_at - window <= at <= exposed_at for at in moments)
        else:
            before = None
            if kind == "conversion":
                moments = [self.company.first_paid_at(account)]
            elif rest == "v":
                moments = [self.company.activated_at("user", user) for user in self.users_of(unit)]
            elif rest == "w":
                moments = [self.company.activated_at("account", account)]
            else:
                return float(any(map(self.is_back_on_day_3, self.users_of(unit)))), None
        did = any(at is not None and exposed_at < at <= exposed_at + window for at in moments)
        return float(did), None if before is None else float(before)

    def users_of(self, unit: str) -> list[str]:
        if self.unit_type == "user":
            return [unit]
        return [user for user, row in self.company.users.items() if row["account_id"] == unit]

    def is_back_on_day_3(self, user: str) -> bool:
        own = [event for event in self.company.events if event["user_id"] == user]
        starts = [event["occurred_at"] for event in own if event["event_name"] == "a"]
        return any(
            (event["occurred_at"] - min(starts)) // timedelta(days=1) == 3
            for event in own
            if starts and event["event_name"] == "b"
        )

    def by_variant(self, metric: str) -> dict[str, tuple]:
        window = timedelta(days=self.metrics[metric])
        samples: dict[str, list[tuple[float, float | None]]] = {v: [] for v in self.variants}
        for unit, (variant, exposed_at) in self.units.items():
            if exposed_at + window <= self.company.as_of:
                samples[variant].append(self.outcome(metric, unit, exposed_at))
        rows = {}
        for variant in self.variants:
            units = sum(one == variant for one, _ in self.units.values())
            outcomes = [outcome for outcome, _ in samples[variant]]
            mean = float(np.mean(outcomes)) if outcomes else None
            compared = (None,) * 5
            if variant != "control" and outcomes and samples["control"]:
                control = [outcome for outcome, _ in samples["control"]]
                test = welch if metric == "revenue" else proportions
                low, high, p_value = test(control, outcomes)
                difference = mean - float(np.mean(control))
                base = float(np.mean(control))
                compared = (difference, difference / base if base else None, low, high, p_value)
            rows[variant] = (variant == "control", units, len(outcomes), mean, *compared)
        return rows

    def cuped(self, metric: str, variant: str) -> tuple[float, float] | None:
        """The adjusted difference and its margin, by regression through the pooled slope."""
        window = timedelta(days=self.metrics[metric])
        samples: dict[str, list] = {one: [] for one in self.variants}
        for unit, (one, exposed_at) in self.units.items():
            if exposed_at + window <= self.company.as_of:
                samples[one].append(self.outcome(metric, unit, exposed_at))
        if any(before is None for rows in samples.values() for _, before in rows):
            return None
        centred = [
            np.array(rows) - np.mean(rows, axis=0) for rows in samples.values() if len(rows) > 1
        ]
        after, before = np.concatenate(centred).T if centred else (np.zeros(1), np.zeros(1))
        if min(len(samples[variant]), len(samples["control"])) < 2 or not before.any():
            return None
        slope = (after @ before) / (before @ before)
        adjusted = {
            one: np.array([y - slope * x for y, x in samples[one]]) for one in (variant, "control")
        }
        errors = [np.var(sample, ddof=1) / len(sample) for sample in adjusted.values()]
        difference = adjusted[variant].mean() - adjusted["control"].mean()
        return float(difference), float(stats.norm.isf(0.025) * sqrt(sum(errors)))

    def patience(self, metric: str, variant: str) -> tuple:
        """The always-valid margin, the power for a lift of a tenth, the log of the days to go."""
        window = timedelta(days=self.metrics[metric])
        samples: dict[str, list[float]] = {variant: [], "control": []}
        for unit, (one, exposed_at) in self.units.items():
            if one in samples and exposed_at + window <= self.company.as_of:
                samples[one].append(self.outcome(metric, unit, exposed_at)[0])
        spread = 1 if metric == "revenue" else 0
        if min(map(len, samples.values())) <= spread:
            return None, None, None
        error = sqrt(sum(np.var(one, ddof=spread) / len(one) for one in samples.values()))
        if not error:
            return 0.0, None, None
        mature = sum(map(len, samples.values()))
        z = stats.norm.isf(0.025)
        away = abs(np.mean(samples["control"])) * 0.1 / error
        power = stats.norm.cdf(away - z) + stats.norm.cdf(-away - z)
        once = welch_margin(*samples.values()) if metric == "revenue" else z * error
        again_and_again = max(always_valid(error, mature, 5_000), once)
        days = self.days_to_go(variant, mature, away)
        return again_and_again, float(power), None if days is None else log(days + 1)

    def days_to_go(self, variant: str, mature: int, away: float) -> float | None:
        if not away:
            return None
        lacking = mature * ((stats.norm.isf(0.025) + stats.norm.isf(0.2)) / away) ** 2 - mature
        if lacking <= 0:
            return 0.0
        if self.dates[1]:
            last_day = datetime.combine(self.dates[1], time())
            if self.calendar.utc(last_day + timedelta(days=1)) <= self.company.as_of:
                return None
        coming = sum(one in (variant, "control") for one, _ in self.units.values())
        return lacking * ((self.company.as_of - self.began) / timedelta(days=1)) / coming

    def sample_ratio(self) -> tuple[float | None, float | None]:
        shares = [share for share in self.declared.values() if share != ""]
        variants = sorted(self.declared if shares else self.variants)
        found = [sum(one == v for one, _ in self.units.values()) for v in variants]
        if sum(found) == 0:
            return None, None
        expected = [self.declared[v] if shares else 1 for v in variants]
        test = stats.chisquare(found, [sum(found) * s / sum(expected) for s in expected])
        return float(test.statistic), float(test.pvalue)


def proportions(control: list[float], variant: list[float]) -> tuple:
    n, m = len(control), len(variant)
    p, q = np.mean(control), np.mean(variant)
    pooled = (sum(control) + sum(variant)) / (n + m)
    margin = stats.norm.isf(0.025) * sqrt(p * (1 - p) / n + q * (1 - q) / m)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    p_value = float(2 * stats.norm.sf(abs(q - p) / error)) if error else None
    return float(q - p - margin), float(q - p + margin), p_value


def welch(control: list[float], variant: list[float]) -> tuple:
    if min(len(control), len(variant)) < 2:
        return None, None, None
    difference = float(np.mean(variant) - np.mean(control))
    if np.var(control) == np.var(variant) == 0:
        return difference, difference, None
    test = stats.ttest_ind(variant, control, equal_var=False)
    low, high = test.confidence_interval(0.95)
    return float(low), float(high), float(test.pvalue)


def welch_margin(variant: list[float], control: list[float]) -> float:
    low, high, _ = welch(control, variant)
    return (high - low) / 2


def always_valid(error: float, units: int, tuned: int) -> float:
    """Waudby-Smith and others (2024), theorem 2.2, in the paper's own words."""
    alpha, sigma = 0.05, error * sqrt(units)
    rho = sqrt((-2 * log(alpha) + log(-2 * log(alpha)) + 1) / tuned)
    grown = units * rho**2 + 1
    return sigma * sqrt(2 * grown / (units * rho) ** 2 * log(sqrt(grown) / alpha))
