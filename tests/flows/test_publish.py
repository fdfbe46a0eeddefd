"""Publishing is whole or nothing, and a reader never notices."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.project import read_project
from flows.publish import publish
from flows.settings import read_settings

READER_1_4 = Path(__file__).resolve().parents[2] / ".cache" / "duckdb-1.4"


def read(file: Path, query: str) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as flywheel (read_only)")
        connection.execute("use flywheel")
        return connection.execute(query).fetchall()


def tables_of(file: Path) -> list[str]:
    query = "select schema_name || '.' || table_name from duckdb_tables() order by all"
    return [name for (name,) in read(file, query)]


def test_marts_definitions_and_meta_are_published_and_nothing_else(published_once) -> None:
    tables = tables_of(published_once.published)
    assert {name.split(".")[0] for name in tables} == {"core", "definitions", "meta"}
    assert {"core.events", "core.users", "definitions.plans", "meta.loads"} <= set(tables)
    assert read(
        published_once.published, "select count(*) from duckdb_views() where not internal"
    ) == [(0,)]


def test_rows_keep_the_order_they_were_built_in(published_once) -> None:
    assert read(published_once.published, "select event_id from core.events") == [("e2",), ("e1",)]


def test_comments_travel_along(published_once) -> None:
    table = "select comment from duckdb_tables() where table_name = 'events'"
    column = (
        "select comment from duckdb_columns() where table_name = $$events$$ and column_index = 1"
    )
    view = "select comment from duckdb_tables() where table_name = 'users'"
    assert read(published_once.published, table) == [("One row per event, it's said.",)]
    assert read(published_once.published, column) == [("The event's id.",)]
    assert read(published_once.published, view) == [("One row per user.",)]


def test_personal_columns_stay_behind(published_once) -> None:
    columns = "select column_name from duckdb_columns() where table_name = 'users'"
    assert read(published_once.published, columns) == [("user_id",), ("is_internal",)]


def test_personal_columns_travel_where_the_project_says_so(project) -> None:
    project.replace(
        "dbt_project.yml", "publish_personal_data: false", "publish_personal_data: true"
    )
    assert project.flywheel("publish").exit_code == 0
    assert read(project.published, "select email from core.users") == [("ann@acme.example",)]


def test_the_publication_says_what_it_is(published_once) -> None:
    [row] = read(
        published_once.published,
        "select published_at, run_id, definitions_hash, model_count, test_count, storage_version"
        " from meta.publication",
    )
    published_at, run_id, definitions_hash, models, tests, storage = row
    assert abs(datetime.now(UTC).replace(tzinfo=None) - published_at).total_seconds() < 3600
    assert len(definitions_hash) == 64
    assert (models, storage) == (3, "v1.4.0")
    assert [(tests,)] == read(published_once.published, "select tests from meta.builds")
    runs = "select run_id, state, published_at from meta.runs"
    assert read(published_once.published, runs) == [(run_id, "succeeded", published_at)]


def test_the_publication_names_the_definitions_that_were_built(project) -> None:
    query = "select definitions_hash from meta.publication"
    built = read(project.published, query)
    project.replace("seeds/definitions/plans.csv", "free,0", "free,7")
    assert project.flywheel("publish").exit_code == 0
    assert read(project.published, query) == built


def test_the_file_is_whole_read_only_and_of_storage_version_1_4(published_once) -> None:
    file = published_once.published
    assert oct(file.stat().st_mode)[-3:] == "444"
    assert not file.with_name("flywheel.duckdb.wal").exists()
    head = file.read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert int.from_bytes(head[12:20], "little") == 67  # what DuckDB 1.4 calls v1.4.0


def test_the_file_holds_no_dead_space(published_once, tmp_path) -> None:
    file, copy = published_once.published, tmp_path / "copy.duckdb"
    sizes = "select database_name, block_size, free_blocks from pragma_database_size()"
    [(block_size, free_blocks)] = [row[1:] for row in read(file, sizes) if row[0] == "flywheel"]
    assert free_blocks == 0
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as published (read_only)")
        connection.execute(
            f"attach '{copy}' as fresh (storage_version 'v1.4.0', block_size {block_size})"
        )
        connection.execute("copy from database published to fresh")
    assert file.stat().st_size <= copy.stat().st_size


def test_duckdb_1_4_opens_it(published_once) -> None:
    assert (READER_1_4 / "duckdb").is_dir(), "`make test` installs DuckDB 1.4 beside the project"
    script = (
        "import sys, duckdb; assert duckdb.__version__.startswith('1.4'), duckdb.__version__;"
        " c = duckdb.connect(sys.argv[1], read_only=True);"
        " print(c.sql('select count(*) from core.events').fetchone()[0],"
        " c.sql(\"select comment from duckdb_tables() where table_name = 'users'\").fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(published_once.published)],
        env={**os.environ, "PYTHONPATH": str(READER_1_4)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "2 One row per user.\n", done.stderr


def test_a_model_that_is_gone_is_not_published_from_its_old_table(project) -> None:
    (project.folder / "models/marts/core/users.sql").unlink()
    project.replace("models/models.yml", "  - name: users", "  - name: events_gone")
    project.replace("models/models.yml", "  - name: events_gone", "  - name: stg_events_gone")
    with duckdb.connect(str(project.warehouse / "build.duckdb")) as connection:
        connection.execute("create table core.gone as select 'ann@acme.example' as email")
    assert project.flywheel("run").exit_code == 0
    assert "core.users" not in tables_of(project.published)
    assert "core.events" in tables_of(project.published)
    with duckdb.connect(str(project.warehouse / "build.duckdb"), read_only=True) as connection:
        kept = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert ("gone",) not in kept  # nobody would ever forget its rows
    assert ("events",) in kept


def test_leftovers_of_a_killed_run_and_a_foreign_log_are_removed(project) -> None:
    leftover = project.warehouse / "new-20260101T000000-dead.duckdb"
    leftover.write_bytes(b"half a file")
    log = project.published.with_name("flywheel.duckdb.wal")
    log.write_bytes(b"not this file's log")
    assert project.flywheel("publish").exit_code == 0
    assert not leftover.exists()
    assert not log.exists()
    assert read(project.published, "select count(*) from core.events") == [(2,)]


POLLING = """
import sys, duckdb
from pathlib import Path
file, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, polls = [], 0
print("polling", flush=True)
while not stop.exists():
    with duckdb.connect(str(file), read_only=True) as connection:
        [(at, events)] = connection.sql(
            "select published_at, (select count(*) from core.events) from meta.publication"
        ).fetchall()
    assert events == 2, events
    assert not seen or at >= seen[-1]
    seen = seen if seen and seen[-1] == at else [*seen, at]
    polls += 1
