"""Empty the demo company's definitions, so that your own can take their place.

    python docs/examples/start_afresh.py

What only the demo company means by its words goes, down to the heading: events, milestones,
funnels, plans, lead signals. What most companies mean alike stays: currencies, placeholder ids,
survey categories, tenures, loops, and the scorecard with its layers and benchmarks; its metrics
then mean your first or primary definition. Git brings everything back.
"""

from __future__ import annotations

import csv
from pathlib import Path

STAYS = {
    "benchmarks",
    "currencies",
    "layers",
    "loops",
    "placeholder_ids",
    "scorecard_metrics",
    "survey_categories",
    "tenures",
}


def start_afresh(definitions: Path) -> None:
    for path in sorted(definitions.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        if path.stem == "scorecard_metrics":
            for row in rows:
                row[heading.index("definition")] = ""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(rows if path.stem in STAYS else [])


if __name__ == "__main__":
    start_afresh(Path("seeds/definitions"))
