"""Superset for real: the dashboard imported, read in Chromium, compared with SQL, published under.

`make check-superset` runs it: a Superset of its own venv on this machine, on the demo company. It
takes minutes and most of a gigabyte, so it is no part of `make test`. Screenshots of every tab stay
in `.cache/superset/screenshots`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from playwright.sync_api import Page, Response, sync_playwright

from bi.superset.bundle import Chart, read_tabs, write_bundle

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".cache" / "superset"
WAREHOUSE = CACHE / "warehouse"  # the demo company, by `make check-superset`
PUBLISHED = WAREHOUSE / "flywheel.duckdb"
SCREENSHOTS = CACHE / "screenshots"
SECONDS_TO_START = 180
SECONDS_TO_DRAW = 60
PUBLICATIONS = 4
READERS = 3
CHARTS = {chart.title: chart for tab in read_tabs() for chart in tab.charts}


@dataclass
class Superset:
    url: str
    http: httpx.Client

    def ask(self, query: dict[str, Any]) -> httpx.Response:
        return self.http.post("/api/v1/chart/data", json={**query, "force": True})


@dataclass
class Shown:
    """What a browser saw: of each chart its query and the answer; of each tab its complaints."""

    answers: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    complaints: dict[str, list[str]] = field(default_factory=dict)
    drawings: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """A server with a user, and nothing else in it."""
    folder = tmp_path_factory.mktemp("superset")
    shutil.copy(CACHE / "superset.db", folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {
        **os.environ,
        "FLYWHEEL_SUPERSET_SECRET": (CACHE / "secret").read_text().strip(),
        "FLYWHEEL_SUPERSET_METADATA": str(folder / "superset.db"),
        "SUPERSET_CONFIG_PATH": str(Path(__file__).with_name("superset_config.py")),
        "SUPERSET_HOME": str(folder),
    }
    server = [CACHE / "venv/bin/gunicorn", "--workers=2", "--worker-class=gthread", "--threads=4"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*server, f"--bind={address}", "--timeout=120", "superset.app:create_app()"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=120) as http:
            wait_until_healthy(http, process)
            password = (CACHE / "password").read_text().strip()
            http.post("/login/", data={"username": "check", "password": password})
            yield Superset(f"http://{address}", http)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_healthy(http: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError("Superset did not start")


@pytest.fixture(scope="module")
def dashboard(superset: Superset, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its address, imported as a person would, and once more as one who keeps it in git would."""
    bundle = tmp_path_factory.mktemp("bundle") / "superset.zip"
    write_bundle(PUBLISHED, bundle)
    for place, name in (("dashboard", "formData"), ("assets", "bundle")):
        with bundle.open("rb") as file:
            answer = superset.http.post(
                f"/api/v1/{place}/import/",
                files={name: (bundle.name, file, "application/zip")},
                data={"overwrite": "true"},
            )
        assert answer.status_code == 200, answer.text
    found = superset.http.get("/api/v1/chart/", params={"q": "(page_size:100)"}).json()
    assert sorted(chart["slice_name"] for chart in found["result"]) == sorted(CHARTS)
    return f"{superset.url}/superset/dashboard/flywheel/"


@pytest.fixture(scope="module")
def shown(superset: Superset, dashboard: str) -> Shown:
    """Every tab of the dashboard, looked at until it is drawn."""
    shown = Shown()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        context = browser.new_context(viewport={"width": 1600, "height": 1200})
        context.add_cookies(
            [{"name": n, "value": v, "url": superset.url} for n, v in superset.http.cookies.items()]
        )
        page = context.new_page()
        page.on("response", lambda response: note_answer(shown, response))
        page.goto(dashboard)
        for number, tab in enumerate(read_tabs(), start=1):
            open_tab(page, tab.title, {chart.title for chart in tab.charts}, shown)
            page.screenshot(path=SCREENSHOTS / f"{number:02}_{tab.title}.png", full_page=True)
            alerts = page.locator(".ant-alert-error:visible, [data-test=error-container]:visible")
            shown.complaints[tab.title] = alerts.all_inner_texts()
            shown.drawings[tab.title] = page.locator("canvas:visible").count()
        browser.close()
    return shown


def note_answer(shown: Shown, response: Response) -> None:
    if "/api/v1/chart/data" in response.url and response.request.post_data:
        query = json.loads(response.request.post_data)
        name = query["form_data"].get("slice_id")
        if name:  # a filter's list of choices has none
            shown.answers[str(name)] = (query, response.json())


def open_tab(page: Page, title: str, charts: set[str], shown: Shown) -> None:
    """As a person opens it, be it in the menu of those that have no room, and wait for the last."""
    tab = page.locator(".dashboard-component-tabs [role=tab]", has_text=title).first
    tab.wait_for(state="attached", timeout=SECONDS_TO_DRAW * 1000)
    before = len(shown.answers)
    tab.evaluate("one => one.click()")
    deadline = time.monotonic() + SECONDS_TO_DRAW
    while time.monotonic() < deadline:
        page.wait_for_timeout(300)
        if len(shown.answers) - before >= len(charts):
            break
    page.wait_for_timeout(2500)  # lines are drawn from left to right


@pytest.fixture(scope="module")
def answers(superset: Superset, shown: Shown) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Query and answer by the chart's title."""
    found = superset.http.get("/api/v1/chart/", params={"q": "(page_size:100)"}).json()["result"]
    titles = {str(chart["id"]): chart["slice_name"] for chart in found}
    return {titles[number]: answer for number, answer in shown.answers.items()}


def test_every_tab_is_drawn_without_a_complaint(shown: Shown) -> None:
    assert shown.complaints == {tab.title: [] for tab in read_tabs()}
    expected = {
        tab.title: sum(chart.draw != "table" for chart in tab.charts) for tab in read_tabs()
    }
    assert shown.drawings == expected


