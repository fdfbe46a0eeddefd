"""What holds for all tests."""

from __future__ import annotations

import atexit

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from flows.prefect_home import end_quietly
from tests.demo_company import demo

__all__ = ["demo"]

atexit.register(end_quietly)  # so that pytest has the last word, not DuckDB's binding


class BuiltOnce(LoadFileScheduling):
    """Tests of one file share a process, and so do all files that ask the demo company."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        asks_demo = "demo: Demo" in (self.config.rootpath / file).read_text()
        return "the demo company" if asks_demo else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BuiltOnce:
    return BuiltOnce(config, log)
