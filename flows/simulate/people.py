"""People: owners, those they invite, those these invite, and the invitations between them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.accounts import Accounts
from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, HOUR, NEVER, Span, after

GENERATIONS = 8
OWNER, GUEST = 0, 4


@dataclass
class People:
    """One place for each user; owners come first, in the order of their accounts."""

    account: np.ndarray
    created: np.ndarray
    inviter: np.ndarray  # a place in People, else -1
    invited_at: np.ndarray
    role: np.ndarray
    left_at: np.ndarray  # NEVER for those who stay

    def __len__(self) -> int:
        return len(self.account)


@dataclass
class Invitations:
    inviter: np.ndarray
    sent: np.ndarray
    accepted: np.ndarray  # NEVER while pending
    invited: np.ndarray  # a place in People, -1 while pending
    channel: np.ndarray


def draw_people(
    rng: np.random.Generator, accounts: Accounts, span: Span, profile: CompanyProfile
) -> People:
    """Owners, then generation after generation of invited colleagues."""
    owners = People(
        account=np.arange(len(accounts)),
        created=accounts.created,
        inviter=np.where(accounts.referrer >= 0, accounts.referrer, -1),
        invited_at=np.where(
            accounts.referrer >= 0,
            np.maximum(
                accounts.created - 6 * HOUR,
                accounts.created[np.maximum(accounts.referrer, 0)] + HOUR // 2,
            ),
            NEVER,
        ),
        role=np.zeros(len(accounts), np.int64),
        left_at=np.full(len(accounts), NEVER),
    )
    people, newest = owners, np.arange(len(owners))
    colleagues = colleagues_per_user(profile)
    for _ in range(GENERATIONS):
        inviter = np.repeat(newest, rng.poisson(colleagues, len(newest)))
        delay = np.minimum(rng.exponential(5 * DAY, len(inviter)), 24 * DAY).astype(np.int64)
        joined = _invite(rng, people, inviter, people.created[inviter] + HOUR + delay, span)
        newest = np.arange(len(people), len(people) + len(joined))
        people = together(people, joined)
    return people


def colleagues_per_user(profile: CompanyProfile) -> float:
    """What is left of the K-factor for colleagues once referred accounts are counted."""
    referred = 0.95 * min(profile.referred_share, profile.k_factor)
    return max((profile.k_factor - referred) / (1 - referred), 0.0)


def add_people(
    rng: np.random.Generator, people: People, owners: np.ndarray, moments: np.ndarray, span: Span
) -> People:
    """Colleagues whom owners invite at given moments, when an account grows."""
    return together(people, _invite(rng, people, owners, moments, span))


def _invite(
    rng: np.random.Generator, people: People, inviter: np.ndarray, moments: np.ndarray, span: Span
) -> People:
    delay = np.minimum(rng.exponential(30 * HOUR, len(inviter)), 5 * DAY).astype(np.int64)
    joins = moments + delay + 60_000
    role = rng.choice(len(words.ROLES), len(inviter), p=words.ROLE_SHARES)
    stays = rng.random(len(inviter)) < 0.95
    left = after(rng, joins + 20 * DAY, 60 * DAY)
    arrived = joins < span.end
    return People(
        account=people.account[inviter][arrived],
        created=joins[arrived],
        inviter=inviter[arrived],
        invited_at=moments[arrived],
        role=role[arrived],
        left_at=np.where(stays | (left >= span.end), NEVER, left)[arrived],
    )


def together(first: People, second: People) -> People:
    return People(
        **{
            field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
            for field in fields(People)
        }
    )


def draw_invitations(
    rng: np.random.Generator, people: People, span: Span, profile: CompanyProfile
) -> Invitations:
    """Every accepted invitation, and the pending ones that make the acceptance as planted."""
    invited = np.flatnonzero(people.inviter >= 0)
    pending_each = (1 - profile.invitation_acceptance) / max(profile.invitation_acceptance, 0.01)
    extra = rng.poisson(pending_each, len(invited))
    inviter = np.repeat(people.inviter[invited], extra)
    sent = after(rng, np.repeat(people.invited_at[invited], extra), 2 * DAY)
    in_time = (sent < span.end) & (sent > people.created[inviter])
    inviter, sent = inviter[in_time], sent[in_time]
    channel = np.where(rng.random(len(invited) + len(sent)) < 0.7, 0, 1)
    referred = np.concatenate([people.role[invited] == OWNER, np.zeros(len(sent), bool)])
    return Invitations(
        inviter=np.concatenate([people.inviter[invited], inviter]),
        sent=np.concatenate([people.invited_at[invited], sent]),
        accepted=np.concatenate([people.created[invited], np.full(len(sent), NEVER)]),
        invited=np.concatenate([invited, np.full(len(sent), -1)]),
        channel=np.where(referred, 2, channel),
    )
