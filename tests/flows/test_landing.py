"""What landing makes of good files: every row once, typed, with its origin."""

from __future__ import annotations

import gzip
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from backports import zstd
from landing_folder import LandingFolder, event, json_lines

from flows import history
from flows.landing import LandingFolderMissing, SourceSettingWrong
from flows.landing.formats import FORMATS
from flows.landing.tables import META

instant = datetime.fromisoformat


@pytest.fixture
def folder(tmp_path: Path) -> LandingFolder:
    return LandingFolder(tmp_path)


def test_an_empty_folder_makes_every_table(folder: LandingFolder) -> None:
    report = folder.land()
    assert report.files == []
    made = folder.rows("select table_schema || '.' || table_name from information_schema.tables")
    streams = {format.table(stream) for format in FORMATS.values() for stream in format.streams}
    assert {table for (table,) in made} == streams | {"raw.erased"} | {
        f"meta.{table}" for table in (*META, "sources")
    }
    (version,) = folder.rows(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'build'"
    )[0]
    assert version.startswith("v1.4.0")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    folder = LandingFolder(tmp_path)
    folder.landing.rmdir()
    with pytest.raises(LandingFolderMissing) as refused:
        folder.land()
    assert refused.value.exit_status == 2
    assert str(folder.landing) in str(refused.value)


def test_one_row_per_line_typed_and_with_its_origin(folder: LandingFolder) -> None:
    folder.write(
        "native/events.jsonl",
        [
            event(1, occurred_at="2026-01-31T09:30:00.123456Z", properties={"a": {"b": [1, None]}}),
            event(2, event_id=2, occurred_at="2026-01-31T09:30:00+02:00", user_id=" u 2 "),
            event(3, occurred_at="2026-01-31 09:30:00", user_id="", anonymous_id="a"),
        ],
    )
    report = folder.land()
    assert [(f.file_path, f.state, f.rows_landed) for f in report.files] == [
        ("native/events.jsonl", "loaded", 3)
    ]
    assert folder.rows("select * from raw.native_events") == [
        ("e1", "page_viewed", instant("2026-01-31 09:30:00.123456"), "u1", None, None, None, None,
         '{"a":{"b":[1,null]}}', None, "native", 1, 1),
        ("2", "page_viewed", instant("2026-01-31 07:30:00"), "u 2", None, None, None, None, None,
         None, "native", 1, 2),
        ("e3", "page_viewed", instant("2026-01-31 09:30:00"), None, "a", None, None, None, None,
         None, "native", 1, 3),
    ]  # fmt: skip


def test_numbers_days_and_flags_are_typed(folder: LandingFolder) -> None:
    folder.write(
        "native/subscription_versions.csv",
        "subscription_id,account_id,plan,currency,amount_minor,billing_interval,started_at,"
        "interval_count,quantity,metered,discount_percent,ended_at\n"
        "s,a,pro,EUR,1234.567890123456,MONTH,2026-01-01,3,2.5,true,12.5,\n",
    )
    folder.write("native/exchange_rates.csv", "month,currency,rate\n2026-01,EUR,1.1\n")
    folder.write(
        "native/marketing_spend.csv",
        "spent_on,channel,currency,amount_minor\n2026-01-15,ads,EUR,1e3\n",
    )
    folder.land()
    assert folder.rows(
        "select amount_minor, billing_interval, started_at, interval_count, quantity, metered,"
        " discount_percent, ended_at from raw.native_subscription_versions"
    ) == [
        (Decimal("1234.567890123456"), "month", instant("2026-01-01"), 3, Decimal("2.5"), True,
         Decimal("12.5"), None)
    ]  # fmt: skip
    assert folder.rows("select month, rate from raw.native_exchange_rates") == [
        (date(2026, 1, 1), Decimal("1.1"))
    ]
    assert folder.rows("select spent_on, amount_minor from raw.native_marketing_spend") == [
        (date(2026, 1, 15), Decimal(1000))
    ]


