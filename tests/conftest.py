"""What holds for all tests."""

from __future__ import annotations

import atexit

from flows.prefect_home import end_quietly

atexit.register(end_quietly)  # so that pytest has the last word, not DuckDB's binding
