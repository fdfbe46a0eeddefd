"""Turn a click-stream CSV into native landing files: an example to copy for your own export.

    python docs/examples/ecom_to_landing.py ecom.csv.gz /tmp/shop
    flywheel run --landing /tmp/shop --warehouse /tmp/shop-warehouse

The input here is the demo shop of the package retentioneering 5.2.4 (`datasets/ecom.csv.gz`): one
row a click, with user_id, session_id, event, timestamp (UTC, without zone) and a few attributes of
the visit. Three decisions are worth a thought in any such mapping:

- **event_id** is the row's number in the export, not a hash of what the row says: a person can do
  the same thing twice in a second, and both times count. An export that names its events is better.
- **users** come from the first click of each, because this export has no sign-ups of its own.
- **properties** keep what the columns of the stream have no place for, as one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

EVENT_COLUMNS = ("event_id", "event_name", "occurred_at", "user_id", "session_id", "properties")
USER_COLUMNS = ("user_id", "created_at", "acquisition_channel", "properties")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("export", type=Path, help="ecom.csv or ecom.csv.gz")
    parser.add_argument("landing", type=Path, help="folder to write native/ into")
    arguments = parser.parse_args()
    write_landing(arguments.export, arguments.landing)


def write_landing(export: Path, landing: Path) -> None:
    """Write <landing>/native/events.csv.gz and users.csv.gz."""
    folder = landing / "native"
    folder.mkdir(parents=True, exist_ok=True)
    first_click: dict[str, dict[str, str]] = {}
    with gzip.open(folder / "events.csv.gz", "wt", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(EVENT_COLUMNS)
        for number, click in enumerate(read_clicks(export), start=1):
            writer.writerow(
                [
                    number,
                    click["event"],
                    in_utc(click["timestamp"]),
                    click["user_id"],
                    click["session_id"],
                    json.dumps({"platform": click["platform"]}),
                ]
            )
            known = first_click.setdefault(click["user_id"], click)
            if click["timestamp"] < known["timestamp"]:
                first_click[click["user_id"]] = click
    with gzip.open(folder / "users.csv.gz", "wt", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(USER_COLUMNS)
        for user_id, click in sorted(first_click.items()):
            properties = json.dumps({"user_cohort": click["user_cohort"]})
            writer.writerow(
                [user_id, in_utc(click["timestamp"]), click["acquisition_channel"], properties]
            )


def in_utc(timestamp: str) -> str:
    return timestamp.replace(" ", "T") + "Z"


def read_clicks(export: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if export.suffix == ".gz" else open
    with opened(export, "rt", newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main()
