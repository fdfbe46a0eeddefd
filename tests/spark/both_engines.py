"""A copy of the project that is built on DuckDB, then on Spark, and compared table by table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.project import read_project
from flows.spark import end_session, hand_over, prepare
from flows.warehouse import opened
from tests.project_copy import ProjectCopy
from tests.spark.parity import difference

TABLES = """
    select schema_name, table_name from duckdb_tables()
    where database_name = 'build' and schema_name not in ('main', 'raw')
    order by all
"""


class BothEngines(ProjectCopy):
    """Whatever a test builds here is built twice; `compared` counts the tables that were equal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.compared = 0

    def build(self, select: str, **choices: Any) -> None:
        super().build(select, **choices)
        spark = self.warehouse / "spark"
        prepare(spark)
        with opened(self.file, read_only=True) as connection:
            hand_over(connection, read_project(self.folder), spark / "landed")
        try:
            super().build(select, target="spark", **{**choices, "tested": False})
        finally:
            end_session()
        self._compare(spark / "tables")

    def _compare(self, built: Path) -> None:
        """Every table that both made, those of the intermediate layer too."""
        found: list[str] = []
        with opened(self.file, read_only=True) as connection:
            for schema, name in connection.execute(TABLES).fetchall():
                for folder in (
                    built / "published.db" / f"{schema}__{name}",
                    built / f"{schema}.db" / name,
                ):
                    if any(folder.glob("*.parquet")):
                        other = f"read_parquet('{folder}/*.parquet')"
                        found += difference(
                            connection, f"{schema}.{name}", f"{schema}.{name}", other
                        )
                        self.compared += 1
                        break
        assert not found, "\n".join(found)
