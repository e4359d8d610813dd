"""What may be done about a finding at a stroke: its hint's cure, or silence with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.flow.syntax import text_start
from ivrkit.service.editing.renaming import Edit
from ivrkit.service.editing.workshop import Workshop

_WRITE: Final = (
    re.compile(r"did you mean '?([^'?]+?)'?\?"),
    re.compile(r"write it as ([\w./-]+)$"),
    re.compile(r"write ([\w./-]+)$"),
    re.compile(r'write ("\{\{.*\}\}")$'),
)
_QUOTED: Final = frozenset({codes.TEXT_IN_BRACKETS, codes.COLON_IN_TEXT})
"""Their hint is to put the text in quotes."""
_NAMED: Final = re.compile("'([^']+)'")
REASON: Final = "say why"


@dataclass(frozen=True)
class Action:
    """An edit that is offered for a finding. ``preferred``: it is the cure."""

    title: str
    finding: Diagnostic
    edits: tuple[Edit, ...]
    preferred: bool = False


def actions(workshop: Workshop, path: Path, found: list[Diagnostic]) -> list[Action]:
    """What is offered for these findings of a file."""
    lines = workshop.lines(path)
    return [
        action
        for each in found
        if 0 < each.mark.line <= len(lines)
        for action in _for(each, lines[each.mark.line - 1])
    ]


def _for(finding: Diagnostic, line: str) -> Iterator[Action]:
    mark = finding.mark
    if finding.code == codes.COLON_IN_TEXT:
        start = text_start(line, mark.column - 1)
        mark = replace(mark, column=start + 1, length=len(line.rstrip()) - start)
    written = line[mark.column - 1 : mark.column - 1 + mark.length]
    cure = replacement(finding, written)
    if cure is not None and cure != written:
        yield Action(f"Write {cure}", finding, (Edit(mark, cure),), preferred=True)
    if finding.severity == "warning" and finding.code != codes.TOO_LARGE:
        yield _silence(finding, line)


def replacement(finding: Diagnostic, written: str) -> str | None:
    """What the hint of a finding says to write in its place; None if it is no plain replacement."""
    if not written:
        return None
    for form in _WRITE:
        found = form.search(finding.hint)
        if found is not None:
            return _put_in(found[1], finding, written)
    if finding.code in _QUOTED and "in quotes" in finding.hint and written[0] not in "'\"":
        return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return None


def _put_in(new: str, finding: Diagnostic, written: str) -> str | None:
    """The new word in place of the wrong one, which may be a part of what is marked."""
    named = _NAMED.search(finding.message)
    wrong = named[1] if named is not None else written
    if wrong == written or wrong not in written:
        return new if len(written.split()) == 1 or new.startswith('"') else None
    return written.replace(wrong, new, 1)


def _silence(finding: Diagnostic, line: str) -> Action:
    """A comment on a line of its own above: behind a value it could become a part of it."""
    depth = len(line) - len(line.lstrip(" "))
    place = Mark(finding.mark.file, finding.mark.line, 1, 0)
    text = f"{' ' * depth}# allow {finding.code}: {REASON}\n"
    return Action(f"Allow {finding.code} here, with a reason", finding, (Edit(place, text),))
