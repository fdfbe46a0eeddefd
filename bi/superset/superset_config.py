"""Superset as `make check-superset` starts it: on this machine alone, for minutes. No example for a
server of your own, which needs a secret of its own, CSRF protection and a metadata database."""

from __future__ import annotations

import os

SECRET_KEY = os.environ["FLYWHEEL_SUPERSET_SECRET"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['FLYWHEEL_SUPERSET_METADATA']}"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False  # a DuckDB file is a path on the server
