"""The files of a landing folder: `<source>/<stream>.<ext>` or `<source>/<stream>/**/*.<ext>`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from flows.landing.sources import Source
from flows.landing.streams import Stream

KINDS = {"jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "parquet": "parquet"}
WRAPPERS = (".gz", ".zst", ".zip")
UNFINISHED = (".tmp", ".part")


@dataclass(frozen=True)
class LandingFile:
    """A file as it was when the folder was listed."""

    source_id: str
    stream: str
    file_path: str  # relative to the landing folder; a member of an archive is archive!member
    path: Path
    size: int
    changed_at: int

    @property
    def kind(self) -> str | None:
        """How to read it, by its name; a member may leave that to its archive."""
        for part in reversed(self.file_path.split("!")):
            bare = part.lower()
            while bare.endswith(WRAPPERS):
                bare = bare.rpartition(".")[0]
            if kind := KINDS.get(bare.rpartition(".")[2]):
                return kind
        return None

    @property
    def is_unfinished(self) -> bool:
        return self.file_path.lower().endswith(UNFINISHED)

    def stands_still(self) -> bool:
        """Whether it is still the file that was listed; raises when it is gone."""
        now = self.path.stat()
        return (now.st_size, now.st_mtime_ns) == (self.size, self.changed_at)


def list_files(landing: Path) -> list[LandingFile]:
    """Every file of every source, in the order of their paths; names with a dot first are not."""
    found = []
    for source in landing.iterdir():
        if source.name.startswith(".") or not source.is_dir():
            continue
        for folder, folders, names in os.walk(source):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    found.extend(_found(source, Path(folder) / name))
    return sorted(found, key=lambda file: file.file_path)


def _found(source: Path, path: Path) -> list[LandingFile]:
    try:
        stat = path.stat()
    except FileNotFoundError:  # gone already, or a link to nothing
        return []
    if not path.is_file():
        return []
    parts = path.relative_to(source).parts
    stream = parts[0] if len(parts) > 1 else parts[0].split(".")[0]
    file_path = os.fsencode(path.relative_to(source.parent)).decode("utf-8", "replace")
    return [LandingFile(source.name, stream, file_path, path, stat.st_size, stat.st_mtime_ns)]


def misplaced(file: LandingFile, sources: dict[str, Source]) -> str | None:
    """Why a file cannot be landed where it lies, and what to do; None when it can."""
    source = sources.get(file.source_id)
    if source is None:
        return (
            f"the format of source {file.source_id} is not known: declare it in dbt_project.yml, "
            f"vars.sources.{file.source_id}.format"
        )
    if stream_of(file, source) is None:
        known = ", ".join(stream.name for stream in source.format.streams)
        return f"{file.stream} is not a stream of format {source.format.name}; known are {known}"
    is_archive = file.file_path.lower().endswith(".zip")
    if file.kind is None and source.format.default_kind is None and not is_archive:
        return f"{file.path.name} is none of {', '.join(KINDS)} (each also .gz, .zst or .zip)"
    return None


def stream_of(file: LandingFile, source: Source) -> Stream | None:
    return source.format.stream(file.stream)
