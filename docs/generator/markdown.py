"""Small pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; an upright bar in a cell is escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def block(text: str, kind: str = "yaml") -> str:
    """A block of code."""
    return f"```{kind}\n{text.strip(chr(10))}\n```"


def prose(text: str | None) -> str:
    """A docstring as Markdown: one line per paragraph, ``code`` as `code`."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text or ""))
    return "\n\n".join(plain(each) for each in paragraphs)


def plain(text: str) -> str:
    """One paragraph on one line."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return " ".join(text.split()).replace("``", "`")


def code(text: str) -> str:
    """A piece of code in a line."""
    return f"`{text}`"
