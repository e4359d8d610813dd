"""Silences: ``# allow unused: the survey reads it`` takes a warning back at its line.

A silence is a comment that names codes and gives a reason. Behind a value it holds for its own
line; on a line of its own for the next line that is no comment. Warnings alone can be silenced:
what is an error is never right. A silence without a reason, of a code that does not exist, or of
nothing is a warning itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml
from yaml.tokens import ScalarToken

from ivrkit.call.targets import Mark
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.codes import CATALOGUE, define
from ivrkit.flow.diagnostics import Diagnostic, Diagnostics, line_starts, lines_of

ALLOW_WITHOUT_REASON = define(
    "allow-without-reason",
    "A warning is silenced without a reason",
    "Who reads the file later must know why the warning may be ignored here: "
    "`# allow unused: the survey reads it`.",
)
ALLOW_UNKNOWN = define(
    "allow-unknown",
    "A silence names a code that does not exist",
    "`# allow` is followed by codes as the findings show them, with commas between them. The hint "
    "gives the nearest one.",
)
ALLOW_NOTHING = define(
    "allow-nothing",
    "A silence silences nothing",
    "No warning of this code is found at the line that it stands behind or above. Remove it: it "
    "would hide the next mistake. Errors cannot be silenced.",
)

_COMMENT: Final = re.compile(
    r"(?:^|[ \t])(#[ \t]*allow[ \t]+([^:\r\n]*?)[ \t]*(?::[ \t]*([^\r\n]*?))?)[ \t]*(?=\r|$)",
    re.MULTILINE,
)
_BLANK: Final = re.compile(r"\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Silence:
    """One code that is silenced at a line, with the place of the code."""

    code: str
    line: int
    mark: Mark
    reason: str


def silences(file: str, text: str) -> list[Silence]:
    """All silences of a file."""
    if "allow" not in text:
        return []
    found = list(_COMMENT.finditer(text))
    if not found:
        return []
    scalars = list(_scalars(text))
    lines, starts = lines_of(text), line_starts(text)
    result: list[Silence] = []
    for each in found:
        at = each.start(1)
        if not any(start <= at < end for start, end in scalars):
            result += _of_comment(file, lines, starts, each)
    return result


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    """Where scalars stand, from which character to which; the line with the ``|`` of a block is
    not part of it. Behind what is no YAML nothing is known."""
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if isinstance(token, ScalarToken):
                start, end = token.start_mark.index, token.end_mark.index
                if token.style in ("|", ">"):
                    start = text.find("\n", start) + 1 or end
                yield start, end
    except yaml.YAMLError:
        return


def _of_comment(
    file: str, lines: list[str], starts: list[int], found: re.Match[str]
) -> Iterator[Silence]:
    number = bisect_right(starts, found.start(1)) - 1
    column = found.start(1) - starts[number]
    target = number
    if not lines[number][:column].strip():
        below = (each for each in range(number, len(lines)) if not _BLANK.fullmatch(lines[each]))
        target = next(below, number)
    for code in re.finditer(r"[^,\s]+", found[2]):
        at = column + found.start(2) - found.start(1) + code.start() + 1
        mark = Mark(file, number + 1, at, len(code[0]))
        yield Silence(code[0], target + 1, mark, found[3] or "")


def silenced(
    diagnostics: Diagnostics,
    sources: Mapping[str, str],
    *,
    judged: Collection[str] = (),
) -> Diagnostics:
    """The findings without the warnings that are silenced in the files (``sources``: their texts
    by name), and with what is wrong with the silences. Only in ``judged`` files silences of
    nothing are told of: a flow that is looked at as a part of another shows other findings."""
    by_place: dict[tuple[str, int], list[Silence]] = {}
    for file, text in sources.items():
        for silence in silences(file, text):
            by_place.setdefault((file, silence.line), []).append(silence)
    if not by_place:
        return diagnostics
    used: set[Mark] = set()
    failed: set[Mark] = set()
    kept: list[Diagnostic] = []
    for each in diagnostics:
        meant = [
            silence
            for silence in by_place.get((each.mark.file, each.mark.line), ())
            if silence.code == each.code
        ]
        if each.severity == "error":
            failed.update(silence.mark for silence in meant)
        elif meant:
            used.update(silence.mark for silence in meant)
            continue
        kept.append(each)
    result = Diagnostics(kept)
    for several in by_place.values():
        for silence in several:
            _judge(result, silence, used, failed, judged)
    return result


def _judge(
    found: Diagnostics,
    silence: Silence,
    used: Collection[Mark],
    failed: Collection[Mark],
    judged: Collection[str],
) -> None:
    """Say what is wrong with a silence."""
    code, mark = silence.code, silence.mark
    if code not in CATALOGUE:
        hint = did_you_mean(code, CATALOGUE)
        found.warning(ALLOW_UNKNOWN, f"there is no code '{code[:40]}'", mark, hint=hint)
    elif not silence.reason:
        message = f"{code} is silenced without a reason"
        found.warning(ALLOW_WITHOUT_REASON, message, mark, hint=f"write `# allow {code}: why`")
    elif mark in failed:
        message = f"{code} is an error here, and errors cannot be silenced"
        found.warning(ALLOW_NOTHING, message, mark, hint="mend it")
    elif mark not in used and mark.file in judged:
        message = f"nothing at line {silence.line} is {code}"
        found.warning(ALLOW_NOTHING, message, mark, hint="remove the comment")
