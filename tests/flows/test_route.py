"""`flywheel route` against a real server that misbehaves, and killed at any moment."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.landing.tables import create_tables
from flows.lock import locked
from flows.problems import Locked, Refused
from flows.routing.leads import read_published
from flows.routing.outbox import copy_handoffs
from flows.routing.router import plan, route
from flows.routing.sending import Patience
from flows.settings import Settings
from flows.warehouse import opened

HASTE = Patience(attempts=12, seconds_per_attempt=0.25, first_wait=0.005, longest_wait=0.05)
SECRET = "whsec_" + base64.b64encode(b"between us and nobody else").decode()

Answer = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    """Notes each request before it answers as the test wants."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # its sender was killed while he spoke
            self.close_connection = True
            return
        with self.server.guard:
            number = len(self.server.requests)
            self.server.requests.append((self.path, dict(self.headers), body, time.monotonic()))
        self.server.answer(self, number)

    def take(self, status: int = 200, body: bytes = b"ok", **headers: str) -> None:
        """Answer; what is answered with success has been taken."""
        if 200 <= status < 300:
            self.server.taken.append(self.headers["Idempotency-Key"])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.guard = threading.Lock()
        self.requests: list[tuple[str, dict[str, str], bytes, float]] = []
        self.taken: list[str] = []

    def handle_error(self, *_: Any) -> None:  # a client that was killed or has had enough
        pass

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def bodies(self) -> dict[str, set[bytes]]:
        found: dict[str, set[bytes]] = {}
        for _, headers, body, _ in self.requests:
            found.setdefault(headers["Idempotency-Key"], set()).add(body)
        return found


@contextmanager
def serving(answer: Answer = lambda handler, _: handler.take()) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("CRM_SECRET", "token of the records")
    monkeypatch.setenv("CRM", "http://127.0.0.1:9")
    monkeypatch.setenv("FILES", str(tmp_path / "leads"))
    return Settings(project=tmp_path, warehouse=tmp_path)


def publish(settings: Settings, destinations: list[tuple], leads: int = 0, **cells: Any) -> None:
    """A published file with the tables that the router reads; leads go to every destination."""
    settings.published_file.unlink(missing_ok=True)
    names = "|".join(sorted(row[0] for row in destinations))
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute("""
            create schema definitions; create schema core; create schema pql;
            create table definitions.destinations (
                destination varchar, kind varchar, address_variable varchar,
                rate_per_minute bigint, is_enabled boolean
            );
            create table definitions.pql_models as
                select 'pay' as model, 'account' as grain union all select 'champion', 'user';
            create table core.accounts as
                select 'a' || n as account_id, '=Acme & <' || n || '>' as name,
                    'media' as industry, 50 as employee_count, 'CA' as country
                from range(100) as numbers (n);
            create table core.users as
                select 'u1' as user_id, 'admin' as role, 'u1@example.com' as email;
        """)
        connection.executemany(
            "insert into definitions.destinations values (?, ?, ?, ?, ?)", destinations
        )
        row = {
            "model": "'pay'",
            "actor_id": "'a' || n",
            "qualification": "1::bigint",
            "qualified_at": "timestamp '2026-03-01 10:00:00' + n * interval '1' minute",
            "points": "60.0::double",
            "fit_points": "20.0::double",
            "usage_points": "40.0::double",
            "intent_points": "0.0::double",
            "reasons": """'[{"signal": "s", "words": "3 x <a> in 7 days", "points": 40}]'""",
            "is_activated_before": "false",
            "account_id": "'a' || n",
            "plan": "'free'",
            "members": "3::bigint",
            "active_users_28d": "2::bigint",
            "features_used_28d": "4::bigint",
            "uses_28d": "9::bigint",
            "uses_28d_before": "5::bigint",
            "mrr": "0.00::decimal(18, 2)",
            "deal_size": "120.50::decimal(18, 2)",
            "deal_bracket": "'below 500'",
            "owner": "'sales'",
            "destinations": f"'{names}'",
        } | cells
        selected = ", ".join(f"{value} as {name}" for name, value in row.items())
        connection.execute(
            f"create table pql.pql_by_account as select {selected} from range({leads}) as l (n)"
        )


