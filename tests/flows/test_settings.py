"""An instant means one thing, whatever way it is written; what is no instant is refused."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.problems import Refused
from flows.settings import parse_instant, read_settings


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-06-30", "2026-06-30T00:00:00"),
        ("2026-06-30T18:00:00", "2026-06-30T18:00:00"),
        ("2026-06-30 18:00:00", "2026-06-30T18:00:00"),
        ("2026-06-30T18:00:00Z", "2026-06-30T18:00:00"),
        ("2026-06-30T18:00:00+02:00", "2026-06-30T16:00:00"),
        (" 2026-06-30T18:00:00.000001-07:00 ", "2026-07-01T01:00:00.000001"),
    ],
)
def test_an_instant_becomes_utc(written: str, utc: str) -> None:
    assert parse_instant(written) == datetime.fromisoformat(utc)


def test_no_instant_is_none() -> None:
    assert parse_instant("") is None
    assert read_settings(as_of="").as_of is None


@pytest.mark.parametrize("written", ["yesterday", "2026-13-01", "30.06.2026", "1782777600"])
def test_what_is_no_instant_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="--as-of") as refusal:
        read_settings(as_of=written)
    assert written in str(refusal.value)
    assert refusal.value.exit_status == 2


def test_a_flag_beats_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("FLYWHEEL_WAREHOUSE", str(tmp_path / "from_environment"))
    assert read_settings().warehouse == tmp_path / "from_environment"
    assert read_settings(warehouse=tmp_path / "flag").warehouse == tmp_path / "flag"
