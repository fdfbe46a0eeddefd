"""`flywheel route`, from its options to its last line."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from flows.display import Display
from flows.problems import Refused
from flows.routing.outbox import plain
from flows.routing.router import Routed, failure, plan, route
from flows.routing.sending import Patience
from flows.settings import Settings, parse_instant


def route_command(
    settings: Settings,
    display: Display,
    command: str,
    *,
    since: str | None = None,
    dry_run: bool = False,
    retry_refused: bool = False,
    patience: Patience | None = None,
) -> None:
    """Send, or tell what would be sent; a lead that was not taken ends in a problem."""
    begin = _instant(since)
    if dry_run:
        _tell_plan(settings, display, begin)
        return
    with display.stage("route") as stage:
        routed = route(
            settings,
            command,
            since=begin,
            retry_refused=retry_refused,
            patience=patience,
        )
        stage.facts = asdict(routed)
        delivered = sum(one.delivered for one in routed.by_destination.values())
        stage.done = f"{routed.queued:,} queued, {delivered:,} delivered"
    for name, sent in routed.by_destination.items():
        display.say(
            f"  {name}: {sent.delivered} delivered, {sent.waiting} waiting, {sent.refused} refused"
        )
    _warn_of_unused(display, routed)
    if problem := failure(routed):
        raise problem
    display.document({"state": "routed", "stages": display.stages, "warnings": display.warnings})


def _tell_plan(settings: Settings, display: Display, since: datetime | None) -> None:
    found, routed = plan(settings, since=since)
    with display.stage("dry run") as stage:
        stage.done = f"{len(found):,} to be sent"
    for lead, destination in found:
        owner = f", for {lead.owner}" if lead.owner else ""
        display.say(
            f"  {destination.name}: {lead.model} {lead.actor_id}"
            f" {lead.qualified_at:%Y-%m-%d %H:%M} UTC, {lead.content['points']:g} points{owner}"
        )
    _warn_of_unused(display, routed)
    display.document(
        {
            "state": "tried",
            "leads": [
                {
                    "destination": destination.name,
                    "idempotency_key": lead.key(destination.name),
                    "model": lead.model,
                    "actor_id": lead.actor_id,
                    "qualified_at": plain(lead.qualified_at),
                    "owner": lead.owner,
                }
                for lead, destination in found
            ],
            "warnings": display.warnings,
        }
    )


def _warn_of_unused(display: Display, routed: Routed) -> None:
    for name, leads in routed.unused.items():
        display.warn(f"{name} is not enabled in destinations.csv; leads meant for it: {leads:,}.")


def _instant(text: str | None) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError as error:
        raise Refused(f"{text!r} is no instant: {error}.", where="--since") from None
