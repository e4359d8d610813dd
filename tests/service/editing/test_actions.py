"""What is offered for a finding does away with it: tried on a sample of every code there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generator.diagnostics import samples
from ivrkit.call.targets import Mark
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.editing.actions import Action, actions
from ivrkit.service.editing.workshop import Workshop

SAMPLES = {code: sample.bad for code, sample in samples().items()}


def edited(text: str, action: Action) -> str:
    lines = text.split("\n")
    for edit in sorted(action.edits, key=lambda each: each.mark.column, reverse=True):
        line, start = edit.mark.line - 1, edit.mark.column - 1
        before, behind = lines[line][:start], lines[line][start + edit.mark.length :]
        lines[line] = f"{before}{edit.text}{behind}"
    return "\n".join(lines)


def found_in(workshop: Workshop, path: Path, text: str) -> list[Diagnostic]:
    workshop.put(path, text)
    return workshop.check(path).by_file.get(path, [])


@pytest.mark.parametrize("code", SAMPLES)
def test_a_cure_cures(code: str, tmp_path: Path) -> None:
    workshop, path = Workshop(), tmp_path / "flows/main.yaml"
    text = SAMPLES[code]
    found = found_in(workshop, path, text)
    for action in actions(workshop, path, found):
        workshop.put(path, text)
        again = found_in(workshop, path, edited(text, action))
        lines = {action.finding.mark.line, action.finding.mark.line + 1}
        still = [each for each in again if each.code == action.finding.code]
        assert [each for each in still if each.mark.line in lines] == [], action.title


def test_there_are_cures_and_silences() -> None:
    titles = []
    for text in SAMPLES.values():
        workshop, path = Workshop(), Path("/flows/main.yaml")
        titles += [each.title for each in actions(workshop, path, found_in(workshop, path, text))]
    assert sum(title.startswith("Write ") for title in titles) >= 5
    assert sum(title.startswith("Allow ") for title in titles) >= 5


@pytest.mark.parametrize(
    ("message", "hint", "line", "marked", "cured"),
    [
        ("there is no 'tpo'", "did you mean 'top'?", "- goto: tpo", "tpo", "- goto: top"),
        ("no field 'nme'", "did you mean 'name'?", "- log: a.nme", "a.nme", "- log: a.name"),
        ("no 'x'", "did you mean 'y'?", "{x: value}", "value", "{y: value}"),
        ("no 'x'", "did you mean 'y'?", "{x: x, z: value}", "value", None),
        ("'A B' is no name", "write it as a-b", "- goto: A B", "A B", "- goto: a-b"),
        ("'yes' is neither", "write true", "x: yes", "yes", "x: true"),
        ("there is no flow", "write flows/x.yaml", "run: x", "x", None),
        ("x", "remove it", "x", "x", None),
    ],
)
def test_what_a_hint_says_to_write(
    message: str, hint: str, line: str, marked: str, cured: str | None, tmp_path: Path
) -> None:
    workshop, path = Workshop(), tmp_path / "flows/main.yaml"
    workshop.put(path, line)
    mark = Mark(str(path), 1, line.index(marked) + 1, len(marked))
    found = actions(workshop, path, [Diagnostic("bad-name", "error", mark, message, hint)])
    assert [edited(line, each) for each in found] == ([] if cured is None else [cured])
