"""The `sources` setting: what a source folder holds when its name does not say it.

sources: {product: {format: native, time_zone: Europe/Berlin, epoch_unit: ms}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from flows.landing.formats import FORMATS
from flows.landing.streams import Format
from flows.problems import Refused

EPOCH_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}  # units in a second
KEYS = ("format", "time_zone", "epoch_unit", "account_group")


class SourceSettingWrong(Refused):
    """A value of the `sources` setting that cannot work."""


@dataclass(frozen=True)
class Source:
    """How to read one source folder."""

    source_id: str
    format: Format
    time_zone: str = "UTC"
    epoch_unit: str | None = None
    account_group: str | None = None


def read_sources(setting: Mapping[str, Any] | None) -> dict[str, Source]:
    """The declared sources by id, and one for each format whose name is a folder's name."""
    sources = {
        name: Source(name, format, epoch_unit=format.epoch_unit) for name, format in FORMATS.items()
    }
    for source_id, declared in (setting or {}).items():
        sources[source_id] = _read(source_id, declared or {})
    return sources


def _read(source_id: str, declared: Mapping[str, Any]) -> Source:
    if not isinstance(declared, Mapping):
        raise _refusal(source_id, declared, f"a mapping with the keys {', '.join(KEYS)}")
    for key in declared:
        if key not in KEYS:
            raise _refusal(source_id, key, f"a setting; known are {', '.join(KEYS)}")
    name = declared.get("format") or source_id
    if name not in FORMATS:
        raise _refusal(f"{source_id}.format", name, f"a format; known are {', '.join(FORMATS)}")
    zone = declared.get("time_zone") or "UTC"
    if zone not in available_timezones():
        raise _refusal(f"{source_id}.time_zone", zone, "a time zone such as Europe/Berlin")
    unit = declared.get("epoch_unit")
    if unit is not None and unit not in EPOCH_UNITS:
        raise _refusal(f"{source_id}.epoch_unit", unit, f"one of {', '.join(EPOCH_UNITS)}")
    format = FORMATS[name]
    group = declared.get("account_group")
    return Source(source_id, format, zone, unit or format.epoch_unit, group)


def _refusal(key: str, value: object, wanted: str) -> SourceSettingWrong:
    return SourceSettingWrong(
        f"{value!r} is not {wanted}.",
        where=f"dbt_project.yml, vars.sources.{key}",
        remedy="Correct the setting, then run again.",
    )
