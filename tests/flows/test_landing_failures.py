"""Each way in which landing files go wrong, made to happen: nothing is lost, nothing twice."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest
from backports import zstd
from landing_folder import LandingFolder, csv_text, event, json_lines

from flows.landing import content, load
from flows.landing.listing import LandingFile
from flows.landing.readers import LONGEST_LINE

GOOD = [event(n) for n in range(1, 5)]


@pytest.fixture
def folder(tmp_path: Path) -> LandingFolder:
    return LandingFolder(tmp_path)


# The same file again


def test_a_file_seen_again_or_touched_changes_nothing(folder: LandingFolder) -> None:
    file = folder.write("native/events.jsonl", GOOD)
    folder.land()
    before = folder.rows("select * from meta.loads")
    os.utime(file)
    report = folder.land()
    assert (report.files, report.unchanged) == ([], 1)
    assert folder.rows("select * from meta.loads") == before
    assert len(folder.events()) == 4


def test_the_same_content_under_another_name_is_skipped_and_noted(folder: LandingFolder) -> None:
    folder.write("native/events/a.jsonl", GOOD)
    folder.land()
    folder.write("native/events/b.jsonl", GOOD)
    folder.write("native/events/c.jsonl.gz", gzip.compress(json_lines(GOOD).encode()))
    (first, second) = folder.land().files
    assert (first.state, first.reason) == ("skipped", "same content as native/events/a.jsonl")
    assert (second.state, second.reason) == ("skipped", "same content as native/events/a.jsonl")
    assert folder.land().unchanged == 3
    assert len(folder.events()) == 4


def test_a_file_packed_again_is_the_same_content(folder: LandingFolder) -> None:
    text = json_lines(GOOD).encode()
    folder.write("native/events.jsonl.gz", gzip.compress(text, mtime=1))
    folder.land()
    folder.write("native/events.jsonl.gz", gzip.compress(text, mtime=2))
    assert folder.land().count("skipped") == 1
    assert len(folder.events()) == 4


def test_a_renamed_file_is_not_loaded_again(folder: LandingFolder) -> None:
    file = folder.write("native/events/a.jsonl", GOOD)
    folder.land()
    file.rename(file.with_name("b.jsonl"))
    assert folder.land().count("skipped") == 1
    assert len(folder.events()) == 4


def test_a_file_that_arrives_late_with_an_older_time_is_loaded(folder: LandingFolder) -> None:
    folder.write("native/events/b.jsonl", GOOD[:2])
    folder.land()
    late = folder.write("native/events/a.jsonl", GOOD[2:])
    os.utime(late, (1, 1))
    folder.land()
    assert folder.events() == ["e1", "e2", "e3", "e4"]


def test_new_content_of_a_keyed_stream_is_appended(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", GOOD[:2])
    folder.land()
    folder.write("native/events.jsonl", GOOD[1:])
    folder.land()
    assert folder.events() == ["e1", "e2", "e2", "e3", "e4"]
    assert folder.rows("select rows_duplicate from meta.sources") == [(1,)]


def spend(*amounts: int) -> str:
    rows = [
        {"spent_on": "2026-01-15", "channel": "ads", "currency": "EUR", "amount_minor": amount}
        for amount in amounts
    ]
    return csv_text(rows)


def amounts(folder: LandingFolder) -> list[int]:
    found = folder.rows("select amount_minor from raw.native_marketing_spend order by 1")
    return [int(amount) for (amount,) in found]


def test_new_content_of_a_stream_without_key_replaces_the_old(folder: LandingFolder) -> None:
    folder.write("native/marketing_spend/jan.csv", spend(1, 2))
    folder.write("native/marketing_spend/feb.csv", spend(30))
    folder.land()
    folder.write("native/marketing_spend/jan.csv", spend(1, 2, 3))
    folder.land()
    assert amounts(folder) == [1, 2, 3, 30]
    folder.write("native/marketing_spend/jan.csv", spend(1, 2))
    folder.land()
    assert amounts(folder) == [1, 2, 30]
    folder.write("native/marketing_spend/jan.csv", "spent_on,channel,currency,amount_minor\n")
    folder.land()
    assert amounts(folder) == [30]
    landed = folder.rows("select sum(rows_landed) from meta.loads")[0][0]
    assert landed == len(amounts(folder))


def test_replaced_content_that_another_file_still_holds_is_kept(folder: LandingFolder) -> None:
    folder.write("native/marketing_spend/a.csv", spend(1))
    folder.write("native/marketing_spend/copy.csv", spend(1))
    folder.land()
    assert amounts(folder) == [1]
    folder.write("native/marketing_spend/a.csv", spend(2))
    folder.land()
    assert amounts(folder) == [1, 2]
    assert folder.land().unchanged == 2
    folder.write("native/marketing_spend/a.csv", spend(1))
    folder.land()
    assert amounts(folder) == [1]


def test_a_refused_file_replaces_nothing(folder: LandingFolder) -> None:
    folder.write("native/marketing_spend.csv", spend(1))
    folder.land()
    folder.write("native/marketing_spend.csv", "spent_on,amount\n2026-01-15,2\n")
    assert folder.land().count("rejected") == 1
    assert amounts(folder) == [1]


# Files that are not whole


def test_an_unfinished_last_line_is_deferred_once(folder: LandingFolder) -> None:
    text = json_lines(GOOD)
    folder.write("native/events.jsonl", text[:-20])
    (first,) = folder.land().files
    assert (first.state, first.rows_landed) == ("deferred", 0)
    assert folder.events() == []
    (second,) = folder.land().files
    assert (second.state, second.rows_landed, second.rows_quarantined) == ("loaded", 3, 1)
    assert folder.quarantine()[0][0] == 4
    folder.write("native/events.jsonl", text)
    folder.land()
    assert folder.states() == {"native/events.jsonl": "loaded"}


def test_a_deferred_file_that_is_finished_leaves_no_trace(folder: LandingFolder) -> None:
    text = csv_text([{"user_id": f"u{n}", "created_at": "2026-01-01"} for n in range(3)])
    folder.write("native/users.csv", text[:-12])
    assert folder.land().count("deferred") == 1
    folder.write("native/users.csv", text)
    folder.land()
    assert folder.rows("select state, rows_landed from meta.loads") == [("loaded", 3)]


def test_a_last_line_without_newline_is_a_line(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", json_lines(GOOD)[:-1])
    folder.write("native/users.csv", "user_id,created_at\nu,2026-01-01")
    folder.land()
    assert len(folder.events()) == 4
    assert folder.states() == {"native/events.jsonl": "loaded", "native/users.csv": "loaded"}


def test_a_file_that_changes_while_it_is_read_is_deferred(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder.write("native/events.jsonl", GOOD[:2])

    def read_while_writing(path: Path) -> content.Content:
        examined = examine(path)
        with file.open("a") as growing:
            growing.write(json_lines(GOOD[2:]))
        return examined

    examine = content.examine
    monkeypatch.setattr(content, "examine", read_while_writing)
    assert folder.land().count("deferred") == 1
    monkeypatch.undo()
    folder.land()
    assert folder.rows("select state, rows_landed from meta.loads") == [("loaded", 4)]


def test_a_file_that_changes_before_the_commit_is_deferred(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder.write("native/events.jsonl", GOOD[:2])
    stands_still = LandingFile.stands_still
    looks = []

    def changes_at_the_second_look(self: LandingFile) -> bool:
        looks.append(self)
        if len(looks) == 2:
            file.write_text(json_lines(GOOD))
        return stands_still(self)

    monkeypatch.setattr(LandingFile, "stands_still", changes_at_the_second_look)
    assert folder.land().count("deferred") == 1
    assert folder.events() == []
    folder.land()
    assert len(folder.events()) == 4


def test_unfinished_names_wait_and_hidden_ones_are_ignored(folder: LandingFolder) -> None:
    for name in ("a.jsonl.tmp", "b.jsonl.part", ".c.jsonl", ".trash/d.jsonl"):
        folder.write(f"native/events/{name}", GOOD)
    report = folder.land()
    assert [(file.file_path, file.state) for file in report.files] == [
        ("native/events/a.jsonl.tmp", "deferred"),
        ("native/events/b.jsonl.part", "deferred"),
    ]
    assert folder.states() == {}


def test_a_file_that_vanishes_is_skipped_with_a_warning(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = folder.write("native/events/a.jsonl", GOOD[:2])
    folder.write("native/events/b.jsonl", GOOD[2:])
    examine = content.examine
    monkeypatch.setattr(content, "examine", lambda path: (gone.unlink(True), examine(path))[1])
    report = folder.land()
    assert [file.state for file in report.files] == ["skipped", "loaded"]
    assert report.warnings == ["native/events/a.jsonl: gone before it could be read"]
    assert folder.events() == ["e3", "e4"]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_cut_off_packed_file_is_rejected_until_it_changes(folder: LandingFolder, pack) -> None:
    random_ids = [event(n, event_id=random.randbytes(16).hex()) for n in range(2_000)]
    whole = pack(json_lines(random_ids).encode())
    name = f"native/events.jsonl.{'gz' if pack is gzip.compress else 'zst'}"
    folder.write(name, whole[:-1_000])
    (report,) = folder.land().files
    assert report.state == "rejected"
    assert "damaged or cut off" in report.reason
    assert folder.events() == []
    assert folder.land().files == []
    folder.write(name, whole)
    assert folder.land().rows_landed == 2_000


def test_a_packed_file_still_being_written_does_not_stop_the_run(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder.write("native/events/a.jsonl.gz", gzip.compress(json_lines(GOOD).encode())[:-9])
    folder.write("native/events/b.jsonl", GOOD)
    unpack = content.unpack

    def grows(path: Path, *arguments: object) -> content.Content:
        file.write_bytes(gzip.compress(json_lines(GOOD).encode()))
        return unpack(path, *arguments)

    monkeypatch.setattr(content, "unpack", grows)
    assert [told.state for told in folder.land().files] == ["deferred", "loaded"]


def test_a_damaged_archive_is_rejected(folder: LandingFolder) -> None:
    folder.write("native/events.zip", b"PK\x03\x04 and so on")
    (report,) = folder.land().files
    assert (report.state, "ZIP archive is damaged" in report.reason) == ("rejected", True)
    assert folder.land().files == []


def test_a_damaged_parquet_file_is_rejected(folder: LandingFolder) -> None:
    file = folder.landing / "native/users.parquet"
    file.parent.mkdir()
    select = (
        "select 'u' || i as user_id, timestamp '2026-01-01' as created_at from range(9999) t(i)"
    )
    duckdb.sql(f"copy ({select}) to '{file}' (format parquet)")
    whole = file.read_bytes()
    folder.write("native/users.parquet", whole[:-100])
    middle = len(whole) // 2
    folder.write("native/users/flipped.parquet", whole[:200] + b"\xff" * 400 + whole[600:])
    assert middle > 600
    assert [file.state for file in folder.land().files] == ["rejected", "rejected"]
    folder.write("native/users.parquet", whole)
    assert folder.land().rows_landed == 9_999


@pytest.mark.parametrize(
    "name", ["events.jsonl", "events.csv", "events.parquet", "events.jsonl.gz"]
)
def test_empty_files_are_empty(folder: LandingFolder, name: str) -> None:
    folder.write(f"native/{name}", b"")
    folder.write("native/users.csv", "user_id,created_at\n")
    folder.write("native/accounts.jsonl", "\n  \n")
    folder.write("native/invitations.csv", b"\xef\xbb\xbf\n\n")
    folder.land()
    assert set(folder.states().values()) == {"empty"}
    assert folder.land().files == []


# Lines that are damaged


def test_bad_lines_go_to_quarantine_with_their_number_and_reason(folder: LandingFolder) -> None:
    lines = [
        json.dumps(event(1)).encode(),
        b"",
        b'{"event_id": "e2", "event_name": "x"',
        b'{"event_id": "caf\xe9"}',
        b"[1, 2]",
        b"null",
        b'{"event_id": "\\ud800", "event_name": "x"}',
        b'{"event_id": "e3", "score": NaN}',
        b'{"event_id": "e4", "properties": {"a": [-Infinity, "NaN"]}}',
        json.dumps(event(5, occurred_at="soon, says ann@example.org")).encode(),
        json.dumps(event(6, event_name=" ")).encode(),
        json.dumps(event(7, user_id=...)).encode(),
        json.dumps(event(8, properties=[1])).encode(),
        json.dumps(event(9, properties="not an object")).encode(),
        b"   ",
        json.dumps(event(10) | {"properties": {"text": "a,nan,b"}}).encode() + b"\r",
    ]
    good = [json.dumps(event(n)).encode() for n in range(100, 400)]
    folder.write("native/events.jsonl", b"\n".join([*lines, *good]) + b"\n")
    (report,) = folder.land().files
    assert (report.state, report.rows_landed, report.rows_quarantined) == ("loaded", 302, 12)
    assert folder.quarantine() == [
        (3, "not JSON: Expecting ',' delimiter at column 37"),
        (4, "not UTF-8: byte 0xe9 at column 18"),
        (5, "a JSON object is wanted, not array"),
        (6, "a JSON object is wanted, not null"),
        (7, "not valid Unicode: half of a surrogate pair"),
        (8, "NaN and Infinity are not JSON; write null"),
        (9, "NaN and Infinity are not JSON; write null"),
        (10, "occurred_at 'soon, says ***@example.org' is not a time; write ISO 8601, such as"
             " 2026-01-31T09:30:00Z"),
        (11, "event_name is missing"),
        (12, "user_id and anonymous_id are both missing; one of them must be given"),
        (13, "properties '[1]' is not a JSON object"),
        (14, "properties 'not an object' is not a JSON object"),
    ]  # fmt: skip
    excerpts = dict(folder.rows("select line_number, raw_excerpt from meta.quarantine"))
    assert excerpts[5] == "[1, 2]"
    assert "***@example.org" in excerpts[10]
    assert "ann@" not in "".join(excerpts.values())
    numbers = dict(folder.rows("select event_id, line_number from raw.native_events"))
    assert (numbers["e1"], numbers["e10"], numbers["e100"], numbers["e399"]) == (1, 16, 17, 316)


@pytest.mark.parametrize("packed", [True, False])
def test_line_numbers_are_those_of_the_unpacked_file(folder: LandingFolder, packed: bool) -> None:
    text = "\n\n" + json_lines(GOOD[:1]) + "\n" + "broken\n" + json_lines(GOOD[1:])
    name, data = "native/events.jsonl", text.encode()
    folder.write(f"{name}.gz" if packed else name, gzip.compress(data) if packed else data)
    folder.land()
    assert [line for line, _ in folder.quarantine()] == [5]
    found = folder.rows("select line_number from raw.native_events order by all")
    assert found == [(3,), (6,), (7,), (8,)]


def test_bad_csv_records_cost_one_line_each(folder: LandingFolder) -> None:
    text = (
        "user_id,created_at,name\r\n"
        'u1,2026-01-01,"two\r\nlines"\r\n'
        "u2,2026-01-01\r\n"
        "\r\n"
        'u3,2026-01-01,"never closed\r\n'
        'u4,2026-01-01,"says ""hi"", twice"\r\n'
        'u5,2026-01-01,"closed"too early\r\n'
        'u6,2026-01-01,5" pipe\r\n'
        ",2026-01-01,nobody\r\n"
        'u7,2026-01-01,"end"\r\n'
    )
    folder.write("native/users.csv", text)
    folder.land()
    assert folder.rows("select user_id, name, line_number from raw.native_users") == [
        ("u1", "two\nlines", 2),
        ("u4", 'says "hi", twice', 7),
        ("u6", '5" pipe', 9),
        ("u7", "end", 11),
    ]
    assert folder.quarantine() == [
        (4, "has 2 fields, the header has 3"),
        (6, "not CSV: ',' expected after '\"'"),
        (8, "not CSV: ',' expected after '\"'"),
        (10, "user_id is missing"),
    ]


def test_csv_of_a_spreadsheet_is_read(folder: LandingFolder) -> None:
    folder.write("native/users.csv", b"\xef\xbb\xbfuser_id;created_at\r\nu1;2026-01-01\r\n")
    folder.write("native/accounts.csv", b"\xef\xbb\xbfaccount_id,created_at\r\na1,2026-01-01\n")
    folder.write("native/events.jsonl", b"\xef\xbb\xbf" + json_lines(GOOD).encode())
    report = folder.land()
    assert {file.state for file in report.files} == {"loaded"}
    assert folder.rows("select user_id from raw.native_users") == [("u1",)]
    assert folder.rows("select account_id from raw.native_accounts") == [("a1",)]
    assert len(folder.events()) == 4


def test_json_of_windows_is_read(folder: LandingFolder) -> None:
    text = json_lines([event(1), event(2)]).replace("\n", "\r\n")
    folder.write("native/events.jsonl", "\ufeff" + text)
    folder.land()
    assert folder.events() == ["e1", "e2"]
    assert folder.quarantine() == []


def test_a_csv_without_its_required_columns_is_rejected(folder: LandingFolder) -> None:
    folder.write("native/users.csv", "User_ID,created_at\nu1,2026-01-01\n")
    folder.write("native/accounts.csv", "account_id;created_at\n".encode("utf-16"))
    reasons = [file.reason for file in folder.land().files]
    assert reasons == [
        "the file is UTF-16; save it as UTF-8",
        "the header lacks user_id; it has User_ID, created_at",
    ]


def test_bad_parquet_rows_go_to_quarantine(folder: LandingFolder) -> None:
    file = folder.landing / "native/survey_responses.parquet"
    file.parent.mkdir()
    duckdb.sql(f"""
        copy (
            select
                case when i <> 7 then 'r' || i end as response_id, 's' as survey,
                case when i = 8 then 'fun' else 'NPS' end as survey_type,
                timestamp '2026-01-01' as responded_at,
                case when i = 9 then 'nan'::double else i end as score
            from range(100) t(i)
        ) to '{file}' (format parquet)
    """)
    folder.land()
    assert folder.quarantine() == [
        (8, "response_id is missing"),
        (9, "survey_type 'fun' is not one of nps, csat, ces"),
        (10, "score 'nan' is not a number"),
    ]
    assert folder.rows("select count(*), min(survey_type) from raw.native_survey_responses") == [
        (97, "nps")
    ]


def test_a_file_with_too_many_bad_lines_is_rejected_whole(folder: LandingFolder) -> None:
    folder.write("native/events/mostly-good.jsonl", json_lines(GOOD * 60) + "bad\n" * 10)
    folder.write("native/events/few-but-bad.jsonl", json_lines([event(8)]) + "worse\n" * 9)
    folder.write("native/events/too-bad.jsonl", json_lines(GOOD * 40) + "bad\n" * 10)
    folder.land()
    assert folder.rows(
        "select file_path, state, rows_landed, rows_quarantined from meta.loads order by 1"
    ) == [
        ("native/events/few-but-bad.jsonl", "loaded", 1, 9),
        ("native/events/mostly-good.jsonl", "loaded", 240, 10),
        ("native/events/too-bad.jsonl", "rejected", 0, 0),
    ]
    ((reason,),) = folder.rows("select reason from meta.loads where state = 'rejected'")
    assert reason.startswith("10 of 170 lines cannot be landed, more than 5%: line 161: not JSON")
    assert len(folder.quarantine()) == 19


def test_keys_that_differ_by_case_are_different(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(1, User_ID="x", EVENT_ID="y")])
    folder.land()
    assert folder.rows("select event_id, user_id, extra from raw.native_events") == [
        ("e1", "u1", '{"User_ID":"x","EVENT_ID":"y"}')
    ]


def test_of_a_repeated_key_the_last_value_counts(folder: LandingFolder) -> None:
    line = '{"event_id": "a", "event_id": "b", "event_name": "e", "occurred_at": "2026-01-01", '
    folder.write("native/events.jsonl", line + '"user_id": "u", "n": 1, "n": {"x": 2}}\n')
    folder.land()
    assert folder.rows("select event_id, extra from raw.native_events") == [("b", '{"n":{"x":2}}')]
    drift = folder.rows(
        "select field, kind from meta.drift where detail like 'repeated%' order by 1"
    )
    assert drift == [("event_id", "type"), ("n", "type")]


def test_ids_are_text_whatever_they_are_written_as(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", [event(1, user_id=123), event(2, user_id="123")])
    folder.land()
    assert folder.rows("select distinct user_id from raw.native_events") == [("123",)]


def test_a_very_long_line_is_quarantined(folder: LandingFolder) -> None:
    long = json.dumps(event(9, properties={"text": "x" * LONGEST_LINE}))
    fitting = json.dumps(event(8, properties={"text": "y" * (LONGEST_LINE // 2)}))
    folder.write("native/events.jsonl", json_lines(GOOD) + long + "\n" + fitting + "\n")
    folder.land()
    assert folder.quarantine() == [(5, "longer than 16 MB")]
    assert folder.rows("select length(raw_excerpt) from meta.quarantine") == [(1_000,)]
    assert folder.events() == ["e1", "e2", "e3", "e4", "e8"]


@pytest.mark.parametrize(
    "name", ["a[1]*.jsonl", "it's {x}.jsonl", "ünï çødé.jsonl", "a%20b?.jsonl"]
)
def test_file_names_are_no_patterns(folder: LandingFolder, name: str) -> None:
    folder.write(f"native/events/{name}", GOOD[:2])
    folder.write("native/events/a1x.jsonl", "broken\n")
    folder.land()
    assert folder.events() == ["e1", "e2"]


def test_a_file_without_permission_is_told(folder: LandingFolder, monkeypatch) -> None:
    folder.write("native/events.jsonl", GOOD)

    def denied(path: Path) -> content.Content:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(content, "examine", denied)
        (report,) = folder.land().files
    assert (report.state, report.reason) == ("rejected", "no permission to read it")
    assert folder.land().rows_landed == 4
    assert folder.states() == {"native/events.jsonl": "loaded"}


# After a fix


def test_retry_loads_files_with_bad_lines_in_place_of_what_they_gave(folder: LandingFolder) -> None:
    folder.write("app/events.jsonl", [event(1, occurred_at=1_769_851_800), event(2)])
    folder.write("app/users.csv", "user_id,created_at\n" + "u,1769851800\n" * 20)
    undeclared, declared = (
        {"app": {"format": "native"}},
        {"app": {"format": "native", "epoch_unit": "s"}},
    )
    folder.land(sources=undeclared)
    assert (folder.events(), len(folder.quarantine())) == (["e2"], 1)
    assert folder.land(sources=declared).files == []
    report = folder.land(sources=declared, retry_quarantine=True)
    assert [(file.state, file.rows_landed) for file in report.files] == [
        ("loaded", 2),
        ("loaded", 20),
    ]
    assert (folder.events(), folder.quarantine()) == (["e1", "e2"], [])
    assert folder.rows("select count(*), sum(rows_landed) from meta.loads") == [(2, 22)]
    assert folder.land(sources=declared, retry_quarantine=True).files == []


def test_retry_forgets_the_bad_lines_of_a_file_since_mended(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", json_lines(GOOD[:2]) + "broken\n")
    folder.write("native/users.csv", "nothing useful\n")
    folder.land()
    folder.write("native/events.jsonl", GOOD[:3])
    folder.write("native/users.csv", "user_id,created_at\nu,2026-01-01\n")
    folder.land()
    assert len(folder.quarantine()) == 1
    folder.land(retry_quarantine=True)
    assert folder.quarantine() == []
    assert "rejected" not in folder.rows("select state from meta.loads")
    assert folder.rows("select sum(rows_quarantined) from meta.loads") == [(0,)]
    assert sorted(set(folder.events())) == ["e1", "e2", "e3"]


# The machine fails


def test_a_full_disk_leaves_every_file_whole_or_absent(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("native/events/1.jsonl", GOOD[:2])
    folder.write("native/events/2.jsonl.gz", gzip.compress(json_lines(GOOD[2:]).encode()))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(content, "unpack", full)
        with pytest.raises(OSError, match="No space left"):
            folder.land()
    assert folder.events() == ["e1", "e2"]
    assert not (folder.warehouse / "landing.tmp").exists()
    folder.land()
    assert folder.events() == ["e1", "e2", "e3", "e4"]


def test_a_failure_inside_the_transaction_takes_everything_back(
    folder: LandingFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("native/events.jsonl", json_lines(GOOD) + "broken\n")

    def failing(*_: object) -> None:
        raise duckdb.IOException("could not write")

    with monkeypatch.context() as patched:
        patched.setattr(load, "write_load", failing)
        with pytest.raises(duckdb.IOException):
            folder.land()
    for table in ("raw.native_events", "meta.loads", "meta.quarantine", "meta.fields"):
        assert folder.rows(f"select count(*) from {table}") == [(0,)]


def test_leftovers_of_a_killed_run_are_removed(folder: LandingFolder) -> None:
    leftover = folder.warehouse / "landing.tmp" / "plain-1"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("half a file")
    folder.write("native/events.jsonl", GOOD)
    folder.land()
    assert not leftover.parent.exists()


def test_the_same_files_give_the_same_rows_however_they_are_damaged(folder: LandingFolder) -> None:
    """A clean file and the same lines beside a broken one: bulk and line by line agree."""
    chance = random.Random(7)
    values = [
        None,
        "",
        " x ",
        "\tx\n",
        "x",
        7,
        1.5,
        True,
        {"a": 1},
        [1],
        "nan",
        "2026-01-01",
        "null",
    ]
    rows = [
        event(n, account_id=chance.choice(values), session_id=chance.choice(values))
        | {"properties": chance.choice([None, {}, {"k": chance.choice(values)}])}
        | ({"other": chance.choice(values)} if chance.random() < 0.3 else {})
        for n in range(300)
    ]
    folder.write("clean/events.jsonl", rows)
    folder.write("damaged/events.jsonl", json_lines(rows) + "broken\n")
    folder.land(sources={name: {"format": "native"} for name in ("clean", "damaged")})
    compared = "select * exclude (source_id, file_id) from raw.native_events where source_id = '{}'"
    left, right = (folder.rows(compared.format(source)) for source in ("clean", "damaged"))
    assert sorted(left, key=str) == sorted(right, key=str)
    assert len(left) == 300


def test_a_dead_link_is_no_file(folder: LandingFolder) -> None:
    folder.write("native/events.jsonl", GOOD)
    (folder.landing / "native" / "users.csv").symlink_to(folder.landing / "nowhere")
    assert folder.land().rows_landed == 4
    shutil.rmtree(folder.landing / "native")
    assert folder.land().files == []
