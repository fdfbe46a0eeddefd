"""The book, which is README.md and docs/, cut into what can be tested: fenced blocks, links, words.

The first word behind a fence is the language, the second what the block is about: `csv funnels` are
rows of that definition file, `csv result` is what the query above it gives.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(PROJECT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    fence: tuple[int, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.lstrip().startswith("```"):
            inside.append(line)
        elif fence is None:
            fence, inside = (number, line.strip().removeprefix("```")), []
        else:
            language, _, about = fence[1].partition(" ")
            indent = min((len(x) - len(x.lstrip()) for x in inside if x.strip()), default=0)
            text = "\n".join(x[indent:] for x in inside)
            found.append(Block(page, fence[0], language, about.strip(), text))
            fence = None
    assert fence is None, f"{page.name}: the fence of line {fence} is never closed"
    return found


BLOCKS = [block for page in PAGES for block in blocks(page)]


def written_in(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


def commands(block: Block) -> list[list[str]]:
    """The commands of a block in words: continued lines as one, comments left out."""
    lines = block.text.replace("\\\n", " ").splitlines()
    split = (shlex.split(line, comments=True) for line in lines)
    return [words for words in split if words]


def links(page: Path) -> list[str]:
    """What the page links to, without what is on the web."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose)
    return [target for target in targets if not target.startswith("http")]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {name.strip().replace(" ", "-") for name in plain}


def section(page: Path, heading: str) -> str:
    """The text below a heading, up to the next one of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    text = page.read_text(encoding="utf-8")
    below = text.partition(f"\n{heading}\n")[2]
    return re.split(rf"^#{{1,{rank}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]
