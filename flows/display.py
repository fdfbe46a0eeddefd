"""What a run says while it works: stages with progress and time, warnings, the one block of an end.

In a terminal a moving line shows the current stage; piped, each stage is one plain line when it is
done; `--quiet` keeps all of it back and `--json` keeps standard output for one document at the end.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from flows.problems import Problem


@dataclass
class Stage:
    """One stage while it runs. `progress` may be called often; `done` is what it came to."""

    name: str
    watcher: Callable[[int], None] | None = None
    percent: int = 0
    done: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    now: str = ""

    def progress(self, done: int, total: int, what: str) -> None:
        self.now = f"  {done / max(total, 1):.0%}  {what}"
        tenth = 10 * (10 * done // max(total, 1))
        if self.watcher and tenth > self.percent:
            self.percent = tenth
            self.watcher(tenth)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def __rich__(self) -> Text:
        """The moving line: drawn anew several times a second, so the time goes on by itself."""
        return Text.assemble(f"{self.name}  {self.seconds:.0f} s", (self.now, "dim"))


class Display:
    """Talks to the person at the terminal, or to nobody."""

    def __init__(
        self, *, quiet: bool = False, as_json: bool = False, log: Callable[[str], Any] | None = None
    ) -> None:
        self.watcher: Callable[[int], None] | None = None  # hears of each tenth of a stage
        self.console = _console(quiet=quiet or as_json, file=_LogLines(log) if log else None)
        self.errors = _console(stderr=True)
        self.as_json = as_json
        self.stages: dict[str, dict[str, Any]] = {}
        self.warnings: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        stage = Stage(name, watcher=self.watcher)
        try:
            if self.console.is_terminal and not self.console.quiet:
                with self.console.status(stage):
                    yield stage
            else:
                yield stage
        except BaseException:
            self._line("red", "✗", name, "failed", stage.seconds)
            raise
        self.stages[name] = {"seconds": round(stage.seconds, 2), **stage.facts}
        self._line("green", "✓", name, stage.done, stage.seconds)

    def _line(self, colour: str, mark: str, name: str, said: str, seconds: float) -> None:
        self.console.print(f"[{colour}]{mark}[/] {name:<8} {escape(said)} [dim]{seconds:.1f} s[/]")

    def warn(self, text: str) -> None:
        self.warnings.append(text)
        self.console.print(Text("! ", style="yellow").append(text, style="default"))

    def say(self, *renderables: Any) -> None:
        for renderable in renderables:
            self.console.print(renderable, crop=False)

    def document(self, content: dict[str, Any]) -> None:
        """The one JSON document of `--json`."""
        if self.as_json:
            print(json.dumps(content, indent=2, default=str))

    def fail(self, problem: Problem) -> None:
        """One block: what, where, what to do."""
        if self.as_json:
            self.document({"state": "failed", "error": problem.as_json()})
            return
        body = Text(problem.what, style="bold")
        for line in problem.detail:
            body.append(f"\n{line}", style="not bold")
        for label, said in (("Where", problem.where), ("What to do", problem.remedy)):
            if said:
                body.append(f"\n{label}: ", style="bold").append(said, style="not bold")
        if self.errors.is_terminal:
            title = f"{problem.title} (exit {problem.exit_status})"
            self.errors.print(Panel(Padding(body, (0, 1)), title=title, border_style="red"))
        else:  # a log is searched, so its lines are neither framed nor broken
            self.errors.print(f"{problem.title} (exit {problem.exit_status})")
            self.errors.print(body)


class _LogLines(io.TextIOBase):
    """A file for rich to write to that hands each line to a logger."""

    def __init__(self, log: Callable[[str], Any]) -> None:
        self.log = log

    def write(self, text: str) -> int:
        for line in filter(str.strip, text.splitlines()):
            self.log(line)
        return len(text)


def _console(**options: Any) -> Console:
    """Piped lines are left whole, for whoever searches them."""
    console = Console(highlight=False, **options)
    if not console.is_terminal:
        console.soft_wrap = True
        console.width = 120
    return console
