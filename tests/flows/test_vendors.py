"""What the exports of each vendor come to in core: the same story, all of it landed at once."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import stripe_story
import vendor_traps
from landing_folder import LandingFolder, json_lines
from project_copy import ProjectCopy
from vendor_story import ACCOUNTS, EXPECTED, TELLERS, instant, told_by
from vendor_traps import SETTINGS

VENDORS = list(TELLERS)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """All vendors landed side by side and built once."""
    copy = ProjectCopy(tmp_path_factory.mktemp("vendors"))
    build_vendors(copy)
    return copy


def build_vendors(copy: ProjectCopy) -> None:
    copy.define(placeholder_ids=[{"placeholder_id": "null", "reason": "nobody"}])
    copy.define(exclusions=[{"kind": "user_agent", "value": "crawlerbot", "reason": "robot"}])
    copy.define(currencies=[{"currency": "USD", "exponent": 2}, {"currency": "JPY", "exponent": 0}])
    (copy.folder / "home").mkdir()
    folder = LandingFolder(copy.folder / "home")
    folder.warehouse = copy.warehouse
    for vendor in VENDORS:
        write(folder, told_by(vendor))
    write(folder, stripe_story.FILES)
    write(folder, vendor_traps.FILES)
    folder.land(sources=SETTINGS)
    copy.build(
        "+users +accounts +events +identities +subscription_versions +int_exposures_resolved",
        sources=SETTINGS,
    )


def write(folder: LandingFolder, files: dict[str, list[dict[str, Any]] | str]) -> None:
    """Files by path: `.gz` as such, what lies in a ZIP as archive!member."""
    archives: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in files.items():
        text = content if isinstance(content, str) else json_lines(content)
        data = gzip.compress(text.encode()) if path.endswith(".gz") else text.encode()
        archive, _, member = path.partition("!")
        if member:
            archives[archive][member] = data
        else:
            folder.write(path, data)
    for path, members in archives.items():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        folder.write(path, packed.getvalue())


def plain(vendor: str, found: Any) -> Any:
    """An id without its vendor's prefix."""
    return found.removeprefix(f"{vendor} ") if isinstance(found, str) else found


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_story_gives_the_same_events(warehouse: ProjectCopy, vendor: str) -> None:
    found = warehouse.rows(
        "select occurred_at, event_name, user_id, person_id, account_id"
        f" from core.events where source_id = '{vendor}'"
    )
    events = [
        (
            row["occurred_at"],
            row["event_name"],
            plain(vendor, row["user_id"]),
            plain(vendor, row["person_id"]) if row["user_id"] is None else None,
            plain(vendor, row["account_id"]),
        )
        for row in found
    ]
    expected = [(instant(at).replace(tzinfo=None), *rest) for at, *rest in EXPECTED]
    assert sorted(events, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_story_gives_the_same_users(warehouse: ProjectCopy, vendor: str) -> None:
    found = warehouse.rows(
        "select user_id, account_id, email, name,"
        " json_extract_string(properties, 'seats') as seats"
        f" from intermediate.int_users where user_id like '{vendor} %'"
    )
    users = {
        plain(vendor, row["user_id"]): (
            plain(vendor, row["account_id"]),
            row["email"],
            row["name"],
            row["seats"],
        )
        for row in found
    }
    assert set(users) == {"ann", "bob", "cat", "dan"}
    assert users["ann"][1:] == ("ann@acme.example", "Ann Ames", "2")
    assert users["bob"][1:] == ("bob@acme.example", "Bob Berg", None)
    published = warehouse.rows(
        f"select user_id, account_id, properties from core.users where user_id like '{vendor} %'"
    )
    accounts = {plain(vendor, row["user_id"]): row["account_id"] for row in published}
    assert {user: plain(vendor, account) for user, account in accounts.items()} == {
        "ann": "acme",
        "bob": "acme",
        "cat": "bolt",
        "dan": "bolt",
    }
    assert "acme.example" not in json.dumps([row["properties"] for row in published])


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_story_gives_the_same_accounts(warehouse: ProjectCopy, vendor: str) -> None:
    found = warehouse.rows(
        f"select account_id, name, industry from core.accounts where account_id like '{vendor} %'"
    )
    assert {plain(vendor, row["account_id"]): (row["name"], row["industry"]) for row in found} == {
        name: (told["name"], told.get("industry")) for name, told in ACCOUNTS.items()
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_damaged_lines_are_set_aside_and_nothing_is_drift(
    warehouse: ProjectCopy, vendor: str
) -> None:
    bad = warehouse.rows(f"select * from meta.quarantine where source_id = '{vendor}'")
    assert len(bad) == (1 if vendor == "mixpanel" else 2)
    assert warehouse.rows(f"select * from meta.drift where source_id = '{vendor}'") == []


def test_a_stripe_subscription_is_what_its_events_say(warehouse: ProjectCopy) -> None:
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in stripe_story.EXPECTED}
    for row in warehouse.rows(
        "select * from intermediate.int_subscription_versions where source_id = 'stripe'"
        " order by started_at, item_id"
    ):
        found[row["subscription_id"].removeprefix("sub_")].append(
            (
                row["plan"],
                float(row["amount_minor"]),
                float(row["quantity"]),
                row["status"],
                f"{row['started_at']:%m-%d}",
                f"{row['ended_at']:%m-%d}" if row["ended_at"] else None,
            )
        )
    assert found == stripe_story.EXPECTED


def test_what_stripe_discounts_meters_and_calls_its_customers(warehouse: ProjectCopy) -> None:
    rows = warehouse.rows("select * from intermediate.int_subscription_versions")
    versions = {
        (row["subscription_id"], row["item_id"]): row
        for row in rows
        if row["source_id"] == "stripe"
    }
    old = versions["sub_old_shape", "si_7"]
    assert (old["currency"], old["billing_interval"], old["interval_count"]) == ("JPY", "year", 2)
    assert (old["discount_percent"], old["discount_duration"]) == (50, "repeating")
    assert f"{old['discount_ends_at']:%m-%d}" == "12-31"
    first, second = versions["sub_new_shape", "si_8"], versions["sub_new_shape", "si_9"]
    assert (first["discount_amount_minor"], second["discount_amount_minor"]) == (200, 0)
    assert first["discount_duration"] == "forever"
    assert versions["sub_metered", "si_10"]["is_metered"]
    assert versions["sub_older", "si_2"]["account_id"] == "cus_older"
    assert versions["sub_found", "si_12"]["account_id"] == "stripe found"
    names = warehouse.rows("select name from core.accounts where account_id = 'stripe found'")
    assert names == [{"name": "Found"}]


def test_stripe_gives_the_same_mrr_as_native(warehouse: ProjectCopy) -> None:
    found = warehouse.rows(
        "select changed_at, mrr_minor from intermediate.int_mrr_changes"
        " where account_id = 'stripe grew' order by changed_at"
    )
    changes = [(f"{row['changed_at']:%m-%d}", float(row["mrr_minor"])) for row in found]
    assert changes == [("01-05", 2000), ("02-01", 5000), ("03-01", 12500), ("04-05", 0)]


def test_each_vendors_traps_end_with_the_right_person(warehouse: ProjectCopy) -> None:
    found: dict[str, list[tuple[str | None, str | None]]] = defaultdict(list)
    for row in warehouse.rows(
        "select event_name, user_id, account_id from core.events"
        " where source_id like '%_traps' order by all"
    ):
        found[row["event_name"]].append((row["user_id"], row["account_id"]))
    assert found == vendor_traps.WHOSE


def test_a_robot_is_known_by_the_browser_its_vendor_names(warehouse: ProjectCopy) -> None:
    found = warehouse.rows("select event_name from core.events where is_internal")
    assert found == [{"event_name": "bots_act"}]


def test_a_trait_may_say_when_a_user_came(warehouse: ProjectCopy) -> None:
    found = warehouse.rows("select created_at from core.users where user_id = 'sg gil'")
    assert [f"{row['created_at']:%Y-%m-%d}" for row in found] == ["2026-01-05"]


def test_a_flag_that_was_shown_is_an_exposure(warehouse: ProjectCopy) -> None:
    found = warehouse.rows(
        "select experiment, unit_type, unit_id, variant from intermediate.int_exposures_resolved"
    )
    assert [tuple(row.values()) for row in found] == [("new-menu", "user", "usr_1", "test")]


def test_one_users_events_of_two_vendors_are_one_persons(warehouse: ProjectCopy) -> None:
    found = warehouse.rows(
        "select distinct source_id from core.events where person_id = 'both u1' order by 1"
    )
    assert [row["source_id"] for row in found] == ["posthog_traps", "segment_traps"]


def test_no_personal_value_of_any_vendor_is_in_core(warehouse: ProjectCopy) -> None:
    core = " ".join(
        str(warehouse.rows(f"from core.{table}"))
        for table in ("events", "accounts", "identities", "subscription_versions")
    )
    core += str(warehouse.rows("select * exclude (email, name) from core.users"))
    for value in ("Ann Ames", "Bob Berg", "ann@", "bob@", "dan@", "billing@", "203.0.113.9"):
        assert value not in core


def test_vendors_shapes_are_landed(tmp_path: Path) -> None:
    folder = LandingFolder(tmp_path)
    (folder.landing / "posthog").mkdir()
    duckdb.execute(f"""
        copy (
            select
                'p1' as uuid, 'seen' as event, timestamp '2026-03-01 10:00:00' as timestamp,
                'd1' as distinct_id, '{{"$device_id": "d1"}}' as properties
        ) to '{folder.landing}/posthog/events.parquet' (format parquet)
    """)
    times = [1772359200, 12]
    lines = [{"event": "a", "properties": {"time": time, "distinct_id": "u"}} for time in times]
    lines.append({"event": "a", "properties": {"time": times[0], "distinct_id": ""}})
    folder.write("old_project/export.txt", json_lines(lines))  # a name that tells nothing
    folder.write("stripe/events.jsonl", "\ufeff" + json_lines([stripe_story.events[0], {"a": 1}]))
    zone = {"format": "mixpanel", "time_zone": "America/New_York"}
    assert folder.land(sources={"old_project": zone}).warnings == []
    assert folder.rows("select properties from raw.posthog_events") == [('{"$device_id": "d1"}',)]
    assert folder.rows("select occurred_at from raw.mixpanel_events") == [
        (instant("01T15").replace(tzinfo=None),)
    ]
    assert folder.rows("select recorded_at from raw.stripe_events") == [
        (datetime.fromisoformat("2026-04-05"),)
    ]
    assert [reason.split(";")[0] for _, reason in folder.quarantine()] == [
        "properties.time '12' is not a time, neither ISO 8601 nor epoch s from 2000 to now",
        "distinct_id, $device_id and $user_id are all missing",
        "id is missing",
    ]
