"""The Superset dashboard of a published file, as a ZIP that Superset imports.

    .venv/bin/python bi/superset/bundle.py warehouse/flywheel.duckdb warehouse/superset.zip

What is drawn is written in `tabs/`, one file a tab: a title, the mart, how it is drawn, and the
columns or the SQL of its values. Types and descriptions of the columns come from the published
file, so the datasets are those of this very file. A chart keeps its id at each import.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb
import yaml

TABS = Path(__file__).parent / "tabs"
TITLE = "Flywheel"
SECONDS_IN_CACHE = 60  # a cached chart answers with the numbers of the publication before
MOST_ROWS = 10_000
ROWS_OF_A_TABLE = 100
TIMES = ("DATE", "TIMESTAMP")
A_SHARE = re.compile(r"(^|_)rate(_|$)|precision|recall|^relative_lift$")


Column = str | dict[str, str]  # a column, or one made here: its name and its SQL


@dataclass(frozen=True)
class Chart:
    """One chart. `x`, `by` and `y` of a drawing, or the `columns` of a table."""

    title: str
    mart: str
    draw: str
    x: Column = ""
    by: Column = ""
    y: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    where: str = ""
    order: tuple[str, ...] = ()
    format: str = ",.0f"
    width: int = 12

    @property
    def id(self) -> str:
        return _id("chart", self.mart, self.title)

    @property
    def orders(self) -> list[tuple[str, bool]]:
        """Columns to order by, and whether upwards."""
        return [(name.removesuffix(" desc"), not name.endswith(" desc")) for name in self.order]

    def sql(self, also: str = "true") -> str:
        """The numbers of this chart, asked of the published file without Superset."""
        keys = [*self.columns, *filter(None, (self.x, self.by))]
        values = [*(f'{sql} as "{label}"' for label, sql in map(_named, keys)), *self._values()]
        grouped = " group by all" if self.y else ""
        where = f"({self.where or 'true'}) and {also}"
        ordered = f" order by {self._ordered()} limit {ROWS_OF_A_TABLE}" if self.order else ""
        return f"select {', '.join(values)} from {self.mart} where {where}{grouped}{ordered}"

    def _values(self) -> list[str]:
        return [f'{sql} as "{label}"' for label, sql in self.y.items()]

    def _ordered(self) -> str:
        ways = {True: "asc", False: "desc"}
        return ", ".join(f"{name} {ways[is_upwards]}" for name, is_upwards in self.orders)


@dataclass(frozen=True)
class Tab:
    title: str
    filters: tuple[str, ...]  # definitions of which one is shown at a time: schema.table.column
    charts: tuple[Chart, ...]


def read_tabs() -> list[Tab]:
    tabs = []
    for file in sorted(TABS.glob("*.yml")):
        written = yaml.safe_load(file.read_text())
        charts = tuple(
            Chart(**{name: tuple(v) if isinstance(v, list) else v for name, v in chart.items()})
            for chart in written["charts"]
        )
        tabs.append(Tab(written["tab"], tuple(written.get("filters", ())), charts))
    return tabs


def write_bundle(published: Path, bundle: Path) -> None:
    """Superset's own format: YAML files of the database, its datasets, charts and dashboard."""
    tabs = read_tabs()
    charts = [chart for tab in tabs for chart in tab.charts]
    tables = {chart.mart for chart in charts}
    tables |= {column.rpartition(".")[0] for tab in tabs for column in tab.filters}
    with duckdb.connect(str(published), read_only=True) as connection:
        marts = {table: _columns(connection, table) for table in tables}
        chosen = {
            column: _first(connection, *column.rsplit(".", 1))
            for tab in tabs
            for column in tab.filters
        }
    files = {
        "metadata": {"version": "1.0.0"},  # no type: good for one dashboard, and for all assets
        "databases/flywheel": _database(published),
        "dashboards/flywheel": _dashboard(tabs, chosen),
    }
    files |= {f"datasets/flywheel/{m.replace('.', '_')}": _dataset(m, marts[m]) for m in marts}
    files |= {f"charts/{chart.id}": _chart(chart, marts[chart.mart]) for chart in charts}
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            archive.writestr(f"flywheel/{name}.yaml", text)


def _columns(connection: duckdb.DuckDBPyConnection, mart: str) -> list[tuple[str, str, str]]:
    return connection.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where schema_name || '.' || table_name = $1 order by column_index",
        [mart],
    ).fetchall()


