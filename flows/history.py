"""What was run on this warehouse, when, how far it came: the table `meta.runs` of the working file.

A run that is killed cannot say so itself: the next one, which holds the lock and so knows that
nobody else is at work, marks it as crashed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.project import Project
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, quoted, rows_of

RUNS = {
    "run_id": ("varchar", "The run."),
    "command": ("varchar", "What was asked for."),
    "state": ("varchar", "running, succeeded, failed or crashed."),
    "stage": ("varchar", "The stage it came to: land, build or publish."),
    "started_at": ("timestamp", "When it began, UTC."),
    "ended_at": ("timestamp", "When it ended, UTC; empty while it runs."),
    "as_of": ("timestamp", "The exclusive instant it was asked for; empty = newest complete load."),
    "git_commit": ("varchar", "Commit of the project."),
    "has_uncommitted_changes": ("boolean", "Whether the project differed from that commit."),
    "definitions_hash": ("varchar", "Fingerprint of the definition files and the vars."),
    "inputs_hash": ("varchar", "Fingerprint of all that it built from: data, project, program."),
    "files_loaded": ("bigint", "Files that landing took."),
    "rows_landed": ("bigint", "Rows that landing took."),
    "rows_quarantined": ("bigint", "Lines that landing set aside."),
    "models": ("bigint", "Models built."),
    "tests": ("bigint", "Data tests passed."),
    "published_at": ("timestamp", "When its file took the published one's place, UTC."),
    "message": ("varchar", "Why it failed, in one line."),
}


def begin(settings: Settings, project: Project, command: str) -> str:
    """Open a run and return its id. Only for the holder of the lock."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    commit, has_changes = _git_state(project.folder)
    with opened(settings.build_file) as connection:
        connection.execute("begin")
        create_documented(connection, "runs", RUNS, "One row per run of flywheel, newest last.")
        connection.execute("update meta.runs set state = 'crashed' where state = 'running'")
        connection.execute(
            "insert into meta.runs (run_id, command, state, started_at, as_of, git_commit,"
            " has_uncommitted_changes, definitions_hash) values ($1, $2, 'running', $3, $4, $5,"
            " $6, $7)",
            [
                run_id,
                command,
                now(),
                settings.as_of,
                commit,
                has_changes,
                definitions_hash(project),
            ],
        )
        connection.execute("commit")
    return run_id


def note(settings: Settings, run_id: str, **values: Any) -> None:
    """Fill in columns of the run's row."""
    with opened(settings.build_file) as connection:
        update(connection, run_id, **values)


def update(connection: Connection, run_id: str, **values: Any) -> None:
    setting = ", ".join(f"{column} = ${place}" for place, column in enumerate(values, 2))
    connection.execute(
        f"update meta.runs set {setting} where run_id = $1", [run_id, *values.values()]
    )


def last_build(connection: Connection) -> dict[str, Any] | None:
    """The newest build of this warehouse, by flywheel or by dbt alone, as dbt's hooks noted it."""
    if not has_table(connection, "meta", "builds"):
        return None
    newest = rows_of(connection, "select * from meta.builds order by started_at desc limit 1")
    return newest[0] if newest else None


def definitions_hash(project: Project) -> str:
    """Changes when a definition file or a var changes, and with nothing else."""
    digest = hashlib.sha256()
    for path in sorted(project.definitions.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(json.dumps(project.variables, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def create_documented(
    connection: Connection, table: str, columns: dict[str, tuple[str, str]], description: str
) -> None:
    """Make a table of `meta` with its comments; add what an older version's table lacks."""
    declared = ", ".join(f"{column} {type}" for column, (type, _) in columns.items())
    connection.execute("create schema if not exists meta")
    connection.execute(f"create table if not exists meta.{table} ({declared})")
    connection.execute(f"comment on table meta.{table} is {quoted(description)}")
    for column, (type, meaning) in columns.items():
        connection.execute(f"alter table meta.{table} add column if not exists {column} {type}")
        connection.execute(f"comment on column meta.{table}.{column} is {quoted(meaning)}")


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _git_state(folder: Path) -> tuple[str | None, bool | None]:
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit, bool(_git(folder, "status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return None, None  # a copy without history is as good a project as any


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
