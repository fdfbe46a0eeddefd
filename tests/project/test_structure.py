"""The project keeps its own rules: each test is one sentence of the conventions."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import Counter
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
import yaml

from bi.superset.bundle import read_tabs
from flows.build import VARIABLES
from flows.landing.formats import native

PROJECT = Path(__file__).resolve().parents[2]
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
MACROS = sorted((PROJECT / "macros").rglob("*.sql"))
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "definitions"},
    "marts": {"intermediate", "definitions"},
}

Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("parse")
    result = dbtRunner().invoke(
        [
            "--log-level=none",
            "--log-level-file=none",
            "parse",
            f"--project-dir={PROJECT}",
            f"--profiles-dir={PROJECT}",
            f"--target-path={target}",
            f"--vars={json.dumps(VARIABLES)}",
        ]
    )
    assert result.success, result.exception
    return json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def nodes(manifest) -> dict[str, Node]:
    return {**manifest["nodes"], **manifest["sources"]}


@pytest.fixture(scope="module")
def models(nodes) -> list[Node]:
    return [node for node in nodes.values() if node["resource_type"] == "model"]


@pytest.fixture(scope="module")
def marts(models) -> list[Node]:
    return [model for model in models if layer(model) == "marts" and not is_step(model)]


@pytest.fixture(scope="module")
def written(models) -> dict[str, str]:
    """The SQL of each model by name, without comments."""
    return {model["name"]: without_comments(model["raw_code"]) for model in models}


def layer(node: Node) -> str:
    if node["resource_type"] == "model":
        return node["fqn"][1]
    return "definitions" if node["resource_type"] == "seed" else "source"


def subject(node: Node) -> str:
    return node["fqn"][2]


def is_step(model: Node) -> bool:
    """Lies in a mart's folder, and is not published."""
    return "steps" in model["fqn"]


def without_comments(sql: str) -> str:
    sql = re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", sql)


def without_jinja_and_text(sql: str) -> str:
    """SQL with its calls of macros and its text literals blanked out."""
    return re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"\{\{.*?\}\}", "x", sql, flags=re.DOTALL))


def parents(model: Node, nodes: dict[str, Node]) -> list[Node]:
    return [nodes[name] for name in model["depends_on"]["nodes"]]


# One way: source, staging, intermediate, marts, scorecard.


def test_the_graph_flows_one_way(nodes, models) -> None:
    wrong = [
        f"{model['name']} reads {parent['name']}"
        for model in models
        for parent in parents(model, nodes)
        if layer(parent) not in MAY_READ[layer(model)]
        and not (layer(model) == layer(parent) == "marts" and may_read_mart(model, parent))
    ]
    assert wrong == []


def may_read_mart(model: Node, parent: Node) -> bool:
    return subject(parent) in ("core", subject(model)) or subject(model) == "scorecard"


def test_staging_reads_one_source_and_joins_nothing(nodes, models) -> None:
    wrong = [
        model["name"]
        for model in models
        if layer(model) == "staging"
        and (len(parents(model, nodes)) != 1 or re.search(r"\b(with|join)\b", model["raw_code"]))
    ]
    assert wrong == []


# One home: a folder has an owner, a file says what it holds.


def test_every_mart_folder_has_a_group_with_an_owner(manifest, marts) -> None:
    owners = {group["name"]: group["owner"].get("name") for group in manifest["groups"].values()}
    folders = {path.name for path in (PROJECT / "models" / "marts").iterdir()}
    assert folders == {name for name, owner in owners.items() if owner}
    assert [mart["name"] for mart in marts if mart["group"] != subject(mart)] == []


def test_a_mart_is_named_for_its_question_and_grain_and_lies_in_its_schema(marts) -> None:
    questions = {
        "lifecycle_by_period": "retention",
        "activity_by_day": "retention",
        "stickiness_by_frequency": "retention",
        "dormancy_by_actor": "retention",
        "flywheel_by_week": "scorecard",
    }
    wrong = [
        mart["name"]
        for mart in marts
        if subject(mart) not in ("core", "meta")
        and not mart["name"].startswith(f"{subject(mart)}_by_")
        and questions.get(mart["name"]) != subject(mart)
    ]
    assert wrong == []
    assert [mart["name"] for mart in marts if mart["schema"] != subject(mart)] == []


