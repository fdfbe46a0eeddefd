"""The command `flywheel`. It works on the dbt project in the current folder.

Exit status: 0 done, 1 a build or a test failed and nothing was published, 2 bad usage or a bad
definition or setting, found before anything was built, 3 another run holds the lock.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from flows import stages
from flows.display import Display
from flows.prefect_home import use_prefect_of
from flows.problems import Problem
from flows.project import read_project
from flows.scorecard import scorecard
from flows.settings import Settings, read_settings
from flows.simulate.command import simulate_command
from flows.status import read_status, show_status

app = typer.Typer(
    help="The open-source warehouse for product-led growth: raw files in, trusted tables out.",
    epilog="Exit status: 0 done, 1 a build or a test failed, 2 bad usage, definition or setting, "
    "3 another run holds the warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Landing = Annotated[
    Path | None,
    typer.Option(help="Folder of landing files, <source>/<stream>.*. [default: seeds/raw]"),
]
Warehouse = Annotated[
    Path | None, typer.Option(help="Folder of the DuckDB files. [default: warehouse]")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        help="Count only what lies before this instant, ISO 8601; UTC if it names no zone. "
        "[default: newest complete load]"
    ),
]
FullRefresh = Annotated[
    bool, typer.Option("--full-refresh", help="Build incremental models from nothing.")
]
Target = Annotated[str | None, typer.Option(help="Target of profiles.yml. [default: duckdb]")]
ThroughPrefect = Annotated[
    bool | None,
    typer.Option(
        "--prefect/--no-prefect",
        help="Run as a Prefect flow. [default: where PREFECT_API_URL is set]",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command()
def run(
    landing: Landing = None,
    warehouse: Warehouse = None,
    as_of: AsOf = None,
    full_refresh: FullRefresh = False,
    target: Target = None,
    prefect: ThroughPrefect = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """The whole pipeline: land, build, test, publish, report; ends in the scorecard."""
    display = Display(quiet=quiet, as_json=as_json)
    with _problems_shown(display):
        settings = read_settings(
            landing=landing,
            warehouse=warehouse,
            as_of=as_of,
            target=target,
            full_refresh=full_refresh or None,
        )
        wants_prefect = bool(os.environ.get("PREFECT_API_URL")) if prefect is None else prefect
        if wants_prefect:
            use_prefect_of(settings.warehouse)
            from flows.pipeline import run_through_prefect

            run_id, report = run_through_prefect(settings, _command(), display)
        else:
            with stages.session(settings, _command(), display) as at_work:
                run_id, report = at_work.run_id, stages.run_all(at_work)
        display.say("", scorecard(settings, report))
        display.document(
            {
                "state": "published",
                "run_id": run_id,
                "published_at": report.published_at,
                "as_of": report.as_of,
                "file": report.file,
                "stages": display.stages,
                "warnings": display.warnings,
            }
        )


@app.command()
def land(
    landing: Landing = None,
    warehouse: Warehouse = None,
    retry_quarantine: Annotated[
        bool,
        typer.Option("--retry-quarantine", help="Land refused files and bad lines once more."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be landed, and change nothing.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Load new landing files; what was loaded before is known by its content and skipped."""
    display = Display(quiet=quiet, as_json=as_json)
    if dry_run:
        with _problems_shown(display):
            stages.dry_run_landing(read_settings(landing=landing, warehouse=warehouse), display)
            display.document({"state": "tried", "stages": display.stages})
        return
    _one_stage(
        lambda run: stages.land_stage(run, retry_quarantine=retry_quarantine),
        display,
        landing=landing,
        warehouse=warehouse,
    )


