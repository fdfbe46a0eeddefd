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

EPOCH_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}  # units in a second
KEYS = ("format", "time_zone", "epoch_unit", "account_group")


class SourceSettingWrong(ValueError):
    """A value of the `sources` setting that cannot work; says which and what would."""


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
    sources = {name: Source(name, format) for name, format in FORMATS.items()}
    for source_id, declared in (setting or {}).items():
        sources[source_id] = _read(source_id, declared or {})
    return sources


def _read(source_id: str, declared: Mapping[str, Any]) -> Source:
    def refuse(key: str, wanted: str) -> SourceSettingWrong:
        value = declared.get(key)
        return SourceSettingWrong(
            f"dbt_project.yml, vars.sources.{source_id}.{key}: {value!r} is not {wanted}"
        )

    if not isinstance(declared, Mapping):
        raise SourceSettingWrong(
            f"dbt_project.yml, vars.sources.{source_id}: {declared!r} is not a mapping "
            f"with the keys {', '.join(KEYS)}"
        )
    for key in declared:
        if key not in KEYS:
            raise refuse(key, f"a setting; known keys are {', '.join(KEYS)}")
    name = declared.get("format") or source_id
    if name not in FORMATS:
        raise refuse("format", f"a known format; known are {', '.join(FORMATS)}")
    zone = declared.get("time_zone") or "UTC"
    if zone not in available_timezones():
        raise refuse("time_zone", "a time zone such as Europe/Berlin")
    unit = declared.get("epoch_unit")
    if unit is not None and unit not in EPOCH_UNITS:
        raise refuse("epoch_unit", f"one of {', '.join(EPOCH_UNITS)}")
    return Source(source_id, FORMATS[name], zone, unit, declared.get("account_group"))
