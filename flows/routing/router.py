"""One run of the router: read the published file, queue what is new, send what waits."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from flows.lock import locked
from flows.problems import Problem, Refused
from flows.routing.leads import Destination, Lead, read_published
from flows.routing.messages import signature
from flows.routing.outbox import FILE, Outbox, settled, wanted
from flows.routing.sending import Patience, quiet_libraries, send_over_http, send_to_folder
from flows.settings import Settings
from flows.warehouse import opened


@dataclass
class Sent:
    """What a run came to at one destination."""

    delivered: int = 0
    waiting: int = 0
    refused: int = 0
    stopped: str | None = None


@dataclass
class Routed:
    """What a run came to. `unused` counts leads whose destination is not enabled."""

    queued: int = 0
    by_destination: dict[str, Sent] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return not any(one.waiting or one.refused for one in self.by_destination.values())


def route(
    settings: Settings,
    command: str = "flywheel route",
    *,
    since: datetime | None = None,
    retry_refused: bool = False,
    patience: Patience | None = None,
) -> Routed:
    """Send every lead to each of its destinations that has never had it.

    Whoever qualified before `since` is left out, now and in later runs.
    """
    destinations, leads = read_published(settings.published_file)
    enabled = [destination for destination in destinations if destination.is_enabled]
    with (
        locked(settings.warehouse / "outbox.lock", command),
        opened(settings.warehouse / FILE, name="outbox") as connection,
    ):
        outbox = Outbox(connection)
        routed = Routed(outbox.queue(leads, enabled, since), unused=_unused(leads, destinations))
        if retry_refused:
            outbox.reopen_refused()
        before = outbox.counted()
        ways = [
            _way(destination, settings)
            for destination in enabled
            if _open(before, destination.name)
        ]
        with quiet_libraries():
            stopped = asyncio.run(_send_all(ways, outbox, patience or Patience()))
        after = outbox.counted()
        for destination in enabled:
            name = destination.name
            delivered = after.get((name, "delivered"), 0) - before.get((name, "delivered"), 0)
            refused = after.get((name, "refused"), 0)
            routed.by_destination[name] = Sent(
                delivered, _open(after, name), refused, stopped.get(name)
            )
    return routed


def plan(
    settings: Settings, *, since: datetime | None = None
) -> tuple[list[tuple[Lead, Destination]], Routed]:
    """What `route` would send now; nothing is written and nobody is asked."""
    destinations, leads = read_published(settings.published_file)
    leads = [lead for lead in leads if since is None or lead.qualified_at >= since]
    known: set[str] = set()
    file = settings.warehouse / FILE
    if file.exists():
        with opened(file, name="outbox", read_only=True) as connection:
            known = settled(connection)
    found = [
        (lead, destination)
        for lead, destination, key in wanted(leads, destinations)
        if destination.is_enabled and key not in known
    ]
    routed = Routed(len(found), unused=_unused(leads, destinations))
    return found, routed


@dataclass(frozen=True)
class Way:
    """A destination with its address and secret, as the environment gave them."""

    destination: Destination
    address: str = field(repr=False)
    secret: str = field(repr=False)


def _way(destination: Destination, settings: Settings) -> Way:
    address = _from_environment(destination.address_variable, destination, "the address")
    secret = ""
    if destination.kind != "folder":
        _check_address(address, destination)
        if destination.needs_secret:
            secret = _from_environment(destination.secret_variable, destination, "the secret")
            _check_secret(secret, destination)
    else:
        address = str(settings.project / Path(address).expanduser())
    return Way(destination, address, secret)


def _from_environment(variable: str, destination: Destination, what: str) -> str:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise Refused(
            f"{what.capitalize()} of destination {destination.name} is not set.",
            where=f"environment variable {variable}",
            remedy=f"Set {variable}, or disable the destination in destinations.csv.",
        )
    return value


def _check_address(address: str, destination: Destination) -> None:
    try:
        url = httpx.URL(address)
        is_good = url.scheme in ("http", "https") and bool(url.host)
    except httpx.InvalidURL:
        is_good = False
    if not is_good:
        raise Refused(
            f"The address of destination {destination.name} is no http or https address.",
            where=f"environment variable {destination.address_variable}",
        )


def _check_secret(secret: str, destination: Destination) -> None:
    try:
        signature(secret, "", 0, b"")
        is_good = secret.isascii() and secret.isprintable()
    except ValueError:  # whsec_ and then no base64
        is_good = False
    if not is_good:
        raise Refused(
            f"The secret of destination {destination.name} cannot be used.",
            where=f"environment variable {destination.secret_variable}",
            remedy="Give plain ASCII text, or whsec_ and base64.",
        )


async def _send_all(ways: list[Way], outbox: Outbox, patience: Patience) -> dict[str, str | None]:
    """All destinations at the same time, so that a slow one keeps no other waiting."""

    async def send(way: Way) -> str | None:
        if way.destination.kind == "folder":
            return send_to_folder(way.destination, outbox, Path(way.address))
        return await send_over_http(way.destination, outbox, way.address, way.secret, patience)

    results = await asyncio.gather(*map(send, ways), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return {way.destination.name: result for way, result in zip(ways, results, strict=True)}


def _open(counted: dict[tuple[str, str], int], destination: str) -> int:
    return counted.get((destination, "pending"), 0) + counted.get((destination, "sending"), 0)


def _unused(leads: list[Lead], destinations: list[Destination]) -> dict[str, int]:
    """Leads that wait for a destination to be enabled, by its name."""
    found: dict[str, int] = {}
    for _, destination, _ in wanted(leads, destinations):
        if not destination.is_enabled:
            found[destination.name] = found.get(destination.name, 0) + 1
    return found


def failure(routed: Routed) -> Problem | None:
    """What a person has to know when not all has arrived."""
    if routed.is_complete:
        return None
    detail = []
    for name, sent in routed.by_destination.items():
        if sent.waiting:
            why = f" ({sent.stopped})" if sent.stopped else ""
            detail.append(f"{name}: {sent.waiting} not delivered yet{why}")
        if sent.refused:
            detail.append(f"{name}: {sent.refused} refused")
    return Problem(
        "Not every lead was taken; nothing is lost.",
        detail=detail,
        where=FILE,
        remedy="Run `flywheel route` again for what waits; --retry-refused also tries the refused.",
    )
