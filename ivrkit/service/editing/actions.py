"""What may be done about a finding at a stroke: its hint's cure, or silence with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.closure import SUFFIX
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
_NAMED: Final = re.compile("'([^']+)'")
_NEVER_SILENT: Final = ("allow-", codes.TOO_LARGE)
"""What is said of silences themselves, and of the check."""
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
    cure = _cure(finding, line)
    if cure is not None:
        yield Action(f"Write {cure.text}", finding, (cure,), preferred=True)
    if finding.severity == "warning" and not finding.code.startswith(_NEVER_SILENT):
        yield _silence(finding, line)


def _cure(finding: Diagnostic, line: str) -> Edit | None:
    """The edit that the hint of a finding asks for; None if it is no plain replacement."""
    mark = finding.mark
    if finding.code == codes.COLON_IN_TEXT:
        start = text_start(line, mark.column - 1)
        mark = replace(mark, column=start + 1, length=len(line.rstrip()) - start)
    written = line[mark.column - 1 : mark.column - 1 + mark.length]
    new = replacement(finding, written)
    if new is None or new == written:
        return None
    named = _NAMED.search(finding.message)
    wrong = named[1] if named is not None else written
    if _is_quoting(finding) or wrong == written or new.startswith('"'):
        return Edit(mark, new)
    places = list(re.finditer(rf"(?<![\w-]){re.escape(wrong)}(?![\w-])", line))
    within = [
        each for each in places if mark.column - 1 <= each.start() < mark.column - 1 + mark.length
    ]
    found = within or places
    if len(found) != 1:  # the finding is about a word elsewhere, or about several
        return Edit(mark, new) if named is None else None
    return Edit(replace(mark, column=found[0].start() + 1, length=len(wrong)), new)


def replacement(finding: Diagnostic, written: str) -> str | None:
    """What the hint of a finding says to write; None if it is no plain replacement."""
    if not written:
        return None
    for form in _WRITE:
        found = form.search(finding.hint)
        if found is not None and not found[1].endswith(SUFFIX):
            return found[1]
    if _is_quoting(finding) and written[0] not in "'\"":
        return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return None


def _is_quoting(finding: Diagnostic) -> bool:
    """Whether all that is marked belongs in quotes; of what a comma has divided it is a part."""
    if finding.code == codes.COLON_IN_TEXT:
        return "in quotes" in finding.hint
    return finding.code == codes.TEXT_IN_BRACKETS and finding.hint.startswith("put it in quotes")


def _silence(finding: Diagnostic, line: str) -> Action:
    """A comment on a line of its own above: behind a value it could become a part of it."""
    depth = len(line) - len(line.lstrip(" "))
    place = Mark(finding.mark.file, finding.mark.line, 1, 0)
    text = f"{' ' * depth}# allow {finding.code}: {REASON}\n"
    return Action(f"Allow {finding.code} here, with a reason", finding, (Edit(place, text),))
