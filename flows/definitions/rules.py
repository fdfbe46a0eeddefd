"""Truths about the definitions that need more than one cell: each function is one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import duckdb

from flows.definitions.cells import number
from flows.definitions.files import FILES
from flows.definitions.findings import Finding, Row, Tables, known, nearest

NEEDS_NO_VALUE = ("is_set", "is_not_set")
COMPARES_NUMBERS = ("gt", "lt", "gte", "lte")
CONDITIONAL = [name for name, file in FILES.items() if "operator" in file.columns]

# Which file a scorecard metric's `definition` names, by measure; the others take none.
DEFINED_IN = {
    "visit_to_sign_up_rate": "funnels",
    "pricing_to_paid_rate": "funnels",
    "activation_rate": "activations",
    "median_hours_to_value": "activations",
    "first_session_value_rate": "activations",
    "week_4_retention": "retentions",
    "active_users": "lifecycles",
    "pql_volume": "pql_models",
    "pql_conversion_rate": "pql_models",
}


def check_rules(tables: Tables) -> list[Finding]:
    return [finding for rule in RULES for finding in rule(tables)]


def references_are_known(tables: Tables) -> Iterator[Finding]:
    for name, file in FILES.items():
        for reference in file.references:
            if reference.file not in tables:
                continue
            targets = {row[reference.target] for row in tables[reference.file]}
            for row in tables.get(name, []):
                cell = row[reference.column]
                if cell and cell not in targets:
                    message = f'"{cell}" is not in {reference.file}.csv;'
                    message += f" {known(targets)}.{nearest(cell, targets)}"
                    yield _finding(name, row, reference.column, message, reference.is_fatal)


def every_definition_has_its_parts(tables: Tables) -> Iterator[Finding]:
    for name, file in FILES.items():
        if file.needed_by is None or name not in tables or file.needed_by.file not in tables:
            continue
        whole, column = file.needed_by.file, file.needed_by.column
        having = {row[column] for row in tables[name]}
        for row in tables[whole]:
            if row[column] not in having:
                message = f'"{row[column]}" has no row in {name}.csv.'
                message += nearest(row[column], having - {row[column] for row in tables[whole]})
                yield _finding(whole, row, column, message)


def conditions_can_be_evaluated(tables: Tables) -> Iterator[Finding]:
    for name in CONDITIONAL:
        for row in tables.get(name, []):
            yield from _check_condition(name, row)


def _check_condition(name: str, row: Row) -> Iterator[Finding]:
    operator, value = row["operator"], row["value"]
    if not (row["property"] or row["attribute"]):
        return
    if not operator:
        yield _finding(name, row, "operator", "a condition needs an operator")
    elif operator not in NEEDS_NO_VALUE and not value:
        yield _finding(name, row, "value", f"{operator} needs a value to compare with")
    elif operator in COMPARES_NUMBERS:
        for one in value.split("|"):
            if reason := number().wrong(one.strip()):
                yield _finding(name, row, "value", f'"{one}" {reason}, and {operator} needs one')


def regular_expressions_compile(tables: Tables) -> Iterator[Finding]:
    with duckdb.connect() as engine:
        for name in CONDITIONAL:
            for row in tables.get(name, []):
                if row["operator"] == "regex" and row["value"]:
                    try:
                        engine.execute("select regexp_matches('', $1)", [row["value"]])
                    except duckdb.Error as error:
                        reason = str(error).splitlines()[0]
                        message = f'"{row["value"]}" is no regular expression ({reason})'
                        yield _finding(name, row, "value", message)


def windows_have_a_unit(tables: Tables) -> Iterator[Finding]:
    for name, length, unit in (
        ("funnels", "window_value", "window_unit"),
        ("funnel_steps", "within_value", "within_unit"),
    ):
        for row in tables.get(name, []):
            if row[length] and not row[unit]:
                yield _finding(name, row, unit, f"{length} is {row[length]}, but of which unit?")
            if row[unit] and not row[length]:
                yield _finding(name, row, length, f"{unit} is {row[unit]}, but how many?")


def spans_do_not_end_before_they_begin(tables: Tables) -> Iterator[Finding]:
    for name, start, end in (
        ("funnels", "entered_from", "entered_to"),
        ("lifecycles", "counted_from", "counted_to"),
        ("experiments", "starts_on", "ends_on"),
    ):
        for row in tables.get(name, []):
            if row[start] and row[end] and row[end] < row[start]:
                yield _finding(name, row, end, f'"{row[end]}" is before {start} {row[start]}')


def steps_are_numbered_without_gaps(tables: Tables) -> Iterator[Finding]:
    for funnel, steps in _steps(tables).items():
        missing = sorted(set(range(1, max(steps) + 1)) - set(steps))
        if missing:
            row = steps[max(steps)]
            message = f'funnel "{funnel}" has a step {max(steps)}, but no step {missing[0]}'
            yield _finding("funnel_steps", row, "step_number", message)


def optional_steps_stand_between_others(tables: Tables) -> Iterator[Finding]:
    orders = {row["funnel"]: row["step_order"] for row in tables.get("funnels", [])}
    for row in tables.get("funnel_steps", []):
        if row["is_optional"].lower() != "true":
            continue
        if row["step_number"] == "1":
            yield _finding("funnel_steps", row, "is_optional", "the first step is the entry")
        if orders.get(row["funnel"]) == "unordered":
            message = "an unordered funnel has no optional steps"
            yield _finding("funnel_steps", row, "is_optional", message)


def windows_of_steps_need_an_order(tables: Tables) -> Iterator[Finding]:
    orders = {row["funnel"]: row["step_order"] for row in tables.get("funnels", [])}
    for row in tables.get("funnel_steps", []):
        if row["within_value"] and orders.get(row["funnel"]) == "unordered":
            message = "an unordered funnel has no previous step to count from: no effect"
            yield _finding("funnel_steps", row, "within_value", message, is_fatal=False)


def breakdowns_name_a_step_there_is(tables: Tables) -> Iterator[Finding]:
    steps = _steps(tables)
    for row in tables.get("funnels", []):
        step = row["breakdown_step"]
        if row["breakdown_attribution"] == "step" and not step:
            yield _finding("funnels", row, "breakdown_step", "attribution step needs its number")
        elif step.isdecimal() and row["funnel"] in steps and int(step) not in steps[row["funnel"]]:
            message = f'funnel "{row["funnel"]}" has no step {step}'
            yield _finding("funnels", row, "breakdown_step", message)
        for column in ("breakdown_scope", "breakdown_attribution"):
            if row[column] and not row["breakdown_property"]:
                message = f"{row[column]}, but breakdown_property is empty: there is no breakdown"
                yield _finding("funnels", row, column, message, is_fatal=False)


def exclusions_lie_between_two_steps(tables: Tables) -> Iterator[Finding]:
    steps = _steps(tables)
    for row in tables.get("funnel_exclusions", []):
        for column in ("after_step", "before_step"):
            step = row[column]
            if step.isdecimal() and int(step) not in steps.get(row["funnel"], {int(step): row}):
                message = f'funnel "{row["funnel"]}" has no step {step}'
                yield _finding("funnel_exclusions", row, column, message)
        after, before = row["after_step"], row["before_step"]
        if after.isdecimal() and before.isdecimal() and int(after) >= int(before):
            message = f"step {before} does not come after step {after}"
            yield _finding("funnel_exclusions", row, "before_step", message)


def retentions_start_and_return(tables: Tables) -> Iterator[Finding]:
    roles = defaultdict(set)
    for row in tables.get("retention_events", []):
        roles[row["retention"]].add(row["role"])
    for row in tables.get("retentions", []):
        for role in ("start", "return"):
            if roles[row["retention"]] and role not in roles[row["retention"]]:
                message = f'"{row["retention"]}" has no {role} event in retention_events.csv'
                yield _finding("retentions", row, "retention", message)


def signals_say_what_their_source_needs(tables: Tables) -> Iterator[Finding]:
    for row in tables.get("pql_signals", []):
        source = row["source"]
        if source == "attribute":
            if not row["attribute"]:
                yield _finding("pql_signals", row, "attribute", "source attribute needs its name")
        elif source != "limit" and not row["event_name"]:
            yield _finding("pql_signals", row, "event_name", f"source {source} needs an event")
        if source in ("surge", "limit", "seats") and (
            reason := number(above=0).wrong(row["value"])
        ):
            message = f'"{row["value"]}" {reason}, and source {source} needs a ratio'
            yield _finding("pql_signals", row, "value", message)
        if source == "surge" and not row["within_days"]:
            yield _finding("pql_signals", row, "within_days", "source surge needs a window")


def experiments_measure_what_is_defined(tables: Tables) -> Iterator[Finding]:
    activations = {row["activation"] for row in tables.get("activations", [])}
    retentions = {row["retention"]: row["periods"] for row in tables.get("retentions", [])}
    for row in tables.get("experiments", []):
        kind, _, rest = row["metric"].partition(":")
        name, _, period = rest.partition(":")
        message = ""
        if kind in ("conversion", "revenue"):
            message = f"{kind} takes nothing behind it" if rest else ""
        elif kind == "event":
            message = "" if rest else "event: needs the event's name"
        elif kind == "activation":
            if name not in activations:
                message = f'activation "{name}" is not defined; {known(activations)}.'
                message += nearest(name, activations)
        elif kind == "retention":
            if name not in retentions:
                message = f'retention "{name}" is not defined; {known(retentions)}.'
                message += nearest(name, retentions)
            elif not _is_within(period, retentions[name]):
                message = f'"{period}" is no period of {name}, which has 0 to {retentions[name]}'
        else:
            kinds = ("activation", "conversion", "retention", "revenue", "event")
            message = f'"{kind}" is no metric; {known(kinds)}.{nearest(kind, kinds)}'
        if message and row["metric"]:
            yield _finding("experiments", row, "metric", message)


def variants_include_the_control(tables: Tables) -> Iterator[Finding]:
    shares = defaultdict(dict)
    for row in tables.get("experiment_variants", []):
        shares[row["experiment"]][row["variant"]] = row["expected_share"]
    for row in tables.get("experiments", []):
        variants = shares.get(row["experiment"])
        if variants and row["control_variant"] not in variants:
            message = f'"{row["control_variant"]}" is no variant; {known(variants)}.'
            message += nearest(row["control_variant"], variants)
            yield _finding("experiments", row, "control_variant", message)


def metrics_are_defined(tables: Tables) -> Iterator[Finding]:
    for row in tables.get("scorecard_metrics", []):
        name, file = row["definition"], DEFINED_IN.get(row["measure"])
        if name and file and file in tables:
            column = next(iter(FILES[file].columns))
            names = {other[column] for other in tables[file]}
            if name not in names:
                message = f'"{name}" is not in {file}.csv; {known(names)}.{nearest(name, names)}'
                yield _finding("scorecard_metrics", row, "definition", message)


def layers_have_one_metric(tables: Tables) -> Iterator[Finding]:
    metric_of: dict[str, str] = {}
    for row in tables.get("scorecard_metrics", []):
        if row["is_layer_metric"].lower() == "true":
            other = metric_of.setdefault(row["layer"], row["metric"])
            if other != row["metric"]:
                message = f'layer {row["layer"]} has "{other}" as its metric already'
                yield _finding("scorecard_metrics", row, "is_layer_metric", message)


def _is_within(period: str, periods: str) -> bool:
    return period.isdecimal() and periods.isdecimal() and int(period) <= int(periods)


def _steps(tables: Tables) -> dict[str, dict[int, Row]]:
    steps: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in tables.get("funnel_steps", []):
        if row["step_number"].isdecimal():
            steps[row["funnel"]][int(row["step_number"])] = row
    return steps


def _finding(file: str, row: Row, column: str, message: str, is_fatal: bool = True) -> Finding:
    return Finding(f"{file}.csv", message, row.number, column, is_fatal)


RULES: tuple[Callable[[Tables], Iterator[Finding]], ...] = (
    references_are_known,
    every_definition_has_its_parts,
    conditions_can_be_evaluated,
    regular_expressions_compile,
    windows_have_a_unit,
    spans_do_not_end_before_they_begin,
    steps_are_numbered_without_gaps,
    optional_steps_stand_between_others,
    windows_of_steps_need_an_order,
    breakdowns_name_a_step_there_is,
    exclusions_lie_between_two_steps,
    retentions_start_and_return,
    signals_say_what_their_source_needs,
    experiments_measure_what_is_defined,
    variants_include_the_control,
    metrics_are_defined,
    layers_have_one_metric,
)
