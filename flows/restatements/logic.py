"""Everything a number depends on but its data: fingerprints of it, and what depends on what.

Five kinds: `definition` (a file of seeds/definitions), `variable` (a var of dbt_project.yml, a
mapping key by key), `model` and `macro` (a file of models/ or macros/) and `engine`. The models'
own text tells what a mart depends on: its refs, the macros it calls and the vars these ask for.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows.project import Project

DEFINITIONS = ("definition", "variable")
CODE = ("model", "macro", "engine")
NOT_IN_ANY_NUMBER = {"as_of", "publish_personal_data", "private_properties", "small_steps"}
# What every model may ask without a number depending on it: the instant, whose rows are made anew.
NOT_FOLLOWED = {"int_as_of", "int_touched", "touched"}
# Models that bring the definitions of all marts into one shape. Which of these are a mart's own,
# its other models tell.
OF_ALL_DEFINITIONS = {"int_definition_rows", "int_attribute_conditions", "int_user_properties"}

Fingerprints = dict[tuple[str, str], str]  # (kind, name): fingerprint, of a variable its value


def fingerprints(project: Project) -> Fingerprints:
    """What the numbers of this project are made with."""
    found: Fingerprints = {("engine", "duckdb"): duckdb.__version__}
    for path in project.definitions.glob("*.csv"):
        found["definition", path.stem] = _hash(path.read_bytes())
    for name, value in project.variables.items():
        if name not in NOT_IN_ANY_NUMBER:
            found |= {("variable", key): text for key, text in _flat(name, value)}
    for kind, folder in (("model", "models"), ("macro", "macros")):
        for path in (project.folder / folder).rglob("*.sql"):
            name = path.relative_to(project.folder).as_posix()
            found[kind, name] = _hash(_without_comments(path).encode())
    return found


def one_hash(of: Fingerprints, kinds: tuple[str, ...]) -> str:
    """One fingerprint of all that is of these kinds."""
    return _hash(json.dumps(sorted((*key, of[key]) for key in of if key[0] in kinds)).encode())


@dataclass
class Lineage:
    """What one mart is made of; without any parts it may be made of everything."""

    parts: set[tuple[str, str]] = field(default_factory=set)
    raw: set[str] = field(default_factory=set)  # `native_events`: tables of schema raw

    def holds(self, kind: str, name: str) -> bool:
        if not self.parts or kind == "engine":
            return True
        return (kind, name.split(".")[0] if kind == "variable" else name) in self.parts

    def reads(self, raw_table: str) -> bool:
        return not self.parts or raw_table in self.raw


def lineage(project: Project, mart: str) -> Lineage:
    """Follow a mart to its definitions, vars, files and raw tables, by what the files say."""
    models = {path.stem: path for path in (project.folder / "models").rglob("*.sql")}
    macros = {path.stem: path for path in (project.folder / "macros").rglob("*.sql")}
    seeds = {path.stem for path in project.definitions.glob("*.csv")}
    found = Lineage()
    to_read = [models[mart]] if mart in models else []
    seen = set(to_read)
    while to_read:
        path = to_read.pop()
        kind = "model" if path.stem in models and models[path.stem] == path else "macro"
        found.parts.add((kind, path.relative_to(project.folder).as_posix()))
        text = _without_comments(path)
        refs = set(re.findall(r"\bref\(\s*['\"](\w+)['\"]", text)) - NOT_FOLLOWED
        calls = (set(re.findall(r"\b(\w+)\(", text)) & macros.keys()) - NOT_FOLLOWED
        if path.stem not in OF_ALL_DEFINITIONS:
            found.parts |= {("definition", name) for name in refs & seeds}
        found.parts |= {
            ("variable", name) for name in re.findall(r"\bvar\(\s*['\"](\w+)['\"]", text)
        }
        sources = re.findall(r"\bsource\(\s*['\"](\w+)['\"],\s*['\"](\w+)['\"]", text)
        found.raw |= {f"{source}_{stream}" for source, stream in sources}
        new = {models[name] for name in refs & models.keys()} | {macros[name] for name in calls}
        to_read += new - seen
        seen |= new
    return found


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    """`revenue.paused` and so on for a mapping."""
    if isinstance(value, dict):
        return [(f"{name}.{key}", _text(item)) for key, item in value.items()]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).strip()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
