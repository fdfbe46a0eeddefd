"""Does a score tell who converts? Every moment, weight, band and pair counted one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp, floor, log
from typing import Any

from tests.reference import pql
from tests.reference.pql import Company, Row, Score, share


@dataclass(frozen=True)
class Moment:
    """Something new was learned of an actor who could be a lead; NULL part: in neither."""

    actor: str
    at: datetime
    signals: frozenset[str]
    points: float
    is_converted: bool | None
    part: str | None


def moments(
    model: Row,
    looks: dict[str, list[Score]],
    became: Callable[[str, datetime], tuple[Any, Any, bool]],
) -> tuple[datetime | None, list[Moment]]:
    """First looks and first firings whose outcome is in, and where the later ones begin."""
    found = {}
    for actor, scores in looks.items():
        first = next((score for score in scores if score.is_candidate), None)
        for score in [*([first] if first else []), *pql.firings(model, scores).values()]:
            _, state, is_mature = became(actor, score.at)
            if is_mature:
                found[score.at, actor] = (score, state)
    ordered = sorted(found)
    if not ordered:
        return None, []
    split_at = ordered[len(ordered) // 2][0]
    days = timedelta(days=model["conversion_days"])
    result = []
    for at, actor in ordered:
        score, state = found[at, actor]
        part = "later" if at >= split_at else "earlier" if at + days <= split_at else None
        signals = frozenset(one.signal for one in score.satisfied)
        result.append(Moment(actor, at, signals, score.total, state, part))
    return split_at, result


def now(company: Company, model: Row) -> list[Moment]:
    """All who could be a lead at as_of, as they are then."""
    at, signals, found = company.world.as_of, company.signals_of(model), []
    for actor in pql.population(company, model):
        paying = company.is_paying(company.account(model, actor, at), at)
        if paying == (model["target"] == "expansion"):
            having = frozenset(
                name
                for name, rows in signals.items()
                if pql.satisfied(company, model, name, rows, actor, at)
            )
            points = sum(signals[name][0]["points"] for name in having)
            found.append(Moment(actor, at, having, points, None, "now"))
    return found


@dataclass(frozen=True)
class Weights:
    """What the earlier moments teach: the weight of having each signal and of not having it."""

    odds: float
    having: dict[str, float]
    lacking: dict[str, float]

    def score(self, moment: Moment) -> float:
        weights = [
            (self.having if name in moment.signals else self.lacking)[name] for name in self.having
        ]
        return round(self.odds + sum(weights), 12)

    def suggested(self, points: dict[str, float]) -> dict[str, int]:
        spread = {name: self.having[name] - self.lacking[name] for name in points}
        scale = share(sum(map(abs, points.values())), sum(map(abs, spread.values())))
        if scale is None:
            return {}
        return {
            name: floor(round(abs(one) * scale, 12) + 0.5) * (1 if one > 0 else -1)
            for name, one in spread.items()
        }


def learned(signals: Iterable[str], past: list[Moment]) -> Weights | None:
    earlier = [moment for moment in past if moment.part == "earlier"]
    converted = [moment for moment in earlier if moment.is_converted]
    others = [moment for moment in earlier if not moment.is_converted]
    if not converted or not others:
        return None
    having, lacking = {}, {}
    for name in signals:
        usual = (sum(name in moment.signals for moment in earlier) + 1) / (len(earlier) + 2)
        with_both = []
        for group in (converted, others):
            more = len(group) / min(len(converted), len(others))
            found = sum(name in moment.signals for moment in group) + more * usual
            with_both.append(found / (len(group) + more))
        having[name] = round(log(with_both[0] / with_both[1]), 12)
        lacking[name] = round(log((1 - with_both[0]) / (1 - with_both[1])), 12)
    return Weights(log(len(converted) / len(others)), having, lacking)


Scored = list[tuple[float, bool]]


def chance_to_rank(scored: Scored) -> float | None:
    """How often one who converts scores above one who does not, a tie being half a time."""
    converted = [score for score, state in scored if state]
    others = [score for score, state in scored if not state]
    wins = sum((one > other) + (one == other) / 2 for one in converted for other in others)
    return share(wins, len(converted) * len(others))


def converted_of_best(scored: Scored, volume: int) -> float:
    """Converters among the best so many; of those who score the same each is as likely taken."""
    total, left = 0.0, volume
    for value in sorted({score for score, _ in scored}, reverse=True):
        states = [state for score, state in scored if score == value]
        taken = min(left, len(states))
        total += sum(states) * taken / len(states)
        left -= taken
    return total


def bands(scored: Scored, number: int) -> dict[int, Scored]:
    """Highest first, about as many in each; the same score is in the same band."""
    found: dict[int, Scored] = {}
    for one in scored:
        from_top = sum(score >= one[0] for score, _ in scored)
        found.setdefault(ceil(number * from_top / len(scored)), []).append(one)
    return found


def rate(scored: Scored) -> float | None:
    return share(sum(state for _, state in scored), len(scored))


def promised(scored: Scored) -> float | None:
    return share(sum(1 / (1 + exp(-score)) for score, _ in scored), len(scored))


def by_score(name: str, past: list[Moment], weights: Weights | None) -> dict[tuple, tuple]:
    """Bands of the later moments by both scores, as in pql_by_score."""
    later = [moment for moment in past if moment.part == "later"]
    everybody = share(sum(moment.is_converted for moment in later), len(later))
    found = {}
    for score_name, value in _scores(weights).items():
        scored = [(value(moment), moment.is_converted) for moment in later]
        for band, members in bands(scored, 10).items():
            found[name, score_name, band] = (
                min(score for score, _ in members),
                max(score for score, _ in members),
                len(members),
                sum(state for _, state in members),
                promised(members) if score_name == "learned" else None,
                rate(members) / everybody if everybody else None,
            )
    return found


def by_model(model: Row, past: list[Moment], weights: Weights | None) -> tuple:
    """Both scores side by side on the later moments, as in pql_by_model."""
    later = [moment for moment in past if moment.part == "later"]
    leads = sum(moment.points >= model["qualifying_points"] for moment in later)
    converted = sum(moment.is_converted for moment in later)
    row: list[Any] = [len(later), converted, leads]
    areas = {}
    for score_name, value in _scores(weights).items():
        scored = [(value(moment), moment.is_converted) for moment in later]
        best = converted_of_best(scored, leads)
        areas[score_name] = chance_to_rank(scored)
        row += [share(best, leads), share(best, converted), areas[score_name]]
    if weights is None:
        return (*row, None, None, None, None)
    known = None not in areas.values()
    return (*row, areas["learned"] - areas["rules"] if known else None)


def by_split(
    model: Row, points: dict[str, float], past: list[Moment], weights: Weights | None
) -> dict[tuple, tuple]:
    """Each signal, and the line (None), in both parts, as in pql_by_split."""
    suggested = weights.suggested(points) if weights else {}
    found = {}
    for part in ("earlier", "later"):
        everybody = [moment for moment in past if moment.part == part]
        for name in (*points, None):
            having = [
                moment
                for moment in everybody
                if (
                    moment.points >= model["qualifying_points"]
                    if name is None
                    else name in moment.signals
                )
            ]
            if having:
                converted = sum(moment.is_converted for moment in having)
                others = len(everybody) - len(having)
                others_converted = sum(moment.is_converted for moment in everybody) - converted
                precision = converted / len(having)
                found[model["model"], name, part] = (
                    len(everybody),
                    len(having),
                    converted,
                    share(precision, share(others_converted, others) or 0),
                    evidence(converted, len(having), others_converted, others),
                    points.get(name),
                    suggested.get(name),
                )
    return found


def evidence(converted: int, having: int, others_converted: int, others: int) -> float | None:
    """How much more often it is found with those who convert, as a logarithm."""
    with_converters = share(converted, converted + others_converted)
    with_others = share(having - converted, having - converted + others - others_converted)
    return log(with_converters / with_others) if with_converters and with_others else None


def _scores(weights: Weights | None) -> dict[str, Callable[[Moment], float]]:
    scores: dict[str, Callable[[Moment], float]] = {"rules": lambda moment: moment.points}
    return scores | ({"learned": weights.score} if weights else {})
