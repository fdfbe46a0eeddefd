"""The dbt project in the current folder, as far as the flow has to know it before dbt runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from flows.problems import Refused


@dataclass(frozen=True)
class Project:
    folder: Path
    name: str
    variables: dict[str, Any]
    definitions: Path  # the folder of the definition seeds: dbt's first seed path
    targets: dict[str, str]  # the engine of each, by name
    target: str  # where none is named
    folders: tuple[Path, ...] = ()  # all that dbt reads models, macros, tests and seeds from


def read_project(folder: Path) -> Project:
    """Read dbt_project.yml and profiles.yml; refuse a folder that holds no project."""
    settings = _read_yaml(folder / "dbt_project.yml")
    name = str(settings.get("name", ""))
    profiles = _read_yaml(folder / "profiles.yml")
    profile = profiles.get(settings.get("profile", name)) or {}
    outputs = profile.get("outputs") or {}
    written = _rendered(settings.get("vars") or {})
    own = written.get(name)
    variables = {**written, **own} if isinstance(own, dict) else written
    seeds = _rendered(settings.get("seed-paths") or ["seeds"])
    paths = [settings.get(f"{kind}-paths") or [] for kind in ("model", "macro", "test", "seed")]
    return Project(
        folder=folder,
        name=name,
        variables={key: value for key, value in variables.items() if key != name},
        definitions=folder / seeds[0],
        targets={target: output["type"] for target, output in outputs.items()},
        target=_rendered(profile.get("target") or next(iter(outputs), "")),
        folders=tuple(folder / path for kind in paths for path in _rendered(kind)),
    )


def check_target(project: Project, target: str | None) -> None:
    if target and target not in project.targets:
        raise Refused(
            f"There is no target {target!r}; there are {', '.join(project.targets)}.",
            where=str(project.folder / "profiles.yml"),
        )


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Refused(
            f"There is no {path.name} in this folder.",
            where=str(path.parent),
            remedy="flywheel works on the dbt project in the current folder: cd to your clone.",
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise Refused(f"{path.name} is not YAML: {error}", where=str(path)) from None
    return content or {}


def _rendered(value: Any) -> Any:
    """Fill in env_var, the one thing of Jinja that a setting may use."""
    if isinstance(value, dict):
        return {key: _rendered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item) for item in value]
    if isinstance(value, str) and "{{" in value:
        return jinja2.Template(value).render(env_var=_env_var)
    return value


def _env_var(name: str, default: str | None = None) -> str:
    return os.environ.get(name, default or "")
