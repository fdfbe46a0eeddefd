"""What several tests against a yardstick build on."""

from __future__ import annotations

import pytest

from tests.reference.revenue_copy import RevenueCopy


@pytest.fixture(scope="session")
def revenue(tmp_path_factory: pytest.TempPathFactory) -> RevenueCopy:
    return RevenueCopy(tmp_path_factory.mktemp("revenue") / "project")
