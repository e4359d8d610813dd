"""Phrases of the catalogue: that they exist, and get the values that they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivrkit.call.locale import Phrase
from ivrkit.call.prompt import Part
from ivrkit.call.targets import Mark
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.expressions import CODES, WRONG_TYPE
from ivrkit.flow.check.fields import prompt_uses
from ivrkit.flow.check.fitting import misfit
from ivrkit.flow.check.runs import MISSING_ARGUMENT, UNKNOWN_ARGUMENT
from ivrkit.flow.check.scopes import FlowScope
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.diagnostics import within

UNKNOWN_PHRASE = define(
    "unknown-phrase",
    "A phrase is not in the catalogue",
    "The phrases are those of the *.yaml files under prompts/. The hint gives the nearest one.",
)


class UsedPhrases(Check):
    """Phrases by name, with their values, and those that texts are."""

    name = "phrases"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            for part, path in parts_used(placed):
                for name in part.phrases:
                    self._named(subject, placed, part, path, name)
                text = part.looked_up
                home = part.language or subject.flow.language
                found = subject.phrases.all_saying(text.source, home) if text is not None else ()
                for phrase in found:
                    _expressions(subject, phrase, placed.scope, placed.path)

    def _named(self, subject: Subject, placed: Placed, part: Part, path: str, name: str) -> None:
        phrase = subject.phrases.find(name)
        if phrase is None:
            subject.report(
                UNKNOWN_PHRASE,
                f"there is no phrase '{name}'",
                _mark_of_name(placed, part, path, name),
                hint=did_you_mean(name, subject.phrases) or "add it to a catalogue under prompts/",
                path=placed.path,
            )
            return
        _values(subject, placed, phrase, path, getattr(part, "arguments", {}))
        _expressions(subject, phrase, FlowScope(dict(phrase.params)), placed.path)


def parts_used(placed: Placed) -> Iterator[tuple[Part, str]]:
    """The parts of a step's prompts with their paths, as far as they have a main field that is
    written or worked out."""
    seen: set[str] = set()
    for checked in placed.fields:
        use = checked.use
        if use.part is None:
            continue
        path, _, field = use.path.rpartition("/")
        if field == use.part.form and path not in seen:
            seen.add(path)
            yield use.part, path


def _mark_of_name(placed: Placed, part: Part, path: str, name: str) -> Mark:
    """Where a name stands: the form itself, or its place in ``among``."""
    among = getattr(part, "among", ())
    place = f"{path}/among/{among.index(name)}" if name in among else f"{path}/{part.form}"
    return placed.mark_of(place)


def _values(
    subject: Subject, placed: Placed, phrase: Phrase, path: str, given: Mapping[str, Any]
) -> None:
    for name in given:
        if name not in phrase.params:
            subject.report(
                UNKNOWN_ARGUMENT,
                f"the phrase '{phrase.name}' takes no '{name}'",
                placed.mark_of(f"{path}/with/{name}"),
                hint=did_you_mean(name, phrase.params) or "leave it out",
                path=placed.path,
            )
    for name, type_ in phrase.params.items():
        if name not in given and type_.default is None and not type_.optional:
            subject.report(
                MISSING_ARGUMENT,
                f"the phrase '{phrase.name}' needs a value for '{name}'",
                placed.mark_of(f"{path}/phrase"),
                hint=f"write with: {{{name}: …}}",
                path=placed.path,
            )
    for checked in placed.fields:
        start, _, name = checked.use.path.rpartition("/")
        wanted = phrase.params.get(name) if start == f"{path}/with" else None
        problem = misfit(checked, wanted) if wanted is not None and not checked.problems else ""
        if problem:
            subject.report(WRONG_TYPE, problem, placed.mark_of(checked.use.path), path=placed.path)


def _expressions(subject: Subject, phrase: Phrase, scope: FlowScope, path: str) -> None:
    """What is wrong in the texts of a phrase where it is said: its names must hold there."""
    for language, prompt in phrase.prompts.items():
        for use in prompt_uses(prompt, language):
            mark = place_in(phrase, use.path)
            for problem in subject.check(use, scope).problems:
                code = CODES.get(problem.code)
                if code is not None:
                    place = within(mark, problem.offset, problem.length)
                    subject.report(code, problem.message, place, hint=problem.hint, path=path)


def place_in(phrase: Phrase, path: str) -> Mark:
    """The place of a field in the catalogue, or of what is around it."""
    while path:
        found = phrase.marks.get(path)
        if found is not None:
            return found
        path = path.rpartition("/")[0]
    return phrase.mark
