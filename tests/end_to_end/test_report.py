"""The report over data that is empty, tiny or hostile: a page that says so, never an error."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.problems import Problem
from flows.report import SECTIONS, charts, marks, words, write_report
from tests.demo_company import PROJECT, Demo

NO_NUMBER = re.compile(r"\b(nan|inf|infinity|none|null|undefined)\b", re.IGNORECASE)
EVIL = "<script>alert('x')</script>"

Page = Callable[..., str]


@pytest.fixture
def page_after(demo: Demo, tmp_path: Path) -> Page:
    """The page about the demo company's published file after some SQL."""
    if not demo.published.exists():
        demo.flywheel("publish")

    def page(*statements: str) -> str:
        file = tmp_path / "flywheel.duckdb"
        shutil.copyfile(demo.published, file)
        with duckdb.connect(str(file)) as connection:
            for statement in statements:
                connection.execute(statement)
        return write_report(file, tmp_path / "page.html").file.read_text()

    return page


def tables(demo: Demo, *but: str) -> list[str]:
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        found = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name != 'definitions'"
        ).fetchall()
    return [table for (table,) in found if table not in but]


def said(html: str) -> str:
    """What a reader sees: no tags, no style."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def part(html: str, section: str) -> str:
    return said(html.split(f'<section id="{section}"')[1].split("</section>")[0])


def test_nothing_published_is_a_problem_and_leaves_no_page(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="nothing published"):
        write_report(tmp_path / "flywheel.duckdb", tmp_path / "flywheel.html")
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_made_leaves_the_old_one(tmp_path: Path, monkeypatch) -> None:
    duckdb.connect(str(tmp_path / "flywheel.duckdb")).close()
    write_report(tmp_path / "flywheel.duckdb", tmp_path / "flywheel.html")
    (tmp_path / "flywheel.html").write_text("old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_report(tmp_path / "flywheel.duckdb", tmp_path / "flywheel.html")
    assert (tmp_path / "flywheel.html").read_text() == "old"
    assert {file.name for file in tmp_path.iterdir()} == {"flywheel.duckdb", "flywheel.html"}


def test_without_events_every_part_says_so(demo: Demo, page_after: Page) -> None:
    emptied = page_after(*(f"delete from {name}" for name in tables(demo, "meta.publication")))
    absent = page_after(*(f"drop table {name}" for name in tables(demo)))
    for html in (emptied, absent):
        assert "No events, no users, no revenue" in said(html)
        for section in SECTIONS:
            assert (
                html.split(f'<section id="{section}"')[1]
                .split("</section>")[0]
                .count('class="nothing"')
            ), section
        assert not NO_NUMBER.search(said(html))
        assert "<data" not in html.split("<main")[1].split("</main>")[0]


def test_one_user_of_yesterday_and_no_revenue(demo: Demo, page_after: Page) -> None:
    html = page_after(
        *(
            f"delete from {name}"
            for name in tables(demo)
            if name.startswith(("nrr.", "pql.", "experiments.", "feedback.", "economics."))
        ),
        "delete from activation.activation_by_cohort where cohort_week < '2026-06-29'",
        "update activation.activation_by_cohort set signed_up = 1, pending = 1",
        "delete from virality.virality_by_week where cohort_week < '2026-06-29'",
        "delete from retention.retention_by_cohort where cohort_start < '2026-06-29'",
        "update retention.retention_by_cohort set cohort_size = 1, retained = null,"
        " retention_rate = null",
        "update retention.retention_by_period set mature_cohort_size = 0, retained = 0,"
        " retention_rate = null",
        "delete from retention.lifecycle_by_period",
        "update funnel.funnel_by_step set actors = 1, mature_actors = 0, rate_from_start = null,"
        " rate_from_previous = null, median_seconds_from_previous = null",
        "update scorecard.scorecard_by_week set value = null, previous_value = null,"
        " change = null, mean_12_weeks = null, trend_12_weeks = null, band = null, base = null",
        "update scorecard.scorecard_by_layer set value = null, gap = null, reason = '',"
        " worth_mrr_per_month = null, is_biggest_leak = false",
    )
    assert not NO_NUMBER.search(said(html))
    assert "No layer can be called the leak yet" in said(html)
    assert "nothing mature yet" in part(html, "scorecard")
    assert "Nobody has been here for the whole window yet" in part(html, "activation")
    assert "Nobody entered long enough ago" in part(html, "funnels")
    assert "Nobody pays yet" in part(html, "revenue")
    assert "No account has qualified" in part(html, "leads")


def test_the_first_month_of_revenue_draws_one_point(page_after: Page) -> None:
    html = page_after(
        "delete from nrr.nrr_by_month where month > '2025-05-01'",
        "delete from feedback.feedback_by_month where month > '2025-06-01'",
        "delete from pql.pql_by_cohort where month > '2025-05-01'",
        "update nrr.nrr_by_month set is_complete = false, nrr_month = null, logo_churn_rate = null",
    )
    assert not NO_NUMBER.search(said(html))
    assert "It takes twelve months of revenue" in part(html, "revenue")
    assert "the month in progress is pale" in part(html, "revenue")


def test_names_are_words_never_code(page_after: Page) -> None:
    html = page_after(
        f"update core.accounts set name = $${EVIL}$$",
        f"update pql.pql_by_account set owner = $${EVIL}$$, plan = $${EVIL}$$,"
        f" reasons = replace(reasons, 'limit_hit', $${EVIL}$$)",
        f"update funnel.funnel_by_step set step_name = $${EVIL}$$",
        f"update feedback.feedback_by_month set survey = $${EVIL}$$",
        f"update definitions.scorecard_metrics set title = $${EVIL}$$",
        f"update scorecard.scorecard_by_week set title = $${EVIL}$$",
        f"update scorecard.scorecard_by_layer set reason = $${EVIL}$$",
        f"update experiments.experiments_by_variant set variant = $${EVIL}$$ where not is_control",
        f"update meta.sources set stream = $${EVIL}$$, source_id = '\"><img src=x onerror=y>'",
    )
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;alert(") > 50


def test_no_person_is_named(demo: Demo, page_after: Page) -> None:
    html = page_after()
    with duckdb.connect(str(demo.warehouse / "build.duckdb"), read_only=True) as built:
        people = built.execute("select name, email from raw.native_users").fetchall()
    assert people
    text = said(html)
    assert [name for name, _ in people if name and name in text] == []
    assert not re.search(r"[\w.]+@[\w.]+", text)


def test_dbt_knows_what_the_report_reads() -> None:
    queries = " ".join(
        path.read_text() for path in (PROJECT / "flows/report/sections").glob("*.sql")
    )
    read = set(re.findall(r"\b(?:from|join) (?!definitions|meta)[a-z]+\.([a-z_]+)", queries))
    exposures = yaml.safe_load((PROJECT / "models" / "exposures.yml").read_text())["exposures"]
    said = {ref[5:-2] for ref in exposures[0]["depends_on"]}
    assert said == read


def test_graphics_of_one_value_or_none() -> None:
    assert marks.sparkline([None, None]) == ""
    assert "circle" in marks.sparkline([1.0])
    assert "polyline" in marks.sparkline([2, 2, None, 3])
    assert marks.bullet(None, 1, 0.2, 0.4, "higher") == ""
    assert marks.interval(None, None, None) == ""
    assert "nan" not in marks.interval(0, 0, 0) + marks.bullet(0, 0, 0, 0, "lower")
    nothing = [{"month": None, "value": None}]
    assert charts.trend(nothing, "month", [charts.Series("value", "red")], "count") == ""


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (0.27083, "fraction", "27.1\N{NO-BREAK SPACE}%"),
        (-1234.5, "money", "\N{MINUS SIGN}1,234.50"),
        (45, "duration", "45\N{NO-BREAK SPACE}s"),
        (172799, "duration", "48.0\N{NO-BREAK SPACE}h"),
        (0.0004, "p_value", "< 0.001"),
        (None, "money", "\N{EN DASH}"),
    ],
)
def test_numbers_are_written_for_people(value, kind, expected) -> None:
    assert words.plain(value, kind) == expected
