"""The scorecard at the end of a run, read from the published file, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.publish import PublishReport
from flows.settings import Settings
from flows.warehouse import has_table, opened, rows_of


def percent(value: float) -> str:
    return f"{value:.1%}"


def money(value: float) -> str:
    return f"{value:,.2f}"


def count(value: float) -> str:
    return f"{value:,.0f}"


def points(value: float) -> str:
    return f"{value:,.1f}"


SHOWN: dict[str, Callable[[float], str]] = {
    "fraction": percent,
    "currency": money,
    "count": count,
    "ratio": money,
    "hours": points,
    "months": points,
    "points": points,
}

NEWEST_WEEKS = """
    select *
    from scorecard.scorecard_by_week
    where value is not null
    qualify row_number() over (partition by metric order by week desc) = 1
    order by layer, metric
"""
LAYERS = """
    select layers.*, metrics.title, metrics.unit
    from scorecard.scorecard_by_layer as layers
    inner join definitions.scorecard_metrics as metrics using (metric)
    order by layers.layer
"""


def scorecard(settings: Settings, report: PublishReport) -> Group:
    """Every metric's newest week, the layers and their biggest leak, the tables, the next step."""
    with opened(settings.published_file, name="flywheel", read_only=True) as connection:
        publication = rows_of(connection, "select * from meta.publication")[0]
        reviewed = has_table(connection, "scorecard", "scorecard_by_layer", database="flywheel")
        metrics = rows_of(connection, NEWEST_WEEKS) if reviewed else []
        layers = rows_of(connection, LAYERS) if reviewed else []
    return Group(
        _metrics(metrics, publication["as_of"]),
        *_layers(layers),
        _mart_table(report),
        _next_steps(report),
    )


def _metrics(metrics: list[dict[str, Any]], as_of: datetime | None) -> Table:
    """The newest week of each metric that has one, beside the twelve before and its peers."""
    title = f"Scorecard, counted before {as_of:%Y-%m-%d %H:%M} UTC" if as_of else "Scorecard"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("metric")
    table.add_column("week of", style="dim")
    table.add_column("value", justify="right", style="bold")
    for column in ("12-week mean", "median of peers", "top quarter"):
        table.add_column(column, justify="right")
    if not metrics:
        table.add_row("nothing to count yet")
    for metric in metrics:
        shown = SHOWN.get(metric["unit"], points)
        numbers = ("value", "mean_12_weeks", "benchmark_median", "benchmark_top_quartile")
        table.add_row(
            metric["title"],
            f"{metric['week']:%Y-%m-%d}",
            *("" if metric[name] is None else shown(metric[name]) for name in numbers),
        )
    return table


def _layers(layers: list[dict[str, Any]]) -> Iterator[Table | Text]:
    """How far each layer is from its aim, and in words the one thing to fix."""
    if all(layer["value"] is None for layer in layers):
        return
    title = "Layers, over their last twelve weeks"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("layer")
    table.add_column("metric")
    for column in ("value", "aim", "worth, MRR a month"):
        table.add_column(column, justify="right")
    for layer in layers:
        shown = SHOWN.get(layer["unit"], points)
        table.add_row(
            layer["layer_name"],
            layer["title"],
            *("" if layer[name] is None else shown(layer[name]) for name in ("value", "benchmark")),
            money(layer["worth_mrr_per_month"]) if layer["worth_mrr_per_month"] else "",
            style="bold" if layer["is_biggest_leak"] else None,
        )
    yield table
    for layer in layers:
        if layer["is_biggest_leak"]:
            yield Text(f"{layer['reason']}\n", style="bold")


def _mart_table(report: PublishReport) -> Table:
    table = Table(title="Tables", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("schema")
    table.add_column("tables and rows")
    schemas: dict[str, list[str]] = {}
    for name, rows in report.tables.items():
        schema, short = name.split(".", 1)
        schemas.setdefault(schema, []).append(f"{short} {rows:,}")
    for schema, tables in schemas.items():
        shown = f"{len(tables)} tables" if schema == "definitions" else ", ".join(tables)
        table.add_row(schema, shown)
    return table


def _next_steps(report: PublishReport) -> Text:
    file = _short(report.file)
    marts = [name for name in report.tables if not name.startswith(("definitions.", "meta."))]
    example = next((name for name in marts if name == "nrr.nrr_by_month"), "meta.publication")
    return Text(
        f"Published {file}. Look into it, for instance:\n"
        f'  python -c "import duckdb; duckdb.connect({str(file)!r}, read_only=True)'
        f".sql('from {example}').show()\"\n"
        f"Or open {file.with_suffix('.html')} in a browser. Which table answers which question, and"
        " how to connect a BI tool: README.md.",
        no_wrap=True,  # a command is copied whole
        overflow="ignore",
    )


def _short(path: Path) -> Path:
    """Relative where that is shorter to type."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
