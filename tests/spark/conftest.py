"""Builds on Spark take minutes: `make check-spark` runs them, `make test` the comparer's tests."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

HAS_SPARK = importlib.util.find_spec("pyspark") and (
    shutil.which("java") or os.environ.get("JAVA_HOME")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wanted = os.environ.get("FLYWHEEL_CHECK_SPARK")
    for item in items:
        if item.get_closest_marker("spark") and not wanted:
            item.add_marker(pytest.mark.skip(reason="builds on Spark: make check-spark"))
        elif item.get_closest_marker("spark") and not HAS_SPARK:
            item.add_marker(pytest.mark.skip(reason="needs make install-spark and Java 17"))
