"""The report as people meet it: read from Chromium, and compared with the published tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Open, Opened
from tests.demo_company import Demo

LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
UNITS = {"%": 100.0, "pts": 100.0, "s": 1.0, "min": 1 / 60, "h": 1 / 3600, "days": 1 / 86400}


@pytest.fixture(scope="module")
def published(demo: Demo, report: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        yield connection


def values(opened: Opened, selector: str) -> list[float]:
    """The exact values that the numbers stand for, in the order of the page."""
    found = opened.page.eval_on_selector_all(selector, "all => all.map(one => one.value)")
    return [float(value) for value in found]


def texts(opened: Opened, selector: str) -> list[str]:
    found = opened.page.eval_on_selector_all(selector, "all => all.map(one => one.textContent)")
    return [" ".join(text.split()) for text in found]


def column(connection: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return [row[0] for row in connection.execute(query).fetchall()]


# Nothing from elsewhere, and nothing in anybody's way.


@pytest.mark.parametrize(
    ("size", "scheme", "asked"),
    [
        (DESKTOP, "light", {"runOnly": LEVEL_AA}),
        (DESKTOP, "dark", {"runOnly": ["color-contrast"]}),
        (PHONE, "light", {"runOnly": LEVEL_AA, "rules": {"color-contrast": {"enabled": False}}}),
    ],
)
def test_the_page_needs_only_itself_and_keeps_nobody_out(
    open_page: Open, report, size, scheme, asked
) -> None:
    opened = open_page(report, size, scheme)
    assert opened.requests == [report.as_uri()]
    assert opened.complaints == []
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0], "the page scrolls sideways"
    opened.page.locator("figure details").first.evaluate("one => one.open = true")
    found = Axe().run(opened.page, options=asked)
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()


def test_the_narrowest_phone_and_paper_lose_nothing(open_page: Open, report) -> None:
    opened = open_page(report, (320, 568))
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.page.emulate_media(media="print", color_scheme="dark")
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert len(opened.page.pdf(format="A4")) > 50_000


def test_the_keyboard_reaches_everything(open_page: Open, report) -> None:
    page = open_page(report).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None
    out_of_reach = page.eval_on_selector_all(
        ".scroll", "all => all.filter(one => one.tabIndex != 0 || !one.ariaLabel).length"
    )
    assert out_of_reach == 0
    anchors = page.eval_on_selector_all("nav a", "all => all.map(one => one.hash)")
    assert len(anchors) == 10
    assert all(page.locator(anchor).count() == 1 for anchor in anchors)


# Every number is the mart's.


def test_what_is_shown_is_the_value_rounded(desktop: Opened) -> None:
    shown = desktop.page.eval_on_selector_all(
        "data", "all => all.map(one => [one.value, one.firstChild.textContent])"
    )
    assert len(shown) > 1000
    wrong = [pair for pair in shown if not is_rounded(*pair)]
    assert wrong == []


def is_rounded(value: str, text: str) -> bool:
    text = text.replace("\N{MINUS SIGN}", "-").replace(",", "").replace("+", "")
    if text.startswith("<"):
        return float(value) < float(text[1:])
    number, _, unit = text.partition("\N{NO-BREAK SPACE}")
    exact = float(value)
    digits = len(number.partition(".")[2])
    scales = [UNITS[unit]] if unit else [1.0, 100.0]  # the cells of a triangle leave out the sign
    return any(abs(exact * scale - float(number)) <= 0.5000001 * 10**-digits for scale in scales)


def test_the_biggest_leak_stands_on_top_in_words(desktop: Opened, published) -> None:
    title, value, benchmark, worth = published.execute(
        "select title, value, benchmark, worth_mrr_per_month"
        " from scorecard.scorecard_by_layer join definitions.scorecard_metrics using (metric)"
        " where is_biggest_leak"
    ).fetchone()
    assert texts(desktop, "h1")[0].startswith(title)
    assert values(desktop, "h1 data") == [value, benchmark]
    assert values(desktop, ".worth data") == [float(worth)]
    layers = column(published, "select value from scorecard.scorecard_by_layer order by layer")
    assert values(desktop, ".layers .layer-value data") == layers


def test_the_scorecard_is_the_mart(desktop: Opened, published) -> None:
    rows = published.execute(
        """
        select
            metric,
            max_by(mean_12_weeks, week),
            max_by(value, week) filter (value is not null),
            max_by(coalesce(change, 0), week) filter (value is not null),
            max_by(coalesce(band, ''), week) filter (value is not null)
        from scorecard.scorecard_by_week
        group by metric
        """
    ).fetchall()
    assert len(rows) == desktop.page.locator("[data-metric]:has(.spark)").count()
    for metric, mean, value, change, band in rows:
        row = f".scorecard [data-metric={metric}]"
        assert values(desktop, f"{row} td:nth-child(2) data") == [mean]
        assert values(desktop, f"{row} td:nth-child(4) > data") == [value]
        assert values(desktop, f"{row} td:nth-child(5) data") == ([change] if change else [])
        assert texts(desktop, f"{row} .band") == ([band] if band else [])
    assert desktop.page.locator(".scorecard .spark").count() == len(rows)


def test_funnels_are_in_the_order_of_their_steps_and_name_the_largest_drop(
    desktop: Opened, published
) -> None:
    funnels = column(published, "select distinct funnel from funnel.funnel_by_step order by funnel")
    assert funnels
    for funnel in funnels:
        steps = published.execute(
            "select step_name, mature_actors, rate_from_start from funnel.funnel_by_step"
            " where breakdown_value is null and funnel = $1 order by step_number",
            [funnel],
        ).fetchall()
        place = f"[data-funnel={funnel}]"
        assert texts(desktop, f"{place} .step") == [name for name, _, _ in steps]
        assert values(desktop, f"{place} .people data") == [people for _, people, _ in steps]
        assert values(desktop, f"{place} .share data") == [share for _, _, share in steps]
        optional = column(
            published,
            "select distinct step_name from definitions.funnel_steps"
            f" where funnel = '{funnel}' and is_optional",
        )
        required = [step for step in steps if step[0] not in optional]
        lost = [before[1] - after[1] for before, after in pairwise(required)]
        assert values(desktop, f"{place} .said > data")[:1] == [max(lost)]
        assert required[lost.index(max(lost)) + 1][0] == texts(desktop, f"{place} .said strong")[0]
        widths = desktop.page.eval_on_selector_all(
            f"{place} .bar",
            "all => all.map(o => o.firstChild.getBoundingClientRect().width / o.clientWidth)",
        )
        assert widths == pytest.approx([share for _, _, share in steps], abs=0.02)


def test_the_triangle_holds_only_what_is_over(desktop: Opened, published) -> None:
    retention = desktop.page.locator(".triangle").get_attribute("data-retention")
    rates = column(
        published,
        "select retention_rate from retention.retention_by_cohort"
        f" where retention = '{retention}' and period_number <= 12 and cohort_start in (select"
        f" cohort_start from retention.retention_by_cohort where retention = '{retention}'"
        " group by cohort_start order by cohort_start desc limit 14)"
        " order by cohort_start, period_number",
    )
    assert values(desktop, ".triangle td.cell data") == [rate for rate in rates if rate is not None]
    assert desktop.page.locator(".triangle td.open").count() == rates.count(None)
    pooled = column(
        published,
        "select retention_rate from retention.retention_by_period"
        f" where retention = '{retention}' and period_number <= 12 order by period_number",
    )
    assert values(desktop, ".triangle tfoot data") == pooled


CHARTS = {
    "MRR movements": "month, opening_mrr, new_mrr, expansion_mrr, reactivation_mrr,"
    " contraction_mrr, churned_mrr, fx_mrr, closing_mrr - opening_mrr, closing_mrr"
    " from nrr.nrr_by_month",
    "Net and gross revenue retention": "month, nrr_12m_cohort, grr_12m_cohort, logo_churn_rate,"
    " quick_ratio, arpa from nrr.nrr_by_month where is_complete",
    "Account first value: rate": "cohort_week, signed_up, mature, pending, activated,"
    " activation_rate from activation.activation_by_cohort where activation ="
    " 'account_first_value' and cohort_week > (select max(cohort_week) - interval 26 week"
    " from activation.activation_by_cohort)",
    "K-factor": "cohort_week, users, invitations_sent, invitations_accepted, acceptance_rate,"
    " invited_sign_ups, k_factor, loop_share from virality.virality_by_week where cohort_week >"
    " (select max(cohort_week) - interval 26 week from virality.virality_by_week)",
    "Relationship, NPS": "month, responses, promoters, passives, detractors, score, score_low,"
    " score_high from feedback.feedback_by_month where survey = 'relationship' and segment_name"
    " is null",
    "Account ready to pay": "month, qualified, mature, converted, conversion_rate, baseline_rate,"
    " lift from pql.pql_by_cohort where model = 'account_ready_to_pay' and segment is null",
}


@pytest.mark.parametrize("title", CHARTS)
def test_the_numbers_below_a_chart_are_the_marts_in_order(desktop, published, title) -> None:
    figure = f'figure[data-chart="{title}"]'
    expected = [
        [row[0].isoformat(), *(None if value is None else float(value) for value in row[1:])]
        for row in published.execute(f"select {CHARTS[title]} order by 1").fetchall()
    ]
    cells = desktop.page.eval_on_selector_all(
        f"{figure} details tbody tr",
        "all => all.map(row => [...row.cells].map(cell => cell.querySelector('time')"
        "?.dateTime ?? cell.querySelector('data')?.value ?? null))",
    )
    found = [[row[0], *(None if v is None else float(v) for v in row[1:])] for row in cells]
    assert found == expected
    assert desktop.page.locator(f"{figure} svg").count() >= 1


def test_the_months_of_mrr_run_from_left_to_right(desktop: Opened, published) -> None:
    months = column(published, "select strftime(month, '%b') from nrr.nrr_by_month order by month")
    labels = desktop.page.eval_on_selector_all(
        'figure[data-chart="MRR movements"] .at-large text',
        "all => all.map(one => [one.getBoundingClientRect().x, one.textContent])",
    )
    drawn = [re.match("[A-Z][a-z]{2}", text) for _, text in sorted(labels)]
    assert [found.group() for found in drawn if found] == months
    net = column(
        published, "select closing_mrr - opening_mrr from nrr.nrr_by_month order by month"
    )[-1]
    assert f"{net:,.2f}" in [text for _, text in labels]


def test_open_leads_and_experiments_are_the_marts(desktop: Opened, published) -> None:
    leads = column(
        published,
        "select points from pql.pql_by_account join definitions.pql_models using (model)"
        " where is_converted is null order by points / qualifying_points desc, qualified_at desc"
        " limit 15",
    )
    assert values(desktop, ".leads td.points > data") == leads
    assert (
        values(desktop, "#leads .lead > data")[0]
        == column(published, "select count(*) from pql.pql_by_account where is_converted is null")[
            0
        ]
    )
    differences = column(
        published,
        "select difference from experiments.experiments_by_variant where not is_control"
        " order by experiment, variant, metric",
    )
    assert values(desktop, ".experiment td.value data") == differences


def test_sources_are_counted(desktop: Opened, published) -> None:
    landed = column(published, "select sum(rows_landed) from meta.sources")[0]
    assert values(desktop, "#data .lead data")[0] == landed
    streams = column(published, "select count(*) from meta.sources")[0]
    assert desktop.page.locator("#data table").first.locator("tbody tr").count() == streams
