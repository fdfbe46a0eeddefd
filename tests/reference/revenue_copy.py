"""The revenue models over companies of a test's own: put them into the raw tables, build, read.

Accounts, settings and `as_of` stand in place of their models, so that nothing but revenue is built.
dbt builds it once per time zone and currency; after that its SQL is run again over other rows.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from tests.project_copy import PROJECT, ProjectCopy
from tests.reference.companies import EXPONENTS, Company
from tests.reference.mrr import Settings, Version, World

GIVEN = ("int_revenue_settings", "int_plans_in_force", "int_plan_periods")
FOLDERS = ("subscriptions", "currencies", "mrr", "movements", "movement_events", "movement_causes")
STAGING = "stg_landing__loads stg_native__subscription_versions stg_native__exchange_rates"
MODELS = [
    model.stem
    for folder in FOLDERS
    for model in sorted((PROJECT / "models" / "intermediate" / folder).glob("*.sql"))
    if model.stem not in GIVEN
]
EVERYTHING = f"currencies {STAGING} {' '.join(MODELS)} path:models/marts/nrr subscription_versions"
TABLES = """
    create schema if not exists intermediate;
    create or replace table intermediate.int_as_of (as_of timestamp);
    create or replace table intermediate.int_accounts (
        account_id varchar, created_at timestamp, parent_account_id varchar, is_internal boolean
    );
    create or replace table intermediate.int_revenue_settings (
        steps_a_minor_unit bigint, minor_units_a_step decimal(5, 4), rounding_mode varchar,
        discounts varchar, metered varchar, past_due_grace_days double, paused varchar,
        churn_recognition varchar, gap_grace_days double, known_at date, account_grain varchar,
        movement_grain varchar, event_group_minutes int, free_plan varchar,
        reactivation_window_days double, quick_ratio_reactivation boolean,
        fiscal_year_start_month int
    );
    create or replace table intermediate.int_stripe_versions (
        version_key bigint, source_id varchar, file_id bigint, line_number bigint,
        subscription_id varchar, item_id varchar, account_id varchar, plan varchar,
        currency varchar, amount_minor decimal(38, 12), billing_interval varchar,
        interval_count bigint, quantity decimal(18, 6), status varchar, metered boolean,
        discount_percent decimal(18, 6), discount_amount_minor decimal(38, 12),
        discount_duration varchar, discount_ends_at timestamp, started_at timestamp,
        ended_at timestamp, trial_end timestamp, canceled_at timestamp, recorded_at timestamp
    )
"""


class RevenueCopy:
    def __init__(self, folder: Path) -> None:
        self.project = ProjectCopy(folder)
        self.project.define(
            currencies=[{"currency": c, "exponent": e} for c, e in EXPONENTS.items()]
        )
        self.project.name_files({1: "native/subscription_versions.csv"})
        self.rows = self.project.rows
        self._compiled: dict[tuple[str, str], list[str]] = {}

    def build(self, companies: list[Company], world: World, tested: bool = False) -> None:
        """Put the companies in place of those before; `tested`: by dbt, with its data tests."""
        self._fill(companies, world)
        variables = world.zone, world.reporting_currency
        if tested or variables not in self._compiled:
            self.project.build(
                EVERYTHING,
                reporting_time_zone=world.zone,
                reporting_currency=world.reporting_currency,
                tested=tested,
            )
            self._compiled[variables] = self._statements()
        else:
            self.project.run(";\n".join(self._compiled[variables]))

    def _statements(self) -> list[str]:
        """What dbt has just run, in its order."""
        target = self.project.folder / "target"
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        results = json.loads((target / "run_results.json").read_text())["results"]
        return [
            f"create or replace {nodes[result['unique_id']]['config']['materialized']}"
            f" {result['relation_name']} as {result['compiled_code']}"
            for result in results
            if result["unique_id"].startswith("model.")
        ]

    def _fill(self, companies: list[Company], world: World) -> None:
        project = self.project
        project.land("subscription_versions", [landed(v) for c in companies for v in c.versions])
        project.land(
            "exchange_rates",
            [
                {"month": month, "currency": currency, "rate": float(rate)}
                for (month, currency), rate in world.rates.items()
            ],
        )
        project.run(TABLES)
        project.fill("intermediate.int_as_of", [{"as_of": world.as_of}])
        project.fill("intermediate.int_revenue_settings", [settings_row(world.settings)])
        project.fill("intermediate.int_accounts", [a for c in companies for a in accounts(c)])


def landed(version: Version) -> dict:
    return {
        key: float(value) if isinstance(value, Fraction) else value
        for key, value in asdict(version).items()
        if value is not None
    }


def accounts(company: Company) -> list[dict]:
    return [
        {
            "account_id": account_id,
            "created_at": datetime.fromisoformat("2023-06-01"),
            "parent_account_id": parent,
            "is_internal": account_id in company.internal,
        }
        for account_id, parent in company.parents.items()
    ]


def settings_row(settings: Settings) -> dict:
    row = asdict(settings)
    scale = row.pop("rounding_scale")
    return row | {
        "steps_a_minor_unit": 10**scale,
        "minor_units_a_step": f"{10.0**-scale:.4f}",
    }
