"""A definition that cannot work is refused with file, row, column, value and the nearest name."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.definitions import check_definitions
from flows.definitions.cells import Column
from flows.definitions.files import FILES
from flows.problems import Refused
from flows.project import Project, read_project

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "seeds" / "definitions"


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "definitions"))


def check(folder: Path, **variables: Any) -> list[str]:
    return check_definitions(
        Project(folder, "flywheel", variables, folder, {"duckdb": "duckdb"}, "duckdb")
    )


def refusal_of(folder: Path, **variables: Any) -> str:
    with pytest.raises(Refused) as refused:
        check(folder, **variables)
    assert refused.value.exit_status == 2
    return "\n".join(refused.value.detail)


def edit(folder: Path, file: str, change: Callable[[list[dict[str, str]]], Any]) -> None:
    path = folder / f"{file}.csv"
    with path.open(newline="") as stream:
        reader = csv.DictReader(stream)
        rows, heading = list(reader), list(reader.fieldnames or [])
    change(rows)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, heading)
        writer.writeheader()
        writer.writerows(rows)


def setting(row: int, **cells: str) -> Callable[[list[dict[str, str]]], Any]:
    return lambda rows: rows[row - 1].update(cells)


def test_ours_are_good() -> None:
    assert check_definitions(read_project(PROJECT)) == []


def test_files_of_a_heading_only_are_good(definitions: Path) -> None:
    for file in FILES:
        if file != "currencies":
            edit(definitions, file, list.clear)
    assert check(definitions) == []


CELLS = [
    ("funnels", 2, {"step_order": "orderd"}, ['"orderd" is none of', 'Did you mean "ordered"?']),
    ("funnels", 1, {"grain": ""}, ["must not be empty"]),
    ("funnels", 1, {"window_value": "14.5"}, ['"14.5" is not a whole number']),
    ("funnels", 1, {"window_unit": "", "window_value": "3"}, ["window_value is 3, but of which"]),
    ("funnels", 1, {"entered_from": "2026-02-30"}, ['"2026-02-30" is not a date']),
    (
        "funnels",
        1,
        {"entered_from": "2026-03-01", "entered_to": "2026-02-01"},
        ['"2026-02-01" is before entered_from'],
    ),
    ("funnels", 5, {"breakdown_step": "9"}, ["has no step 9"]),
    (
        "funnel_steps",
        3,
        {"operator": "equals", "property": "p", "value": "x"},
        ['"equals" is none'],
    ),
    ("funnel_steps", 3, {"property": "p"}, ["needs an operator"]),
    ("funnel_steps", 3, {"property": "p", "operator": "gt", "value": "ten"}, ['"ten" is not a n']),
    ("funnel_steps", 3, {"property": "p", "operator": "regex", "value": "a("}, ["no regular expr"]),
    ("funnel_steps", 3, {"property": "p", "operator": "exact"}, ["exact needs a value"]),
    ("funnel_steps", 1, {"is_optional": "true"}, ["the first step is the entry"]),
    ("funnel_steps", 1, {"is_optional": "perhaps"}, ["is neither true nor false"]),
    ("funnel_exclusions", 1, {"before_step": "1"}, ["step 1 does not come after step 1"]),
    ("activation_milestones", 1, {"times": "0"}, ['"0" is less than 1']),
    ("activations", 3, {"activation": "user_first_value"}, ["is there already, in row 1"]),
    ("retentions", 1, {"period": "fortnight"}, ['"fortnight" is none of hour, day, week, month']),
    ("features", 1, {"minimum_plan": "stater"}, ["is not in plans.csv", 'Did you mean "starter"?']),
    ("pql_signals", 1, {"attribute": ""}, ["source attribute needs its name"]),
    ("pql_signals", 6, {"value": ""}, ["source surge needs a ratio"]),
    ("pql_signals", 1, {"points": "ten"}, ['"ten" is not a number']),
    ("experiments", 1, {"metric": "activation:nothing"}, ['"nothing" is not defined']),
    ("experiments", 1, {"metric": "conversions"}, ['Did you mean "conversion"?']),
    ("currencies", 1, {"currency": "dirham"}, ["is not an ISO 4217 code"]),
    ("scorecard_metrics", 1, {"measure": "sign_up"}, ['Did you mean "sign_ups"?']),
    ("scorecard_metrics", 1, {"layer": "8"}, ['"8" is more than 7']),
    ("destinations", 1, {"address_variable": "https://x"}, ["name of an environment variable"]),
    ("routing_rules", 1, {"destination": "nowhere"}, ["is not in destinations.csv"]),
]


@pytest.mark.parametrize(("file", "row", "cells", "said"), CELLS)
def test_a_bad_cell_is_named(definitions, file, row, cells, said) -> None:
    edit(definitions, file, setting(row, **cells))
    refusal = refusal_of(definitions)
    assert f"{file}.csv, row {row}, column " in refusal
    for words in said:
        assert words in refusal


def test_a_funnel_without_steps(definitions: Path) -> None:
    edit(definitions, "funnels", lambda rows: rows.append({**rows[0], "funnel": "empty"}))
    assert '"empty" has no row in funnel_steps.csv' in refusal_of(definitions)


def test_steps_without_a_funnel(definitions: Path) -> None:
    edit(definitions, "funnels", lambda rows: rows.pop(0))
    refusal = refusal_of(definitions)
    assert 'funnel_steps.csv, row 1, column funnel: "visit_to_value" is not in' in refusal


def test_a_gap_in_the_numbers_of_the_steps(definitions: Path) -> None:
    edit(definitions, "funnel_steps", lambda rows: rows.pop(1))
    assert 'funnel "visit_to_value" has a step 5, but no step 2' in refusal_of(definitions)


def test_rows_of_one_step_that_differ(definitions: Path) -> None:
    edit(
        definitions,
        "funnel_steps",
        lambda rows: rows.append({**rows[0], "alternative": "2", "step_name": "came by"}),
    )
    refusal = refusal_of(definitions)
    assert 'column step_name: "came by" differs from "visited" in row 1' in refusal


def test_one_alternative_names_one_event(definitions: Path) -> None:
    edit(
        definitions,
        "activation_milestones",
        lambda rows: rows.append({**rows[0], "event_name": "signed_up"}),
    )
    assert 'column event_name: "signed_up" differs' in refusal_of(definitions)


def test_a_row_said_twice(definitions: Path) -> None:
    edit(definitions, "lifecycles", lambda rows: rows.append(dict(rows[0])))
    assert "repeats row 1" in refusal_of(definitions)


def test_a_missing_file_and_its_misspelt_twin(definitions: Path) -> None:
    (definitions / "features.csv").rename(definitions / "feature.csv")
    assert 'features.csv: the file does not exist. Did you mean "feature"?' in refusal_of(
        definitions
    )


def test_a_missing_column_and_its_misspelt_twin(definitions: Path) -> None:
    path = definitions / "plans.csv"
    path.write_text(path.read_text().replace("tier", "teir", 1))
    refusal = refusal_of(definitions)
    assert 'plans.csv, column tier: the column is missing. Is it "teir"?' in refusal


def test_the_columns_that_a_file_may_leave_out(definitions: Path) -> None:
    path = definitions / "lifecycles.csv"
    rows = [row.rsplit(",", 2)[0] for row in path.read_text().splitlines()]
    path.write_text("\n".join(rows) + "\n")
    assert check(definitions) == []


def test_a_row_too_long(definitions: Path) -> None:
    path = definitions / "features.csv"
    path.write_text(path.read_text() + "a,b,c,d,e\n")
    assert "has 5 cells, the heading names 4 columns" in refusal_of(definitions)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(definitions: Path) -> None:
    path = definitions / "features.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(definitions) == []


def test_all_faults_are_told_at_once(definitions: Path) -> None:
    edit(definitions, "funnels", setting(1, grain="team"))
    edit(definitions, "plans", setting(2, tier="first"))
    refusal = refusal_of(definitions, reporting_currency="XXZ")
    assert '"team"' in refusal
    assert '"first"' in refusal
    assert '"XXZ"' in refusal


def test_what_is_only_odd_is_a_warning(definitions: Path) -> None:
    edit(definitions, "event_catalog", setting(5, feature="raports"))
    warnings = check(definitions, reporting_timezone="UTC")
    assert any('event_catalog.csv, row 5, column feature: "raports"' in each for each in warnings)
    assert any("vars.reporting_timezone" in each for each in warnings)


VARIABLES = [
    ({"reporting_time_zone": "Europe/Berln"}, 'Did you mean "Europe/Berlin"?'),
    ({"week_starts_on": "tuesday"}, "\"tuesday\" is none of 'monday' or 'sunday'"),
    ({"reporting_currency": "EURO"}, '"EURO" is not in currencies.csv'),
    ({"as_of": "soon"}, "ISO 8601"),
    ({"publish_personal_data": "yes"}, "vars.publish_personal_data"),
    ({"revenue": {"rounding_scale": 5}}, "vars.revenue.rounding_scale"),
    ({"revenue": {"rounding_mod": "half_up"}}, 'Did you mean "rounding_mode"?'),
    ({"revenue": {"paused": "maybe"}}, "\"maybe\" is none of 'zero' or 'count'"),
    ({"revenue": {"gross_margin": 1.2}}, "vars.revenue.gross_margin"),
    ({"sources": {"shop": {"format": "segmnt"}}}, "vars.sources.shop.format"),
    ({"sources": {"shop": {"format": "native", "zone": "UTC"}}}, "'zone' is not a setting"),
]


@pytest.mark.parametrize(("variables", "said"), VARIABLES)
def test_a_bad_setting_is_named(definitions, variables, said) -> None:
    refusal = refusal_of(definitions, **variables)
    assert refusal.startswith("dbt_project.yml, column vars.")
    assert said in refusal


def test_good_settings_pass(definitions: Path) -> None:
    warnings = check(
        definitions,
        reporting_time_zone="America/Los_Angeles",
        as_of="2026-01-01T00:00:00+02:00",
        revenue={"past_due_grace_days": None, "known_at": "2026-01-31", "gap_grace_days": 3},
        sources={"app": {"format": "native", "time_zone": "UTC", "epoch_unit": "ms"}},
    )
    assert warnings == []


def test_every_file_of_ours_is_checked() -> None:
    assert {path.stem for path in SEEDS.glob("*.csv")} == set(FILES)
    test = SEEDS.parents[1] / "tests" / "data" / "definitions_obey_their_rules.sql"
    assert set(re.findall(r"ref\('(\w+)'\)", test.read_text())) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_seed_declares_what_the_validator_checks(name: str) -> None:
    seed = yaml.safe_load((SEEDS / f"{name}.yml").read_text())["seeds"][0]
    columns = FILES[name].columns
    assert seed["config"]["column_types"] == {key: rule.type for key, rule in columns.items()}
    rules = seed["config"]["meta"]["rules"]
    for column, rule in columns.items():
        assert_same_rule(rules[column], rule)


def assert_same_rule(written: str, rule: Column) -> None:
    """Whatever passes here must pass dbt's test too, else a bad cell would only fail the build."""
    may_be_empty = "is null" in written
    assert may_be_empty == (not rule.is_required)
    if " in ('" in written:
        allowed = written.split(" in (")[1].split(")")[0]
        assert [word.strip(" '") for word in allowed.split(",")] == list(rule.allowed)
