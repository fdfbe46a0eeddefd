"""What the tests of the demo company ask for by name."""

from __future__ import annotations

from tests.demo_company import Demo

__all__ = ["Demo"]
