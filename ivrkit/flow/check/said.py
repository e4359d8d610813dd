"""What the prompts of a question say, per language, as far as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from ivrkit.call.asking import Retry
from ivrkit.call.prompt import Part, Prompt
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Mark
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.flow.check.fields import field_read_as, fields_of
from ivrkit.flow.diagnostics import within
from ivrkit.flow.world import Announced, World

_WORKED_OUT: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
QUESTION: Final = ("intro", "prompt")
"""The fields in which a question stands."""


class Said(NamedTuple):
    """One part of a prompt in one language.

    ``text`` is what is written of it, with blanks for what is worked out; ``whole`` says that
    this is all of it. ``recording`` is the name of the sound that is played in its place,
    ``seconds`` the length of silence.
    """

    text: str
    language: str
    path: str
    whole: bool
    recording: str = ""
    seconds: float = 0.0

    def mark(self, node: Node, offset: int = 0, length: int = 0) -> Mark:
        """The place of some of its text."""
        for path in _places(self.path):
            if path in node.marks:
                mark = node.marks[path]
                return within(mark, offset, length) if length else mark
        path = self.path
        while path and path not in node.marks:
            path = path.rpartition("/")[0]
        return node.marks.get(path, node.mark)


def said(prompt: Prompt, path: str, language: str) -> Iterator[Said]:
    """The parts of a prompt."""
    for number, part in enumerate(prompt.parts):
        yield from _of_part(part, f"{path}/{number}", part.language or language)


def question(step: Step, language: str) -> list[Said]:
    """The parts of the question itself."""
    found: list[Said] = []
    for name in QUESTION:
        prompt = getattr(step, name, None)
        if isinstance(prompt, Prompt):
            found += said(prompt, name, language)
    return found


def retries(node: Node, language: str) -> list[Said]:
    """The parts of what is said after a failed attempt."""
    found: list[Said] = []
    for field in fields_of(type(node.step)):
        retry = getattr(node.step, field.attribute, None)
        if isinstance(retry, Retry):
            for number, each in enumerate(retry.prompts):
                if each.prompt is not None:
                    found += said(each.prompt, f"{field.name}/{number}", language)
    return found


def _places(path: str) -> Iterator[str]:
    """How the path of a text may be written: a retry may be one prompt instead of a list, and
    have its long form."""
    yield path
    field, number, rest = (*path.split("/", 2), "", "")[:3]
    yield from (f"{field}/{number}/say/{rest}", f"{field}/{rest}", f"{field}/say/{rest}")


def _of_part(part: Part, path: str, language: str) -> Iterator[Said]:
    per_language = field_read_as(type(part), reading="language_map")
    if per_language is not None:
        prompts: Mapping[str, Prompt] = getattr(part, per_language.attribute)
        for tag, prompt in prompts.items():
            yield from said(prompt, f"{path}/{per_language.name}/{tag}", tag)
        return
    main = getattr(part, part.form, None)
    text = getattr(part, "text", None)
    recording = main.literal if part.form != "text" and isinstance(main, Template) else ""
    if isinstance(text, Template):
        blank = _WORKED_OUT.sub(lambda found: " " * len(found[0]), text.source)
        whole = text.static and part.when is None
        yield Said(blank, language, f"{path}/text", whole, recording)
    elif isinstance(main, Setting) and isinstance(main.literal, timedelta):
        yield Said("", language, path, True, seconds=main.literal.total_seconds())
    elif isinstance(main, Expression | Setting | Template):
        yield Said("", language, path, False, recording)
    else:
        yield Said("", language, path, False)


class Listener:
    """Hears what texts announce; equal texts are listened to once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard: dict[tuple[str, str], list[Announced]] = {}

    def announced(self, part: Said) -> list[Announced]:
        """The keys that a part announces."""
        if not part.text:
            return []
        key = (part.text, part.language)
        found = self._heard.get(key)
        if found is None:
            found = self._heard[key] = list(self._world.announced(part.text, part.language))
        return found

    def seconds(self, part: Said, upto: int | None = None) -> float:
        """How long a part is heard, or its text up to a place; 0 where that is not known."""
        if part.recording and upto is None:
            length = self._world.recorded(part.recording, part.language)
            if length is not None:
                return length
        wording = self._world.wording(part.language) if part.text else None
        spoken = wording.seconds(part.text[:upto]) if wording is not None else 0.0
        return part.seconds + spoken
