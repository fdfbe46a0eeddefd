"""What people do in the product: first steps, habits, limits, and the way to the check-out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.people import GUEST, OWNER, Invitations, People
from flows.simulate.profile import CompanyProfile
from flows.simulate.subscriptions import Plans
from flows.simulate.timeline import DAY, HOUR, MINUTE, NEVER, SECOND, WEEK, Span, in_working_hours
from flows.simulate.vocabulary import code, variant

ANY = -1  # a variant to be drawn

# What a session is made of. Those who have not seen value look at what others made.
HABITS = {
    "report_viewed": (0.36, 0.62),
    "report_created": (0.15, 0.0),
    "report_shared": (0.12, 0.0),
    "comment_added": (0.12, 0.18),
    "project_created": (0.04, 0.06),
    "dashboard_created": (0.03, 0.0),
    "data_source_connected": (0.01, 0.0),
    "export_downloaded": (0.07, 0.06),
    "alert_created": (0.03, 0.02),
    "api_called": (0.06, 0.04),
    "pricing_viewed": (0.01, 0.02),
}
GATES = (
    ("export_downloaded", words.STARTER),
    ("alert_created", words.TEAM),
    ("api_called", words.TEAM),
)


@dataclass
class Events:
    """Grows by bulk; columns are whole-number arrays, -1 where there is nothing."""

    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    sessions: int = 0
    names = ("at", "code", "account", "user", "device", "session", "variant")

    def new_sessions(self, count: int) -> np.ndarray:
        self.sessions += count
        return np.arange(self.sessions - count, self.sessions)

    def add(
        self,
        at: np.ndarray,
        code: np.ndarray | int,
        account: np.ndarray | int = -1,
        user: np.ndarray | int = -1,
        device: np.ndarray | int = -1,
        session: np.ndarray | int = -1,
        variant: np.ndarray | int = ANY,
    ) -> None:
        columns = (code, account, user, device, session, variant)
        self.parts.append((at, *(np.broadcast_to(values, at.shape) for values in columns)))

    def columns(self) -> dict[str, np.ndarray]:
        joined = [np.concatenate(parts) for parts in zip(*self.parts, strict=True)]
        return dict(zip(self.names, joined, strict=True))


@dataclass
class Habits:
    """How each person takes to the product."""

    full_from: np.ndarray  # from when a person makes things himself, NEVER for those who look on
    alive_until: np.ndarray


def add_activity(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    invitations: Invitations,
    plans: Plans,
    span: Span,
    profile: CompanyProfile,
) -> Habits:
    first_session = events.new_sessions(len(people))
    events.add(
        people.created,
        code("signed_up"),
        people.account,
        np.arange(len(people)),
        session=first_session,
    )
    full_from = _add_first_steps(rng, events, accounts, people, first_session)
    _add_invitations(events, people, invitations)
    alive_until = _draw_lifetimes(rng, people, full_from, plans, span, profile)
    habits = Habits(full_from, alive_until)
    uses = _draw_uses(rng, events, accounts, people, habits, profile)
    heavy = _draw_heavy_use(rng, events, accounts, plans)
    uses = {name: np.concatenate([uses[name], heavy[name]]) for name in uses}
    _add_uses(rng, events, uses, plans)
    _add_way_to_payment(rng, events, accounts, plans, span, profile)
    return habits


def _add_first_steps(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    first_session: np.ndarray,
) -> np.ndarray:
    """Project, data, report, result shown; some owners stop on the way. Returns `full_from`."""
    owners = len(accounts)
    seen = accounts.value_at < NEVER
    in_time = seen & (accounts.value_at <= accounts.created + 14 * DAY)
    reached = np.where(seen, 4, rng.choice(4, owners, p=[0.3, 0.3, 0.24, 0.16]))
    pace = np.sort(rng.uniform(0.08, 0.92, (3, owners)), axis=0)
    until = np.where(
        in_time, accounts.value_at, accounts.created + rng.integers(HOUR, 4 * DAY, owners)
    )
    moments = accounts.created + (pace * (until - accounts.created)).astype(np.int64)
    moments = np.vstack([moments, accounts.value_at])
    by_dashboard = rng.random(owners) < 0.15
    own_data = variant("data_source_connected", 1) + rng.integers(0, 3, owners)
    data = np.where(seen, own_data, variant("data_source_connected", 0))
    # Late ones connect their own data when they see value, not before.
    moments[1] = np.where(seen & ~in_time, accounts.value_at - HOUR, moments[1])
    moments[2] = np.where(seen & ~in_time, accounts.value_at - HOUR // 2, moments[2])

    shown = np.where(by_dashboard, code("dashboard_created"), code("report_shared"))
    shown_as = np.where(
        by_dashboard, variant("dashboard_created", 0), variant("report_shared", 0)
    ) + rng.integers(0, 2, owners)
    session, previous = first_session[:owners], accounts.created
    steps = (
        (code("project_created"), ANY),
        (code("data_source_connected"), data),
        (code("report_created"), ANY),
        (shown, shown_as),
    )
    for number, (step, what) in enumerate(steps):
        taken = reached > number
        apart = taken & (moments[number] > previous + 30 * MINUTE)
        session = session.copy()
        session[apart] = events.new_sessions(int(apart.sum()))
        previous = np.where(taken, moments[number], previous)
        events.add(
            moments[number][taken],
            np.broadcast_to(step, owners)[taken],
            np.flatnonzero(taken),
            np.flatnonzero(taken),
            session=session[taken],
            variant=np.broadcast_to(what, owners)[taken],
        )
    skips = (~seen) & (rng.random(owners) < 0.35)
    at = accounts.created[skips] + rng.integers(20 * SECOND, 8 * MINUTE, int(skips.sum()))
    who = np.flatnonzero(skips)
    events.add(at, code("setup_skipped"), who, who, session=first_session[who])
    return _add_colleagues_first_steps(rng, events, accounts, people, first_session)


def _add_colleagues_first_steps(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    first_session: np.ndarray,
) -> np.ndarray:
    """Half the invited of an active account build and share too; the others read."""
    full_from = np.full(len(people), NEVER)
    full_from[: len(accounts)] = np.where(
        accounts.value_at < NEVER, accounts.value_at + MINUTE, NEVER
    )
    invited = np.arange(len(accounts), len(people))
    value_at = accounts.value_at[people.account[invited]]
    makes = (value_at < NEVER) & (people.role[invited] != GUEST) & (rng.random(len(invited)) < 0.55)
    who = invited[makes]
    begins = np.maximum(people.created[who], value_at[makes])
    built = begins + MINUTE + rng.exponential(20 * HOUR, len(who)).astype(np.int64)
    shared = built + MINUTE + rng.exponential(3 * HOUR, len(who)).astype(np.int64)
    session = events.new_sessions(len(who))
    account = people.account[who]
    events.add(built, code("report_created"), account, who, session=session)
    events.add(shared, code("report_shared"), account, who, session=session)
    full_from[who] = shared
    looks = invited[~makes]
    at = people.created[looks] + rng.integers(30 * SECOND, 10 * MINUTE, len(looks))
    events.add(
        at, code("report_viewed"), people.account[looks], looks, session=first_session[looks]
    )
    return full_from


def _add_invitations(events: Events, people: People, invitations: Invitations) -> None:
    inside = invitations.channel < 2
    who = invitations.inviter[inside]
    events.add(
        invitations.sent[inside],
        code("teammate_invited"),
        people.account[who],
        who,
        session=events.new_sessions(len(who)),
        variant=variant("teammate_invited", 0) + invitations.channel[inside],
    )


def _draw_lifetimes(
    rng: np.random.Generator,
    people: People,
    full_from: np.ndarray,
    plans: Plans,
    span: Span,
    profile: CompanyProfile,
) -> np.ndarray:
    """Until when a person keeps coming: retention falls as a power of the weeks gone by."""
    shown_up = 1 - (1 + profile.sessions_per_week / 2) ** -2  # comes in a week at all, if alive
    alive = min(profile.week_4_retention / shown_up, 0.95)
    full = full_from < NEVER
    share = float(full.mean()) if len(full) else 0.5
    of_full = min(alive / (share + 0.3 * (1 - share)), 0.97)
    at_week_4 = np.where(full, of_full, 0.3 * of_full)
    power = -np.log(at_week_4) / np.log(5)
    weeks = np.minimum(rng.random(len(people)) ** (-1 / power) - 1, 600)
    pays = plans.paid_at[people.account] < NEVER
    weeks = np.where(pays, 2 * weeks, weeks)
    until = people.created + (weeks * WEEK).astype(np.int64)
    farewell = plans.gone_at[people.account]
    tired = rng.integers(0, 40 * DAY, len(people))
    until = np.where(farewell < NEVER, np.minimum(until, farewell - tired), until)
    until = np.minimum(np.minimum(until, people.left_at), span.end)
    return np.maximum(until, people.created)


def _draw_uses(
    rng: np.random.Generator,
    events: Events,
    accounts: Accounts,
    people: People,
    habits: Habits,
    profile: CompanyProfile,
) -> dict[str, np.ndarray]:
    """Sessions through each life, and in each session a few uses."""
    weeks = (habits.alive_until - people.created) / WEEK
    pace = profile.sessions_per_week * rng.gamma(2.0, 0.5, len(people))
    pace = pace * (0.5 + 0.5 * accounts.quality[people.account])
    who = np.repeat(np.arange(len(people)), rng.poisson(pace * weeks))
    began = people.created[who] + 40 * MINUTE
    lasted = np.maximum(habits.alive_until[who] - began, 0)
    began = began + (rng.random(len(who)) * lasted).astype(np.int64)
    began = np.maximum(in_working_hours(rng, began), people.created[who] + 31 * MINUTE)
    session = events.new_sessions(len(who))
    events.add(began, code("session_started"), people.account[who], who, session=session)

    length = 1 + rng.poisson(max(profile.events_per_session - 2, 0.0), len(who))
    place = np.repeat(np.arange(len(who)), length)
    waited = rng.exponential(100 * SECOND, len(place)).astype(np.int64) + SECOND
    passed = np.cumsum(waited)
    before = np.concatenate([[0], passed])[np.cumsum(length) - length]
    at = began[place] + passed - before[place]
    user = who[place]
    makes = at > habits.full_from[user]
    return {
        "at": at,
        "code": _draw_codes(rng, makes),
        "account": people.account[user],
        "user": user,
        "session": session[place],
    }


def _draw_codes(rng: np.random.Generator, makes: np.ndarray) -> np.ndarray:
    codes = np.array([code(name) for name in HABITS])
    edges = np.cumsum(np.array(list(HABITS.values())), axis=0)
    drawn = rng.random(len(makes))
    of_makers = np.searchsorted(edges[:-1, 0], drawn, side="right")
    of_readers = np.searchsorted(edges[:-1, 1], drawn, side="right")
    return codes[np.where(makes, of_makers, of_readers)]


def _draw_heavy_use(
    rng: np.random.Generator, events: Events, accounts: Accounts, plans: Plans
) -> dict[str, np.ndarray]:
    """Owners of heavy accounts build so many reports in two days that they meet the limit."""
    heavy = np.flatnonzero((accounts.limit_at < NEVER) & ~accounts.starts_on_trial)
    session = events.new_sessions(3 * len(heavy)).reshape(len(heavy), 3)
    reports = 12
    at = accounts.limit_at[heavy][:, None] - rng.integers(0, DAY, (len(heavy), reports))
    at = np.sort(np.maximum(at, accounts.value_at[heavy][:, None] + SECOND), axis=1)
    return {
        "at": at.ravel(),
        "code": np.full(at.size, code("report_created")),
        "account": np.repeat(heavy, reports),
        "user": np.repeat(heavy, reports),
        "session": np.repeat(session, reports // 3, axis=1).ravel(),
    }


def _add_uses(
    rng: np.random.Generator, events: Events, uses: dict[str, np.ndarray], plans: Plans
) -> None:
    """Uses as the plan of the moment allows: gated features and full limits say no."""
    plan = plans.in_force(uses["account"], uses["at"])
    codes, variants = uses["code"], np.full(len(plan), ANY)
    kept = np.ones(len(plan), bool)
    for number, (name, minimum) in enumerate(GATES):
        refused = (codes == code(name)) & _below(plan, minimum)
        codes = np.where(refused, code("gated_feature_clicked"), codes)
        variants = np.where(refused, variant("gated_feature_clicked", number), variants)
        kept &= ~refused | (rng.random(len(plan)) < 0.25)

    reports = np.flatnonzero(uses["code"] == code("report_created"))
    reports = reports[np.lexsort((uses["at"][reports], uses["account"][reports]))]
    limit = words.USAGE_LIMITS[plan[reports]]
    earlier = np.arange(len(reports)) - limit
    compared = reports[np.maximum(earlier, 0)]
    same = (earlier >= 0) & (uses["account"][compared] == uses["account"][reports])
    full = same & (uses["at"][compared] > uses["at"][reports] - 30 * DAY)
    refused = reports[full]
    codes[refused] = code("usage_limit_reached")
    variants[refused] = variant("usage_limit_reached", 0) + np.searchsorted(
        [40, 200], limit[full], side="right"
    )
    kept[refused] &= rng.random(len(refused)) < 0.6

    events.add(
        uses["at"][kept],
        codes[kept],
        uses["account"][kept],
        uses["user"][kept],
        session=uses["session"][kept],
        variant=variants[kept],
    )


def _below(plan: np.ndarray, minimum: int) -> np.ndarray:
    """A trial has what a team has."""
    return np.where(plan == words.TRIAL, words.TEAM, plan) < minimum


def _add_way_to_payment(
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


def owners_among(people: People) -> np.ndarray:
    return np.flatnonzero(people.role == OWNER)
