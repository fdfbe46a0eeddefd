"""Whether a build may start from what the last one left, and of which models it may not.

Models that are `kept` hold their rows from build to build; of those, only the rows of actors whom
new data touches are made anew (models/intermediate/touched). Data alone may differ: where the
project, a setting or the program is another one than at the last whole build, or somebody built by
dbt alone since, everything is made anew. Where definitions differ, what depends on them is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dbt.version
import duckdb

from flows.project import Project
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, quoted_name, rows_of

PROGRAM = Path(__file__).parent
COLUMNS = {"program", "definitions"}  # of meta.builds, where an older flywheel had none


@dataclass(frozen=True)
class Inputs:
    """What a build depends on besides data."""

    program: str
    definitions: dict[str, str]  # fingerprint by name of the file

    def environment(self, *, only_touched: bool) -> dict[str, str]:
        """What the macros of the project read; see build_started and should_full_refresh."""
        return {
            "FLYWHEEL_PROGRAM": self.program,
            "FLYWHEEL_DEFINITIONS": json.dumps(self.definitions, sort_keys=True),
            "FLYWHEEL_ONLY_TOUCHED": "yes" if only_touched else "no",
        }


def read_inputs(settings: Settings, project: Project) -> Inputs:
    digest = hashlib.sha256()
    definitions = {}
    for name, path in _written(project):
        if path.parent == project.definitions and path.suffix == ".csv":
            definitions[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    variables = {name: value for name, value in project.variables.items() if name != "as_of"}
    versions = [duckdb.__version__, dbt.version.__version__]
    rest = [settings.target, variables, sorted(definitions), versions]
    digest.update(json.dumps(rest, sort_keys=True, default=str).encode())
    return Inputs(digest.hexdigest(), definitions)


def _written(project: Project) -> Iterator[tuple[str, Path]]:
    """Every file that somebody wrote and a run reads: the dbt project and this program."""
    for name in ("dbt_project.yml", "profiles.yml"):
        yield name, project.folder / name
    for folder in (*project.folders, PROGRAM):
        for place, folders, files in os.walk(folder, followlinks=True):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for path in (Path(place, name) for name in sorted(files)):
                yield str(path.relative_to(folder)), path


def prepare(settings: Settings, inputs: Inputs) -> bool:
    """Whether touched rows are enough; drops the tables for which they are not."""
    if settings.full_refresh or not settings.build_file.exists():
        return False
    manifest = settings.dbt_target_folder / "manifest.json"
    if not manifest.exists():
        return False
    with opened(settings.build_file) as connection:
        builds = _builds_since_the_last_whole_one(connection)
        if not builds or any(build["program"] != inputs.program for build in builds):
            return False
        before = [json.loads(build["definitions"]) for build in builds]
        changed = {
            name
            for name, fingerprint in inputs.definitions.items()
            if any(definitions.get(name) != fingerprint for definitions in before)
        }
        nodes = json.loads(manifest.read_text())["nodes"]
        for relation in _to_make_anew(nodes, changed, _tables(connection)):
            connection.execute(f"drop table if exists build.{relation}")
    return True


def _builds_since_the_last_whole_one(connection: Connection) -> list[dict[str, Any]]:
    """The last whole build and what was tried since; none where no build is known well enough."""
    if not has_table(connection, "meta", "builds"):
        return []
    builds = rows_of(
        connection,
        "select * from meta.builds where invocation_id <> '' order by started_at",  # dbt began
    )
    whole = [number for number, build in enumerate(builds) if build["state"] == "whole"]
    if not whole or not set(builds[0]) >= COLUMNS:
        return []
    return builds[whole[-1] :]


def _tables(connection: Connection) -> set[str]:
    rows = rows_of(
        connection,
        "select schema_name || '.' || table_name as name from duckdb_tables()"
        " where database_name = 'build'",
    )
    return {row["name"] for row in rows}


def _to_make_anew(
    nodes: dict[str, dict[str, Any]], changed: Iterable[str], tables: set[str]
) -> list[str]:
    """The kept tables that depend on a changed definition or are missing, and, of tables that hold
    the touched alone, those that these are made from."""
    kept = {name for name, node in nodes.items() if node["config"]["materialized"] == "incremental"}
    parents = {
        name: [parent for parent in node["depends_on"].get("nodes", []) if not _tells_touch(parent)]
        for name, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    }
    children: dict[str, list[str]] = {}
    for name, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(name)
    seeds = {name for name, node in nodes.items() if node["resource_type"] == "seed"}
    dependent = _reached({name for name in seeds if nodes[name]["name"] in changed}, children)
    missing = {name for name in kept if _table(nodes[name]) not in tables}
    anew = (dependent | _reached(missing, children)) & kept
    passing = {name for name in kept if not nodes[name]["config"]["unique_key"]}
    stops = kept - passing  # their rows are all there, whatever is made anew further on
    above = {
        name: [parent for parent in parents.get(name, []) if parent not in stops]
        for name in parents
    }
    anew |= _reached(anew, above) & passing
    return sorted(_quoted(_table(nodes[name])) for name in anew)


def _reached(start: set[str], edges: dict[str, list[str]]) -> set[str]:
    reached = set(start)
    waiting = list(start)
    while waiting:
        for name in edges.get(waiting.pop(), []):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached


def _tells_touch(name: str) -> bool:
    return name.endswith(".int_touched")


def _table(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _quoted(table: str) -> str:
    return ".".join(map(quoted_name, table.split(".", 1)))
