"""The same build on Spark: what landed goes there as Parquet, and what readers see comes back.

DuckDB lands and checks the files before, and publishes after. In between dbt builds and tests on
the target `spark` of profiles.yml. The tables that are published return to the working file with
the types of their contracts and their comments, so that nothing after the build is any different.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from flows.build import BuildReport, Progress, build
from flows.history import now
from flows.problems import BuildFailed, Refused
from flows.project import Project
from flows.settings import Settings
from flows.warehouse import Connection, has_table, opened, quoted, quoted_name, rows_of

BUILDS = """
    create table if not exists meta.builds (
        invocation_id varchar, command varchar, started_at timestamp, ended_at timestamp,
        state varchar, models bigint, tests bigint, relations varchar
    )
"""  # as macros/engine/build_started.sql has it
LOGGING = """
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c: %m%n
"""
SIZE_OF_A_FILE = "256MB"  # so that Spark can read a large stream in parts
ALSO_NEEDED = {("intermediate", "int_as_of")}  # by whoever publishes

Node = dict[str, Any]


def is_spark(settings: Settings, project: Project) -> bool:
    return project.targets.get(settings.target or project.target) == "spark"


def check_spark() -> None:
    """Refuse at once what could only fail after landing."""
    if not importlib.util.find_spec("pyspark"):
        raise Refused("Spark is not installed.", remedy="make install-spark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Refused("Spark needs Java 17.", remedy="Install it, or set JAVA_HOME.")


def build_on_spark(
    settings: Settings, project: Project, as_of: str | None, progress: Progress | None = None
) -> BuildReport:
    """Build and test everything on Spark; raise `BuildFailed` with the cause otherwise."""
    folder = settings.warehouse / "spark"
    prepare(folder)
    started_at = now()
    with opened(settings.build_file) as connection:
        connection.execute("create schema if not exists meta")
        connection.execute(BUILDS)
        _write_down(connection, started_at, state="running")
        hand_over(connection, project, folder / "landed")
    try:
        report = build(settings, project, as_of, progress)
    except BuildFailed:
        with opened(settings.build_file) as connection:
            _write_down(connection, started_at, state="failed", ended_at=now())
        raise
    finally:
        end_session()
    manifest = json.loads((settings.dbt_target_folder / "manifest.json").read_text())
    with opened(settings.build_file) as connection:
        made = [
            bring_back(connection, node, folder / "tables")
            for node in manifest["nodes"].values()
            if is_published(node)
        ]
        _write_down(
            connection,
            started_at,
            state="whole",
            ended_at=now(),
            models=report.count("model"),
            tests=report.count("test"),
            relations=json.dumps(made),
        )
    return report


def prepare(folder: Path) -> None:
    """Tables of former builds go: the catalogue that knew them ended with its session."""
    for old in ("landed", "tables"):
        shutil.rmtree(folder / old, ignore_errors=True)
    logging = folder / "conf" / "log4j2.properties"
    logging.parent.mkdir(parents=True, exist_ok=True)
    logging.write_text(LOGGING.format(file=folder / "spark.log"))
    spark = importlib.util.find_spec("pyspark")
    home = Path(spark.origin).parent if spark and spark.origin else folder
    os.environ.setdefault("SPARK_HOME", str(home))
    os.environ.setdefault("SPARK_CONF_DIR", str(logging.parent))
    os.environ.setdefault(
        "SPARK_LOCAL_IP", os.environ.get("FLYWHEEL_SPARK_DRIVER_HOST", "127.0.0.1")
    )


def end_session() -> None:
    """The session is this process's, and so is its catalogue: another build begins anew."""
    with suppress(ImportError):
        from pyspark import SparkContext

        if context := SparkContext._active_spark_context:
            context.stop()


