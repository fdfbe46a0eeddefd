"""The demo company as an analyst builds it: `flywheel land`, then plain `dbt build`, every test."""

from __future__ import annotations

import duckdb
import pytest

from tests.end_to_end.conftest import Demo


def test_every_model_unit_test_and_data_test_passes(demo: Demo) -> None:
    wrong = {
        name: outcome
        for name, outcome in demo.outcomes.items()
        if outcome.split(":")[0] not in ("success", "pass")
    }
    assert wrong == {}
    kinds = {name.split(".")[0] for name in demo.outcomes}
    assert {"model", "seed", "test", "unit_test"} <= kinds


@pytest.fixture(scope="module")
def columns(demo: Demo) -> dict[str, dict[str, str | None]]:
    """Of each published table, its columns and their comments."""
    demo.flywheel("publish")
    with duckdb.connect(str(demo.published), read_only=True) as published:
        found: dict[str, dict[str, str | None]] = {}
        for table, column, comment in published.execute(
            "select schema_name || '.' || table_name, column_name, comment from duckdb_columns()"
            " where not internal"
        ).fetchall():
            found.setdefault(table, {})[column] = comment
    return found


def test_every_published_column_is_described(columns) -> None:
    undescribed = [
        f"{table}.{column}"
        for table, comments in columns.items()
        for column, comment in comments.items()
        if not comment and not table.startswith("meta.")
    ]
    assert undescribed == []
