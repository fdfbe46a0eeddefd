"""Whether anything has changed since the file in place was published.

A run whose data, project, settings and program are those of the published file would make the same
file again, so it ends after landing. `--full-refresh` builds all the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import dbt.version
import duckdb

from flows.project import Project
from flows.publish import TABLES, PublishReport
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, rows_of

PROGRAM = Path(__file__).parent
DATA = {
    "loads": "select file_id, sha256, state, rows_landed from meta.loads order by all",
    "handoffs": "select * from meta.handoffs order by all",
    "erasures": "select * from meta.erasures order by all",
}


def inputs_hash(settings: Settings, project: Project, connection: Connection) -> str:
    """Changes when anything changes that a publication is made of; of the working file's data."""
    digest = hashlib.sha256()
    for name, path in written(project):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    run = [settings.target, settings.as_of, project.variables]
    versions = [duckdb.__version__, dbt.version.__version__]
    data = [
        rows_of(connection, query) if has_table(connection, "meta", table) else None
        for table, query in DATA.items()
    ]
    digest.update(json.dumps([run, versions, data], sort_keys=True, default=str).encode())
    return digest.hexdigest()


def publication_of(settings: Settings, inputs: str) -> PublishReport | None:
    """What is published, if it was made of just these inputs."""
    if not settings.published_file.exists():
        return None
    with opened(settings.published_file, name="flywheel", read_only=True) as connection:
        if not has_table(connection, "meta", "publication", database="flywheel"):
            return None
        tables = {row["name"]: row["rows"] for row in rows_of(connection, TABLES)}
        publication = rows_of(connection, "select * from meta.publication")[0]
        if publication.get("inputs_hash") != inputs:
            return None
        return PublishReport(
            file=settings.published_file,
            tables=tables,
            tables_before=tables,
            published_at=publication["published_at"],
            as_of=publication["as_of"],
            size=settings.published_file.stat().st_size,
        )


def written(project: Project) -> Iterator[tuple[str, Path]]:
    """Every file that somebody wrote and a run reads: the dbt project and this program."""
    for name in ("dbt_project.yml", "profiles.yml"):
        yield name, project.folder / name
    for folder in (*project.folders, PROGRAM):
        for place, folders, files in os.walk(folder, followlinks=True):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for path in (Path(place, name) for name in sorted(files)):
                yield str(path.relative_to(folder)), path
