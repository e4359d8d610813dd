"""What stands in a page: its blocks of code and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COOKBOOK = sorted((ROOT / "docs" / "cookbook").glob("*.md"))
PAGES = sorted(
    path
    for path in [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *COOKBOOK,
        *(ROOT / "docs" / "connectors").glob("*.md"),
        *(ROOT / "docs" / "languages").glob("*.md"),
        *(ROOT / "docs" / "speech").glob("*.md"),
        *ROOT.glob("*/README.md"),
    ]
    if path.parent.name not in (".venv", "node_modules")
)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


@dataclass(frozen=True)
class Block:
    """A block of code. ``shown`` is the ``text`` block right behind it: what it leads to."""

    page: Path
    line: int
    kind: str
    text: str
    shown: str | None = None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in their order."""
    text = page.read_text("utf-8")
    found = list(_BLOCK.finditer(text))
    made = []
    for place, match in enumerate(found):
        line = text.count("\n", 0, match.start()) + 2
        shown = None
        if match[1] != "text" and place + 1 < len(found) and found[place + 1][1] == "text":
            between = text[match.end() : found[place + 1].start()]
            if "\n#" not in between and "```" not in between:
                shown = found[place + 1][2]
        made.append(Block(page, line, match[1], match[2], shown))
    return made


def links(page: Path) -> list[str]:
    """The targets of a page's links that lead to files of the project."""
    text = _CODE.sub("", _BLOCK.sub("", page.read_text("utf-8")))
    return [each for each in _LINK.findall(text) if "://" not in each]


def anchors(page: Path) -> set[str]:
    """Where links into a page may lead: its headings, as GitHub names them, and anchors."""
    text = _BLOCK.sub("", page.read_text("utf-8"))
    return {slug(each) for each in _HEADING.findall(text)} | set(_ANCHOR.findall(text))


def slug(heading: str) -> str:
    """The anchor of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.strip().replace(" ", "-")
