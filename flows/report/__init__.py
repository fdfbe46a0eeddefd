"""The report: one page of HTML beside the published file, read from that file alone.

`flywheel report` writes it, and so does the last stage of a run. The page needs nothing but itself:
no script, no font, no picture from elsewhere. It is written aside and renamed, so a reader sees the
old page or the new one; if it cannot be written, the old one stays.

Each part of the page is a template in `sections/`, each table or chart has its query beside it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.problems import Problem
from flows.report import charts, marks, words
from flows.warehouse import Connection, opened, rows_of

HERE = Path(__file__).parent
SECTIONS = {  # in the order of the page
    "scorecard": "Scorecard",
    "activation": "Activation",
    "funnels": "Funnels",
    "retention": "Retention",
    "revenue": "Revenue",
    "leads": "Leads",
    "experiments": "Experiments",
    "virality": "Virality",
    "feedback": "Feedback",
    "data": "Data",
}


@dataclass(frozen=True)
class ReportPage:
    file: Path
    size: int
    biggest_leak: str | None


def write_report(published: Path, page: Path, *, currency: str = "") -> ReportPage:
    """Read the published file, fill the page, put it in place by one rename."""
    if not published.exists():
        raise Problem(
            "There is nothing published to report on.",
            where=str(published),
            remedy="`flywheel run` builds and publishes.",
        )
    with opened(published, name="flywheel", read_only=True) as connection:
        answers = read_answers(connection)
    html = render(answers, currency)
    page.parent.mkdir(parents=True, exist_ok=True)
    aside = page.with_name(f".{page.name}.{os.getpid()}")
    try:
        aside.write_text(html, encoding="utf-8")
        aside.replace(page)
    finally:
        aside.unlink(missing_ok=True)
    leaks = [row["title"] for row in answers["layers"] if row["is_biggest_leak"]]
    return ReportPage(page, len(html.encode()), leaks[0] if leaks else None)


def read_answers(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """The rows of every query by its name; a mart that was not published has none."""
    answers = {}
    for query in sorted((HERE / "sections").glob("*.sql")):
        try:
            answers[query.stem] = rows_of(connection, query.read_text())
        except duckdb.CatalogException:
            answers[query.stem] = []
    return answers


def render(answers: dict[str, list[dict[str, Any]]], currency: str = "") -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "shown": words.shown,
        "plain": words.plain,
        "signed": words.signed,
        "name": words.name,
        "reasons": words.reasons,
        "listed": words.listed,
        "first": lambda rows: next(iter(rows), None),  # of no rows there is none, and no error
        "last": lambda rows: next(reversed(list(rows)), None),
    }
    environment.globals |= {
        "sections": SECTIONS,
        "currency": currency,
        "trend": charts.trend,
        "movements": charts.movements,
        "Series": charts.Series,
        "sparkline": marks.sparkline,
        "bullet": marks.bullet,
        "interval": marks.interval,
        "units": words.UNITS,
        "style": Markup(_without_comments((HERE / "page.css").read_text())),
    }
    return environment.get_template("page.html.j2").render(**answers)


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/\n?", "", css, flags=re.DOTALL)
