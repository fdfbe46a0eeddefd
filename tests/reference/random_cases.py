"""Checks on random cases: the same at each `make test`, others at each `make fuzz ROUNDS=10`.

A landing is never refused by chance; what a fuzz finds names its seed and becomes a case.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

ROUNDS = int(os.environ.get("FLYWHEEL_FUZZ_ROUNDS", "0"))


def check_random_cases(check: Callable[..., None], **drawn: st.SearchStrategy) -> None:
    """Call `check(seed=..., **drawn)` with one case; with others, and so many, if fuzzing."""

    @settings(
        max_examples=ROUNDS or 1,
        derandomize=not ROUNDS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(case=st.fixed_dictionaries({"seed": st.integers(0, 2**32), **drawn}))
    def agree(case: dict[str, Any]) -> None:
        assume(case["seed"])  # nought is what is always tried first
        check(**case)

    agree()
