"""Who is forgotten leaves everything, and stays away when the same files come again."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import duckdb
import stripe_story
from conftest import SmallProject
from landing_folder import LandingFolder, event
from test_vendors import SETTINGS, VENDORS, write
from vendor_story import told_by

from flows.routing.outbox import Outbox
from flows.warehouse import opened

WHEN = "2026-05-01T00:00:00Z"


def test_forget_leaves_no_trace_but_a_receipt(project: SmallProject) -> None:
    lines = [
        event(5, user_id="u7", anonymous_id="laptop"),
        event(6, user_id=None, anonymous_id="laptop"),
        event(7, user_id="u8"),
    ]
    text = "\n".join([*map(json.dumps, lines), '{"user_id": "u7", "oops', ""])
    project.write("seeds/raw/native/events/more.jsonl", text)
    assert project.flywheel("run").exit_code == 0
    with opened(project.warehouse / "outbox.duckdb", name="outbox") as connection:
        Outbox(connection)
        for key, actor, account in (("a", "u7", "x"), ("b", "u8", "x")):
            connection.execute(
                "insert into deliveries (idempotency_key, destination, model, actor_id,"
                " qualification, account_id, content, state, attempts, queued_at)"
                " values (?, 'crm', 'm', ?, 1, ?, '{}', 'delivered', 1, now()::timestamp)",
                [key, actor, account],
            )

    result = project.flywheel("forget", "u7", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["removed"] == {
        "raw.native_events": 2,
        "meta.quarantine": 1,
        "outbox": 1,
    }
    project.write("seeds/raw/native/events/again.jsonl", text.replace("e5", "e15"))
    result = project.flywheel("run")
    assert result.exit_code == 0, result.output
    for file in ("build.duckdb", "flywheel.duckdb", "outbox.duckdb"):
        assert "u7" not in everything(project.warehouse / file)
    with duckdb.connect(project.published, read_only=True) as published:
        events = published.execute("select event_id from core.events order by 1").fetchall()
        receipts = published.execute("select distinct subject_hash from meta.erasures").fetchall()
    assert {event_id for (event_id,) in events} == {"e1", "e2", "e7"}
    assert receipts == [(sha256(b"u7").hexdigest(),)]


def everything(file: Path) -> str:
    """All that a database holds, as text."""
    with duckdb.connect(file, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select schema_name || '.\"' || table_name || '\"' from duckdb_tables()"
        ).fetchall()
        return " ".join(str(connection.execute(f"from {table}").fetchall()) for (table,) in tables)


def test_a_request_erases_a_person_whatever_vendor_tells_of_him(tmp_path: Path) -> None:
    folder = LandingFolder(tmp_path)
    for vendor in VENDORS:
        write(folder, told_by(vendor))
    write(folder, stripe_story.FILES)
    invited = {"user_id": "u9", "created_at": WHEN, "invited_by_user_id": "segment bob"}
    folder.write("native/users.jsonl", [invited])
    asked = [("user", f"{vendor} {who}") for vendor in VENDORS for who in ("bob", "dan")]
    asked += [("account", "stripe grew"), ("user", "never seen")]
    requests = [
        {"subject_type": kind, "subject_id": subject, "requested_at": WHEN}
        for kind, subject in asked
    ]
    folder.write("native/erasure_requests.jsonl", requests)
    folder.land(sources=SETTINGS)

    for vendor in VENDORS:
        said = str(folder.rows(f"from raw.{vendor}_events"))
        assert "bob" not in said.lower()
        assert " dan" not in said.lower()
        assert "ann@acme.example" in said or vendor == "mixpanel"
        time = "corrected_at" if vendor in ("segment", "rudderstack") else "occurred_at"
        times = {f"{at:%dT%H}" for (at,) in folder.rows(f"select {time} from raw.{vendor}_events")}
        assert "03T11" not in times  # his, on a shared device, without his id
        assert {"01T11", "05T11"} <= times  # nobody's, and another's
    assert folder.rows("select invited_by_user_id from raw.native_users") == [(None,)]
    assert "cus_grew" not in str(folder.rows("from raw.stripe_events"))
    assert folder.rows("select * from raw.native_erasure_requests") == []
    hashes = {row[0] for row in folder.rows("select subject_hash from meta.erasures")}
    assert hashes == {sha256(subject.encode()).hexdigest() for _, subject in asked}
