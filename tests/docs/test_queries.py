"""Every query of the book runs on the published demo company, and every published table is named.

`csv result` below a query is what it gives; a query gives rows unless a table that it reads is
empty in the demo company.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.definitions.files import FILES
from tests.demo_company import Demo
from tests.docs.book import BLOCKS, PAGES, PROJECT, Block, commands, section, written_in

QUERIES = [block for block in written_in("sql") if not block.about]
RESULTS = {
    query: result
    for query, result in pairwise(BLOCKS)
    if query in QUERIES and (result.language, result.about) == ("csv", "result")
}
NO_MARTS = ("core", "meta", "definitions", "main")


@pytest.fixture(scope="module")
def published(demo: Demo) -> Path:
    if not demo.published.exists():
        demo.flywheel("publish")
    return demo.published


@pytest.fixture(scope="module")
def connection(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def empty_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where estimated_size = 0"
    )
    return {name for (name,) in found.fetchall()}


@pytest.mark.parametrize("block", QUERIES, ids=str)
def test_every_query_runs_and_gives_rows(
    block: Block, published: Path, empty_tables: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.parents[1])  # a block may attach warehouse/flywheel.duckdb
    link = Path("warehouse")
    if not link.exists():
        link.symlink_to(published.parent)
    attaches = "attach" in block.text
    with duckdb.connect(":memory:" if attaches else str(published), read_only=not attaches) as made:
        made.execute("set threads = 1")
        for statement in duckdb.extract_statements(block.text):
            rows = made.execute(statement).fetchall()
            reads_nothing = any(name in statement.query for name in empty_tables)
            assert rows or reads_nothing or attaches, statement.query


@pytest.mark.parametrize("query", RESULTS, ids=str)
def test_results_are_what_the_book_says(
    query: Block, connection: duckdb.DuckDBPyConnection
) -> None:
    answer = connection.execute(query.text)
    heading = [column[0] for column in answer.description or []]
    cells = [["" if cell is None else shown(cell) for cell in row] for row in answer.fetchall()]
    assert [heading, *cells] == list(csv.reader(io.StringIO(RESULTS[query].text)))


def shown(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def test_every_published_table_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    book = "\n".join(page.read_text() for page in (PROJECT / "docs").rglob("*.md"))
    tables = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema not in ('definitions', 'main')"
    ).fetchall()
    assert len(tables) > 60
    assert [f"{s}.{t}" for s, t in tables if f"{s}.{t}`" not in book] == []


def test_every_table_that_is_named_is_published(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    columns = connection.execute(
        "select table_schema || '.' || table_name || '.' || column_name"
        " from information_schema.columns"
    ).fetchall()
    known = {name for (name,) in tables + columns}
    schemas = {name.partition(".")[0] for name in known}
    named = {
        name
        for page in PAGES
        for name in re.findall(r"`(\w+\.\w+(?:\.\w+)?)`", page.read_text())
        if name.partition(".")[0] in schemas
    }
    files = {name for name in named if name.split(".")[-1] in ("csv", "py", "yml", "html")}
    assert named - known - files == set()


def test_every_metric_of_a_mart_is_explained_in_its_chapter(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """A metric is a column of numbers with a fraction: rates, durations, money."""
    metrics = connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where data_type = 'DOUBLE' or data_type like 'DECIMAL%'"
    ).fetchall()
    wrong = [
        f"{schema}.{table}.{column}"
        for schema, table, column in metrics
        if schema not in NO_MARTS
        and f"`{column}`" not in (PROJECT / "docs" / "metrics" / f"{schema}.md").read_text()
    ]
    assert len(metrics) > 100
    assert wrong == []


def test_every_published_table_and_column_says_what_it_is(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    silent = connection.execute("""
        select schema_name || '.' || table_name from duckdb_tables() where comment is null
        union all
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where comment is null and database_name = current_database() and not internal
    """).fetchall()
    assert [name for (name,) in silent] == []


ONE_LINERS = [
    (str(block), words)
    for block in written_in("sh")
    for words in commands(block)
    if words[:2] == ["python", "-c"]
]


@pytest.mark.parametrize(("place", "words"), ONE_LINERS, ids=str)
def test_every_one_liner_runs(place: str, words: list[str], published: Path) -> None:
    script = words[2].replace("warehouse/flywheel.duckdb", str(published))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, f"{place}: {done.stderr}"
    assert done.stdout


def test_every_command_of_dbt_exists() -> None:
    from dbt.cli.main import cli

    asked = [words for block in written_in("sh") for words in commands(block) if words[0] == "dbt"]
    assert asked
    for _, *words in asked:
        name = " ".join(words[:2]) if words[0] == "docs" else words[0]
        command = cli
        for part in name.split():
            command = command.commands[part]
        command.make_context(name, words[len(name.split()) :])


def test_every_metric_that_is_asked_for_by_name_is_there(demo: Demo, published: Path) -> None:
    written = json.loads((demo.warehouse / "target" / "semantic_manifest.json").read_text())
    metrics = {metric["name"] for metric in written["metrics"]}
    groups = {
        f"{entity['name']}__{dimension['name']}"
        for model in written["semantic_models"]
        for entity in model["entities"]
        for dimension in model["dimensions"]
    }
    book = "\n".join(page.read_text() for page in PAGES)
    queries = re.findall(r"mf query --metrics ([\w,]+) --group-by ([\w,]+)", book)
    assert queries
    for asked, by in queries:
        assert set(asked.split(",")) <= metrics
        assert set(by.split(",")) <= groups


def test_what_a_definition_is_said_to_change_is_built_from_it(demo: Demo, published: Path) -> None:
    manifest = json.loads((demo.warehouse / "target" / "manifest.json").read_text())
    page = PROJECT / "docs" / "definitions" / "README.md"
    rows = re.findall(r"^\| (.*?) \| (.*?) \|$", section(page, "## What a change reaches"), re.M)
    said = {
        name: set(re.findall(r"`(\w+)`", marts))
        for names, marts in rows
        for name in re.findall(r"`(\w+)`", names)
    }
    assert set(said) == set(FILES)
    for name, marts in said.items():
        assert marts <= folders_built_from(f"seed.flywheel.{name}", manifest), name


def folders_built_from(seed: str, manifest: dict[str, Any]) -> set[str]:
    reached, waiting = set(), [seed]
    while waiting:
        children = {
            name for name in manifest["child_map"].get(waiting.pop(), []) if "model." in name
        }
        waiting += children - reached
        reached |= children
    places = [manifest["nodes"][name]["fqn"] for name in reached if name in manifest["nodes"]]
    return {place[2] for place in places if place[1] == "marts"}


@pytest.mark.parametrize("command", ["status", "land --dry-run"])
def test_cheap_commands_run(command: str, demo: Demo) -> None:
    demo.flywheel(*command.split())
