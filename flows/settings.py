"""Where a run reads and writes, and up to which instant it counts.

A flag beats an environment variable (`FLYWHEEL_LANDING`, `FLYWHEEL_WAREHOUSE`, `FLYWHEEL_AS_OF`,
`FLYWHEEL_TARGET`, `FLYWHEEL_FULL_REFRESH`), which beats the default. What the numbers mean is not
here: that is `seeds/definitions` and the vars of `dbt_project.yml`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.problems import Refused


class Settings(BaseSettings):
    """One run's choices. Paths are absolute from here on."""

    model_config = SettingsConfigDict(env_prefix="FLYWHEEL_", frozen=True, extra="ignore")

    project: Path = Field(default_factory=Path.cwd)
    landing: Path = Path("seeds/raw")
    warehouse: Path = Path("warehouse")
    as_of: datetime | None = None
    target: str | None = None
    full_refresh: bool = False

    @field_validator("project", "landing", "warehouse")
    @classmethod
    def absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("as_of", mode="before")
    @classmethod
    def instant(cls, value: object) -> object:
        return parse_instant(value) if isinstance(value, str) else value

    @field_validator("target", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        return value or None

    @property
    def build_file(self) -> Path:
        return self.warehouse / "build.duckdb"

    @property
    def published_file(self) -> Path:
        return self.warehouse / "flywheel.duckdb"

    @property
    def report_file(self) -> Path:
        return self.warehouse / "flywheel.html"

    @property
    def lock_file(self) -> Path:
        return self.warehouse / "flywheel.lock"

    @property
    def dbt_target_folder(self) -> Path:
        """Beside the data, so that two warehouses never share dbt's memory of the last parse."""
        return self.warehouse / "dbt"


def read_settings(**flags: Any) -> Settings:
    """Settings from the flags that were given and the environment."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise Refused(
            f"{first['input']!r} is no value for {name}: {_reason(first)}.",
            where=f"--{name.replace('_', '-')} or FLYWHEEL_{name.upper()}",
        ) from None


def parse_instant(text: str) -> datetime | None:
    """An instant in UTC, without zone: what has no zone is UTC already, a date is its midnight."""
    if not text.strip():
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            "write a date or an ISO 8601 instant, such as 2026-06-30 or 2026-06-30T18:00:00+02:00"
        ) from None
    try:
        return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    except OverflowError:
        raise ValueError("the instant lies outside the calendar") from None


def _reason(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")
