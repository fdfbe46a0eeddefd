"""Whether anything has changed since the file in place was published.

A run whose data, project, settings and program are those of the published file would make the same
file again, so it ends after landing. `--full-refresh` builds all the same.
"""

from __future__ import annotations

import hashlib
import json

from flows.increments import read_inputs
from flows.project import Project
from flows.publish import PublishReport, rows_by_table
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, rows_of

DATA = {
    "loads": "select file_id, sha256, state, rows_landed from meta.loads order by all",
    "handoffs": "select * from meta.handoffs order by all",
    "erasures": "select * from meta.erasures order by all",
}


def inputs_hash(settings: Settings, project: Project, connection: Connection) -> str:
    """Changes when anything changes that a publication is made of; of the working file's data."""
    inputs = read_inputs(settings, project)
    as_of = [settings.as_of, project.variables.get("as_of")]
    data = [
        rows_of(connection, query) if has_table(connection, "meta", table) else None
        for table, query in DATA.items()
    ]
    everything = [inputs.program, inputs.definitions, as_of, data]
    written = json.dumps(everything, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def publication_of(settings: Settings, inputs: str) -> PublishReport | None:
    """What is published, if it was made of just these inputs."""
    if not settings.published_file.exists():
        return None
    with opened(settings.published_file, name="flywheel", read_only=True) as connection:
        if not has_table(connection, "meta", "publication", database="flywheel"):
            return None
        publication = rows_of(connection, "select * from meta.publication")[0]
        if publication.get("inputs_hash") != inputs:
            return None
        tables = rows_by_table(connection)
        return PublishReport(
            file=settings.published_file,
            tables=tables,
            tables_before=tables,
            published_at=publication["published_at"],
            as_of=publication["as_of"],
            size=settings.published_file.stat().st_size,
        )
