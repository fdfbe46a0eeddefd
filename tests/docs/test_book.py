"""What the book says of files, settings, commands and links is so."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from flows.cli import app
from flows.definitions import check_definitions
from flows.definitions.files import FILES
from flows.definitions.variables import Revenue, RunSettings
from flows.landing.formats import native
from flows.project import read_project
from tests.docs.book import (
    BLOCKS,
    PAGES,
    PROJECT,
    Block,
    anchors,
    commands,
    links,
    section,
    written_in,
)

LANGUAGES = {"sql", "sh", "csv", "yaml", "python", "text"}
COMMANDS = {"flywheel", "make", "dbt", "mf", "python", "duckdb", "git", "cd", "export", "mkdir"}
COMMANDS |= {".", "cp", "sqlfluff", "pytest", "prefect", "docker"}
DEFINITIONS = PROJECT / "docs" / "definitions"
FLYWHEEL: Any = typer.main.get_command(app)
COMMANDS_OF_FLYWHEEL = FLYWHEEL.commands
BOOK = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def named(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


def test_every_page_can_be_reached_from_the_contents() -> None:
    reached, waiting = set(), [PROJECT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            linked = [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
            waiting += [other for other in linked if other.suffix == ".md"]
    assert set(PAGES) - reached == set()


def test_every_file_that_is_named_exists() -> None:
    files = r"`((?:docs|flows|macros|models|seeds|tests|benchmarks)/[\w./-]*)`"
    paths = [path for path in re.findall(files, BOOK) if not path.startswith("seeds/raw/")]
    assert len(paths) > 20
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_every_block_says_its_language() -> None:
    assert [str(block) for block in BLOCKS if block.language not in LANGUAGES] == []


# Commands.


@pytest.mark.parametrize("block", written_in("sh"), ids=str)
def test_every_command_and_option_exists(block: Block) -> None:
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)
    for words in commands(block):
        while "=" in words[0]:  # a variable for one command
            words = words[1:]
        assert words[0] in COMMANDS, words
        if words[0] == "flywheel":
            accept(words[1:])
        elif words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= set(targets), words


def accept(words: list[str]) -> None:
    """Let the command line read the words as it would, and stop before it does anything."""
    name, *rest = words
    command = FLYWHEEL if name.startswith("-") else COMMANDS_OF_FLYWHEEL[name]
    try:
        command.make_context(name, words if command is FLYWHEEL else rest)
    except typer.Exit as shown:  # --help
        assert shown.exit_code == 0


def test_every_option_named_in_a_sentence_exists() -> None:
    """`flywheel run --as-of`, as prose names it, is read like a command of a block."""
    wrong = []
    for words in re.findall(r"`flywheel ([a-z][^`]*)`", BOOK):
        name, *rest = words.split()
        command = COMMANDS_OF_FLYWHEEL.get(name)
        options = {one for parameter in command.params for one in parameter.opts} if command else ()
        if not command or [word for word in rest if word.startswith("-") and word not in options]:
            wrong.append(words)
    assert wrong == []


# Definitions, settings and streams.


def pages_of_definitions() -> dict[str, Path]:
    return {
        name: page
        for page in DEFINITIONS.glob("*.md")
        for name in re.findall(r"^## `(\w+)`$", page.read_text(), flags=re.MULTILINE)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_definition_file_has_its_chapter_with_every_column_and_a_row(name: str) -> None:
    text = section(pages_of_definitions()[name], f"## `{name}`")
    described = set(re.findall(r"`(\w+)`", text))
    assert set(FILES[name].columns) - described == set()
    assert f"```csv {name}\n" in text


def test_the_book_explains_no_definition_file_that_is_not_there() -> None:
    assert set(pages_of_definitions()) == set(FILES)


def test_the_rows_of_the_book_are_accepted_together_with_ours(tmp_path: Path) -> None:
    ours = read_project(PROJECT)
    folder = Path(shutil.copytree(ours.definitions, tmp_path / "definitions"))
    examples = [block for block in written_in("csv") if block.about in FILES]
    assert len(examples) >= len(FILES)
    for block in examples:
        add_rows(folder / f"{block.about}.csv", block)
    warnings = check_definitions(replace(ours, definitions=folder))
    assert warnings == []


def add_rows(path: Path, block: Block) -> None:
    """Append the rows that are not there yet; the heading must be the file's own."""
    lines = block.text.splitlines()
    known = path.read_text().splitlines()
    assert lines[0] == known[0], f"{block}: the heading of {path.name} is another"
    width = len(next(csv.reader([known[0]])))
    for line in lines[1:]:
        assert len(next(csv.reader([line]))) == width, f"{block}: {line}"
        if line not in known:
            with path.open("a") as file:
                file.write(line + "\n")


def test_every_setting_is_named() -> None:
    settings = set(RunSettings.model_fields) | set(Revenue.model_fields)
    assert {name for name in settings if f"`{name}" not in BOOK} == set()


def test_every_stream_is_described() -> None:
    page = (PROJECT / "docs" / "landing.md").read_text()
    streams = [stream.name for stream in native.FORMAT.streams]
    assert [name for name in streams if f"`{name}`" not in page] == []


@pytest.mark.parametrize("block", written_in("python"), ids=str)
def test_every_python_block_is_python(block: Block) -> None:
    compile(block.text, str(block), "exec")


@pytest.mark.parametrize("block", written_in("yaml"), ids=str)
def test_every_yaml_block_is_yaml(block: Block) -> None:
    assert yaml.safe_load(block.text)
