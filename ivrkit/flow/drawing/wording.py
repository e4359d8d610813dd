"""The short texts of a drawing: what a step does in a few words, what a way is called.

Found in the fields of a step by their kinds (texts, prompts, expressions), never by its verb.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from ivrkit.call.binding import Bound
from ivrkit.call.prompt import Part, Prompt
from ivrkit.call.step import Step
from ivrkit.call.targets import Branch, Jump, Reserved
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.flow.check.fields import entries_of, fields_of
from ivrkit.flow.walk import found_in

LONGEST: Final = 60
"""Characters of a step's text at most."""
_BARE: Final = frozenset({"next", "to"})


def short(text: str, longest: int = LONGEST) -> str:
    """A text on one line, cut to so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def step_text(step: Step) -> str:
    """What a step does, in a few words: whom it asks, and its main field, else the first thing
    that it says or works out. Empty for a step without fields."""
    asked = _named(step, step.asks_kind) if step.asks_kind else ""
    if asked:
        text = _named(step, "function") or _does(step)
        return short(f"{asked}: {text}" if text and text != asked else asked)
    return _does(step)


def _does(step: Step) -> str:
    if step.main is not None:
        text = _text(_main(step))
        if text:
            return short(text)
    ran = step.runs()
    if ran is not None:
        return short(ran)
    asked = [getattr(step, "prompt", None), *(each.say for each in entries_of(step))]
    for kind in (Prompt, Bound, Template, Expression):
        first = filter(None, asked) if step.asks and kind is Prompt else ()
        for found in (*first, *found_in(step, kind)):
            text = _text(found)
            if text:
                return short(text)
    return ""


def prompt_text(prompt: Prompt) -> str:
    """What a prompt says, in a few words."""
    return short(_text(prompt))


def way_text(way: str) -> str:
    """What people call a way: the key, the exit, the case; nothing for the usual one."""
    first, _, rest = way.partition("/")
    return rest or ("" if first in _BARE else first)


def _named(step: Step, role: str) -> str:
    """What a step names in a field of this role: a connector, a function of it."""
    named = (each for each in fields_of(type(step)) if each.reads.role == role)
    return next((_text(getattr(step, each.attribute)) for each in named), "")


def _main(step: Step) -> Any:
    assert step.main is not None
    named = (each for each in fields_of(type(step)) if step.main in (each.name, each.attribute))
    return next((getattr(step, each.attribute) for each in named), None)


def _text(value: Any) -> str:
    """A value of a field as it would be written, or nothing if it is long anyway."""
    match value:
        case str():
            return value
        case Template() | Expression():
            return value.source
        case Bound():
            return " ".join(value.text.split())
        case Setting():
            return _setting(value)
        case Prompt():
            return " ".join(filter(None, map(_part, value.parts)))
        case Jump():
            return value.section
        case Reserved():
            return str(value.word)
        case Branch():
            return ""
        case Mapping():
            return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
        case tuple() | list():
            return ", ".join(filter(None, map(_text, value)))
        case _:
            return ""


def _setting(setting: Setting) -> str:
    inner = next(iter(found_in(setting, Expression)), None)
    if inner is not None:
        return f"{{{{ {inner.source} }}}}"
    literal = setting.literal
    if isinstance(literal, timedelta):
        return f"{literal.total_seconds():g}s"
    return str(literal).lower() if literal is None or isinstance(literal, bool) else str(literal)


def _part(part: Part) -> str:
    """A part of a prompt: a text as it is (in the first of its languages), another with its
    form."""
    value = getattr(part, part.form, None)
    if isinstance(value, Mapping) and value:
        return _text(next(iter(value.values())))
    return _text(value) if isinstance(value, Template) else f"[{part.form} {_text(value)}]"
