"""Run dbt over the whole project: seeds, models and data tests, in the order they depend.

dbt runs inside this process, which saves half of what its command line costs. Unit tests are left
to `make test`: they ask about the logic, not about today's data. A failure names the node, its
file, the reason and, for a test, the first rows that break it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from flows.history import now
from flows.increments import prepare, read_inputs
from flows.problems import BuildFailed
from flows.project import Project
from flows.settings import Settings
from flows.warehouse import has_table, opened, quoted_name, rows_of

GOOD = ("success", "pass", "warn", "no-op")  # an exposure has nothing to do
MAKING_TABLES = ("model", "seed")
ROWS_SHOWN = 5
FAILURES_SHOWN = 5
VARIABLES = {"small_steps": "ephemeral"}  # each node costs dbt 50 ms, however little it does

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Node:
    """How one model, seed or test ended."""

    name: str
    kind: str
    file: str
    status: str
    seconds: float
    failures: int | None
    message: str
    sql: str

    @property
    def is_good(self) -> bool:
        return self.status in GOOD

    @property
    def is_cause(self) -> bool:
        """Failed itself, not only skipped because of another."""
        return not self.is_good and self.status != "skipped"


@dataclass(frozen=True)
class BuildReport:
    nodes: tuple[Node, ...]

    def count(self, kind: str) -> int:
        return Counter(node.kind for node in self.nodes if node.is_good)[kind]

    @property
    def warnings(self) -> list[str]:
        return [f"{node.name}: {node.message}" for node in self.nodes if node.status == "warn"]


def build(
    settings: Settings,
    project: Project,
    as_of: str | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build and test everything; raise `BuildFailed` with the cause otherwise."""
    inputs = read_inputs(settings, project)
    environment = {
        "FLYWHEEL_WAREHOUSE": str(settings.warehouse),  # profiles.yml reads it
        **inputs.environment(only_touched=prepare(settings, inputs)),
    }
    result = _invoke(settings, environment, as_of, progress)
    outcomes = getattr(result.result, "results", None)
    if outcomes is None:
        _remember_unread_project(settings)
        raise BuildFailed(
            "dbt could not read the project.",
            detail=_lines(str(result.exception or "dbt gave no reason")),
            where=str(settings.project),
        )
    report = BuildReport(tuple(_node(outcome) for outcome in outcomes))
    if not result.success:
        raise _failure(settings, report)
    _drop_what_no_model_makes(settings, outcomes)
    return report


def _drop_what_no_model_makes(settings: Settings, outcomes: list[Any]) -> None:
    """Of a model that is gone, or a table no more, nobody would renew or forget the rows."""
    nodes = [outcome.node for outcome in outcomes if outcome.node.resource_type in MAKING_TABLES]
    made = {(node.schema, node.alias) for node in nodes}
    schemas = {node.schema for node in nodes}
    with opened(settings.build_file) as connection:
        tables = rows_of(
            connection,
            "select schema_name, table_name from duckdb_tables() where database_name = 'build'",
        )
        for table in tables:
            schema, name = table["schema_name"], table["table_name"]
            if schema in schemas - {"meta"} and (schema, name) not in made:
                connection.execute(f"drop table {quoted_name(schema)}.{quoted_name(name)}")


def _invoke(
    settings: Settings,
    environment: dict[str, str],
    as_of: str | None,
    progress: Progress | None,
) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    arguments = [
        "--log-level=none",
        "--log-level-file=none",
        "build",
        "--exclude-resource-type=unit_test",
        f"--project-dir={settings.project}",
        f"--profiles-dir={settings.project}",
        f"--target-path={settings.dbt_target_folder}",
        f"--log-path={settings.dbt_target_folder}",
    ]
    if settings.target:
        arguments.append(f"--target={settings.target}")
    variables = VARIABLES | ({"as_of": as_of} if as_of else {})
    arguments.append(f"--vars={json.dumps(variables)}")
    if settings.full_refresh:
        arguments.append("--full-refresh")
    callbacks = [_listener(progress)] if progress else []
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return dbtRunner(callbacks=callbacks).invoke(arguments)
    finally:
        for name in environment:
            os.environ.pop(name)
        os.environ.update({name: before[name] for name in environment if name in before})
        # dbt leaves the file open, with a .wal beside it, and nobody else could read it
        DuckDBConnectionManager.close_all_connections()


def _remember_unread_project(settings: Settings) -> None:
    """dbt's hooks note how a build went, but a project that cannot be read has no hooks."""
    with opened(settings.build_file) as connection:
        if has_table(connection, "meta", "builds"):
            connection.execute(
                "insert into meta.builds (invocation_id, command, started_at, state)"
                " values ('', 'flywheel build', $1, 'failed')",
                [now()],
            )


def _listener(progress: Progress) -> Callable[[Any], None]:
    """Calls `progress(done, total, node)` whenever a node begins."""

    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress(event.data.index - 1, event.data.total, event.data.node_info.node_name)

    return listen


def _node(outcome: Any) -> Node:
    node = outcome.node
    return Node(
        name=node.name,
        kind=str(node.resource_type),
        file=node.original_file_path,
        status=str(outcome.status),
        seconds=round(outcome.execution_time, 3),
        failures=outcome.failures,
        message=str(outcome.message or ""),
        sql=getattr(node, "compiled_code", None) or "",
    )


def _failure(settings: Settings, report: BuildReport) -> BuildFailed:
    causes = [node for node in report.nodes if node.is_cause]
    skipped = sum(node.status == "skipped" for node in report.nodes)
    names = ", ".join(node.name for node in causes[:FAILURES_SHOWN])
    more = f" and {len(causes) - FAILURES_SHOWN} more" if len(causes) > FAILURES_SHOWN else ""
    samples = {
        node.name: _first_failing_rows(settings, node)
        for node in causes[:FAILURES_SHOWN]
        if node.kind == "test" and node.status == "fail"
    }
    detail = [line for node in causes[:FAILURES_SHOWN] for line in _explained(node, samples)]
    if skipped:
        detail.append(f"{skipped} nodes that depend on it were skipped.")
    return BuildFailed(
        f"Failed: {names}{more}.",
        nodes=report.nodes,
        samples=samples,
        detail=detail,
        where=", ".join(dict.fromkeys(node.file for node in causes[:FAILURES_SHOWN])),
        remedy="Mend the file, or the data it tests, and run this again."
        f" The SQL that ran is under {settings.dbt_target_folder / 'compiled'}.",
    )


def _explained(node: Node, samples: dict[str, list[str]]) -> list[str]:
    lines = [f"{node.kind} {node.name} ({node.file})"]
    lines += [f"    {line}" for line in _lines(node.message)]
    if rows := samples.get(node.name):
        lines.append(f"    first {len(rows)} failing rows:")
        lines += [f"    {row}" for row in rows]
    return lines


def _lines(message: str) -> list[str]:
    return [line.strip() for line in message.splitlines() if line.strip()]


def _first_failing_rows(settings: Settings, node: Node) -> list[str]:
    """Run the test's own query once more, for the first rows it returns."""
    query = f"select * from ({node.sql}) as failing limit {ROWS_SHOWN}"
    try:
        with opened(settings.build_file, read_only=True) as connection:
            result = connection.execute(query)
            columns = [column[0] for column in result.description]
            rows = result.fetchall()
    except duckdb.Error as error:
        return [f"its rows could not be read: {error}"]
    return [
        ", ".join(f"{column} = {cell}" for column, cell in zip(columns, row, strict=True))
        for row in rows
    ]
