"""Sends what waits for one destination. No address, no secret and no answer's text is ever kept.

Over HTTP a request that did not arrive, or was not answered in time, is made again with growing
waits; a server's `Retry-After` is obeyed. A destination that fails lead after lead is left alone
until the next run, and what it did not take stays in the outbox.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging import CRITICAL, getLogger
from pathlib import Path

import httpx
import tenacity

from flows.history import now
from flows.routing.leads import Destination
from flows.routing.messages import Message, flat, messages
from flows.routing.outbox import Delivery, Outbox

TRY_AGAIN = (408, 409, 423, 425, 429)  # of those below 500; 409: the same key is being worked on
WILL_NEVER_DO = (400, 410, 413, 415, 422)


@dataclass(frozen=True)
class Patience:
    """How long and how often it is tried."""

    attempts: int = 5  # for one lead in one run
    seconds_per_attempt: float = 10.0  # from connecting to the answer's first line
    first_wait: float = 0.5  # then twice that, and so on
    longest_wait: float = 60.0
    failures_in_a_row: int = 3  # leads given up one after the other: the destination is down


class NotTaken(Exception):
    """An attempt that failed; what it says holds no address and no secret."""

    def __init__(self, answer: str, retry_after: float | None = None) -> None:
        super().__init__(answer)
        self.retry_after = retry_after


class Refused(NotTaken):
    """The lead as it is will never be taken."""


class Closed(NotTaken):
    """No lead will be taken, whatever it is: the address or the secret is wrong."""


def send_to_folder(destination: Destination, outbox: Outbox, folder: Path) -> str | None:
    """All that waits as one new file, in JSON lines and in CSV; both appear whole or not at all.

    Which leads a file holds is settled in the outbox before it is written, so a router that was
    killed leads to the same file once more, not to another with the same leads.
    """
    batches: dict[str | None, list[Delivery]] = {}
    for delivery in outbox.waiting(destination.name):
        batches.setdefault(delivery.batch, []).append(delivery)
    for batch, deliveries in batches.items():
        name = batch or _batch_name(deliveries)
        outbox.begin(deliveries, batch=name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = [json.dumps(one.content, ensure_ascii=False) + "\n" for one in deliveries]
            _write(folder, f"{name}.jsonl", "".join(lines))
            _write(folder, f"{name}.csv", _csv(deliveries))
        except OSError as error:
            answer = f"the folder cannot be written: {error.strerror}"
            outbox.end(deliveries, "pending", answer)
            return answer
        outbox.end(deliveries, "delivered", "written")
    return None


async def send_over_http(
    destination: Destination, outbox: Outbox, address: str, secret: str, patience: Patience
) -> str | None:
    """Lead after lead, oldest first; returns why it stopped, if it had to."""
    pace = Pace(destination, outbox)
    failures = 0
    async with httpx.AsyncClient(
        timeout=patience.seconds_per_attempt, follow_redirects=False
    ) as client:
        for delivery in outbox.waiting(destination.name):
            try:
                await _deliver(
                    client, destination, outbox, delivery, address, secret, patience, pace
                )
                failures = 0
            except Refused as refused:
                outbox.end([delivery], "refused", str(refused))
            except NotTaken as failed:
                outbox.end([delivery], "pending", str(failed))
                failures += 1
                if isinstance(failed, Closed) or failures >= patience.failures_in_a_row:
                    return str(failed)
            else:
                outbox.end([delivery], "delivered", "taken")
    return None


async def _deliver(
    client: httpx.AsyncClient,
    destination: Destination,
    outbox: Outbox,
    delivery: Delivery,
    address: str,
    secret: str,
    patience: Patience,
    pace: Pace,
) -> None:
    """All requests of a lead, each until it is taken or patience ends."""
    sent_at = int(time.time())
    for number in range(len(messages(destination.kind, delivery, secret, sent_at))):
        async for attempt in tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(patience.attempts),
            wait=_wait(patience),
            retry=tenacity.retry_if_exception(_is_worth_another_try),
            reraise=True,
        ):
            with attempt:
                await pace.next_slot()
                outbox.begin([delivery])
                now_sent = messages(destination.kind, delivery, secret, int(time.time()))[number]
                await _post(client, address, now_sent, patience)


async def _post(
    client: httpx.AsyncClient, address: str, message: Message, patience: Patience
) -> None:
    """One attempt. The answer's first line decides; its body, however slow, is not waited for."""
    request = client.build_request(
        "POST", address.rstrip("/") + message.path if message.path else address,
        content=message.body, headers=message.headers,
    )  # fmt: skip
    try:
        async with asyncio.timeout(patience.seconds_per_attempt):
            response = await client.send(request, stream=True)
    except TimeoutError:
        raise NotTaken("no answer in time") from None
    except httpx.HTTPError as error:  # its text may hold the address
        raise NotTaken(f"no answer ({type(error).__name__})") from None
    status, retry_after = response.status_code, _seconds(response.headers.get("Retry-After"))
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(1):
            await response.aclose()
    if 200 <= status < 300 and status != 207:
        return
    answer = f"answered {status}"
    if status in WILL_NEVER_DO or status == 207:
        raise Refused(answer)
    if status >= 500 or status in TRY_AGAIN:
        raise NotTaken(answer, retry_after)
    raise Closed(answer)


class Pace:
    """At most so many attempts a minute, evenly, those of earlier runs counted."""

    def __init__(self, destination: Destination, outbox: Outbox) -> None:
        rate = destination.rate_per_minute
        self.spacing = 60 / rate if rate else 0.0
        last = outbox.last_attempt_at(destination.name)
        ago = (now() - last).total_seconds() if last else self.spacing
        self.next = time.monotonic() + max(self.spacing - max(ago, 0.0), 0.0)

    async def next_slot(self) -> None:
        wait = self.next - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self.next = time.monotonic() + self.spacing


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """The HTTP libraries log addresses and headers, which are secrets here."""
    loggers = [getLogger(name) for name in ("httpx", "httpcore")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _is_worth_another_try(error: BaseException) -> bool:
    return isinstance(error, NotTaken) and not isinstance(error, Refused | Closed)


def _wait(patience: Patience) -> tenacity.wait.wait_base:
    growing = tenacity.wait_random_exponential(patience.first_wait, patience.longest_wait)

    class AsAsked(tenacity.wait.wait_base):
        def __call__(self, retry_state: tenacity.RetryCallState) -> float:
            outcome = retry_state.outcome
            error = outcome.exception() if outcome else None
            asked = error.retry_after if isinstance(error, NotTaken) else None
            seconds = growing(retry_state)
            return seconds if asked is None else min(max(asked, seconds), patience.longest_wait)

    return AsAsked()


def _seconds(retry_after: str | None) -> float | None:
    try:
        return max(float(retry_after), 0.0) if retry_after else None
    except ValueError:  # a date; the growing waits will do
        return None


def _batch_name(deliveries: list[Delivery]) -> str:
    newest = max(one.content["qualified_at"] for one in deliveries)
    keys = ",".join(sorted(one.key for one in deliveries))
    return f"leads-{newest[:10]}-{hashlib.sha256(keys.encode()).hexdigest()[:12]}"


def _csv(deliveries: list[Delivery]) -> str:
    rows = [flat(one) for one in deliveries]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(folder: Path, name: str, text: str) -> None:
    new = folder / f".{name}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
