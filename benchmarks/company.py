"""A simulated company of about so many events, and its last day held back.

The day holds everything that became known on it, whatever its age: new events, late ones, links,
subscriptions. What the simulator writes beside the parts (our own people) came before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from benchmarks.measuring import PROJECT
from flows.settings import Settings, read_settings
from flows.simulate.simulation import DEFAULT_ENDING, simulate

MONTHS = 6
EVENTS_PER_ACCOUNT = 58.5  # of six months
KNOWN_AT = {
    "account_memberships": "joined_at",
    "accounts": "coalesce(updated_at, created_at)",
    "events": "coalesce(received_at, occurred_at)",
    "experiment_exposures": "exposed_at",
    "identity_links": "linked_at",
    "invitations": "coalesce(accepted_at, sent_at)",
    "subscription_versions": "coalesce(recorded_at, started_at)",
    "survey_responses": "responded_at",
    "users": "coalesce(updated_at, created_at)",
}


@dataclass(frozen=True)
class Company:
    """Where a company's files and warehouse are; `day` holds what is landed last."""

    events: int
    day: Path
    settings: Settings


def make_company(home: Path, events: int) -> Company:
    company = Company(
        events,
        home / "day",
        read_settings(project=PROJECT, landing=home / "history", warehouse=home / "warehouse"),
    )
    simulate(
        company.settings.landing,
        accounts=max(1, round(events / EVENTS_PER_ACCOUNT)),
        months=MONTHS,
        file_format="parquet",
        with_truth=False,
    )
    for stream, known_at in KNOWN_AT.items():
        _hold_back_last_day(company, stream, known_at)
    return company


def land_the_day(company: Company) -> None:
    """Bring the files of the last day to those of the days before."""
    for file in sorted(company.day.rglob("*.parquet")):
        file.rename(company.settings.landing / file.relative_to(company.day))


def _hold_back_last_day(company: Company, stream: str, known_at: str) -> None:
    """Every file anew without the rows of the day, and these in a file of their own."""
    last_day = DEFAULT_ENDING - timedelta(days=1)
    files = sorted((company.settings.landing / "native" / stream).glob("*.parquet"))
    held_back = company.day / "native" / stream / "last-day.parquet"
    held_back.parent.mkdir(parents=True)
    every = f"read_parquet({[str(file) for file in files]})"
    is_held_back = f"coalesce({known_at} >= '{last_day}', false)"
    with duckdb.connect() as connection:
        connection.execute(f"copy (from {every} where {is_held_back}) to '{held_back}'")
        for file in files:
            rest = file.with_suffix(".rest")
            connection.execute(
                f"copy (from '{file}' where not {is_held_back}) to '{rest}' (format parquet)"
            )
            rest.rename(file)
