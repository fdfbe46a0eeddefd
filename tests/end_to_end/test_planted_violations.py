"""What each data test promises to catch, it catches, and says by name.

The tests, as dbt wrote them for the demo company, run over copies of what they test. In each copy
one row has been changed so that it breaks one rule, or is there twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.demo_company import Demo

Node = dict[str, Any]
Row = dict[str, Any]

CHANGES = ("null", "'-1'", "'1000000'", "'true'", "'false'", "'1999-01-01'", "'nonsense'", "''")


class Copies:
    """A database called `build` that holds nothing but copies of the demo company's tables."""

    def __init__(self, demo: Demo) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute(f"attach '{demo.warehouse / 'build.duckdb'}' as demo (read_only)")

    def copy(self, node: Node) -> str:
        """All rows of what a node made, or one without values; returns its name."""
        table = f"{node['schema']}.{node['alias']}"
        self.connection.execute(f"create schema if not exists build.{node['schema']}")
        self.connection.execute(f"create or replace table build.{table} as from demo.{table}")
        if not self.rows(f"from build.{table} limit 1"):
            self.connection.execute(f"insert into build.{table} default values")
        return f"build.{table}"

    def rows(self, query: str) -> list[Row]:
        relation = self.connection.sql(query)
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def breaking(self, table: str, rule: str, columns: list[str]) -> str | None:
        """A query for one row of the table with one value changed so that the rule is broken."""
        types = {row["column_name"]: row["column_type"] for row in self.rows(f"describe {table}")}
        for column in columns:
            for change in CHANGES:
                changed = f"* replace (try_cast({change} as {types[column]}) as {column})"
                query = f"select * from (select {changed} from {table}) where {rule} limit 1"
                if self.rows(query):
                    return query
        return None

    def plant(self, table: str, *queries: str) -> None:
        """Let the table hold these rows besides its own."""
        self.connection.execute("begin")
        for number, query in enumerate(queries):
            self.connection.execute(f"create or replace temp table planted_{number} as {query}")
        for number in range(len(queries)):
            self.connection.execute(f"insert into {table} from planted_{number}")
        self.connection.execute("commit")


@pytest.fixture(scope="module")
def nodes(demo: Demo) -> dict[str, Node]:
    return json.loads((demo.warehouse / "target" / "manifest.json").read_text())["nodes"]


@pytest.fixture
def copies(demo: Demo) -> Iterator[Copies]:
    copies = Copies(demo)
    yield copies
    copies.connection.close()


def test_a_row_too_many_and_every_broken_truth_are_told(nodes, copies: Copies) -> None:
    missed = []
    tested = 0
    for test in nodes.values():
        if test.get("test_metadata", {}).get("name") != "one_row_per":
            continue
        table = copies.copy(node := nodes[test["attached_node"]])
        promises = test["test_metadata"]["kwargs"]
        grain = "one row per " + ", ".join(promises["columns"])
        assert copies.rows(test["compiled_code"]) == [], test["name"]
        for truth in promises.get("holds", []):
            columns = [row["column_name"] for row in copies.rows(f"describe {table}")]
            named = [column for column in columns if re.search(rf"\b{column}\b", truth)]
            breaking = copies.breaking(table, f"not ({truth})", named)
            assert breaking, f"{node['name']}: no row breaks {truth!r}"
            copies.plant(table, breaking)
            if truth not in {row["broken_rule"] for row in copies.rows(test["compiled_code"])}:
                missed.append(f"{node['name']}: {truth}")
            copies.copy(node)
            tested += 1
        copies.plant(table, f"from {table} limit 1")
        found = copies.rows(test["compiled_code"])
        if {row.get("broken_rule", grain) for row in found} != {grain}:
            missed.append(f"{node['name']}: {grain}")
    assert missed == []
    assert tested > 50


def test_every_broken_cell_of_a_definition_is_told(nodes, copies: Copies) -> None:
    test = nodes["test.flywheel.definitions_obey_their_rules"]
    seeds = [node for node in nodes.values() if node["resource_type"] == "seed"]
    tables = {seed["name"]: copies.copy(seed) for seed in seeds}
    planted = set()
    for seed in seeds:
        table, meta = tables[seed["name"]], seed["config"]["meta"]
        broken = {}
        for column, rule in meta["rules"].items():
            breaking = copies.breaking(table, f"coalesce(not ({rule}), true)", [column])
            if breaking:
                broken[column] = breaking
            else:
                assert seed["config"]["column_types"][column] == "boolean", (seed["name"], column)
        copies.plant(table, *broken.values(), f"from {table} limit 1")
        names = [*broken, ", ".join(meta["key"])]
        planted |= {(f"{seed['name']}.csv", name) for name in names}
    found = copies.rows(test["compiled_code"])
    assert planted - {(row["file"], row["broken_column"]) for row in found} == set()
    assert len(planted) > 150


def test_a_broken_cell_is_told_with_its_file_row_and_column(nodes, copies: Copies) -> None:
    seeds = [node for node in nodes.values() if node["resource_type"] == "seed"]
    plans = {seed["name"]: copies.copy(seed) for seed in seeds}["plans"]
    plan = copies.rows(f"select min(plan) as plan from {plans}")[0]["plan"]
    copies.connection.execute(f"update {plans} set tier = -1 where plan = '{plan}'")
    found = copies.rows(nodes["test.flywheel.definitions_obey_their_rules"]["compiled_code"])
    assert [row for row in found if row["file"] == "plans.csv"] == [
        {"file": "plans.csv", "of_row": plan, "broken_column": "tier", "broken_value": "-1"}
    ]
