"""The company's own people, its public demonstration and a bot: all of it to be left out.

Also what the company knows as a whole: what it spends, and what its currencies are worth.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np

from flows.simulate import vocabulary as words
from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, HOUR, MINUTE, SECOND, Span, instant, months_before

Record = dict[str, object]
HOUSE_EVENTS = (
    "report_created",
    "report_shared",
    "report_viewed",
    "dashboard_created",
    "project_created",
)
USES_IN_A_VISIT = 4


def iso(moment: int) -> str:
    """ISO 8601 of milliseconds."""
    return datetime.fromtimestamp(moment / SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment % SECOND:03d}Z"
    )


def house_records(rng: np.random.Generator, span: Span) -> dict[str, list[Record]]:
    """A few landing rows a stream; plain dictionaries, since they are few."""
    joined = iso(span.start + HOUR)
    accounts = [
        {"account_id": name, "created_at": joined, "name": title, "country": "US"}
        for name, title in zip(words.HOUSE_ACCOUNTS, ("Loomboard", "Demonstration"), strict=True)
    ]
    users, memberships = [], []
    for name in words.HOUSE_USERS:
        account = words.HOUSE_ACCOUNTS[name == "u_demo"]
        email = f"{name[2:].replace('_', '.')}@loomboard.example"
        users.append(
            {
                "user_id": name,
                "created_at": joined,
                "account_id": account,
                "email": "quality@tester.example" if name == "u_tester" else email,
                "name": name[2:].replace("_", " ").title(),
                "role": "admin",
                "acquisition_channel": "organic",
            }
        )
        memberships.append(
            {"user_id": name, "account_id": account, "joined_at": joined, "role": "admin"}
        )
    return {
        "accounts": accounts,
        "users": users,
        "account_memberships": memberships,
        "events": _events(rng, span),
        **_answers(span),
    }


def _events(rng: np.random.Generator, span: Span) -> list[Record]:
    rows: list[Record] = []
    for user in words.HOUSE_USERS:
        account = words.HOUSE_ACCOUNTS[user == "u_demo"]
        visits = np.sort(rng.integers(span.start + DAY, span.end - DAY, span.months * 2))
        for number, visit in enumerate(visits.tolist()):
            for use in range(USES_IN_A_VISIT):
                name = HOUSE_EVENTS[(number + use) % len(HOUSE_EVENTS)]
                at = visit + use * MINUTE
                rows.append(
                    {
                        "event_id": f"e_{user[2:]}_{number}_{use}",
                        "event_name": name,
                        "occurred_at": iso(at),
                        "user_id": user,
                        "account_id": account,
                        "session_id": f"s_{user[2:]}_{number}",
                        "received_at": iso(at + SECOND),
                        "properties": json.loads(words.EVENTS[name][0]),
                    }
                )
    page = json.loads(words.PROPERTIES[words.BOT_PAGE])
    for number, at in enumerate(range(span.end - 1, span.start, -2 * DAY)):
        # The last visit ends the company's last day to the microsecond: the data is complete.
        moment = iso(at).replace("59.999Z", "59.999999Z")
        rows.append(
            {
                "event_id": f"e_uptime_{number}",
                "event_name": "page_viewed",
                "occurred_at": moment,
                "anonymous_id": words.HOUSE_DEVICES[0],
                "received_at": moment,
                "properties": page,
            }
        )
    return sorted(rows, key=lambda row: str(row["occurred_at"]))


def _answers(span: Span) -> dict[str, list[Record]]:
    inviter, invited = words.HOUSE_USERS[:2]
    at = span.start + 3 * DAY
    return {
        "invitations": [
            {
                "invitation_id": "i_house",
                "inviter_user_id": inviter,
                "sent_at": iso(at),
                "account_id": words.HOUSE_ACCOUNTS[0],
                "channel": "email",
                "invitee_key": "house",
                "accepted_at": iso(at + HOUR),
                "accepted_user_id": invited,
            }
        ],
        "survey_responses": [
            {
                "response_id": "r_house",
                "survey": "relationship",
                "survey_type": "nps",
                "responded_at": iso(span.end - 40 * DAY),
                "user_id": inviter,
                "account_id": words.HOUSE_ACCOUNTS[0],
                "score": 10,
            }
        ],
        "experiment_exposures": [
            {
                "experiment": words.EXPERIMENT,
                "unit_type": "user",
                "unit_id": inviter,
                "variant": words.VARIANTS[1],
                "exposed_at": iso(span.end - 60 * DAY),
            }
        ],
    }


def exchange_rates(rng: np.random.Generator, span: Span) -> list[Record]:
    """Month-end rates to the US dollar, also for the month in which an announced end lies."""
    rate, rows = 1.08, []
    for number in range(-1, span.months + 1):
        month = months_before(span.ending, span.months - number)
        rate = round(rate * (1 + float(rng.uniform(-0.02, 0.02))), 4)
        for currency, value in (("EUR", rate), ("USD", 1.0)):
            rows.append({"month": month.isoformat(), "currency": currency, "rate": value})
    return rows


def marketing_spend(
    rng: np.random.Generator, span: Span, accounts: int, profile: CompanyProfile
) -> list[Record]:
    """Week by week, in proportion to the sign-ups that are to be expected."""
    rows: list[Record] = []
    for week in range(span.start, span.end, 7 * DAY):
        signs_up = span.share_arrived(week + 7 * DAY) - span.share_arrived(week)
        for channel, campaign, currency, share in words.SPEND_CHANNELS:
            noise = float(rng.uniform(0.8, 1.2))
            spend = accounts * signs_up * profile.spend_per_sign_up * share * noise
            spend = spend / 1.08 if currency == "EUR" else spend
            day = datetime.fromtimestamp(week / SECOND, UTC) + timedelta(days=int(noise * 3))
            rows.append(
                {
                    "spent_on": min(day, _last_day(span)).date().isoformat(),
                    "channel": channel,
                    "currency": currency,
                    "amount_minor": round(spend * 100),
                    "campaign": campaign,
                }
            )
    return rows


def _last_day(span: Span) -> datetime:
    return datetime.fromtimestamp((instant(span.ending) - DAY) / SECOND, UTC)
