"""What `make benchmark` prints: a line for each thing measured, beside what it is measured by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from benchmarks.measuring import Cost


@dataclass(frozen=True)
class Line:
    """One thing, what it cost, and what it is compared with. The bar is for the ratio."""

    part: str
    what: str
    events: int
    cost: Cost
    beside: str = ""
    base: Cost | None = None
    bar: float | None = None
    told: str = ""

    @property
    def ratio(self) -> float | None:
        return self.cost.cpu / self.base.cpu if self.base and self.base.cpu else None


def as_table(lines: Iterable[Line], rounds: int) -> Table:
    table = Table(title=f"CPU seconds, medians of {rounds}; peak memory in MB")
    for heading in ("", "events", "what", "CPU s", "peak", "beside", "CPU s", "ratio", "bar", ""):
        is_text = heading in ("", "what", "beside")
        table.add_column(heading, justify="left" if is_text else "right")
    part = None
    for line in lines:
        if part not in (None, line.part):
            table.add_section()
        table.add_row(
            line.part if part != line.part else "",
            f"{line.events:,}",
            line.what,
            f"{line.cost.cpu:.2f}",
            f"{line.cost.peak:,.0f}",
            line.beside,
            f"{line.base.cpu:.2f}" if line.base else "",
            f"{line.ratio:.2f}" if line.ratio else "",
            f"{line.bar:g}" if line.bar else "",
            line.told,
        )
        part = line.part
    return table


def as_documents(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [{**asdict(line), "ratio": line.ratio} for line in lines]