def test_prefixes_tell_the_layer(models) -> None:
    prefixes = {"staging": "stg_", "intermediate": "int_"}
    wrong = [
        model["name"]
        for model in models
        if layer(model) in prefixes and not model["name"].startswith(prefixes[layer(model)])
    ]
    wrong += [
        model["name"]
        for model in models
        if layer(model) == "marts" and is_step(model) != model["name"].startswith("int_")
    ]
    assert wrong == []


def test_the_exposure_of_the_dashboard_is_what_it_draws(manifest, models) -> None:
    exposure = manifest["exposures"]["exposure.flywheel.superset_dashboard"]
    drawn = {chart.mart for tab in read_tabs() for chart in tab.charts}
    named = {model["unique_id"]: f"{model['schema']}.{model['name']}" for model in models}
    assert {named[one] for one in exposure["depends_on"]["nodes"]} == drawn & set(named.values())


def test_no_file_or_folder_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "misc", "legacy", "tmp", "old", "common", "helpers"}
    folders = ("flows", "macros", "models", "seeds", "tests")
    found = [path for folder in folders for path in (PROJECT / folder).rglob("*")]
    assert [path for path in found if path.stem in drawers] == []


# The pair, and what it says.


def test_every_model_has_its_yml_beside_it() -> None:
    assert [path.name for path in MODELS if not path.with_suffix(".yml").exists()] == []


def test_every_description_begins_with_the_grain(models) -> None:
    wrong = [
        model["name"] for model in models if not model["description"].startswith("One row per ")
    ]
    assert wrong == []


def test_every_mart_has_a_contract_and_says_what_each_column_is(marts) -> None:
    wrong = [mart["name"] for mart in marts if not mart["contract"]["enforced"]]
    wrong += [
        f"{mart['name']}.{column['name']}"
        for mart in marts
        for column in mart["columns"].values()
        if not column["description"] or not column["data_type"]
    ]
    assert wrong == []


def test_every_mart_tests_its_grain(manifest, marts) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and node.get("test_metadata", {}).get("name") in ("one_row_per", "unique")
    }
    assert [mart["name"] for mart in marts if mart["unique_id"] not in tested] == []


def test_every_mart_has_a_unit_test_of_a_dozen_rows_or_fewer(manifest, marts) -> None:
    smallest: dict[str, int] = {}
    for test in manifest["unit_tests"].values():
        rows = max([len(given["rows"] or []) for given in test["given"]] or [0])
        for name in test["depends_on"]["nodes"]:
            smallest[name] = min(rows, smallest.get(name, rows))
    assert [mart["name"] for mart in marts if smallest.get(mart["unique_id"], 99) > 12] == []


def test_every_definition_declares_the_type_of_every_column_and_describes_it(nodes) -> None:
    wrong = []
    for seed in (node for node in nodes.values() if node["resource_type"] == "seed"):
        with (PROJECT / seed["original_file_path"]).open(newline="") as file:
            heading = next(csv.reader(file))
        described = {name for name, column in seed["columns"].items() if column["description"]}
        if set(heading) != set(seed["config"]["column_types"]) or set(heading) - described:
            wrong.append(seed["name"])
    assert wrong == []


# Short.


def test_models_are_short() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in MODELS}
    assert {name: lines for name, lines in lengths.items() if lines > 120} == {}
    assert quantiles(lengths.values(), n=2)[0] <= 80
    ymls = {
        path.name: len(path.read_text().splitlines())
        for path in (PROJECT / "models").rglob("*.yml")
    }
    assert {name: lines for name, lines in ymls.items() if lines > 150} == {}


def test_lines_are_no_longer_than_a_hundred_characters() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in [*MODELS, *(PROJECT / "tests" / "data").glob("*.sql")]
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 100
    ]
    assert wrong == []


# Quick.


def test_a_run_has_three_hundred_nodes_at_most(manifest) -> None:
    """Each costs dbt 50 ms, however little it does. Small steps are no nodes: `small_steps`."""
    run = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed", "test", "snapshot")
        and node["config"]["materialized"] != "ephemeral"
    ]
    assert len(run) <= 300


def test_a_mart_has_one_test(manifest, marts) -> None:
    tests = Counter(
        node["attached_node"] for node in manifest["nodes"].values() if node.get("attached_node")
    )
    assert {mart["name"] for mart in marts if tests[mart["unique_id"]] != 1} == set()