def test_numbers_beyond_doubles_stay_as_written(folder: LandingFolder) -> None:
    line = (
        '{"event_id": 9007199254740993, "event_name": "e", "occurred_at": "2026-01-01",'
        ' "user_id": 123456789012345678901234567890, "properties": {"n": 9007199254740993}}\n'
    )
    folder.write("native/events/clean.jsonl", line)
    folder.write("native/events/damaged.jsonl", line + "\n")
    folder.land()
    assert folder.rows(
        "select distinct event_id, user_id, properties ->> 'n' from raw.native_events"
    ) == [("9007199254740993", "123456789012345678901234567890", "9007199254740993")]


@pytest.mark.parametrize("name", ["events.csv", "events.ndjson", "events.json", "events/a/b.jsonl"])
def test_a_stream_is_found_by_file_or_folder_name(folder: LandingFolder, name: str) -> None:
    folder.write(f"native/{name}", [event(1, properties="{}")])
    folder.write("README.md", "files beside the sources are nobody's")
    assert folder.land().rows_landed == 1


def test_packed_files_are_known_by_their_first_bytes(folder: LandingFolder) -> None:
    one, two = (json_lines([event(n)]).encode() for n in (1, 2))
    folder.write("native/events/several-members.jsonl.gz", gzip.compress(one) + gzip.compress(two))
    three = json_lines([event(3)]).encode()
    folder.write("native/events/frames.jsonl.zst", zstd.compress(three) + zstd.compress(b""))
    folder.write("native/events/unpacked-on-its-way.jsonl.gz", json_lines([event(4)]))
    folder.write("native/events/unsaid.jsonl", gzip.compress(json_lines([event(5)]).encode()))
    folder.land()
    assert sorted(folder.events()) == ["e1", "e2", "e3", "e4", "e5"]


def test_members_of_a_zip_are_files_of_their_own(folder: LandingFolder, tmp_path: Path) -> None:
    archive = folder.landing / "native" / "events.jsonl.gz"  # misnamed, too
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("0.jsonl.gz", gzip.compress(json_lines([event(1)]).encode()))
        packed.writestr("1.jsonl", json_lines([event(2)]))
    folder.land()
    assert folder.states() == {
        "native/events.jsonl.gz!0.jsonl.gz": "loaded",
        "native/events.jsonl.gz!1.jsonl": "loaded",
    }
    assert sorted(folder.events()) == ["e1", "e2"]
    again = folder.land()
    assert (again.files, again.unchanged) == ([], 2)


def parquet(folder: LandingFolder, path: str, select: str) -> None:
    file = folder.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql("set TimeZone = 'UTC'")
    duckdb.sql(f"copy ({select}) to '{file}' (format parquet)")


def test_parquet_comes_typed(folder: LandingFolder) -> None:
    parquet(
        folder,
        "native/events.parquet",
        """
        select
            uuid '00000000-0000-0000-0000-000000000001' as event_id,
            'e' as event_name,
            timestamptz '2026-01-31 09:30:00+02' as occurred_at,
            timestamp '2026-01-31 09:30:00' as received_at,
            7 as user_id,
            {'a': 1, 'b': ['x']} as properties,
            3 as shard
        """,
    )
    folder.write("native/users.csv", "user_id,created_at\nu,2026-01-01\n")
    parquet(
        folder,
        "native/users/more.parquet",
        "select 'v' as user_id, '2026-01-31T09:30:00+02:00' as created_at,"
        " '{\"a\": 1}' as properties",
    )
    folder.land()
    assert folder.rows(
        "select event_id, occurred_at, received_at, user_id, properties, extra, line_number"
        " from raw.native_events"
    ) == [
        ("00000000-0000-0000-0000-000000000001", instant("2026-01-31 07:30:00"),
         instant("2026-01-31 09:30:00"), "7", '{"a":1,"b":["x"]}', '{"shard":3}', 1)
    ]  # fmt: skip
    assert folder.rows("select user_id, created_at, properties from raw.native_users") == [
        ("u", instant("2026-01-01"), None),
        ("v", instant("2026-01-31 07:30:00"), '{"a": 1}'),
    ]


def test_parquet_may_be_packed_once_more(folder: LandingFolder, tmp_path: Path) -> None:
    parquet(folder, "plain.parquet", "select 'u' as user_id, timestamp '2026-01-01' as created_at")
    content = (folder.landing / "plain.parquet").read_bytes()
    folder.write("native/users/a.parquet.gz", gzip.compress(content))
    folder.write("native/users/b.parquet.zst", zstd.compress(content))
    folder.land()
    assert folder.states() == {
        "native/users/a.parquet.gz": "loaded",
        "native/users/b.parquet.zst": "skipped",
    }


