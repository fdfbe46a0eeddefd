"""How events arrive: mostly within seconds, some days late, some twice, a few from the future."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.simulate.profile import CompanyProfile
from flows.simulate.timeline import DAY, HOUR, SECOND, Span, instant
from flows.simulate.vocabulary import FIRST_VARIANT, VARIANT_COUNT, code

FROM_SERVERS = ("api_called", "subscription_started")  # half of these carry no received_at
Rows = dict[str, np.ndarray]


@dataclass
class Delivered:
    """Rows in the order of arrival, with the month of arrival and whether it is sent once more."""

    rows: Rows
    month: np.ndarray
    resent: np.ndarray
    totals: dict[str, int]


def deliver(
    rng: np.random.Generator, events: Rows, span: Span, profile: CompanyProfile
) -> Delivered:
    rows = _happened(rng, events, span)
    count = len(rows["at"])
    rows["event"] = np.arange(count)
    received = rows["at"] + 200 + rng.exponential(1.5 * SECOND, count).astype(np.int64)
    late = rng.random(count) < profile.late_share
    received = np.where(late, received + rng.integers(6 * HOUR, 5 * DAY, count), received)
    ahead = (rows["code"] == code("report_viewed")) & (rng.random(count) < 3 * profile.future_share)
    rows["at"] = np.where(ahead, span.end + rng.integers(DAY, 400 * DAY, count), rows["at"])
    by_server = np.isin(rows["code"], [code(name) for name in FROM_SERVERS])
    unstamped = by_server & (rng.random(count) < 0.5)
    rows["received"] = np.where(unstamped, -1, received)
    late &= ~unstamped

    again = np.flatnonzero(rng.random(count) < profile.duplicate_share)
    copies = {name: values[again] for name, values in rows.items()}
    delayed = (rng.random(len(again)) < 0.5) & (copies["received"] >= 0)
    pause = rng.integers(SECOND, 2 * DAY, len(again))
    copies["received"] = np.where(delayed, copies["received"] + pause, copies["received"])
    resent = np.concatenate([np.zeros(count, bool), rng.random(len(again)) < 0.4])
    rows = {name: np.concatenate([rows[name], copies[name]]) for name in rows}

    # What would have arrived after the end has not arrived.
    arrival = np.where(rows["received"] >= 0, rows["received"], rows["at"])
    order = np.argsort(arrival, kind="stable")
    order = order[arrival[order] < span.end]
    rows = {name: values[order] for name, values in rows.items()}
    month_starts = np.array([instant(month) for month in span.month_starts])
    month = np.searchsorted(month_starts, arrival[order], side="right") - 1
    return Delivered(rows, np.maximum(month, 0), resent[order], _totals(rows, late, ahead))


def _happened(rng: np.random.Generator, events: Rows, span: Span) -> Rows:
    """Events inside the company's life, in order, each with the properties it carries."""
    inside = (events["at"] >= span.start) & (events["at"] < span.end)
    order = np.flatnonzero(inside)
    order = order[np.argsort(events["at"][order], kind="stable")]
    rows = {name: values[order] for name, values in events.items()}
    drawn = (rng.random(len(order)) * VARIANT_COUNT[rows["code"]]).astype(np.int64)
    drawn = drawn + FIRST_VARIANT[rows["code"]]
    rows["variant"] = np.where(rows["variant"] < 0, drawn, rows["variant"])
    return rows


def _totals(rows: Rows, late: np.ndarray, ahead: np.ndarray) -> dict[str, int]:
    unique = np.unique(rows["event"])
    newest = np.maximum.accumulate(np.where(ahead[rows["event"]], 0, rows["at"]))
    return {
        "event_rows": len(rows["event"]),
        "events": len(unique),
        "late": int(late[unique].sum()),
        "from_the_future": int(ahead[unique].sum()),
        "out_of_order": int((rows["at"] < newest).sum()),
    }
