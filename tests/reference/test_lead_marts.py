"""Leads as built against slow, obvious Python, on random companies and models, and replayed.

One build holds many models over one company; a replay runs the very SQL of that build again with
an earlier as_of.
"""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from functools import cached_property, partial
from math import log
from pathlib import Path
from typing import Any

from tests.project_copy import ProjectCopy
from tests.reference import activation, evidence, identity, pql
from tests.reference.random_cases import check_random_cases
from tests.reference.random_company import random_company

BUILT = "+int_lead_scores +flywheel.marts.pql"
ACTIVATIONS = [
    {"activation": grain, "grain": grain, "require": "any", "within_days": 12, "is_primary": True}
    for grain in ("user", "account")
]
MILESTONES = [
    {"activation": grain, "milestone": "it", "alternative": 1, "event_name": "b", "times": 1}
    for grain in ("user", "account")
]


def test_leads_agree_with_the_reference_and_no_replay_changes_one(tmp_path: Path) -> None:
    copy = ProjectCopy(tmp_path / "project")

    def agree(seed: int) -> None:
        case = Case(copy, seed, "America/New_York")
        case.compare_scores()
        case.compare_leads()
        case.compare_back_test()
        case.compare_evidence()
        case.compare_readiness()
        case.compare_accounts()
        case.replay_ten_earlier_days()

    check_random_cases(agree)
    find_what_was_planted(copy, random.Random(1))  # what chance allows is not tried every day


def find_what_was_planted(copy: ProjectCopy, dice: random.Random) -> None:
    """Accounts with one signal pay four times as often; another signal says nothing."""
    accounts, first, day = 1500, datetime(2025, 1, 1), timedelta(days=1)  # noqa: DTZ001
    created, events, payments = [], [], []
    for number in range(accounts):
        name, at = f"acc{number}", first + number * 300 * day / accounts
        created.append({"account_id": name, "created_at": at})
        tells, idles = dice.random() < 0.3, dice.random() < 0.3
        for event, happens in (("seen", True), ("tells", tells), ("idles", idles)):
            if happens:
                later = at if event == "seen" else at + dice.uniform(0, 10) * day
                events.append(
                    {
                        "event_id": f"{event}{number}",
                        "event_name": event,
                        "occurred_at": later,
                        "account_id": name,
                        "user_id": f"u{number}",
                    }
                )
        if dice.random() < (0.4 if tells else 0.1):
            payments.append(
                {
                    "subscription_id": name,
                    "account_id": name,
                    "plan": "pro",
                    "currency": "USD",
                    "amount_minor": 1000,
                    "billing_interval": "month",
                    "started_at": at + dice.uniform(10, 30) * day,
                }
            )
    for stream in ("users", "identity_links", "account_memberships"):
        copy.land(stream, [])
    copy.land("accounts", created)
    copy.land("events", events)
    copy.land("subscription_versions", payments)
    models, signals = [], []
    for model, told, idled in (("right", 50, 5), ("wrong", -5, 50)):
        models.append(
            {
                "model": model,
                "grain": "account",
                "target": "free_to_paid",
                "qualifying_points": 50,
                "conversion_days": 40,
            }
        )
        signals += [
            {
                "model": model,
                "signal": event,
                "category": "usage",
                "source": "event_count",
                "alternative": 1,
                "event_name": event,
                "points": points,
            }
            for event, points in {"seen": 0, "tells": told, "idles": idled}.items()
        ]
    copy.fill("definitions.pql_models", models)
    copy.fill("definitions.pql_signals", signals)
    copy.replay(
        "pql_by_signal pql_by_cohort pql_by_model pql_by_split", first + 400 * day, afresh=True
    )

    found = {
        (row["model"], row["signal"]): row for row in copy.rows("select * from pql.pql_by_signal")
    }
    for model in ("right", "wrong"):
        for signal, lift in (("tells", 4), ("idles", 1)):
            row = found[model, signal]
            spread = sum(
                1 / converted - 1 / actors
                for converted, actors in (
                    (row["converted"], row["fired"]),
                    (row["others_converted"], row["others"]),
                )
            )
            assert abs(log(row["lift"] / lift)) < 4 * spread**0.5, (model, signal, row)
    leads = copy.rows(
        "select sum(converted) as converted, sum(mature) as mature,"
        " sum(baseline_rate * mature) / sum(mature) as baseline"
        " from pql.pql_by_cohort where model = 'right' and segment is null"
    )[0]
    rate = leads["converted"] / leads["mature"]
    assert abs(rate - 0.4) < 4 * (0.24 / leads["mature"]) ** 0.5
    assert abs(leads["baseline"] - 0.1) < 4 * (0.09 / (0.7 * accounts)) ** 0.5
    gains = {
        row["model"]: row["learned_gain"] for row in copy.rows("select * from pql.pql_by_model")
    }
    assert abs(gains["right"]) < 0.04 < gains["wrong"]
    learned = {
        row["signal"]: row["suggested_points"]
        for row in copy.rows("select * from pql.pql_by_split where model = 'wrong'")
    }
    assert learned["tells"] > 2 * abs(learned["idles"]) and learned["seen"] == 0


