"""The way to the check-out: prices read, sales asked, card at hand, and those who only look."""

from __future__ import annotations

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.events import ANY, Events
from flows.simulate.profile import CompanyProfile
from flows.simulate.subscriptions import Plans
from flows.simulate.timeline import DAY, HOUR, MINUTE, NEVER, Span
from flows.simulate.vocabulary import code, variant


def add_buying(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    plans: Plans,
    span: Span,
    profile: CompanyProfile,
) -> None:
    """Prices read, sales asked, check-out opened, paid; and those who only look."""

    def owners_do(name: str, who: np.ndarray, at: np.ndarray, what: np.ndarray | int = ANY) -> None:
        in_time = (at > accounts.created[who]) & (at < span.end)
        who, at = who[in_time], at[in_time]
        if not isinstance(what, int):
            what = what[in_time]
        session = events.new_sessions(len(who))
        events.add(at, code(name), who, who, session=session, variant=what)

    def shortly_before(moments: np.ndarray, longest: int) -> np.ndarray:
        return moments - rng.integers(2 * MINUTE, longest, len(moments))

    def some(who: np.ndarray, share: float) -> np.ndarray:
        return who[rng.random(len(who)) < share]

    paid_at = plans.paid_at
    payers = np.flatnonzero(paid_at < NEVER)
    others = np.flatnonzero(paid_at == NEVER)
    for share, longest in ((0.9, 3 * HOUR), (0.7, 3 * DAY), (0.4, 5 * DAY)):
        readers = some(payers, share)
        owners_do("pricing_viewed", readers, shortly_before(paid_at[readers], longest))
    for share in (profile.pricing_curiosity, profile.pricing_curiosity / 3):
        readers = some(others, share)
        at = accounts.created[readers] + rng.integers(MINUTE, 25 * DAY, len(readers))
        owners_do("pricing_viewed", readers, at)
    asking = np.flatnonzero(accounts.sales_at < paid_at)
    owners_do("sales_contacted", asking, accounts.sales_at[asking])
    for who, longest in ((payers, 12 * MINUTE), (some(payers, 0.25), 2 * DAY)):
        owners_do("checkout_started", who, shortly_before(paid_at[who], longest))
    hesitant = some(others, 0.05)
    at = accounts.created[hesitant] + rng.integers(DAY, 40 * DAY, len(hesitant))
    owners_do("checkout_started", hesitant, at)

    plan = plans.in_force(payers, paid_at[payers]) - words.STARTER
    owners_do(
        "subscription_started", payers, paid_at[payers], variant("subscription_started", 0) + plan
    )
    who, at = plans.upgraded_account, plans.upgraded_at
    plan = plans.in_force(who, at) - words.STARTER
    owners_do("subscription_started", who, at, variant("subscription_started", 3) + plan)
    owners_do("checkout_started", who, shortly_before(at, 12 * MINUTE))
    wishing = rng.random(len(who)) < 0.75
    wish = variant("gated_feature_clicked", 1) + rng.integers(0, 2, int(wishing.sum()))
    owners_do("gated_feature_clicked", who[wishing], shortly_before(at[wishing], 9 * DAY), wish)