def test_zone_less_times_are_the_sources_own(folder: LandingFolder) -> None:
    folder.write(
        "shop/events.jsonl",
        [
            event(1, occurred_at="2026-07-01 12:00:00"),
            event(2, occurred_at="2026-07-01"),
            event(3, occurred_at="2026-07-01T12:00:00Z"),
            event(4, occurred_at="2026-07-01T12:00:00-05:00"),
        ],
    )
    parquet(
        folder,
        "shop/users.parquet",
        "select 'u' as user_id, timestamp '2026-07-01 12:00:00' as created_at,"
        " timestamptz '2026-07-01 12:00:00+00' as updated_at",
    )
    folder.land(sources={"shop": {"format": "native", "time_zone": "Europe/Berlin"}})
    assert folder.rows("select occurred_at from raw.native_events order by line_number") == [
        (instant("2026-07-01 10:00:00"),),
        (instant("2026-06-30 22:00:00"),),
        (instant("2026-07-01 12:00:00"),),
        (instant("2026-07-01 17:00:00"),),
    ]
    assert folder.rows("select created_at, updated_at from raw.native_users") == [
        (instant("2026-07-01 10:00:00"), instant("2026-07-01 12:00:00"))
    ]


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("s", 1_769_851_800),
        ("s", "1769851800.5"),
        ("ms", 1_769_851_800_500),
        ("us", 1769851800500000),
    ],
)
def test_epoch_numbers_are_read_in_the_declared_unit(
    folder: LandingFolder, unit: str, number: int | str
) -> None:
    rows = [event(1, occurred_at=number), event(2, occurred_at="2026-01-31T09:30:00Z")]
    rows += [event(3, occurred_at=1), event(4, occurred_at=int(float(number)) * 1000)]
    folder.write("app/events.jsonl", rows)
    folder.land(sources={"app": {"format": "native", "epoch_unit": unit}})
    found = folder.rows("select event_id, occurred_at from raw.native_events order by line_number")
    assert [event_id for event_id, _ in found] == ["e1", "e2"]
    assert found[0][1].replace(microsecond=0) == found[1][1]
    assert [line for line, _ in folder.quarantine()] == [3, 4]
    assert f"epoch {unit}" in folder.quarantine()[0][1]


def test_a_number_is_no_time_where_no_unit_is_declared(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(1, occurred_at=1_769_851_800)])
    folder.land()
    ((_, reason),) = folder.quarantine()
    assert reason.startswith("occurred_at '1769851800' is not a time")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T09:30:00Z", instant("2026-01-31 09:30:00")),
        ("2026-01-31t09:30:00z", instant("2026-01-31 09:30:00")),
        ("2026-01-31 09:30", instant("2026-01-31 09:30:00")),
        ("2026-01-31 09:30:00 UTC", instant("2026-01-31 09:30:00")),
        ("2026-01-31T09:30:00.123456789+05:30", instant("2026-01-31 04:00:00.123456")),
        ("2026-01-31T09:30:00 -0330", instant("2026-01-31 13:00:00")),
        ("2026-01-31T09:30:00+02", instant("2026-01-31 07:30:00")),
        ("2038-01-19T03:14:08Z", instant("2038-01-19 03:14:08")),
        ("yesterday", None),
        ("infinity", None),
        ("epoch", None),
        ("20260131", None),
        ("01/31/2026", None),
        ("2026-02-30T00:00:00Z", None),
        ("2026-01-31T09:30:00+25:00", None),
        ("2026-01-31T09:30:00 EST", None),
        ("12026-01-31T09:30:00Z", None),
        (True, None),
    ],
)
def test_times(folder: LandingFolder, text: str, expected: datetime | None) -> None:
    folder.write("native/events.jsonl", [event(1, occurred_at=text)])
    folder.land()
    assert folder.rows("select occurred_at from raw.native_events") == (
        [(expected,)] if expected else []
    )
    assert len(folder.quarantine()) == (0 if expected else 1)