print(len(seen), polls)
"""


def test_a_reader_polling_through_ten_publishes_never_sees_an_error(project, tmp_path) -> None:
    settings = read_settings(project=project.folder, warehouse=project.warehouse)
    run_id = read(project.published, "select run_id from meta.publication")[0][0]
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", POLLING, str(project.published), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "polling\n"
    for _ in range(10):
        publish(settings, read_project(project.folder), run_id)
        time.sleep(0.05)
    stop.touch()
    output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    publications, polls = map(int, output.split())
    assert publications >= 8
    assert polls > 20


BREAKS = {
    "a definition": (
        2,
        lambda project: project.replace("seeds/definitions/plans.csv", "free,0", "free,nought"),
        ["plans.csv, row 1, column tier", '"nought" is not a whole number'],
    ),
    "a setting": (
        2,
        lambda project: project.replace(
            "dbt_project.yml", "week_starts_on: monday", "week_starts_on: may"
        ),
        ["vars.week_starts_on", '"may"'],
    ),
    "a model's SQL": (
        1,
        lambda project: project.write(
            "models/staging/stg_events.sql",
            "select nothing from {{ source('raw', 'native_events') }}",
        ),
        ["stg_events", "models/staging/stg_events.sql", '"nothing" not found'],
    ),
    "a model's reference": (
        1,
        lambda project: project.write(
            "models/marts/core/events.sql", "select * from {{ ref('no') }}"
        ),
        ["models/marts/core/events.sql", "'no' which was not found"],
    ),
    "a data test": (
        1,
        lambda project: project.replace(
            "models/models.yml", "[not_null]", "[{accepted_values: {arguments: {values: [e1]}}}]"
        ),
        ["accepted_values", "models/models.yml", "first 1 failing rows", "value_field = e2"],
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_what_is_broken_leaves_the_published_file_as_it_was(project, broken: str) -> None:
    status, break_it, said = BREAKS[broken]
    before = project.published.read_bytes()
    break_it(project)
    result = project.flywheel("run")
    assert result.exit_code == status, result.output
    for words in said:
        assert words in result.stderr
    assert project.published.read_bytes() == before
    if status == 1:
        refused = project.flywheel("publish")
        assert refused.exit_code == 1
        assert "The last build failed" in refused.stderr
        assert "flywheel build" in refused.stderr


def test_a_part_of_the_project_is_not_published(project) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project.folder)
        patched.setenv("FLYWHEEL_WAREHOUSE", str(project.warehouse))
        for arguments, status in ((["--select", "events"], 1), ([], 0)):
            dbtRunner().invoke(["--log-level=none", "build", *arguments])
            DuckDBConnectionManager.close_all_connections()
            assert project.flywheel("publish").exit_code == status
