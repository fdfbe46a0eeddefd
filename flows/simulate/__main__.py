"""Runs the simulator alone: `python -m flows.simulate --out DIR`."""

from __future__ import annotations

import typer

from flows.simulate.command import simulate_command

if __name__ == "__main__":
    typer.run(simulate_command)
