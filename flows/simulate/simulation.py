"""Draws a company part by part and writes it as landing files, with its truth beside them.

The same arguments give the same bytes, on any number of cores; there is no clock in here.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from flows.simulate.company import Part, draw_part
from flows.simulate.house import Record, exchange_rates, house_records, marketing_spend
from flows.simulate.profile import CompanyProfile
from flows.simulate.streams import STREAMS
from flows.simulate.timeline import Span
from flows.simulate.truth import recovered
from flows.simulate.writing import FORMATS, Writer

DEFAULT_ACCOUNTS = 200
DEFAULT_MONTHS = 14
DEFAULT_SEED = 56  # a healthy company in which every movement of revenue occurs
DEFAULT_ENDING = date(2026, 7, 1)
ACCOUNTS_IN_A_PART = 4_000
TRUTH_UP_TO_EVENTS = 1_000_000  # some two minutes of plain Python

# The formats of a small company: every one of them, so that the demo exercises every reader.
MIXED = {
    "accounts": "jsonl.gz",
    "users": "jsonl.zst",
    "account_memberships": "csv.gz",
    "invitations": "csv",
    "identity_links": "jsonl.gz",
    "subscription_versions": "jsonl",
    "survey_responses": "csv.gz",
    "experiment_exposures": "parquet",
}
MIXED_EVENTS = ("jsonl.gz", "csv.gz", "parquet", "jsonl.zst")


@dataclass(frozen=True)
class Simulation:
    """What was written."""

    out: Path
    rows: dict[str, int]
    totals: dict[str, int]


def simulate(
    out: Path,
    accounts: int = DEFAULT_ACCOUNTS,
    months: int = DEFAULT_MONTHS,
    seed: int = DEFAULT_SEED,
    *,
    ending: date = DEFAULT_ENDING,
    profile: CompanyProfile | None = None,
    file_format: str = "mixed",
    with_truth: bool = True,
) -> Simulation:
    """Writes `<out>/native/...` and `<out>/truth.json`, replacing what an earlier run left."""
    profile = profile or CompanyProfile()
    span = Span(ending, months, profile.sign_up_growth)
    if file_format not in (*FORMATS, "mixed"):
        raise ValueError(f"unknown format {file_format!r}: one of mixed, {', '.join(FORMATS)}")
    if accounts > ACCOUNTS_IN_A_PART and file_format == "mixed":
        file_format = "parquet"
    landing = out / "native"
    if landing.exists():
        shutil.rmtree(landing)

    totals: dict[str, int] = {}
    with Writer(landing) as writer:
        before: dict[str, int] = {}
        for number, first in enumerate(range(0, accounts, ACCOUNTS_IN_A_PART), start=1):
            rng = np.random.default_rng([seed, number])
            part = draw_part(rng, min(ACCOUNTS_IN_A_PART, accounts - first), span, profile)
            _write_part(writer, part, span, dict(before), number, file_format)
            _add(before, part.counts)
            _add(totals, part.delivered.totals)
        house = house_records(np.random.default_rng([seed, 0]), span)
        rng = np.random.default_rng([seed, 0, 0])
        for stream, records in house.items():
            _write_lines(writer, stream, records)
        _write_table(writer, "exchange_rates", exchange_rates(rng, span))
        _write_table(writer, "marketing_spend", marketing_spend(rng, span, accounts, profile))
    _add(totals, {"event_rows": len(house["events"]), "events": len(house["events"])})
    _add(totals, {name: before[name] for name in ("accounts", "users", "devices", "sessions")})

    truth: dict[str, object] = {
        "arguments": {
            "accounts": accounts,
            "months": months,
            "seed": seed,
            "ending": ending.isoformat(),
        },
        "planted": asdict(profile),
        "rows": writer.rows_written,
        "drawn": totals,
    }
    if with_truth and totals["events"] <= TRUTH_UP_TO_EVENTS:
        truth |= recovered(landing, span)
    (out / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")
    return Simulation(out, writer.rows_written, totals)


def _write_part(
    writer: Writer,
    part: Part,
    span: Span,
    before: dict[str, int],
    number: int,
    file_format: str,
) -> None:
    mixed = file_format == "mixed"
    for stream, rows in part.streams.items():
        name = "customers" if mixed else f"part-{number:04d}"
        extension = MIXED[stream] if mixed else file_format
        writer.write(f"{stream}/{name}", STREAMS[stream], rows, before, extension)
    delivered = part.delivered
    if not mixed:
        for name, chosen in (("part", ~delivered.resent), ("resent", delivered.resent)):
            rows = {column: values[chosen] for column, values in delivered.rows.items()}
            path = f"events/{name}-{number:04d}"
            writer.write(path, STREAMS["events"], rows, before, file_format)
        return
    # A small company lands a file a month; what is sent once more comes in the file after.
    months = span.month_starts
    file = np.minimum(delivered.month + delivered.resent, len(months) - 1)
    for place, month in enumerate(months):
        rows = {name: values[file == place] for name, values in delivered.rows.items()}
        extension = MIXED_EVENTS[place % len(MIXED_EVENTS)]
        writer.write(f"events/{month:%Y-%m}", STREAMS["events"], rows, before, extension)


def _write_lines(writer: Writer, stream: str, records: list[Record]) -> None:
    lines = (json.dumps(record, separators=(",", ":")) for record in records)
    text = "".join(f"{line}\n" for line in lines)
    writer.write_text(f"{stream}/house.jsonl", text, len(records))


def _write_table(writer: Writer, stream: str, records: list[Record]) -> None:
    lines = [",".join(records[0]), *(",".join(map(str, record.values())) for record in records)]
    writer.write_text(f"{stream}.csv", "".join(f"{line}\n" for line in lines), len(records))


def _add(totals: dict[str, int], counts: dict[str, int]) -> None:
    for name, count in counts.items():
        totals[name] = totals.get(name, 0) + count
