"""`flywheel simulate`: the command line of the simulator.

    python -m flows.simulate --out /tmp/company --accounts 1000 --set activation_rate=0.1

Registered in the pipeline's command line by `app.command("simulate")(simulate_command)`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.simulate.profile import CompanyProfile
from flows.simulate.simulation import (
    DEFAULT_ACCOUNTS,
    DEFAULT_ENDING,
    DEFAULT_MONTHS,
    DEFAULT_SEED,
    simulate,
)


def simulate_command(
    out: Annotated[Path, typer.Option(help="Folder to write: native/ and truth.json.")],
    accounts: Annotated[int, typer.Option(min=1, help="Accounts that sign up.")] = DEFAULT_ACCOUNTS,
    months: Annotated[int, typer.Option(min=1, max=120, help="Months of life.")] = DEFAULT_MONTHS,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another company.")] = DEFAULT_SEED,
    ending: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day after the last one.")
    ] = datetime(DEFAULT_ENDING.year, DEFAULT_ENDING.month, DEFAULT_ENDING.day),  # noqa: DTZ001
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="name=value of CompanyProfile, as often as you like."),
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", help="mixed, or one of jsonl, csv (.gz, .zst), parquet.")
    ] = "mixed",
    truth: Annotated[bool, typer.Option(help="Work out what the marts should find.")] = True,
) -> None:
    """Write a demo company of any size as landing files, with its planted truth in truth.json."""
    try:
        profile = CompanyProfile().with_settings(settings or [])
        written = simulate(
            out,
            accounts,
            months,
            seed,
            ending=ending.date(),
            profile=profile,
            file_format=file_format,
            with_truth=truth,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    console = Console()
    rows = written.totals
    console.print(
        f"{rows['accounts']:,} accounts, {rows['users']:,} users and {rows['events']:,} events "
        f"are in {written.out / 'native'}, what should be found in {written.out / 'truth.json'}."
    )
    console.print(f"Next: flywheel run --landing {written.out}")