@app.command()
def build(
    warehouse: Warehouse = None,
    as_of: AsOf = None,
    full_refresh: FullRefresh = False,
    target: Target = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Build and test every model from what has landed; publishes nothing."""
    _one_stage(
        stages.build_stage,
        Display(quiet=quiet, as_json=as_json),
        warehouse=warehouse,
        as_of=as_of,
        target=target,
        full_refresh=full_refresh or None,
    )


@app.command()
def publish(warehouse: Warehouse = None, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Publish the last build, if it was whole and green."""
    _one_stage(stages.publish_stage, Display(quiet=quiet, as_json=as_json), warehouse=warehouse)


@app.command()
def route(
    warehouse: Warehouse = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be sent, and send nothing.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Leave out, for good, who qualified before this instant.")
    ] = None,
    retry_refused: Annotated[
        bool, typer.Option("--retry-refused", help="Send once more what was refused.")
    ] = False,
    attempts: Annotated[int, typer.Option(min=1, help="For one lead in one run.")] = 5,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one attempt.")] = 10.0,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Hand new leads to their destinations, each exactly once under its idempotency key."""
    display = Display(quiet=quiet, as_json=as_json)
    with _problems_shown(display):
        from flows.routing.command import route_command
        from flows.routing.sending import Patience

        settings = read_settings(warehouse=warehouse)
        route_command(
            settings,
            display,
            _command(),
            since=since,
            dry_run=dry_run,
            retry_refused=retry_refused,
            patience=Patience(attempts=attempts, seconds_per_attempt=timeout),
        )


@app.command()
def report(warehouse: Warehouse = None, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Write the page about what is published, flywheel.html beside flywheel.duckdb."""
    display = Display(quiet=quiet, as_json=as_json)
    with _problems_shown(display):
        settings = read_settings(warehouse=warehouse)
        with display.stage("report") as stage:
            page = stages.report(settings, read_project(settings.project))
            stages.tell_report(stage, page)
        display.say(f"Open {page.file} in a browser.")
        display.document({"state": "succeeded", "stages": display.stages})


@app.command()
def forget(
    subject_id: Annotated[str, typer.Argument(help="Id of the user, or of the account.")],
    account: Annotated[bool, typer.Option("--account", help="It is an account's id.")] = False,
    warehouse: Warehouse = None,
    target: Target = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Erase a user or an account everywhere, for good; the receipt is in meta.erasures."""
    display = Display(quiet=quiet, as_json=as_json)
    subject_type = "account" if account else "user"
    with _problems_shown(display):
        settings = read_settings(warehouse=warehouse, target=target)
        with stages.session(settings, "flywheel forget", display) as at_work:
            forgotten = stages.forget_stage(at_work, subject_type, subject_id)
        display.say(*(f"  {place}: {rows:,}" for place, rows in forgotten.rows.items()))
        if not forgotten.rows:
            display.say("Nothing was known; should it come, it is kept out.")
        display.document(
            {
                "state": "published",
                "run_id": at_work.run_id,
                "removed": forgotten.rows,
                "stages": display.stages,
                "warnings": display.warnings,
            }
        )


@app.command()
def serve(
    cron: Annotated[str, typer.Option(help="When to run, in UTC.")] = "0 6 * * *",
    every: Annotated[
        float | None, typer.Option(help="Seconds from run to run, instead of --cron.", min=1)
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    target: Target = None,
    port: Annotated[int, typer.Option(help="Port of the Prefect server on 127.0.0.1.")] = 4242,
    hand_over: Annotated[
        bool, typer.Option("--route", help="Hand new leads over after each run.")
    ] = False,
) -> None:
    """Run the pipeline on a schedule under a Prefect server of its own, until it is stopped."""
    display = Display()
    with _problems_shown(display):
        settings = read_settings(landing=landing, warehouse=warehouse, target=target)
        from flows.serve import serve_schedule

        serve_schedule(
            settings, cron=cron, every=every, port=port, hand_over=hand_over, display=display
        )


@app.command()
def status(
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Last runs, freshness of the sources, what was set aside, what is published since when."""
    display = Display(as_json=as_json)
    with _problems_shown(display):
        found = read_status(read_settings(warehouse=warehouse))
        display.say(show_status(found))
        display.document(found)


app.command("simulate")(simulate_command)


def _one_stage(stage: Callable[[stages.Run], Any], display: Display, **flags: Any) -> None:
    with _problems_shown(display):
        settings: Settings = read_settings(**flags)
        with stages.session(settings, _command(), display) as at_work:
            stage(at_work)
        display.document(
            {
                "state": "succeeded",
                "run_id": at_work.run_id,
                "stages": display.stages,
                "warnings": display.warnings,
            }
        )


@contextmanager
def _problems_shown(display: Display) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        display.fail(problem)
        raise typer.Exit(problem.exit_status) from None
    except (OSError, duckdb.Error) as error:  # a full disk, a file that is no database
        problem = Problem(str(error), where=type(error).__name__)
        display.fail(problem)
        raise typer.Exit(problem.exit_status) from error


def _command() -> str:
    return " ".join(["flywheel", *sys.argv[1:]])


if __name__ == "__main__":
    app()