def test_the_clock_of_the_machine_does_not_matter(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        folder.write("native/events.jsonl", [event(1, occurred_at="2026-01-31 09:30:00")])
        parquet(
            folder,
            "native/users.parquet",
            "select 'u' as user_id, timestamptz '2026-01-31 09:30:00+00' as created_at",
        )
        folder.land()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert folder.rows("select occurred_at from raw.native_events") == [
        (instant("2026-01-31 09:30:00"),)
    ]
    assert folder.rows("select created_at from raw.native_users") == [
        (instant("2026-01-31 09:30:00"),)
    ]
    loaded_at = folder.rows("select max(loaded_at) from meta.loads")[0][0]
    now = datetime.now(UTC).replace(tzinfo=None)
    assert abs(now - loaded_at) < timedelta(minutes=10)


def test_unknown_fields_are_kept_aside_and_reported(folder: LandingFolder) -> None:
    folder.write(
        "native/events.jsonl",
        [event(1, plan="pro", Plan="x", nested={"a": 1}), event(2, plan=None), event(3)],
    )
    folder.write(
        "native/users.csv", "user_id,created_at,Team Name\nu,2026-01-01,blue\nv,2026-01-01,\n"
    )
    report = folder.land()
    assert folder.rows("select extra from raw.native_events order by line_number") == [
        ('{"plan":"pro","Plan":"x","nested":{"a":1}}',),
        (None,),
        (None,),
    ]
    assert folder.rows("select extra from raw.native_users order by line_number") == [
        ('{"Team Name":"blue"}',),
        (None,),
    ]
    drift = folder.rows("select stream, field, kind from meta.drift order by all")
    assert drift == [
        ("events", "Plan", "new"),
        ("events", "nested", "new"),
        ("events", "plan", "new"),
        ("users", "Team Name", "new"),
    ]
    assert len(report.warnings) == 4
    assert "native/events: field nested: not declared" in report.warnings[1]


def test_unknown_fields_that_make_columns_are_kept_too(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(1, plan="pro", team={"a": 1}), event(2, plan=None)])
    folder.land()
    assert folder.rows("select extra from raw.native_events order by line_number") == [
        ('{"plan":"pro","team":{"a":1}}',),
        (None,),
    ]


def test_endless_keys_do_not_flood_the_report(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(n, **{f"key {n}": n}) for n in range(300)])
    report = folder.land()
    assert folder.rows("select count(extra) from raw.native_events") == [(300,)]
    assert len(report.warnings) == 100


def test_fields_missing_or_of_another_type_than_before_are_reported(folder: LandingFolder) -> None:
    before = [event(n, account_id="a", session_id="s") for n in range(200)]
    folder.write("native/events/1.jsonl", before)
    folder.land()
    folder.write(
        "native/events/2.jsonl", [event(n, user_id=7, session_id="s") for n in range(200, 400)]
    )
    report = folder.land()
    drift = folder.rows("select field, kind, detail from meta.drift order by all")
    assert drift == [
        ("account_id", "missing", "carried before, absent from native/events/2.jsonl"),
        ("user_id", "type", "was text, is number in native/events/2.jsonl"),
    ]
    assert len(report.warnings) == 2


def test_a_source_is_compared_with_its_own_past(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = instant("2026-01-01")
    for day in range(8):
        monkeypatch.setattr(history, "now", lambda day=day: start + timedelta(days=day))
        count = 100 if day == 7 else 10
        folder.write(f"native/events/{day}.jsonl", [event(day * 1000 + n) for n in range(count)])
        report = folder.land()
    assert report.warnings == ["native/events: 100 rows landed at once, 10 are usual"]
    monkeypatch.setattr(history, "now", lambda: start + timedelta(days=12))
    assert folder.land().warnings == ["native/events: nothing since 2026-01-08 00:00 UTC"]
    assert folder.land().warnings == []
    assert folder.rows("select kind, field from meta.drift order by kind") == [
        ("stale", None),
        ("volume", None),
    ]


def test_meta_sources_sums_up(folder: LandingFolder) -> None:
    folder.write("native/events/1.jsonl", [event(1), event(2), event(2)])
    folder.write("native/events/2.jsonl", [event(1), event(3), event(4, user_id=...)])
    folder.write("native/marketing_spend.csv", "spent_on,channel,currency,amount_minor\n")
    folder.land()
    expected = [("native", "events", 2, 5, 1, 2), ("native", "marketing_spend", 1, 0, 0, 0)]
    summed = "select * exclude (last_loaded_at) from meta.sources order by stream"
    assert folder.rows(summed) == expected
    folder.land()
    assert folder.rows(summed) == expected


def test_every_source_keeps_its_own_ids(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(1)])
    folder.write("app/events.jsonl", [event(1)])
    folder.land(sources={"app": {"format": "native"}})
    assert folder.states() == {"app/events.jsonl": "loaded", "native/events.jsonl": "loaded"}
    assert folder.rows("select source_id, rows_duplicate from meta.sources order by all") == [
        ("app", 0),
        ("native", 0),
    ]


