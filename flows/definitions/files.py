"""The definition files: their columns and what must hold between rows and between files.

This is the whole contract of `seeds/definitions` as a table; `rules.py` holds the few truths that
do not fit into it. The types are those of the seeds' yml, which a project test compares.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.definitions.cells import (
    GRAINS,
    OPERATORS,
    PERIODS,
    WINDOW_UNITS,
    Column,
    day,
    flag,
    number,
    one_of,
    text,
    whole,
)

MEASURES = (
    "sign_ups",
    "active_users",
    "visit_to_sign_up_rate",
    "pricing_to_paid_rate",
    "free_to_paid_rate",
    "activation_rate",
    "median_hours_to_value",
    "first_session_value_rate",
    "week_4_retention",
    "pql_volume",
    "pql_conversion_rate",
    "new_mrr",
    "expansion_mrr",
    "closing_mrr",
    "nrr_12m_cohort",
    "grr_12m_cohort",
    "arpa",
    "ltv_to_cac",
    "payback_months",
    "k_factor",
    "invitation_acceptance_rate",
    "nps",
    "north_star",
)

CONDITION = {
    "property": text(),
    "property_scope": one_of("event", "user"),
    "operator": one_of(*OPERATORS),
    "value": text(),
}
EVENT = {"event_name": text(required=True), **CONDITION}
ALTERNATIVE = {"alternative": whole(required=True, least=1), **EVENT}


@dataclass(frozen=True)
class Reference:
    """The cells of a column must occur in another file, or are only suspicious if they do not."""

    column: str
    file: str
    target: str
    is_fatal: bool = True


@dataclass(frozen=True)
class Agreement:
    """Rows that are alike in `rows_of` must be alike in `columns` too."""

    rows_of: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """One file. No two rows are alike in `key`; an empty key means in all columns."""

    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    needed_by: Reference | None = None  # every row of that other file needs a row here


FILES: dict[str, File] = {
    "event_catalog": File(
        columns={
            "event_name": text(required=True),
            "description": text(),
            "feature": text(),
            "is_active_use": flag(required=True),
            "is_core_action": flag(required=True),
            "is_intent": flag(required=True),
        },
        key=("event_name",),
        references=(Reference("feature", "features", "feature", is_fatal=False),),
    ),
    "activations": File(
        columns={
            "activation": text(required=True),
            "grain": one_of(*GRAINS, required=True),
            "require": one_of("all", "any", required=True),
            "within_days": number(above=0),
            "is_primary": flag(),
            "days_are": one_of("elapsed", "calendar", may_be_absent=True),
        },
        key=("activation",),
    ),
    "activation_milestones": File(
        columns={
            "activation": text(required=True),
            "milestone": text(required=True),
            **ALTERNATIVE,
            "times": whole(least=1),
        },
        references=(Reference("activation", "activations", "activation"),),
        agreements=(
            Agreement(("activation", "milestone"), ("times",)),
            Agreement(("activation", "milestone", "alternative"), ("event_name",)),
        ),
        needed_by=Reference("activation", "activations", "activation"),
    ),
    "funnels": File(
        columns={
            "funnel": text(required=True),
            "grain": one_of(*GRAINS, "session", required=True),
            "step_order": one_of("ordered", "strict", "no_interleaving", "unordered"),
            "entry": one_of("any", "first"),
            "window_value": whole(least=1),
            "window_unit": one_of(*WINDOW_UNITS),
            "entered_from": day(),
            "entered_to": day(),
            "breakdown_property": text(),
            "breakdown_scope": one_of("event", "user"),
            "breakdown_attribution": one_of("first", "last", "all", "step"),
            "breakdown_step": whole(least=1),
            "breakdown_limit": whole(least=1),
        },
        key=("funnel",),
    ),
    "funnel_steps": File(
        columns={
            "funnel": text(required=True),
            "step_number": whole(required=True, least=1, most=30),
            "step_name": text(),
            **ALTERNATIVE,
            "within_value": whole(least=1),
            "within_unit": one_of(*WINDOW_UNITS),
            "is_optional": flag(),
        },
        references=(Reference("funnel", "funnels", "funnel"),),
        agreements=(
            Agreement(
                ("funnel", "step_number"),
                ("step_name", "within_value", "within_unit", "is_optional"),
            ),
            Agreement(("funnel", "step_number", "alternative"), ("event_name",)),
        ),
        needed_by=Reference("funnel", "funnels", "funnel"),
    ),
    "funnel_exclusions": File(
        columns={
            "funnel": text(required=True),
            "after_step": whole(required=True, least=1),
            "before_step": whole(required=True, least=1),
            **ALTERNATIVE,
        },
        references=(Reference("funnel", "funnels", "funnel"),),
        agreements=(
            Agreement(("funnel", "after_step", "before_step", "alternative"), ("event_name",)),
        ),
    ),
    "retentions": File(
        columns={
            "retention": text(required=True),
            "grain": one_of(*GRAINS, required=True),
            "period": one_of(*PERIODS, required=True),
            "cohort": one_of("first_time", "recurring"),
            "kind": one_of("on", "on_or_after", "rolling"),
            "periods": whole(required=True, least=0),
            "min_returns": whole(least=1),
        },
        key=("retention",),
    ),
    "retention_events": File(
        columns={
            "retention": text(required=True),
            "role": one_of("start", "return", required=True),
            **ALTERNATIVE,
        },
        references=(Reference("retention", "retentions", "retention"),),
        agreements=(Agreement(("retention", "role", "alternative"), ("event_name",)),),
        needed_by=Reference("retention", "retentions", "retention"),
    ),
    "retention_brackets": File(
        columns={
            "retention": text(required=True),
            "from_period": whole(required=True, least=0),
            "to_period": whole(required=True, least=0),
        },
        key=("retention", "from_period"),
        references=(Reference("retention", "retentions", "retention"),),
    ),
    "lifecycles": File(
        columns={
            "lifecycle": text(required=True),
            "grain": one_of(*GRAINS, required=True),
            "period": one_of(*PERIODS, required=True),
            **ALTERNATIVE,
            "counted_from": day(may_be_absent=True),
            "counted_to": day(may_be_absent=True),
        },
        agreements=(
            Agreement(("lifecycle",), ("grain", "period", "counted_from", "counted_to")),
            Agreement(("lifecycle", "alternative"), ("event_name",)),
        ),
    ),
    "features": File(
        columns={
            "feature": text(required=True),
            "description": text(),
            "is_key": flag(),
            "minimum_plan": text(),
        },
        key=("feature",),
        references=(Reference("minimum_plan", "plans", "plan"),),
    ),
    "plans": File(
        columns={
            "plan": text(required=True),
            "tier": whole(required=True, least=0),
            "is_paid": flag(required=True),
            "is_trial": flag(),
            "self_serve": flag(),
            "seat_limit": whole(least=0),
            "usage_limit": number(least=0),
            "usage_event": text(),
        },
        key=("plan",),
    ),
    "pql_models": File(
        columns={
            "model": text(required=True),
            "grain": one_of(*GRAINS, required=True),
            "target": one_of("free_to_paid", "expansion", required=True),
            "qualifying_points": number(required=True, above=0),
            "conversion_days": number(required=True, above=0),
            "cooldown_days": number(least=0),
        },
        key=("model",),
    ),
    "pql_signals": File(
        columns={
            "model": text(required=True),
            "signal": text(required=True),
            "category": one_of("fit", "usage", "intent", required=True),
            "source": one_of(
                "event_count",
                "distinct_users",
                "distinct_features",
                "active_days",
                "surge",
                "limit",
                "seats",
                "attribute",
                required=True,
            ),
            "alternative": whole(required=True, least=1),
            "event_name": text(),
            "attribute": text(),
            **CONDITION,
            "times": number(above=0),
            "within_days": number(above=0),
            "points": number(required=True),
        },
        references=(Reference("model", "pql_models", "model"),),
        agreements=(
            Agreement(
                ("model", "signal"), ("category", "source", "times", "within_days", "points")
            ),
            Agreement(("model", "signal", "alternative"), ("event_name",)),
        ),
        needed_by=Reference("model", "pql_models", "model"),
    ),
    "exclusions": File(
        columns={
            "kind": one_of(
                "email_domain", "email", "user_id", "account_id", "user_agent", required=True
            ),
            "value": text(required=True),
            "reason": text(),
        },
        key=("kind", "value"),
    ),
    "experiments": File(
        columns={
            "experiment": text(required=True),
            "unit_type": one_of(*GRAINS, required=True),
            "control_variant": text(required=True),
            "metric": text(required=True),
            "within_days": number(above=0),
            "starts_on": day(),
            "ends_on": day(),
        },
        key=("experiment", "metric"),
        agreements=(
            Agreement(("experiment",), ("unit_type", "control_variant", "starts_on", "ends_on")),
        ),
    ),
    "experiment_variants": File(
        columns={
            "experiment": text(required=True),
            "variant": text(required=True),
            "expected_share": number(above=0, below=1),
        },
        key=("experiment", "variant"),
        references=(Reference("experiment", "experiments", "experiment"),),
    ),
    "currencies": File(
        columns={
            "currency": text(
                required=True, pattern="[A-Z]{3}", like="an ISO 4217 code such as USD"
            ),
            "exponent": whole(required=True, most=4),
        },
        key=("currency",),
    ),
    "benchmarks": File(
        columns={
            "metric": text(required=True),
            "segment": text(),
            "median": number(),
            "top_quartile": number(),
            "better": one_of("higher", "lower", required=True),
            "source": text(required=True),
            "published": text(),
        },
        key=("metric", "segment"),
        references=(Reference("metric", "scorecard_metrics", "metric", is_fatal=False),),
    ),
    "scorecard_metrics": File(
        columns={
            "metric": text(required=True),
            "layer": whole(required=True, least=1, most=7),
            "title": text(required=True),
            "measure": one_of(*MEASURES, required=True),
            "definition": text(),
            "unit": text(),
            "better": one_of("higher", "lower", required=True),
            "is_layer_metric": flag(required=True),
        },
        key=("metric",),
    ),
    "destinations": File(
        columns={
            "destination": text(required=True),
            "kind": one_of("folder", "webhook", "slack", "hubspot", required=True),
            "address_variable": text(
                required=True,
                pattern="[A-Za-z_][A-Za-z0-9_]*",
                like="the name of an environment variable",
            ),
            "rate_per_minute": whole(least=1),
            "is_enabled": flag(required=True),
        },
        key=("destination",),
    ),
    "routing_rules": File(
        columns={
            "rule": text(required=True),
            "priority": whole(required=True),
            "model": text(required=True),
            "property": text(),
            "operator": one_of(*OPERATORS),
            "value": text(),
            "minimum_deal_size": number(least=0, type="decimal(18, 2)"),
            "owner": text(required=True),
            "destination": text(),
        },
        key=("rule",),
        references=(
            Reference("model", "pql_models", "model"),
            Reference("destination", "destinations", "destination"),
        ),
    ),
    "layers": File(
        columns={
            "layer": whole(required=True, least=1, most=7),
            "layer_name": text(required=True),
            "measure": one_of(*MEASURES, required=True),
            "units": text(required=True),
            "later": text(),
            "fed_by": text(),
        },
        key=("layer",),
    ),
    "loops": File(
        columns={
            "loop": text(required=True),
            "priority": whole(required=True),
            "brought_by": one_of("invitation", "link", "acquisition", required=True),
            "channel": text(),
            "description": text(),
        },
        key=("loop",),
    ),
    "survey_categories": File(
        columns={
            "survey_type": one_of("nps", "csat", "ces", required=True),
            "category": text(required=True),
            "lowest": number(required=True),
            "highest": number(required=True),
            "points": number(),
        },
        key=("survey_type", "category"),
    ),
    "tenures": File(
        columns={
            "tenure": text(required=True),
            "from_days": number(required=True),
            "to_days": number(),
        },
        key=("tenure",),
    ),
    "placeholder_ids": File(
        columns={
            "placeholder_id": text(required=True, pattern="[^A-Z]*", like="in lower case"),
            "reason": text(),
        },
        key=("placeholder_id",),
    ),
}
