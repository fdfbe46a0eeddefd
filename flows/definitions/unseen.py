"""Event names that the definitions use and no data has ever carried: most often a typing error."""

from __future__ import annotations

from flows.definitions.files import FILES
from flows.definitions.findings import nearest
from flows.definitions.reading import read_tables
from flows.project import Project
from flows.settings import Settings
from flows.warehouse import has_table, opened

USES_EVENTS = [
    (name, column)
    for name, file in FILES.items()
    for column in ("event_name", "usage_event")
    if column in file.columns
]
SHOWN = 10
LANDED = (("core", "events"), ("raw", "native_events"))


def unseen_events(settings: Settings, project: Project) -> list[str]:
    """A warning for each such name, with the nearest name that the data does carry."""
    with opened(settings.build_file, read_only=True) as connection:
        seen = {
            name
            for schema, table in LANDED
            if has_table(connection, schema, table)
            for (name,) in connection.execute(
                f"select distinct event_name from {schema}.{table}"
            ).fetchall()
        }
    if not seen:
        return []  # nothing has landed yet, so there is nothing to compare with
    tables, _ = read_tables(project.definitions)
    places: dict[str, str] = {}
    for file, column in USES_EVENTS:
        for row in tables[file]:
            if row[column] not in ("", "*"):
                places.setdefault(row[column], f"{file}.csv, row {row.number}, column {column}")
    unseen = [
        f'{place}: no data has ever carried "{name}".{nearest(name, seen)}'
        for name, place in places.items()
        if name not in seen
    ]
    more = len(unseen) - SHOWN
    return unseen[:SHOWN] + ([f"... and {more} more event names like these"] if more > 0 else [])
