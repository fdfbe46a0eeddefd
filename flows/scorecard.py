"""The scorecard at the end of a run, read from the published file, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.publish import PublishReport
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, rows_of


def percent(value: float) -> str:
    return f"{value:.1%}"


def money(value: float) -> str:
    return f"{value:,.2f}"


def count(value: float) -> str:
    return f"{value:,.0f}"


@dataclass(frozen=True)
class Headline:
    """A figure or several of one kind: the query gives name, value and the words on its base."""

    table: str
    shown: Callable[[float], str]
    query: str


HEADLINES = (
    Headline(
        "activation.activation_by_cohort",
        percent,
        """
        select
            'Activation rate, ' || activation,
            sum(activated) / nullif(sum(mature), 0),
            'of ' || sum(mature) || ' sign-ups of the eight newest mature weeks'
        from (
            select
                *,
                row_number() over (partition by activation order by cohort_week desc) as age
            from activation.activation_by_cohort
            where activation_rate is not null
        )
        where age <= 8
        group by activation
        order by activation
        """,
    ),
    Headline(
        "funnel.funnel_by_step",
        percent,
        """
        select
            'Funnel, ' || funnel,
            max_by(rate_from_start, step_number),
            'reach "' || max_by(step_name, step_number) || '", of ' || max(mature_actors)
        from funnel.funnel_by_step
        where breakdown_value is null
        group by funnel
        order by funnel
        """,
    ),
    Headline(
        "pql.pql_by_cohort",
        percent,
        """
        select
            'Leads that converted, ' || model,
            sum(converted) / nullif(sum(mature), 0),
            'of ' || sum(mature) || ' mature, ' || sum(qualified) || ' qualified in all'
        from pql.pql_by_cohort
        where segment is null
        group by model
        order by model
        """,
    ),
    Headline(
        "nrr.nrr_by_month",
        money,
        """
        select 'MRR', closing_mrr, 'at the end of ' || strftime(month, '%B %Y')
        from nrr.nrr_by_month
        where is_complete
        order by month desc
        limit 1
        """,
    ),
    Headline(
        "nrr.nrr_by_month",
        percent,
        """
        select 'Net revenue retention', nrr_12m_cohort, 'accounts that paid twelve months before'
        from nrr.nrr_by_month
        where is_complete
        order by month desc
        limit 1
        """,
    ),
)


LAYERS = """
    select layers.*, metrics.title, metrics.unit
    from scorecard.scorecard_by_layer as layers
    inner join definitions.scorecard_metrics as metrics using (metric)
    order by layers.layer
"""


def scorecard(settings: Settings, report: PublishReport) -> Group:
    """Headline figures, the layers and their biggest leak, the tables, and the next step."""
    with opened(settings.published_file, name="flywheel", read_only=True) as connection:
        figures = list(_figures(connection))
        publication = rows_of(connection, "select * from meta.publication")[0]
        has_layers = has_table(connection, "scorecard", "scorecard_by_layer", database="flywheel")
        layers = rows_of(connection, LAYERS) if has_layers else []
    return Group(
        _headline_table(figures, publication),
        *_layers(layers),
        _mart_table(report),
        _next_steps(report),
    )


def _layers(layers: list[dict[str, Any]]) -> Iterator[Table | Text]:
    """How far each layer is from its aim, and in words the one thing to fix."""
    if not layers:
        return
    table = Table(title="Layers", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("layer")
    table.add_column("metric")
    for column in ("value", "aim", "worth, MRR a month"):
        table.add_column(column, justify="right")
    for layer in layers:
        shown = percent if layer["unit"] == "fraction" else money
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


def _figures(connection: Connection) -> Iterator[tuple[str, str, str]]:
    for headline in HEADLINES:
        if has_table(connection, *headline.table.split("."), database="flywheel"):
            for name, value, base in connection.execute(headline.query).fetchall():
                yield name, "no mature base yet" if value is None else headline.shown(value), base


def _headline_table(figures: list[tuple[str, str, str]], publication: dict[str, Any]) -> Table:
    as_of = publication["as_of"]
    title = f"Scorecard, counted before {as_of:%Y-%m-%d %H:%M} UTC" if as_of else "Scorecard"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("metric")
    table.add_column("value", justify="right", style="bold")
    table.add_column("base", style="dim")
    for figure in figures or [("nothing to count yet", "", "")]:
        table.add_row(*figure)
    return table


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
        "Which table answers which question, and how to connect a BI tool: README.md.",
        no_wrap=True,  # a command is copied whole
        overflow="ignore",
    )


def _short(path: Path) -> Path:
    """Relative where that is shorter to type."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