def hand_over(connection: Connection, project: Project, folder: Path) -> None:
    """Write every table that dbt calls a source as Parquet, where its on-run-start looks."""
    for schema, table in _sources(project):
        place = folder / schema / table
        place.mkdir(parents=True, exist_ok=True)
        if has_table(connection, schema, table):
            connection.execute(
                f"copy (select * from {schema}.{quoted_name(table)}) to {quoted(str(place))}"
                f" (format parquet, file_size_bytes '{SIZE_OF_A_FILE}', overwrite)"
            )


def _sources(project: Project) -> list[tuple[str, str]]:
    paths = [path for folder in project.folders for path in folder.rglob("*__sources.yml")]
    return [
        (source["schema"], table.get("identifier", table["name"]))
        for path in paths
        for source in yaml.safe_load(path.read_text())["sources"]
        for table in source["tables"]
    ]


def is_published(node: Node) -> bool:
    """What the working file holds of a build on Spark: what readers get, and what that needs."""
    if node["resource_type"] == "seed":
        return True
    return node["resource_type"] == "model" and (
        node["fqn"][1] == "marts" or (node["schema"], node["name"]) in ALSO_NEEDED
    )


def bring_back(connection: Connection, node: Node, tables: Path) -> str:
    """Copy one table of Spark into the working file; its name there."""
    schema, name = node["schema"], node["alias"]
    place = f"{quoted_name(schema)}.{quoted_name(name)}"
    connection.execute(f"create schema if not exists {quoted_name(schema)}")
    _drop(connection, schema, name)
    connection.execute(f"create table {place} as {_selected(connection, node, tables)}")
    if node["description"]:
        connection.execute(f"comment on table {place} is {quoted(node['description'])}")
    for column in _columns(connection, schema, name):
        told = node["columns"].get(column, {})
        if told.get("description"):
            connection.execute(
                f"comment on column {place}.{quoted_name(column)} is {quoted(told['description'])}"
            )
    return f"build.{schema}.{name}"


def _selected(connection: Connection, node: Node, tables: Path) -> str:
    """The query that reads it, in the order and types of its contract."""
    is_table = node["config"]["materialized"] == "table"
    folder = (
        tables / f"{node['schema']}.db" / node["alias"]
        if is_table
        else tables / "published.db" / f"{node['schema']}__{node['alias']}"
    )
    parquet = f"read_parquet({quoted(f'{folder}/**/*.parquet')}, hive_partitioning = false)"
    types = {name: column.get("data_type") for name, column in node["columns"].items()}
    if node["resource_type"] == "seed":
        types = node["config"]["column_types"]
    columns = [
        name for name, *_ in connection.execute(f"describe select * from {parquet}").fetchall()
    ]
    selected = ", ".join(
        f"cast({quoted_name(column)} as {types[column]}) as {quoted_name(column)}"
        if types.get(column)
        else quoted_name(column)
        for column in columns
    )
    return f"select {selected} from {parquet}"


def _drop(connection: Connection, schema: str, name: str) -> None:
    """A build on DuckDB may have left a table or a view of that name."""
    kinds = rows_of(
        connection,
        "select table_type from information_schema.tables where table_catalog = 'build'"
        " and table_schema = $1 and table_name = $2",
        schema,
        name,
    )
    for kind in kinds:
        what = "view" if kind["table_type"] == "VIEW" else "table"
        connection.execute(f"drop {what} {quoted_name(schema)}.{quoted_name(name)}")


def _columns(connection: Connection, schema: str, name: str) -> list[str]:
    found = connection.execute(f"describe {quoted_name(schema)}.{quoted_name(name)}").fetchall()
    return [column for column, *_ in found]


def _write_down(connection: Connection, started_at: datetime, **values: Any) -> None:
    """What dbt's hooks say of a build on DuckDB: only a whole one is published."""
    connection.execute(
        "insert into meta.builds (invocation_id, command, started_at)"
        " select '', 'flywheel build', $1"
        " where not exists (from meta.builds where started_at = $1)",
        [started_at],
    )
    setting = ", ".join(f"{column} = ${place}" for place, column in enumerate(values, 2))
    connection.execute(
        f"update meta.builds set {setting} where started_at = $1", [started_at, *values.values()]
    )