def test_no_small_step_is_worked_out_twice_within_a_model(nodes, models) -> None:
    """DuckDB would hold all its rows in memory in between: let it be a view or a table."""
    wrong = [
        f"{model['name']} reads {name} twice"
        for model in models
        if model["config"]["materialized"] != "ephemeral"
        for name, times in Counter(small_steps_of(model, nodes)).items()
        if times > 1 and name not in TINY
    ]
    assert wrong == []


TINY = {"int_adoption_months", "int_retention_settings"}


def small_steps_of(model: Node, nodes: dict[str, Node]) -> list[str]:
    """Every reading of a small step below this model, each step followed once."""
    read, to_follow, followed = [], [model], set()
    while to_follow:
        for parent in parents(to_follow.pop(), nodes):
            if parent.get("config", {}).get("materialized") == "ephemeral":
                read.append(parent["name"])
                if parent["name"] not in followed:
                    followed.add(parent["name"])
                    to_follow.append(parent)
    return read


# Definitions are rows.


def test_no_number_but_0_1_12_100_stands_in_a_model(written) -> None:
    wrong = {
        name: sorted(found)
        for name, sql in written.items()
        if (found := numbers_in(sql) - {"0", "1", "12", "100"})
    }
    assert wrong == {}


def numbers_in(sql: str) -> set[str]:
    sql = re.sub(r"\b(date|timestamp|interval) '[^']*'", "x", sql)
    sql = re.sub(r"\b(decimal|percentile_cont)\s*\([^)]*\)", "x", without_jinja_and_text(sql))
    sql = re.sub(r"\bsplit_part\([^()]*\)", "x", sql)
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])", sql))


def test_no_event_plan_or_address_stands_in_a_model_or_macro(written) -> None:
    definitions = PROJECT / "seeds" / "definitions"
    with (definitions / "event_catalog.csv").open(newline="") as file:
        events = {row["event_name"] for row in csv.DictReader(file)}
    macros = {path.stem: without_comments(path.read_text()) for path in MACROS}
    wrong = {
        name: sorted(found)
        for name, sql in (written | macros).items()
        if (found := events & set(re.findall(r"'([^']*)'", sql)) | set(re.findall(r"\w+@\w+", sql)))
    }
    assert wrong == {}


# Little Jinja.


def test_no_model_holds_a_jinja_block_or_asks_for_the_engine(models) -> None:
    wrong = [
        model["name"]
        for model in models
        if "{%" in model["raw_code"] or "target." in model["raw_code"]
    ]
    assert wrong == []


def test_a_macro_file_holds_the_macro_of_its_name_and_says_what_it_returns() -> None:
    wrong = []
    for path in MACROS:
        text = path.read_text()
        names = set(re.findall(r"\{%-?\s*macro\s+(\w+)", text))
        names = {re.sub(r"^(default|spark|duckdb)__", "", name) for name in names}
        if path.stem not in names or len(names) > 2 or not text.lstrip().startswith("{#"):
            wrong.append(path.name)
    assert wrong == []


# It reads aloud.


def test_ctes_say_what_was_done_and_stars_only_import_or_filter(written) -> None:
    wrong = []
    for name, sql in written.items():
        ctes = re.findall(r"(?:^|,\s*)\s*(\w+)\s+as\s*\(", sql)
        if vague := {"final", "joined", "base", "result", "results"} & set(ctes):
            wrong.append(f"{name}: {vague}")
        if short := [cte for cte in ctes if len(cte) < 3]:
            wrong.append(f"{name}: {short}")
        stack = r"(select \* from \w+\s+)(union all\s+select \* from \w+\s*)+"
        for star in re.findall(r"select \*\s+(from [^()]*)", re.sub(stack, "", sql)):
            if not re.match(r"from (\{\{|\w+\s+where\b)", star):  # an import or a pure filter
                wrong.append(f"{name}: select * {star}")
    assert wrong == []


# Portable SQL: what DuckDB and Spark read alike (and what differs in silence is in macros).

