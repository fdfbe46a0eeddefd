"""(h) What a run on Spark costs beside one on DuckDB, and what it scans, shuffles and writes.

The volumes are those of Spark's own event log, summed over every task: they are what a cluster has
to read from its disks and carry over its network, and they grow with the events. CPU seconds are
those of the tasks and of dbt; what Spark's driver needs to plan, most of a small company's run,
shows in the wall time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.company import Company
from benchmarks.lines import Line
from benchmarks.measuring import Work, median_cost
from benchmarks.run import flywheel_run, whole_run

LOGGED = "--conf spark.eventLog.enabled=true --conf spark.eventLog.dir={folder}"
PLAIN = "--conf spark.eventLog.rolling.enabled=false --conf spark.eventLog.compress=false"
VOLUMES = {
    "scanned": ("Input Metrics", "Bytes Read"),
    "shuffled": ("Shuffle Write Metrics", "Shuffle Bytes Written"),
    "written": ("Output Metrics", "Bytes Written"),
}


def spark_lines(company: Company, rounds: int) -> Iterator[Line]:
    """Once is enough for Spark: volumes do not vary, and a run takes its time."""
    beside = str(company.settings.warehouse.with_name("warehouse_beside_spark"))
    duckdb = median_cost(whole_run, company.settings.landing, beside, rounds=rounds)
    spark = median_cost(run_on_spark, company.settings.landing, beside, rounds=1)
    spark = replace(spark, cpu=spark.cpu + spark.found["task_cpu_seconds"])
    told = f"{spark.wall:.0f} s beside {duckdb.wall:.0f} s of wall time; " + ", ".join(
        f"{what} {spark.found[what] / 1e6:,.0f} MB" for what in VOLUMES
    )
    yield Line(
        "spark", "flywheel run --target spark", company.events, spark, "flywheel run", duckdb,
        told=told,
    )  # fmt: skip


def run_on_spark(landing: str, warehouse: str) -> Work:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYSPARK_SUBMIT_ARGS"] = f"{LOGGED.format(folder=folder)} {PLAIN} pyspark-shell"
        yield
        flywheel_run(landing, warehouse, "--target", "spark", "--full-refresh")
        return volumes(Path(folder))


def volumes(folder: Path) -> dict[str, float]:
    """What all tasks of the event logs in a folder read, shuffled and wrote."""
    found = dict.fromkeys([*VOLUMES, "spilled", "task_cpu_seconds", "tasks"], 0.0)
    for log in folder.iterdir():
        for line in log.open():
            event = json.loads(line)
            metrics = event.get("Task Metrics")
            if event["Event"] != "SparkListenerTaskEnd" or not metrics:
                continue
            for what, (group, name) in VOLUMES.items():
                found[what] += metrics[group][name]
            found["spilled"] += metrics["Disk Bytes Spilled"]
            found["task_cpu_seconds"] += metrics["Executor CPU Time"] / 1e9
            found["tasks"] += 1
    return found