def test_what_has_no_declared_place_is_told_not_fatal(folder: LandingFolder) -> None:
    folder.write("native/evnts.jsonl", [event(1)])
    folder.write("native/events/notes.txt", "hello")
    folder.write("app/events.jsonl", [event(1)])
    folder.write("native/events.jsonl", [event(2)])
    report = folder.land()
    reasons = {file.file_path: file.reason for file in report.files if file.state == "rejected"}
    assert "known are events, users" in reasons["native/evnts.jsonl"]
    assert "notes.txt is none of jsonl" in reasons["native/events/notes.txt"]
    assert "vars.sources.app.format" in reasons["app/events.jsonl"]
    assert folder.events() == ["e2"]
    before = folder.rows("select * from meta.loads order by file_id")
    assert folder.land().count("rejected") == 3
    assert folder.rows("select * from meta.loads order by file_id") == before
    folder.land(sources={"app": {"format": "native"}})
    assert folder.states()["app/events.jsonl"] == "loaded"
    (folder.landing / "native/evnts.jsonl").unlink()
    folder.land(sources={"app": {"format": "native"}})
    assert "native/evnts.jsonl" not in folder.states()


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"app": {"format": "csv"}}, "vars.sources.app.format"),
        ({"app": {"format": "native", "time_zone": "Berlin"}}, "vars.sources.app.time_zone"),
        ({"app": {"format": "native", "epoch_unit": "min"}}, "'min' is not one of s, ms, us"),
        ({"app": {"formt": "native"}}, "'formt' is not a setting"),
        ({"app": "native"}, "is not a mapping"),
    ],
)
def test_a_wrong_source_setting_is_refused(folder: LandingFolder, sources: dict, said: str) -> None:
    with pytest.raises(SourceSettingWrong) as refused:
        folder.land(sources=sources)
    assert said in str(refused.value)
    assert not folder.warehouse.exists()


def test_a_dry_run_tells_and_touches_nothing(folder: LandingFolder) -> None:
    folder.write("native/events/1.jsonl", [event(1)])
    assert folder.land(dry_run=True).rows_landed == 1
    assert not folder.warehouse.exists()
    folder.land()
    before = (folder.warehouse / "build.duckdb").read_bytes()
    folder.write("native/events/2.jsonl", [event(2), event(3, event_name=...)])
    report = folder.land(dry_run=True)
    assert report.is_dry_run
    assert [(f.file_path, f.state, f.rows_landed, f.rows_quarantined) for f in report.files] == [
        ("native/events/2.jsonl", "loaded", 1, 1)
    ]
    assert report.unchanged == 1
    assert [file.name for file in folder.warehouse.iterdir()] == ["build.duckdb"]
    assert (folder.warehouse / "build.duckdb").read_bytes() == before


def test_progress_names_the_file_begun(folder: LandingFolder) -> None:
    folder.write("native/events/1.jsonl", [event(1)])
    folder.write("native/events/2.jsonl", [event(2)])
    told = []
    folder.land(progress=lambda done, total, path: told.append((done, total, path)))
    assert told == [(0, 2, "native/events/1.jsonl"), (1, 2, "native/events/2.jsonl")]


def test_a_column_declared_later_is_added(folder: LandingFolder) -> None:
    folder.land()
    with duckdb.connect(folder.warehouse / "build.duckdb") as connection:
        connection.execute("alter table raw.native_users drop column role")
    folder.write("native/users.csv", "user_id,created_at,role\nu,2026-01-01,owner\n")
    folder.land()
    assert folder.rows("select user_id, role from raw.native_users") == [("u", "owner")]