class Case:
    """A random company, every look of its models as the reference has it, and what was built."""

    def __init__(self, copy: ProjectCopy, seed: int, zone: str) -> None:
        self.copy = copy
        self.dice = random.Random(seed)
        self.company = random_company(self.dice, zone)
        world = self.company.world
        copy.define(
            plans=self.company.plans,
            pql_models=self.company.models,
            pql_signals=self.company.signals,
            event_catalog=[
                {
                    "event_name": name,
                    "feature": self.company.features.get(name),
                    "is_active_use": True,
                    "is_core_action": False,
                    "is_intent": False,
                }
                for name in "abcd"
            ],
            activations=ACTIVATIONS,
            activation_milestones=MILESTONES,
            placeholder_ids=[{"placeholder_id": id} for id in world.placeholders],
            currencies=[{"currency": "USD", "exponent": 2}],
        )
        copy.name_files(world.files)
        copy.land("events", world.events)
        copy.land("identity_links", world.links)
        copy.land("account_memberships", world.memberships)
        copy.land("users", self.company.users)
        copy.land("accounts", self.company.accounts)
        copy.land("subscription_versions", self.company.subscriptions)
        copy.build(
            BUILT,
            as_of=str(world.as_of),
            reporting_time_zone=zone,
            identity_cluster_limit=world.cluster_limit,
        )
        self.scores = {
            model["model"]: pql.scores(self.company, model) for model in self.company.models
        }

    def table(self, query: str, keys: int) -> dict[Any, tuple]:
        rows = [tuple(row.values()) for row in self.copy.rows(query)]
        assert len({row[:keys] for row in rows}) == len(rows)
        return {row[:keys]: row[keys:] for row in rows}

    def compare_scores(self) -> None:
        same(
            self.table(
                "select model, actor_id, scored_at, cast(points as double),"
                " cast(fit_points as double), cast(usage_points as double), is_candidate"
                " from intermediate.int_lead_scores",
                3,
            ),
            {
                (model, actor, score.at): (
                    score.total,
                    score.points["fit"],
                    score.points["usage"],
                    score.is_candidate,
                )
                for model, actors in self.scores.items()
                for actor, looks in actors.items()
                for score in looks
            },
        )

    def compare_leads(self) -> None:
        expected = {}
        for model in self.company.models:
            for actor, looks in self.scores[model["model"]].items():
                for lead in pql.qualifications(model, looks):
                    converted, state, mature = self.became(model, actor, lead.at)
                    expected[model["model"], actor, lead.at] = (
                        lead.total,
                        converted,
                        state,
                        mature,
                        self.reasons(model, actor, lead),
                    )
        built = self.table(
            "select model, actor_id, qualified_at, points, converted_at, is_converted, is_mature,"
            " reasons from pql.pql_by_account",
            3,
        )
        same({key: (*row[:4], read(row[4])) for key, row in built.items()}, expected)

    def became(self, model: dict, actor: str, at: datetime) -> tuple[Any, Any, bool]:
        as_of = self.company.world.as_of
        account = self.account_of_lead(model, actor, at)
        converted = pql.converted_at(self.company, model, account, at)
        end = at + timedelta(days=model["conversion_days"])
        state = pql.outcome(self.company, model, at, converted)
        return converted, state, end <= as_of

    def account_of_lead(self, model: dict, actor: str, at: datetime) -> str | None:
        today = self.company.world.as_of - pql.MOMENT
        return self.company.account(model, actor, at) or self.company.account(
            model, identity.user_of_today(self.company.world, actor), today
        )

    def reasons(self, model: dict, actor: str, lead: pql.Score) -> list[tuple]:
        signals = self.company.signals_of(model)
        found = []
        for one in lead.satisfied:
            rows = signals[one.signal]
            times = [event.occurred_at for event in one.events]
            found.append(
                (
                    one.signal,
                    rows[0]["category"],
                    one.value,
                    one.threshold,
                    rows[0]["points"],
                    pql.satisfied_since(self.company, model, one.signal, actor, lead.at),
                    min(times, default=None),
                    max(times, default=None),
                )
            )
        return sorted(found, key=lambda reason: (-reason[4], reason[0]))

    def compare_back_test(self) -> None:
        by_signal, by_threshold, by_cohort = {}, {}, {}
        for model in self.company.models:
            name, looks = model["model"], self.scores[model["model"]]
            people = pql.population(self.company, model)
            compared = {actor: one for actor, one in people.items() if one.is_compared}
            fired = {actor: pql.firings(model, found) for actor, found in looks.items()}
            for signal in self.company.signals_of(model):
                firings = {
                    actor: found[signal].at for actor, found in fired.items() if signal in found
                }
                by_signal[name, signal] = self.judged(model, firings, compared)
            heights = {
                score.total
                for found in looks.values()
                for score in found
                if score.is_candidate and score.total > 0
            }
            for points in heights:
                at = {actor: pql.reached(found, points) for actor, found in looks.items()}
                firings = {actor: score.at for actor, score in at.items() if score}
                mature, converted, _, others_converted = self.judged(model, firings, compared)
                by_threshold[name, points] = (
                    len(firings),
                    mature,
                    converted,
                    pql.share(converted, mature),
                    pql.share(converted, converted + others_converted),
                )
            by_cohort |= self.cohorts(model, people)
        same(
            self.table(
                "select model, signal, fired, converted, others, others_converted"
                " from pql.pql_by_signal",
                2,
            ),
            by_signal,
        )
        same(
            self.table(
                "select model, points, qualified, mature, converted, precision, recall"
                " from pql.pql_by_threshold",
                2,
            ),
            by_threshold,
        )
        same(
            self.table(
                "select model, cast(month as timestamp), qualified, mature, converted,"
                " baseline_rate, median_days_to_conversion from pql.pql_by_cohort"
                " where segment is null and qualified > 0",
                2,
            ),
            by_cohort,
        )

    def judged(self, model: dict, firings: dict, compared: dict) -> tuple[int, int, int, int]:
        """Mature and converted of those who fired, all and converted of the others."""
        became = [self.became(model, actor, at) for actor, at in firings.items()]
        mature = [state for _, state, is_mature in became if is_mature]
        others = [one for actor, one in compared.items() if actor not in firings]
        return len(mature), sum(mature), len(others), sum(one.is_converted for one in others)

    def cohorts(self, model: dict, people: dict) -> dict:
        """Those who qualified first in a month, against the never qualified of their months."""
        firsts = {}
        for actor, looks in self.scores[model["model"]].items():
            found = pql.qualifications(model, looks)
            if found:
                firsts[actor] = found[0].at
        cohorts = {}
        for month in {self.company.calendar.start(at, "month") for at in firsts.values()}:
            members = {
                actor: at
                for actor, at in firsts.items()
                if self.company.calendar.start(at, "month") == month
            }
            mature, converted, _, _ = self.judged(model, members, {})
            months = {people[actor].month for actor in members if actor in people}
            others = [
                one.is_converted
                for actor, one in people.items()
                if one.is_compared and one.month in months and actor not in firsts
            ]
            cohorts[model["model"], month] = (
                len(members),
                mature,
                converted,
                pql.share(sum(others), len(others)),
                activation.percentile(self.days_to_conversion(model, members), 0.5),
            )
        return cohorts

    def days_to_conversion(self, model: dict, leads: dict) -> list[float]:
        became = [(at, self.became(model, actor, at)) for actor, at in leads.items()]
        return [
            (converted - at) / timedelta(days=1)
            for at, (converted, state, is_mature) in became
            if is_mature and state
        ]

    def compare_evidence(self) -> None:
        by_split, by_score, by_model = {}, {}, {}
        for model, points, split_at, past, weights in self.evidence:
            name = model["model"]
            by_split |= evidence.by_split(model, points, past, weights)
            by_score |= evidence.by_score(name, past, weights)
            if split_at is not None:
                by_model[name, split_at] = evidence.by_model(model, past, weights)
        same(
            self.table(
                "select model, signal, part, moments, having_it, converted, lift,"
                " weight_of_evidence, points, suggested_points from pql.pql_by_split",
                3,
            ),
            by_split,
        )
        same(
            self.table(
                "select model, score_name, band, lowest_score, highest_score, moments, converted,"
                " promised_rate, lift from pql.pql_by_score",
                3,
            ),
            by_score,
        )
        same(
            self.table(
                "select model, split_at, moments, converted, leads, precision, recall,"
                " area_under_curve, learned_precision, learned_recall, learned_area_under_curve,"
                " learned_gain from pql.pql_by_model",
                2,
            ),
            by_model,
        )

    @cached_property
    def evidence(self) -> list[tuple]:
        """Of each model: points by signal, the split, the moments, and what they teach."""
        found = []
        for model in self.company.models:
            rows = self.company.signals_of(model)
            points = {name: float(signal[0]["points"]) for name, signal in rows.items()}
            split_at, past = evidence.moments(
                model, self.scores[model["model"]], partial(self.became, model)
            )
            found.append((model, points, split_at, past, evidence.learned(points, past)))
        return found

    def compare_readiness(self) -> None:
        """Sales too early: first leads apart by whether value was reached before."""
        anchors = {
            "user": identity.signed_up_at(self.company.world),
            "account": {
                row["account_id"]: row["created_at"] for row in reversed(self.company.accounts)
            },
        }
        as_of = self.company.world.as_of
        value = {
            definition["grain"]: activation.activations(
                definition,
                [row for row in MILESTONES if row["activation"] == definition["activation"]],
                self.company.look(as_of).events,
                anchors[definition["grain"]],
                self.company.calendar,
                self.company.world.idle,
            )
            for definition in ACTIVATIONS
        }
        leads: dict[tuple, list] = {}
        for model in self.company.models:
            for actor, looks in self.scores[model["model"]].items():
                for lead in pql.qualifications(model, looks)[:1]:
                    reached = value[model["grain"]].get(actor)
                    at = reached.activated_at if reached else None
                    is_ready = at is not None and at <= lead.at
                    leads.setdefault((model["model"], is_ready), []).append(
                        (lead.at, *self.became(model, actor, lead.at))
                    )
        expected = {}
        for key, ones in leads.items():
            in_time = [
                (converted - at) / timedelta(days=1)
                for at, converted, state, is_mature in ones
                if is_mature and state
            ]
            mature = sum(is_mature for *_, is_mature in ones)
            expected[key] = (len(ones), mature, len(in_time), activation.percentile(in_time, 0.5))
        same(
            self.table(
                "select model, is_activated_before, qualified, mature, converted,"
                " median_days_to_conversion from pql.pql_by_readiness",
                2,
            ),
            expected,
        )

    def compare_accounts(self) -> None:
        """Each account today: use, risk, the line it is nearest to, its people's leads."""
        as_of, month = self.company.world.as_of, timedelta(days=28)
        events = self.company.look(as_of).events
        leads: dict[str | None, list[tuple]] = {}
        nearest: dict[tuple, list[tuple]] = {}
        for model, _, _, past, weights in self.evidence:
            grain = model["grain"]
            for actor, looks in self.scores[model["model"]].items():
                for lead in pql.qualifications(model, looks):
                    account = self.account_of_lead(model, actor, lead.at)
                    leads.setdefault(account, []).append((lead.at, grain, actor))
            rates = self.rates(past, weights)
            for moment in evidence.now(self.company, model):
                account = self.company.account(model, moment.actor, as_of)
                line = model["qualifying_points"]
                nearness = (-moment.points / line, model["model"], moment.actor)
                nearest.setdefault((account, grain), []).append(
                    (nearness, moment.points, line, rates(moment))
                )
        expected = {}
        for account in {row["account_id"] for row in self.company.accounts}:
            ages = [as_of - event.occurred_at for event in events if event.account_id == account]
            recent = sum(age <= month for age in ages)
            before = sum(month < age <= 2 * month for age in ages)
            falls = recent == 0 or 2 * recent < before
            own = min(nearest.get((account, "account"), []), default=None)
            user = min(nearest.get((account, "user"), []), default=None)
            found = leads.get(account, [])
            paying = self.company.is_paying(account, as_of)
            expected[(account,)] = (
                paying,
                recent,
                before,
                paying and falls,
                *((own[0][1], own[1], own[2], own[3]) if own else (None,) * 4),
                *((user[0][2], user[1], user[2]) if user else (None,) * 3),
                len(found),
                len({actor for _, grain, actor in found if grain == "user"}),
                max((at for at, _, _ in found), default=None),
            )
        same(
            self.table(
                "select account_id, is_paying, uses_28d, uses_28d_before, is_at_risk, model,"
                " points, points_needed, learned_rate, nearest_user_id, nearest_user_points,"
                " nearest_user_points_needed, leads, users_qualified, last_lead_at"
                " from pql.pql_by_account_now where account_id like 'acc_'",
                1,
            ),
            expected,
        )

    def rates(self, past: list[evidence.Moment], weights: evidence.Weights | None) -> Any:
        """The share that converted of the band that a learned score falls in."""
        if weights is None:
            return lambda moment: None
        scored = [(weights.score(one), one.is_converted) for one in past if one.part == "later"]
        found = [
            (min(score for score, _ in members), evidence.rate(members))
            for members in evidence.bands(scored, 10).values()
        ]

        def of(moment: evidence.Moment) -> float | None:
            below = [one for one in found if one[0] <= weights.score(moment)]
            return max(below)[1] if below else None

        return of

    def replay_ten_earlier_days(self) -> None:
        query = (
            "select model, actor_id, qualified_at, points, fit_points, usage_points,"
            " intent_points, reasons from intermediate.int_qualifications"
            " join intermediate.int_lead_reasons using (model, actor_id, qualified_at)"
        )
        leads = self.table(query, 3)
        instants = self.company.instants
        for as_of in sorted(self.dice.sample(instants, k=min(10, len(instants)))):
            self.copy.replay("int_lead_reasons", as_of)
            same(self.table(query, 3), {key: row for key, row in leads.items() if key[2] < as_of})


def read(reasons: str) -> list[tuple]:
    return [
        (
            reason["signal"],
            reason["category"],
            str(reason["value"]) if is_attribute(reason) else float(reason["value"]),
            "" if is_attribute(reason) else float(reason["threshold"]),
            reason["points"],
            *(
                datetime.fromisoformat(reason[name]).replace(tzinfo=None) if reason[name] else None
                for name in ("satisfied_at", "first_event_at", "last_event_at")
            ),
        )
        for reason in json.loads(reasons)
    ]


def is_attribute(reason: dict) -> bool:
    return reason["first_event_at"] is None


def same(built: dict[Any, tuple], expected: dict[Any, tuple]) -> None:
    """Equal but for the last digits of fractions; names some of the rows that differ."""
    wrong = [
        f"{key}: built {built.get(key, 'nothing')}, expected {expected.get(key, 'nothing')}"
        for key in sorted({*built, *expected}, key=str)
        if not alike(built.get(key), expected.get(key))
    ]
    assert not wrong, f"{len(wrong)} of {len(expected)} rows\n" + "\n".join(wrong[:20])


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return abs(one - other) < 1e-3
    return one == other
