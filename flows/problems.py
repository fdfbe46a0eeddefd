"""What a person has to act on: every refusal and failure of a run is one of these.

A problem says what happened, where, and what to do; the command line prints it as one block and
leaves with its exit status. Anything else that escapes is a bug and shows its traceback.
"""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """Ends the run. `detail` holds lines worth reading below the message, such as failing rows."""

    exit_status = 1
    title = "The run failed"

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", detail: list[str] | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy
        self.detail = detail or []

    def __str__(self) -> str:
        parts = [self.what, *self.detail]
        if self.where:
            parts.append(f"Where: {self.where}")
        if self.remedy:
            parts.append(f"What to do: {self.remedy}")
        return "\n".join(parts)

    @property
    def in_one_line(self) -> str:
        """The cause, for lists that have one line for it."""
        return self.what.splitlines()[0] if self.what else self.title

    def as_json(self) -> dict[str, object]:
        return {
            "exit_status": self.exit_status,
            "what": self.what,
            "where": self.where,
            "detail": self.detail,
            "remedy": self.remedy,
        }


class BuildFailed(Problem):
    """A model or a test did not succeed; nothing is published. `nodes` is how each one ended,
    `samples` the first rows that break a test, by its name."""

    title = "The build failed, nothing was published"

    def __init__(
        self,
        what: str,
        *,
        nodes: tuple[Any, ...] = (),
        samples: dict[str, list[str]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(what, **more)
        self.nodes = nodes
        self.samples = samples or {}

    @property
    def in_one_line(self) -> str:
        causes = [" ".join(node.message.split()) for node in self.nodes if node.is_cause]
        return f"{self.what} {causes[0]}" if causes else super().in_one_line


class NotPublished(Problem):
    """The new file could not be made or must not be shown."""

    title = "Nothing was published"


class Refused(Problem):
    """Bad usage, a bad setting or a bad definition, found before anything is built."""

    exit_status = 2
    title = "Refused before anything was built"


class Locked(Problem):
    """Somebody else is writing to this warehouse."""

    exit_status = 3
    title = "Another run is at work"