@pytest.mark.parametrize("title", CHARTS)
def test_the_numbers_are_those_of_the_file(answers, title: str) -> None:
    query, answer = answers[title]
    chart = CHARTS[title]
    found = answer["result"][0]
    assert not found["error"]
    applied = {f["column"] for f in found["applied_filters"]}  # the others are of other marts
    asked = [f for f in query["queries"][0]["filters"] if f["col"] in applied]
    also = " and ".join(
        f"{f['col']} in ({', '.join(repr(value) for value in f['val'])})" for f in asked
    )
    with duckdb.connect(str(PUBLISHED), read_only=True) as connection:
        result = connection.execute(chart.sql(also or "true"))
        columns = [column[0] for column in result.description]
        rows = [tuple(map(plain, row)) for row in result.fetchall()]
    if chart.draw == "table":
        told = [tuple(plain(row[name]) for name in columns) for row in found["data"]]
        if chart.y:  # ordered by less than a key
            rows, told = sorted(rows, key=str), sorted(told, key=str)
        assert told == rows
    else:
        assert drawn(found["data"], chart) == pytest.approx(expected(rows, chart), rel=1e-9)


def expected(rows: list[tuple[Any, ...]], chart: Chart) -> dict[tuple[str, str], float]:
    """The values by their place on the axis and their line."""
    values = {}
    for row in rows:
        keys, numbers = row[: -len(chart.y)], row[-len(chart.y) :]
        group = [text(key) for key in keys[1:]]
        for label, number in zip(chart.y, numbers, strict=True):
            line = [] if (len(chart.y) == 1 and group) else [label]
            if number is not None:
                values[text(keys[0]), ", ".join(line + group)] = number
    return values


def drawn(data: list[dict[str, Any]], chart: Chart) -> dict[tuple[str, str], float]:
    x, by = (next(iter(c)) if isinstance(c, dict) else c for c in (chart.x, chart.by))
    if chart.draw == "heatmap":
        value = next(iter(chart.y))
        return {(text(row[x]), text(row[by])): plain(row[value]) for row in data}
    return {
        (text(row[x]), name): plain(value)
        for row in data
        for name, value in row.items()
        if name != x and value is not None
    }


def text(value: Any) -> str:
    """A value as part of a name."""
    value = plain(value)
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def plain(value: Any) -> Any:
    """As JSON has it: instants as whole milliseconds, no difference between 1 and 1.0."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if isinstance(value, datetime):
        return float(int(value.replace(tzinfo=UTC).timestamp() * 1000))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    value = float(value)
    return float(int(value)) if value > 1e11 else value  # an instant with its microseconds


def test_publications_go_on_under_its_readers(superset: Superset, answers) -> None:
    """Whatever is asked while files are replaced is answered, and from the newest file."""
    freshness, _ = answers["How fresh this is"]
    others = cycle([query for query, _ in answers.values()])
    seen: list[tuple[float, str, int]] = []  # when asked, what was told
    wrong: list[str] = []
    turn, stop = threading.Lock(), threading.Event()

    def read(is_watching: bool) -> None:
        with httpx.Client(
            base_url=superset.url, timeout=120, cookies=superset.http.cookies
        ) as http:
            while not stop.is_set():
                with turn:
                    query = freshness if is_watching else next(others)
                asked = time.monotonic()
                answer = http.post("/api/v1/chart/data", json={**query, "force": True})
                if answer.status_code != 200 or answer.json()["result"][0]["error"]:
                    wrong.append(answer.text[:500])
                elif is_watching:
                    at = answer.json()["result"][0]["data"][0]["published_at"]
                    seen.append((asked, "publication", int(at)))
                else:
                    seen.append((asked, "chart", 0))

    readers = [threading.Thread(target=read, args=(number == 0,)) for number in range(READERS + 1)]
    for reader in readers:
        reader.start()
    published: list[tuple[float, int]] = [(time.monotonic(), published_at())]
    try:
        for _ in range(PUBLICATIONS):
            subprocess.run(
                [PROJECT / ".venv/bin/flywheel", "publish", "--quiet", f"--warehouse={WAREHOUSE}"],
                cwd=PROJECT,
                check=True,
            )
            published.append((time.monotonic(), published_at()))
            time.sleep(2)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    watched = [(asked, at) for asked, kind, at in seen if kind == "publication"]
    stale = [
        (asked, at) for asked, at in watched if at < max(p for t, p in published if t <= asked)
    ]
    print(
        f"\n{len(seen)} queries, {len(watched)} of them for the publication's time, during"
        f" {PUBLICATIONS} publications: {len(wrong)} errors, {len(stale)} told the file before"
    )
    assert wrong == []
    assert {at for _, at in watched} <= {at for _, at in published}
    assert stale == []


def published_at() -> int:
    with duckdb.connect(str(PUBLISHED), read_only=True) as connection:
        return int(
            plain(connection.execute("select published_at from meta.publication").fetchone()[0])
        )


def test_it_can_only_read(superset: Superset, answers) -> None:
    databases = superset.http.get("/api/v1/database/").json()["result"]
    before = hashlib.sha256(PUBLISHED.read_bytes()).hexdigest()
    answer = superset.http.post(
        "/api/v1/sqllab/execute/",
        json={
            "database_id": databases[0]["id"],
            "sql": "create table core.mine as select 1 as one",
            "runAsync": False,
        },
    )
    assert answer.status_code >= 400
    assert hashlib.sha256(PUBLISHED.read_bytes()).hexdigest() == before
    with duckdb.connect(str(PUBLISHED)) as connection:  # nobody holds it while nobody asks
        assert connection.execute("select 1").fetchone() == (1,)