def _first(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> str | None:
    """The definition that stands first in its file: what the dashboard opens with."""
    first = connection.execute(f"select {column} from {table} limit 1").fetchone()
    return first[0] if first else None


def _database(published: Path) -> dict[str, Any]:
    return {
        "database_name": "flywheel",
        "sqlalchemy_uri": f"duckdb:///{published.resolve()}",
        "cache_timeout": SECONDS_IN_CACHE,
        "expose_in_sqllab": True,
        "allow_dml": False,
        "extra": {"engine_params": {"connect_args": {"read_only": True}}},
        "uuid": _id("database"),
        "version": "1.0.0",
    }


def _dataset(mart: str, columns: list[tuple[str, str, str]]) -> dict[str, Any]:
    schema, table = mart.split(".")
    return {
        "table_name": table,
        "schema": schema,  # of two parts: the catalog would be called after the file
        "uuid": _id("dataset", mart),
        "database_uuid": _id("database"),
        "version": "1.0.0",
        "columns": [
            {
                "column_name": name,
                "verbose_name": name.replace("_", " "),
                "type": kind,
                "is_dttm": kind in TIMES,
                "groupby": True,
                "filterable": True,
                "description": comment or None,
            }
            for name, kind, comment in columns
        ],
        "metrics": [],
    }


def _chart(chart: Chart, columns: list[tuple[str, str, str]]) -> dict[str, Any]:
    viz_type, drawn = DRAWN[chart.draw]
    kinds = {name: kind for name, kind, _ in columns}
    if kinds.get(str(chart.x)) in TIMES:
        drawn = drawn | {"xAxisForceCategorical": False}
    params = {
        "viz_type": viz_type,
        "adhoc_filters": [_sql_filter(chart.where)] if chart.where else [],
        "row_limit": ROWS_OF_A_TABLE if chart.draw == "table" else MOST_ROWS,
        "color_scheme": "supersetColors",
        **(_table(chart, kinds) if chart.draw == "table" else _axes(chart)),
        **drawn,
    }
    return {
        "slice_name": chart.title,
        "viz_type": viz_type,
        "params": params,
        "dataset_uuid": _id("dataset", chart.mart),
        "uuid": chart.id,
        "version": "1.0.0",
    }


_LINES = {"rich_tooltip": True, "x_axis_time_format": "%b %Y", "truncate_metric": True}
_BARS = {
    **_LINES,
    "xAxisForceCategorical": True,
    "x_axis_sort_asc": True,
    "x_axis_sort_series": "name",
    "x_axis_sort_series_ascending": True,
}
DRAWN: dict[str, tuple[str, dict[str, Any]]] = {
    "table": ("table", {}),
    "line": ("echarts_timeseries_line", _LINES),
    "curve": ("echarts_timeseries_line", {**_BARS, "markerEnabled": True, "markerSize": 6}),
    "bar": ("echarts_timeseries_bar", _BARS),
    "stacked": ("echarts_timeseries_bar", {**_BARS, "stack": "Stack"}),
    "steps": ("echarts_timeseries_bar", {**_BARS, "show_value": True}),
    "heatmap": (
        "heatmap_v2",
        {
            "sort_x_axis": "alpha_asc",
            "sort_y_axis": "alpha_desc",
            "normalize_across": "heatmap",
            "linear_color_scheme": "schemeBlues",
            "show_values": True,
            "show_legend": False,
            "show_percentage": False,
            "value_bounds": [None, None],
            "left_margin": 75,
        },
    ),
}


def _axes(chart: Chart) -> dict[str, Any]:
    metrics = [_metric(chart, label, sql) for label, sql in chart.y.items()]
    if chart.draw == "heatmap":
        return {
            "x_axis": _column(chart.x),
            "groupby": _column(chart.by),
            "metric": metrics[0],
            "y_axis_format": chart.format,
        }
    return {
        "x_axis": _column(chart.x),
        "x_axis_sort": _named(chart.x)[0],
        "groupby": [_column(chart.by)] if chart.by else [],
        "metrics": metrics,
        "y_axis_format": chart.format,
        "show_legend": bool(chart.by) or len(metrics) > 1,
    }


def _table(chart: Chart, kinds: dict[str, str]) -> dict[str, Any]:
    shown = {
        "table_timestamp_format": "%Y-%m-%d %H:%M",
        "column_config": dict(_formats(chart, kinds)),
        "page_length": 0,
        "show_cell_bars": False,
    }
    if chart.y:
        (first, is_upwards), *_ = chart.orders
        return shown | {
            "query_mode": "aggregate",
            "groupby": list(chart.columns),
            "metrics": [_metric(chart, label, sql) for label, sql in chart.y.items()],
            "timeseries_limit_metric": _metric(chart, "order", f"min({first})"),
            "order_desc": not is_upwards,
        }
    return shown | {
        "query_mode": "raw",
        "all_columns": list(chart.columns),
        "order_by_cols": [json.dumps([name, is_upwards]) for name, is_upwards in chart.orders],
    }


def _formats(chart: Chart, kinds: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for name in (*chart.columns, *chart.y):
        kind = kinds.get(name, "DOUBLE")
        if kind == "DATE":
            yield name, {"d3TimeFormat": "%Y-%m-%d"}
        elif kind.startswith(("DOUBLE", "DECIMAL")):
            yield name, {"d3NumberFormat": ".1%" if A_SHARE.search(name) else ",.2~f"}


def _named(column: Column) -> tuple[str, str]:
    return next(iter(column.items())) if isinstance(column, dict) else (column, column)


def _column(column: Column) -> Any:
    """As Superset wants it: the name, or a column made of SQL."""
    label, sql = _named(column)
    if label == sql:
        return label
    return {"expressionType": "SQL", "label": label, "sqlExpression": sql}


def _metric(chart: Chart, label: str, sql: str) -> dict[str, Any]:
    return {
        "expressionType": "SQL",
        "sqlExpression": sql,
        "label": label,
        "hasCustomLabel": True,
        "optionName": f"metric_{_id(chart.id, label)}",
    }


def _sql_filter(where: str) -> dict[str, Any]:
    return {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": where}


def _dashboard(tabs: list[Tab], chosen: dict[str, str | None]) -> dict[str, Any]:
    return {
        "dashboard_title": TITLE,
        "slug": "flywheel",
        "published": True,
        "uuid": _id("dashboard"),
        "version": "1.0.0",
        "position": _positions(tabs),
        "metadata": {
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                _filter(tab, column, chosen[column]) for tab in tabs for column in tab.filters
            ],
        },
    }


def _filter(tab: Tab, column: str, chosen: str | None) -> dict[str, Any]:
    table, _, name = column.rpartition(".")
    values = [chosen] if chosen else []
    filters = [{"col": name, "op": "IN", "val": values}] if values else []
    return {
        "id": f"NATIVE_FILTER-{_id(tab.title, column)}",
        "name": name.replace("_", " ").capitalize(),
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "targets": [{"datasetUuid": _id("dataset", table), "column": {"name": name}}],
        "scope": {"rootPath": [f"TAB-{_id(tab.title)}"], "excluded": []},
        "controlValues": {
            "enableEmptyFilter": False,
            "multiSelect": False,
            "sortAscending": True,
        },
        "defaultDataMask": {
            "filterState": {"value": values or None},
            "extraFormData": {"filters": filters} if filters else {},
        },
        "cascadeParentIds": [],
        "description": "",
    }


def _positions(tabs: list[Tab]) -> dict[str, Any]:
    """The grid: twelve columns, rows filled from left to right."""
    placed: dict[str, Any] = {"DASHBOARD_VERSION_KEY": "v2"}

    def place(kind: str, name: str, above: list[str], **meta: Any) -> str:
        placed[name] = {"type": kind, "id": name, "children": [], "parents": above, "meta": meta}
        if above:
            placed[above[-1]]["children"].append(name)
        return name

    root = [place("ROOT", "ROOT_ID", [])]
    place("HEADER", "HEADER_ID", [], text=TITLE)
    place("GRID", "GRID_ID", [])
    root.append(place("TABS", "TABS-flywheel", root))
    number = 0
    for tab in tabs:
        above = [*root, place("TAB", f"TAB-{_id(tab.title)}", root, text=tab.title)]
        filled, row = 12, ""
        for chart in tab.charts:
            if filled + chart.width > 12:
                row = f"ROW-{_id(tab.title, chart.id)}"
                filled = 0
                place("ROW", row, above, background="BACKGROUND_TRANSPARENT")
            filled += chart.width
            number += 1
            size = {"width": chart.width, "height": 46}
            names = {"uuid": chart.id, "chartId": number, "sliceName": chart.title}
            place("CHART", f"CHART-{chart.id}", [*above, row], **size, **names)
    return placed


def _id(*parts: str) -> str:
    """The same at each writing, so that a second import knows what it has."""
    return str(uuid5(NAMESPACE_URL, "/".join(["flywheel", *parts])))


if __name__ == "__main__":
    write_bundle(Path(sys.argv[1]), Path(sys.argv[2]))
