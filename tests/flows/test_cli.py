"""The command line: its exit status, its words, and what it leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import duckdb
import pytest

from flows.lock import locked


def test_help_names_every_command(project) -> None:
    words = project.flywheel("--help").output
    for command in ("run", "land", "build", "publish", "report", "serve", "status", "simulate"):
        assert f"\n│ {command} " in words


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--as-of", "soon"], "'soon' is no value for as_of"),
        (["run", "--target", "sparc"], "There is no target 'sparc'"),
        (["run", "--landing", "nowhere"], "The landing folder does not exist"),
        (["run", "--nonsense"], "No such option"),
        (["fly"], "No such command"),
    ],
)
def test_bad_usage_is_refused(project, arguments, said) -> None:
    result = project.flywheel(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_folder_without_a_project_is_refused(project) -> None:
    project.folder = project.folder.parent
    result = project.flywheel("run")
    assert result.exit_code == 2
    assert "cd to your clone" in result.stderr


def test_a_second_run_is_refused(project) -> None:
    with locked(project.warehouse / "flywheel.lock", "flywheel run"):
        result = project.flywheel("run")
    assert result.exit_code == 3
    assert f"process {os.getpid()}, `flywheel run`, since" in result.stderr


def test_a_reader_of_the_working_file_is_named(project) -> None:
    reading = (
        "import sys, duckdb; connection = duckdb.connect(sys.argv[1], read_only=True);"
        " print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reading, str(project.warehouse / "build.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        reader.stdout.readline()
        result = project.flywheel("build")
        reader.stdin.close()
    assert result.exit_code == 3
    assert f"build.duckdb is open in process {reader.pid}" in result.stderr


def test_a_working_file_that_is_none_is_told_in_a_block(project) -> None:
    (project.warehouse / "build.duckdb").write_bytes(
        b"no database, but long enough to be read" * 999
    )
    result = project.flywheel("build")
    assert result.exit_code == 1
    assert "not a valid DuckDB database" in result.stderr


def test_json_is_one_document(project) -> None:
    result = project.flywheel("run", "--json", "--as-of", "2026-01-02T02:00:00+02:00")
    document = json.loads(result.stdout)
    assert document["state"] == "published"
    assert list(document["stages"]) == ["land", "build", "publish", "report"]
    assert document["stages"]["land"]["rows_landed"] == 0
    assert document["stages"]["publish"]["tables"]["core.events"] == 2
    assert any("no data has ever carried" in warning for warning in document["warnings"])


def test_a_failure_in_json(project) -> None:
    project.replace("seeds/definitions/plans.csv", "free,0", "free,nought")
    result = project.flywheel("run", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert document["error"]["exit_status"] == 2
    assert "nought" in document["error"]["detail"][0]


def test_quiet_says_nothing(project) -> None:
    assert project.flywheel("publish", "--quiet").output == ""


def test_a_dry_run_tells_what_would_land_and_changes_nothing(project) -> None:
    project.write("seeds/raw/native/users.csv", "user_id,created_at\nu1,2026-01-01\n")
    before = (project.warehouse / "build.duckdb").read_bytes()
    result = project.flywheel("land", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "native/users.csv: loaded, 1 row" in result.stdout
    assert (project.warehouse / "build.duckdb").read_bytes() == before


def test_stages_one_by_one_do_what_a_run_does(project) -> None:
    project.write(
        "seeds/raw/native/events/late.csv",
        "event_id,event_name,occurred_at,user_id\ne3,late,2026-01-03T00:00:00Z,u1\n",
    )
    for stage in ("land", "build", "publish"):
        assert project.flywheel(stage).exit_code == 0
    with duckdb.connect(str(project.published), read_only=True) as connection:
        assert connection.execute("select count(*) from core.events").fetchone() == (3,)


def test_status_tells_runs_freshness_and_publication(project) -> None:
    project.write("seeds/raw/native/users.csv", "user_id,created_at\n,2026-01-01\n" * 20)
    project.flywheel("land")
    project.flywheel("run", "--as-of", "soon")
    shown = project.flywheel("status").stdout
    assert "Published 20" in shown
    assert "Nobody is at work" in shown
    document = json.loads(project.flywheel("status", "--json").stdout)
    assert [run["stage"] for run in document["runs"]] == ["land", "report"]
    assert document["freshness"][0]["newest_occurred_at"] == "2026-01-02 00:00:00"
    assert document["rejected"][0]["file_path"] == "native/users.csv"
    assert document["publication"][0]["model_count"] == 3


def test_status_while_a_run_holds_the_working_file(project) -> None:
    holding = (
        "import sys, duckdb; connection = duckdb.connect(sys.argv[1]);"
        " print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(project.warehouse / "build.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        assert run.stdin is not None
        run.stdout.readline()
        document = json.loads(project.flywheel("status", "--json").stdout)
        run.stdin.close()
    assert len(document["runs"]) == 1
    assert len(document["publication"]) == 1


def test_status_of_nothing(project, tmp_path) -> None:
    result = project.flywheel("status", "--warehouse", str(tmp_path / "none"))
    assert result.exit_code == 0
    assert "Nothing is published" in result.stdout
    assert not (tmp_path / "none").exists()


def test_a_killed_run_is_told_as_crashed(project) -> None:
    file = project.warehouse / "build.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("update meta.runs set state = 'running', ended_at = null")
    assert json.loads(project.flywheel("status", "--json").stdout)["runs"][0]["state"] == "crashed"
    project.flywheel("publish")
    states = [
        run["state"] for run in json.loads(project.flywheel("status", "--json").stdout)["runs"]
    ]
    assert states == ["succeeded", "crashed"]


def test_a_second_run_changes_no_row_and_needs_no_prefect_and_no_colour(project) -> None:
    before = rows_of(project)
    script = (
        "import sys; from flows.cli import app; app(standalone_mode=False);"
        " assert 'prefect' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "--full-refresh"],
        cwd=project.folder,
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PREFECT", "FLYWHEEL"))
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "Published warehouse/flywheel.duckdb" in done.stdout
    assert done.stderr == ""
    assert rows_of(project) == before


def test_a_run_with_nothing_new_ends_after_landing_and_says_so(project) -> None:
    before = project.published.read_bytes()
    result = project.flywheel("run")
    assert result.exit_code == 0, result.output
    assert "Nothing new since 20" in result.stdout
    assert "build" not in json.loads(project.flywheel("run", "--json").stdout)["stages"]
    assert project.published.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda project: project.replace("models/marts/core/events.sql", "desc", "asc"),
        lambda project: project.replace("seeds/definitions/plans.csv", "free", "gratis"),
        lambda project: project.write(
            "seeds/raw/native/events/late.csv",
            "event_id,event_name,occurred_at,user_id\ne3,late,2026-01-03T00:00:00Z,u1\n",
        ),
        lambda project: project.published.unlink(),
    ],
    ids=["a model", "a definition", "a file", "nothing but a file that is gone"],
)
def test_a_run_with_news_builds(project, change) -> None:
    change(project)
    assert "build" in json.loads(project.flywheel("run", "--json").stdout)["stages"]


def test_a_full_refresh_builds_all_the_same(project) -> None:
    document = json.loads(project.flywheel("run", "--full-refresh", "--json").stdout)
    assert "build" in document["stages"]


def rows_of(project) -> dict[str, list[tuple]]:
    with duckdb.connect(str(project.published), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name <> 'meta'"
        ).fetchall()
        return {name: connection.execute(f"from {name}").fetchall() for (name,) in tables}
