"""Hands leads to those who work on them: `flywheel route`.

Leads and destinations are read from the published file, whole and tested, and never from the
working file. What has to go where is first written into `outbox.duckdb`, then sent, then marked as
delivered, so a router that is killed at any moment loses nothing: the next one sends again what was
not marked, under the same idempotency key. A lead is known by model, actor and the how many-th of
these two it is, so a moved threshold or a late event does not send it once more.
"""

from __future__ import annotations
