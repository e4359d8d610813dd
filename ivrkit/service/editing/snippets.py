"""Verbs and fields as an editor puts them in: with places to go to, in the form of an example."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ivrkit.flow.shapes import Shape

_PLAIN: Final = re.compile(r"[A-Za-z0-9+][^\n:#{}\[\],&*!|>'\"%@`]*")
_STOP: Final = re.compile(r"[\\$}]")


class Stops:
    """The places to go to, numbered as they come."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, text: str) -> str:
        self._last += 1
        shown = _STOP.sub(lambda sign: f"\\{sign[0]}", text)
        return f"${{{self._last}:{shown}}}"


def verb(name: str, shape: Shape, indent: int) -> str:
    """A verb with the fields of its example; its lines are indented by so many columns."""
    examples = shape.examples()
    stops = Stops()
    if not examples:
        return name if not _needs_value(shape) else f"{name}: "
    example = examples[0]
    if not isinstance(example, Mapping):
        return f"{name}: {value(example, stops)}"
    if len(example) == 1:
        return f"{name}: {value(example, stops)}"
    lines = [f"{key}: {value(each, stops)}" for key, each in example.items()]
    return "\n".join([f"{name}:", *(" " * (indent + 2) + line for line in lines)])


def field(name: str, shape: Shape) -> str:
    """A field and its colon; with its value where there is one to start from."""
    examples = shape.examples()
    if examples and not isinstance(examples[0], Mapping | list):
        return f"{name}: {value(examples[0], Stops())}"
    return f"{name}: $0"


def value(example: Any, stops: Stops) -> str:
    """A value on one line."""
    if isinstance(example, Mapping):
        return "{" + ", ".join(f"{_word(k)}: {value(v, stops)}" for k, v in example.items()) + "}"
    if isinstance(example, list):
        return "[" + ", ".join(value(each, stops) for each in example) + "]"
    if isinstance(example, bool):
        return stops("true" if example else "false")
    text = str(example)
    return stops(text) if _PLAIN.fullmatch(text) else f'"{stops(_inside(text))}"'


def _inside(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _word(text: str) -> str:
    return text if re.fullmatch(r"[\w./-]+", text) else json.dumps(text, ensure_ascii=False)


def _needs_value(shape: Shape) -> bool:
    return any(form.get("required") for form in shape.forms)
