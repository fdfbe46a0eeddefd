"""What publications remember of those before: four tables of `meta`.

They travel in the published file, so that they change when readers see the change and not before.
The working file holds a copy, for the day on which somebody deletes the published one.
"""

from __future__ import annotations

from typing import Any

import duckdb

from flows import history
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, quoted

Columns = dict[str, tuple[str, str]]

SAID: Columns = {
    "metric": ("varchar", "The number, such as closing_mrr or activation_rate."),
    "dimension": ("varchar", "The activation, funnel or lead model it is of; empty = all."),
    "period": ("date", "First day of the month or week, in the reporting time zone."),
}
SPAN: Columns = {
    "published_at": ("timestamp", "When this was published first, UTC."),
    "replaced_at": ("timestamp", "When a publication said otherwise, UTC; empty = still so."),
    "run_id": ("varchar", "The run that published it first; see meta.runs."),
}
TABLES: dict[str, tuple[str, Columns]] = {
    "restatements": (
        "One row per metric, dimension, period and publication that says of a closed period what"
        " the publication before did not. Only periods that were closed then are compared.",
        SAID
        | {
            "run_id": ("varchar", "The run that published the new value."),
            "published_at": ("timestamp", "When the new value was published, UTC."),
            "previous_run_id": ("varchar", "The run that had published the value before."),
            "value_before": ("double", "What the publication before said; empty = nothing."),
            "value_now": ("double", "What this one says; empty = nothing."),
            "difference": ("double", "value_now - value_before, nothing counted as 0."),
            "cause": (
                "varchar",
                "`late data`, `definition`, `code`, joined by + where several changed at once;"
                " `as of`: an earlier instant was asked for; `unexplained`: nothing changed.",
            ),
            "cause_detail": (
                "varchar",
                "Rows landed late of each stream; definition files, vars, models that changed.",
            ),
        },
    ),
    "published_values": (
        "One row per headline number of a closed period and value it was published with.",
        SAID
        | {
            "value": ("double", "What was published."),
            "closed_at": ("timestamp", "When the period was over, its window included, UTC."),
            "mart": ("varchar", "The table of the published file that says so."),
        }
        | SPAN,
    ),
    "publications": (
        "One row per publication, newest last: what it was made of.",
        {
            "run_id": ("varchar", "The run that published; see meta.runs."),
            "previous_run_id": ("varchar", "The run of the publication before."),
            "published_at": ("timestamp", "When it took its place, UTC."),
            "as_of": ("timestamp", "The exclusive instant before which everything counted, UTC."),
            "built_at": ("timestamp", "When its build began: what landed later is not in it, UTC."),
            "git_commit": ("varchar", "Commit of the project."),
            "definitions_hash": ("varchar", "Fingerprint of definition files and vars."),
            "code_hash": ("varchar", "Fingerprint of models, macros and the engine."),
        },
    ),
    "published_logic": (
        "One row per definition file, var, model, macro and engine, and form it was published with:"
        " by it the next publication knows what was changed.",
        {
            "kind": ("varchar", "definition, variable, model, macro or engine."),
            "name": ("varchar", "Its name or file."),
            "fingerprint": ("varchar", "SHA-256 of the file; of a variable the value as JSON."),
        }
        | SPAN,
    ),
}


def recall(connection: Connection, settings: Settings) -> None:
    """Create the tables in `flywheel`, the new file, with all that was remembered."""
    source = "before" if _attached_before(connection, settings) else "build"
    for table, (description, columns) in TABLES.items():
        history.create_documented(connection, table, columns, description)
        if has_table(connection, "meta", table, source):
            connection.execute(
                f"insert into meta.{table} by name select * from {source}.meta.{table}"
            )
    connection.execute("detach database if exists before")


def remember(settings: Settings, run_id: str, **values: Any) -> None:
    """Copy the memory of the file just published, and note `values` of its run, at one stroke."""
    with opened(settings.build_file) as connection:
        connection.execute(
            f"attach {quoted(str(settings.published_file))} as published (read_only)"
        )
        connection.execute("begin")
        for table, (description, columns) in TABLES.items():
            history.create_documented(connection, table, columns, description)
            connection.execute(f"delete from meta.{table}")
            connection.execute(
                f"insert into meta.{table} by name select * from published.meta.{table}"
            )
        history.update(connection, run_id, **values)
        connection.execute("commit")


def _attached_before(connection: Connection, settings: Settings) -> bool:
    """Attach the published file as `before`; it may be missing, damaged or locked by a reader."""
    file = settings.published_file
    if not file.is_file():
        return False
    try:
        connection.execute(f"attach {quoted(str(file))} as before (read_only)")
    except duckdb.Error:
        return False
    return has_table(connection, "meta", "publications", "before")
