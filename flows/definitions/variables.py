"""The run settings among the vars of dbt_project.yml: each key's values, as a pydantic model.

`Revenue` is the contract's table of revenue settings, defaults included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.definitions.findings import Finding, Tables, known, nearest
from flows.landing import SourceSettingWrong
from flows.landing.sources import read_sources
from flows.settings import parse_instant

FILE = "dbt_project.yml"


def _is_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"is no time zone.{nearest(name, available_timezones())}")
    return name


def _is_instant(value: object) -> object:
    if isinstance(value, date | datetime) or value is None:
        return value
    return parse_instant(str(value))


TimeZone = Annotated[str, AfterValidator(_is_time_zone)]
Days = Annotated[float, Field(ge=0, strict=False)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Revenue(Strict):
    rounding_scale: int = Field(0, ge=0, le=4)
    rounding_mode: Literal["half_up", "half_even"] = "half_up"
    movement_grain: Literal["account_month", "event"] = "account_month"
    event_group_minutes: int = Field(60, ge=0)
    account_grain: Literal["account", "parent"] = "account"
    discounts: Literal["recurring", "forever", "all", "none"] = "recurring"
    metered: Literal["exclude", "include"] = "exclude"
    past_due_grace_days: Days | None = None
    paused: Literal["zero", "count"] = "zero"
    known_at: Annotated[date | None, BeforeValidator(lambda value: _date(value))] = None
    free_plan: Literal["churn", "contraction"] = "churn"
    churn_recognition: Literal["service_end", "cancel_request"] = "service_end"
    gap_grace_days: Days = 0
    reactivation_window_days: Days | None = None
    quick_ratio_reactivation: bool = True
    conversion_window_days: Days = 30
    gross_margin: float = Field(0.8, ge=0, le=1, strict=False)
    cac_lag_months: int = Field(0, ge=0)
    fiscal_year_start_month: int = Field(1, ge=1, le=12)


class RunSettings(BaseModel):
    """Other vars are the models' own business; one that only looks misspelt is mentioned."""

    model_config = ConfigDict(extra="ignore", strict=True)

    as_of: Annotated[datetime | date | None, BeforeValidator(_is_instant)] = None
    reporting_time_zone: TimeZone = "UTC"
    week_starts_on: Literal["monday", "sunday"] = "monday"
    reporting_currency: str = "USD"
    session_idle_minutes: float = Field(30, gt=0, strict=False)
    identity_cluster_limit: int = Field(10, ge=1)
    activation_window_days: float = Field(14, gt=0, strict=False)
    wait_for_maturity: bool = True
    minimum_cohort_size: int = Field(1, ge=1)
    slipping_after_gaps: float = Field(2, gt=0, strict=False)
    dormant_after_gaps: float = Field(4, gt=0, strict=False)
    aha_times: str = Field("1|2|3|5|10", pattern=r"^[1-9][0-9]*([|][1-9][0-9]*)*$")
    aha_within_days: str = Field("1|3|7", pattern=r"^[0-9.]+([|][0-9.]+)*$")
    aha_retained_within_days: float = Field(14, gt=0, strict=False)
    aha_converted_within_days: float = Field(45, gt=0, strict=False)
    aha_minimum_users: int = Field(5, ge=1)
    viral_window_days: float = Field(30, gt=0, strict=False)
    scorecard_weeks_before: int = Field(11, ge=1)
    scorecard_retention_week: int = Field(4, ge=1)
    scorecard_deep_gap: float = Field(0.33, gt=0, lt=1)
    scorecard_confidence: float = Field(0.95, gt=0, lt=1)
    visit_window_days: float = Field(14, gt=0, strict=False)
    lead_score_bands: int = Field(10, ge=1)
    falling_usage_share: float = Field(0.5, gt=0, lt=1)
    feedback_confidence: float = Field(0.95, gt=0, lt=1)
    experiment_window_days: float = Field(14, gt=0, strict=False)
    experiment_confidence: float = Field(0.95, gt=0, lt=1)
    experiment_smallest_lift: float = Field(0.1, gt=0, strict=False)
    experiment_power: float = Field(0.8, gt=0, lt=1)
    experiment_check_p_value: float = Field(0.001, gt=0, lt=1)
    experiment_tuned_units: float = Field(5000, gt=0, strict=False)
    publish_personal_data: bool = False
    private_properties: list[str] = []
    sources: dict[str, Any] = {}  # landing reads them
    revenue: Revenue = Revenue()


def check_variables(variables: dict[str, Any], tables: Tables) -> Iterator[Finding]:
    given = {key: value for key, value in variables.items() if value is not None}
    try:
        settings = RunSettings.model_validate(given)
    except ValidationError as error:
        yield from map(_finding, error.errors())
        return
    try:
        read_sources(settings.sources)
    except SourceSettingWrong as error:
        yield Finding(FILE, error.what, column=error.where.removeprefix(f"{FILE}, "))
    currencies = {row["currency"] for row in tables.get("currencies", [])}
    if currencies and settings.reporting_currency not in currencies:
        currency = settings.reporting_currency
        message = f'"{currency}" is not in currencies.csv.{nearest(currency, currencies)}'
        yield Finding(FILE, message, column="vars.reporting_currency")
    for name in variables:
        hint = nearest(name, RunSettings.model_fields, likeness=0.85)
        if hint and name not in RunSettings.model_fields:
            message = f"flywheel reads no such setting.{hint}"
            yield Finding(FILE, message, column=f"vars.{name}", is_fatal=False)


def _finding(error: Any) -> Finding:
    place = ".".join(["vars", *map(str, error["loc"])])
    key = str(error["loc"][-1])
    if error["type"] == "extra_forbidden":
        keys = Revenue.model_fields
        message = f"there is no such setting; {known(keys, 30)}.{nearest(key, keys)}"
    elif error["type"] == "literal_error":
        message = f'"{error["input"]}" is none of {error["ctx"]["expected"]}.'
    else:
        message = f'"{error["input"]}": {error["msg"].removeprefix("Value error, ")}'
    return Finding(FILE, message, column=place)


def _date(value: object) -> object:
    """YAML reads a bare date as a date; a quoted one is text."""
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value