def keys(settings: Settings, destination: str) -> set[str]:
    return {lead.key(destination) for lead in read_published(settings.published_file)[1]}


def outbox(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse / "outbox.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_server_that_misbehaves_gets_every_lead_and_takes_none_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(7)
    known: set[str] = set()

    def answer(handler: Handler, number: int) -> None:
        """Half the time something goes wrong, often after the lead was taken."""
        key, how = handler.headers["Idempotency-Key"], dice.random()
        if key in known:  # a receiver that keeps its promise takes a key once
            handler.take(409 if how < 0.3 else 200)
        elif how < 0.1:
            handler.take(500)
        elif how < 0.2:
            handler.take(429, Retry_After="0.01")
        elif how < 0.25:
            handler.close_connection = True
        elif how < 0.3:
            time.sleep(0.4)  # no answer in time, and the lead is not taken
            handler.close_connection = True
        elif how < 0.4:
            known.add(key)
            handler.take(503)  # taken, and yet it says that it failed
        elif how < 0.45:  # taken; the head of the answer comes drop by drop
            known.add(key)
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 20:
                handler.wfile.write(bytes([letter]))
                time.sleep(0.02)
            handler.close_connection = True
        elif how < 0.5:  # taken; the body never ends
            known.add(key)
            handler.send_response(200)
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            time.sleep(0.4)
            handler.close_connection = True
        else:
            known.add(key)
            handler.take()

    caplog.set_level(logging.DEBUG)
    publish(settings, [("hook", "webhook", "HOOK", None, True)], leads=40)
    with serving(answer) as server:
        secret_path = "/T000/very-secret"
        monkeypatch.setenv("HOOK", server.url + secret_path)
        routed = route(settings, patience=HASTE)
        assert known == keys(settings, "hook") == set(server.bodies())
        assert all(len(bodies) == 1 for bodies in server.bodies().values())
        assert routed.is_complete and routed.by_destination["hook"].delivered == 40
        sent = len(server.requests)
        assert sent > 50
        assert route(settings, patience=HASTE).by_destination["hook"].delivered == 0
        assert len(server.requests) == sent
        for _, headers, body, _ in server.requests:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            digest = hmac.new(b"between us and nobody else", signed, hashlib.sha256).digest()
            assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
            assert headers["webhook-id"] == headers["Idempotency-Key"]
    assert outbox(settings, "select distinct state from deliveries") == [("delivered",)]
    kept = (settings.warehouse / "outbox.duckdb").read_bytes()
    for secret in (SECRET, SECRET.removeprefix("whsec_"), secret_path):
        assert secret not in caplog.text
        assert secret.encode() not in kept


def test_a_router_that_is_killed_again_and_again_delivers_every_lead_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random()

    def answer(handler: Handler, number: int) -> None:
        time.sleep(dice.choice([0, 0.002, 0.01]))
        handler.take(503 if dice.random() < 0.1 else 200)

    destinations = [
        ("files", "folder", "FILES", None, True),
        ("hook", "webhook", "HOOK", None, True),
    ]
    publish(settings, destinations, leads=60)
    command = [sys.executable, "-m", "flows.cli", "route", "--warehouse", str(settings.warehouse)]
    with serving(answer) as server:
        monkeypatch.setenv("HOOK", server.url)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        killed = 0
        for run in range(6):
            before = len(server.requests)
            process = subprocess.Popen(
                command, cwd=settings.project, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if run < 1:
                time.sleep(dice.uniform(0.2, 0.8))
            while run >= 1 and len(server.requests) == before and process.poll() is None:
                time.sleep(0.002)  # something goes out: in the middle of that
            time.sleep(dice.uniform(0, 0.1))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.wait()
            plan(settings)  # whatever it left behind can be read
        assert killed >= 3
        assert route(settings, patience=HASTE).is_complete
        assert set(server.taken) == set(server.bodies()) == keys(settings, "hook")
        assert all(len(bodies) == 1 for bodies in server.bodies().values())
        # at each kill at most the one lead that was on its way is sent once more
        assert len(server.taken) <= 60 + killed
    lines = [
        json.loads(line)["idempotency_key"]
        for file in (settings.warehouse / "leads").glob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    assert len(lines) == 60 and set(lines) == keys(settings, "files")


def test_a_folder_takes_each_lead_in_one_file_whenever_the_router_was_killed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, [("files", "folder", "FILES", 1, True)], leads=3)
    replace = Path.replace
    for fatal in (1, 2):  # while the first file appears, then while the second does
        calls = []

        def until(self: Path, target: Path, fatal: int = fatal, calls: list = calls) -> Path:
            calls.append(target)
            if len(calls) == fatal:
                raise KeyboardInterrupt
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", until)
        with pytest.raises(KeyboardInterrupt):
            route(settings)
        monkeypatch.setattr(Path, "replace", replace)
        publish(settings, [("files", "folder", "FILES", 1, True)], leads=3 + fatal)
    route(settings)
    files = sorted((settings.warehouse / "leads").glob("*"))
    assert [file.suffix for file in files] == [".csv", ".jsonl"] * 2
    for suffix in (".jsonl", ".csv"):
        rows = [
            row["idempotency_key"]
            for file in files
            if file.suffix == suffix
            for row in (
                csv.DictReader(file.open()) if suffix == ".csv" else map(json.loads, file.open())
            )
        ]
        assert len(rows) == 5 and set(rows) == keys(settings, "files")
    assert "'=Acme & <0>" in "".join(file.read_text() for file in files if file.suffix == ".csv")


def test_what_is_down_or_refuses_keeps_no_other_waiting_and_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(handler: Handler, number: int) -> None:
        handler.take(422 if number == 1 else 200)

    publish(
        settings,
        [
            ("chat", "slack", "CHAT", None, True),
            ("down", "slack", "DOWN", None, True),
            ("moved", "slack", "MOVED", None, True),
            ("off", "slack", "OFF", None, False),
        ],
        leads=5,
    )
    impatient = Patience(attempts=2, first_wait=0.001, failures_in_a_row=2)
    with (
        serving(refusing) as chat,
        serving(lambda handler, _: handler.take(500)) as down,
        serving(lambda handler, _: handler.take(302, Location="/")) as moved,
    ):
        for name, server in (("CHAT", chat), ("DOWN", down), ("MOVED", moved)):
            monkeypatch.setenv(name, server.url)
        routed = route(settings, patience=impatient)
        assert not routed.is_complete and routed.unused == {"off": 5}
        found = {
            name: (one.delivered, one.waiting, one.refused, one.stopped)
            for name, one in routed.by_destination.items()
        }
        assert found == {
            "chat": (4, 0, 1, None),
            "down": (0, 5, 0, "answered 500"),
            "moved": (0, 5, 0, "answered 302"),
        }
        assert (len(down.requests), len(moved.requests)) == (4, 1)
        down.answer = moved.answer = lambda handler, _: handler.take()
        routed = route(settings, patience=impatient)
        assert {name: one.delivered for name, one in routed.by_destination.items()} == {
            "chat": 0,
            "down": 5,
            "moved": 5,
        }
        assert route(settings, retry_refused=True).by_destination["chat"].delivered == 1
        assert len(set(chat.taken)) == len(chat.taken) == 5


def test_no_more_than_its_rate_goes_to_a_destination_whoever_sends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server:
        monkeypatch.setenv("CHAT", server.url)
        for leads in (4, 8):
            publish(settings, [("chat", "slack", "CHAT", 1200, True)], leads=leads)
            route(settings)
        times = [at for *_, at in server.requests]
    assert len(times) == 8
    assert times[-1] - times[0] > 0.3  # seven times a twentieth of a second, but for delays


def test_a_lead_is_the_same_lead_when_the_line_was_moved(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = [("chat", "slack", "CHAT", None, True)]
    with serving() as server:
        monkeypatch.setenv("CHAT", server.url)
        publish(settings, chat, leads=3)
        route(settings)
        publish(settings, chat, leads=3, qualified_at="timestamp '2026-02-20 00:00:00'")
        assert route(settings).queued == 0
        publish(settings, chat, leads=3, qualification="2::bigint")
        assert route(settings).queued == 3
    assert len(set(server.taken)) == 6


def test_who_is_left_out_once_is_left_out_for_good(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, [("chat", "slack", "CHAT", None, True)], leads=4)
    since = read_published(settings.published_file)[1][2].qualified_at
    with serving() as server:
        monkeypatch.setenv("CHAT", server.url)
        assert [lead.actor_id for lead, _ in plan(settings, since=since)[0]] == ["a2", "a3"]
        assert route(settings, since=since).queued == 2
        assert route(settings).queued == 0 and plan(settings)[0] == []
    assert len(server.taken) == 2


def test_each_kind_gets_its_own_shape(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    destinations = [("chat", "slack", "CHAT", None, True), ("crm", "hubspot", "CRM", None, True)]
    publish(settings, destinations, leads=1, model="'champion'", actor_id="'u1'")
    with serving() as chat, serving() as crm:
        monkeypatch.setenv("CHAT", chat.url)
        monkeypatch.setenv("CRM", crm.url)
        assert route(settings).is_complete
    assert json.loads(chat.requests[0][2])["text"] == (
        "*u1 of =Acme &amp; &lt;0&gt;* is ready to talk: 60 points (champion), for sales\n"
        "• 3 x &lt;a&gt; in 7 days, 40 points\n"
        "Plan free, 3 people, 2 active in 28 days, 4 features, 9 uses after 5, "
        "a deal may be worth 120.5 a month, has not reached value yet"
    )
    company, contact = (
        (path, headers, json.loads(body)) for path, headers, body, _ in crm.requests
    )
    assert company[0] == "/crm/v3/objects/companies/batch/upsert"
    assert contact[0] == "/crm/v3/objects/contacts/batch/upsert"
    assert company[1]["Authorization"] == "Bearer token of the records"
    assert company[2]["inputs"][0]["idProperty"] == "flywheel_account_id"
    assert company[2]["inputs"][0]["id"] == "a0"
    assert contact[2]["inputs"][0]["properties"]["email"] == "u1@example.com"
    assert contact[2]["inputs"][0]["properties"]["flywheel_lead_points"] == 60
    assert len(set(crm.taken)) == 2


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "CHAT"),
        ({"CHAT": "hush:secret"}, "CHAT"),
        ({"CHAT": "http:///secret"}, "CHAT"),
        ({"CHAT": "http://x", "CRM_SECRET": ""}, "CRM_SECRET"),
        ({"CHAT": "http://x", "CRM_SECRET": "secret\u20ac"}, "CRM_SECRET"),
        ({"CHAT": "http://x", "CRM_SECRET": "whsec_secret"}, "CRM_SECRET"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name_and_never_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    destinations = [("chat", "slack", "CHAT", None, True), ("crm", "hubspot", "CRM", None, True)]
    publish(settings, destinations, leads=1)
    with pytest.raises(Refused) as refused:
        route(settings)
    assert said in str(refused.value) and "secret" not in str(refused.value).replace(
        "The secret of destination", ""
    )


def test_a_dry_run_changes_nothing_and_needs_no_address(settings: Settings) -> None:
    publish(settings, [("chat", "slack", "CHAT", None, True)], leads=2)
    found, _ = plan(settings)
    assert [lead.actor_id for lead, _ in found] == ["a0", "a1"]
    assert {file.name for file in settings.warehouse.iterdir()} == {"flywheel.duckdb"}


def test_one_router_at_a_time_and_none_before_something_is_published(settings: Settings) -> None:
    with pytest.raises(Refused, match="Nothing has been published"):
        route(settings)
    publish(settings, [("files", "folder", "FILES", None, True)], leads=1)
    with locked(settings.warehouse / "outbox.lock", "another"), pytest.raises(Locked):
        route(settings)


def test_a_build_learns_what_was_handed_over(settings: Settings) -> None:
    publish(settings, [("files", "folder", "FILES", None, True)], leads=2)
    route(settings)
    with opened(settings.build_file) as connection:
        create_tables(connection)
        for _ in range(2):
            copy_handoffs(connection, settings.warehouse / "outbox.duckdb")
        found = connection.execute(
            "select actor_id, qualification, state, delivered_at is not null from meta.handoffs"
            " order by actor_id"
        ).fetchall()
    assert found == [("a0", 1, "delivered", True), ("a1", 1, "delivered", True)]