BANNED = {
    r"::": "cast(x as t)",
    r"\bqualify\b": "row_number in a step of its own, then where",
    r"\b(exclude|replace|rename)\s*\(\s*\w+\s*(,|\)|\bas\b)(?=[^)]*\)\s*from)": "name the columns",
    r"\basof\b": "a macro of macros/engine",
    r"\bpivot\b": "case when",
    r"\bdistinct on\b": "row_number",
    r"\b(semi|anti) join\b": "exists",
    r"\bunion (all )?by name\b": "name the columns",
    r"\blateral\b": "a macro of macros/engine",
    r"\bvarchar\b": "string",
    r"\bat time zone\b": "utc_to_local, local_to_utc",
    r"\b(current_date|current_timestamp|now\(\)|today\(\))": "int_as_of",
    r"\bdbt\.(dateadd|datediff|listagg)\b": "add_periods, days_between, ordered_list",
    r"\b(date_diff|datediff|dateadd|date_add|strftime|strptime|date_format)\s*\(": "macros",
    r"\b(json_extract\w*|get_json_object|json_object|to_json)\s*\(": "json_property, json_text",
    r"->": "json_property, json_text",
    r"\b(unnest|explode|generate_series|sequence|range)\s*\(": "series, split_rows",
    r"\b(list|array_agg|string_agg|listagg|group_concat|struct_pack)\s*\(": "ordered_list",
    r"\b(regexp_matches|regexp_replace|regexp_extract|rlike|similar to)\b": "regexp_match",
    r"\b(quantile|quantile_cont|approx_\w+|percentile|arg_max|arg_min)\s*\(": "percentile_cont",
    r"\b(hash|log|concat|epoch|epoch_ms|dayofweek|weekday|isodow)\s*\(": "md5, ln, ||, macros",
    r"\b(ignore|respect) nulls\b": "max_by, min_by",
    r"(?<!\w)\[": "no list literals",
    r"\"": "no quoted names",
    r"\\": "no backslashes",
    r"\b(left|right) outer join\b": "left join",
    r"\bright join\b": "left join",
    r"\bnatural join\b": "on",
    r"\bgroup by \d": "name the columns",
    r"\border by \d": "name the columns",
}


@pytest.mark.parametrize("banned", BANNED)
def test_models_speak_only_what_both_engines_read_alike(written, banned: str) -> None:
    wrong = [
        f"{name}: {found.group(0).strip()!r} -> {BANNED[banned]}"
        for name, sql in written.items()
        if (found := re.search(banned, without_jinja_and_text(sql)))
    ]
    assert wrong == []


def test_every_division_is_by_what_cannot_be_zero(written) -> None:
    cannot_be_zero = r"[^/]{,40}\bnullif\(|cast\(rpad\(|x\b|12\b|100\b"  # x is a macro's call
    wrong = [
        f"{name}: / {divisor}"
        for name, sql in written.items()
        for divisor in re.findall(r"/\s*(.*)", without_jinja_and_text(sql))
        if not re.match(cannot_be_zero, divisor)
    ]
    assert wrong == []


# The pipeline.


def test_only_two_modules_know_prefect() -> None:
    knowing = {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / "flows").rglob("*.py")
        if "prefect" in imports(path)
    }
    assert knowing == {"flows/pipeline.py", "flows/serve.py"}


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_every_module_says_what_it_is_for() -> None:
    wrong = [
        path.relative_to(PROJECT).as_posix()
        for folder in ("flows", "tests")
        for path in (PROJECT / folder).rglob("*.py")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert wrong == []


def test_no_package_is_needed_and_the_seed_path_is_the_definitions_alone() -> None:
    assert not (PROJECT / "packages.yml").exists()
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    assert settings["seed-paths"] == ["seeds/definitions"]
    assert settings["flags"]["send_anonymous_usage_stats"] is False


def test_the_readme_is_short() -> None:
    assert 20 < len((PROJECT / "README.md").read_text().splitlines()) <= 120


def test_no_two_files_of_models_share_a_name() -> None:
    assert [
        name for name, count in Counter(path.name for path in MODELS).items() if count > 1
    ] == []


def test_the_landing_page_lists_the_columns_that_landing_reads() -> None:
    page = (PROJECT / "docs" / "landing.md").read_text()
    told = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))
    assert told == {
        stream.name: ", ".join(
            column.name + ("*" if column.required else "") for column in stream.columns
        )
        for stream in native.FORMAT.streams
    }
