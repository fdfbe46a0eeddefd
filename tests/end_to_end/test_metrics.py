"""The metrics that machines ask for by name say what the marts' columns say.

MetricFlow plans each query from the manifest that the demo's build left; the answer is read from
the same file as the mart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
    OutputColumnOrderMode,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import (
    SemanticManifestValidator,
)
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from tests.end_to_end.conftest import Demo

# A mart's rows, the names they are grouped by, and its columns by the metric each is.
MARTS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "activation": (
        "select cohort_week, activation, {} from activation.activation_by_cohort",
        ["activation_week__cohort_week", "activation_week__activation"],
        {
            "activation_mature": "mature",
            "activation_activated": "activated",
            "activation_rate": "activation_rate",
        },
    ),
    "conversion": (
        "select signup_month, acquisition_model, {} from conversion.conversion_by_cohort",
        ["signup_cohort__signup_month", "signup_cohort__acquisition_model"],
        {
            "mature_accounts": "mature_accounts",
            "converted_accounts": "converted",
            "self_serve_converted_accounts": "self_serve_converted",
            "free_to_paid_rate": "free_to_paid_rate",
        },
    ),
    "economics": (
        "select month, {} from economics.economics_by_month where channel is null",
        ["channel_month__month_start"],
        {"marketing_spend": "spend"},
    ),
    "feedback": (
        "select month, survey, {} from feedback.feedback_by_month"
        " where survey_type = 'nps' and segment_name is null",
        ["survey_month__month_start", "survey_month__survey"],
        {
            "nps_answers": "responses",
            "promoters": "promoters",
            "detractors": "detractors",
            "nps": "score",
        },
    ),
    "months of revenue": (
        "select month, {} from nrr.nrr_by_month",
        ["revenue_month__month_start"],
        {
            "opening_mrr": "opening_mrr",
            "new_mrr": "new_mrr",
            "expansion_mrr": "expansion_mrr",
            "reactivation_mrr": "reactivation_mrr",
            "contraction_mrr": "contraction_mrr",
            "churned_mrr": "churned_mrr",
            "closing_mrr": "closing_mrr",
            "new_paying_customers": "new_accounts",
            "churned_customers": "churned_accounts",
            "opening_customers": "opening_accounts",
        },
    ),
    "rates of revenue": (
        "select month, {} from nrr.nrr_by_month where is_complete",
        ["revenue_month__month_start"],
        {"nrr_month": "nrr_month", "logo_churn_rate": "logo_churn_rate"},
    ),
    "leads": (
        "select month, model, {} from pql.pql_by_cohort where segment is null",
        ["lead_cohort__month_start", "lead_cohort__model"],
        {
            "leads": "qualified",
            "mature_leads": "mature",
            "converted_leads": "converted",
            "pql_conversion_rate": "conversion_rate",
        },
    ),
    "retention by cohort": (
        "select cohort_start, retention, period_number, {} from retention.retention_by_cohort"
        " where is_mature",
        ["cohort_cell__cohort_start", "cohort_cell__retention", "cohort_cell__period_number"],
        {
            "actors_started": "cohort_size",
            "actors_returned": "retained",
            "retention_rate": "retention_rate",
        },
    ),
    "retention, pooled": (
        "select retention, period_number, {} from retention.retention_by_period"
        " where mature_cohort_size > 0",
        ["cohort_cell__retention", "cohort_cell__period_number"],
        {"retention_rate": "retention_rate"},
    ),
    "flywheel": (
        "select week, {} from scorecard.flywheel_by_week",
        ["flywheel_week__week_start"],
        {
            "attracted": "attracted",
            "engaged": "engaged",
            "delighted": "delighted",
            "advocates": "advocates",
            "north_star": "north_star",
            "weekly_active_accounts": "active_accounts",
            "north_star_per_active_account": "north_star_per_active_account",
        },
    ),
    "loops": (
        "select cohort_week, {} from virality.virality_by_week",
        ["loop_week__cohort_week"],
        {
            "users_signed_up": "users",
            "invitations_sent": "invitations_sent",
            "invitations_accepted": "invitations_accepted",
            "invited_sign_ups": "invited_sign_ups",
        },
    ),
    "rates of loops": (
        "select cohort_week, {} from virality.virality_by_week where is_mature",
        ["loop_week__cohort_week"],
        {"k_factor": "k_factor", "invitation_acceptance_rate": "acceptance_rate"},
    ),
}


class ReadOnly:
    """What MetricFlow asks of a client to plan a query in DuckDB's words."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@pytest.fixture(scope="module")
def manifest(demo: Demo) -> Any:
    written = (demo.warehouse / "target" / "semantic_manifest.json").read_text()
    return parse_manifest_from_dbt_generated_manifest(written)


@pytest.fixture(scope="module")
def engine(manifest: Any) -> MetricFlowEngine:
    return MetricFlowEngine(SemanticManifestLookup(manifest), ReadOnly())


@pytest.fixture(scope="module")
def warehouse(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo.warehouse / "build.duckdb"), read_only=True) as connection:
        yield connection


def test_the_metrics_are_valid_and_each_is_compared(manifest: Any) -> None:
    assert SemanticManifestValidator().validate_semantic_manifest(manifest).all_issues == ()
    compared = {metric for _, _, columns in MARTS.values() for metric in columns}
    assert {metric.name for metric in manifest.metrics} == compared
    assert len(compared) > 40


@pytest.mark.parametrize("mart", MARTS)
def test_metrics_equal_the_columns_of_their_mart(
    mart: str, engine: MetricFlowEngine, warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows_of_mart, names, columns = MARTS[mart]
    asked = MetricFlowQueryRequest.create(
        metric_names=list(columns),
        group_by_names=names,
        output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
    )
    planned = engine.explain(asked).sql_statement.sql
    found = rows(warehouse, planned, len(names))
    expected = rows(warehouse, rows_of_mart.format(", ".join(columns.values())), len(names))
    assert found.keys() == expected.keys()
    assert found
    for key, values in expected.items():
        assert found[key] == pytest.approx(values), key


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, keys: int
) -> dict[tuple[str, ...], list[float | None]]:
    """The values of each group, by what names it."""
    return {
        tuple(f"{key:%F}" if isinstance(key, date) else str(key) for key in row[:keys]): [
            None if value is None else float(value) for value in row[keys:]
        ]
        for row in connection.execute(query).fetchall()
    }
