"""A settings file: YAML read by the language's own reader, ``${NAME}`` from the environment, and
pydantic's complaints at their line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.targets import Mark
from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.source import Source, compose, read_text
from ivrkit.service.settings_hiding import without, without_secrets, without_values

ModelT = TypeVar("ModelT", bound=BaseModel)
Place = tuple[int | str, ...]

_VARIABLE = re.compile(r"\$(\$?)\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WRITTEN = re.compile(r"\$\{([^{}\n]*)\}")
_OPEN, _CLOSE = "\ue000", "\ue001"


def read_settings(path: Path, model: type[ModelT], environment: Mapping[str, str]) -> ModelT:
    """Read a file as a settings model.

    Raises ConfigurationError with every mistake of the file, each at its line and column with a
    hint. Values are never shown that come from the environment, nor such as may be secret.
    """
    diagnostics = Diagnostics()
    text = read_text(path, str(path), diagnostics)
    if text is None:
        raise ConfigurationError(render_all(diagnostics, ""))
    found, shown = _read(str(path), text, model, environment, diagnostics)
    if found is None or diagnostics.failed:
        raise ConfigurationError(render_all(diagnostics, shown))
    return found


def shown_settings(path: Path, secrets: Iterable[str]) -> str:
    """A file that can be read, without secrets that stand in it. Raises OSError."""
    text = path.read_text("utf-8")
    source = compose(str(path), _WRITTEN.sub(rf"${_OPEN}\1{_CLOSE}", text), Diagnostics())
    return text if source is None else without(text, source.root, set(secrets))


def _read(
    file: str,
    text: str,
    model: type[ModelT],
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> tuple[ModelT | None, str]:
    """The settings, and the text as it may be shown beside a complaint."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return model(), text
    # YAML would take the braces of an unquoted ${NAME} inside { } for its own.
    source = compose(file, _WRITTEN.sub(rf"${_OPEN}\1{_CLOSE}", text), diagnostics)
    if source is None:
        return None, without_values(text)
    reading = _Reading(source, environment, diagnostics)
    data = reading.value(source.root, ())
    if not isinstance(source.root, MappingNode):
        reading.error(codes.WRONG_FORM, "settings are written as `name: value`", ())
    shown = reading.shown(text, model)
    if diagnostics.failed:
        return None, shown
    try:
        return model.model_validate(data), shown
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            reading.translate(problem, model)
        return None, shown


class _Reading:
    """Turns nodes into plain data, and remembers where everything stands."""

    def __init__(
        self, source: Source, environment: Mapping[str, str], diagnostics: Diagnostics
    ) -> None:
        self._source = source
        self._environment = environment
        self._diagnostics = diagnostics
        self._keys: dict[Place, Node] = {}
        self._values: dict[Place, Node] = {}

    def value(self, node: Node, place: Place) -> Any:
        """The data below a node: texts, lists, mappings. What is empty is left out."""
        self._values[place] = node
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.value(each, (*place, at)) for at, each in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._filled_in(node)

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                mark = self._source.mark(key)
                self._diagnostics.error(codes.WRONG_FORM, "this is no name of a setting", mark)
                continue
            name = _with_braces(key.value)
            below = (*place, name)
            self._keys[below] = key
            if not (isinstance(value, ScalarNode) and not value.value and not value.style):
                data[name] = self.value(value, below)
        return data

    def _filled_in(self, node: ScalarNode) -> str:
        """The text with ``${NAME}`` taken from the environment; ``$${`` stands for ``${``."""
        text = _with_braces(node.value)
        return _VARIABLE.sub(lambda found: self._variable(found, node), text)

    def _variable(self, found: re.Match[str], node: ScalarNode) -> str:
        escaped, name, closed = found.groups()
        if escaped:
            return found[0][1:]
        mark = self._source.value_mark(node)
        if not closed or not _NAME.fullmatch(name):
            self._diagnostics.error(
                codes.BAD_VALUE,
                "this names no variable of the environment",
                mark,
                hint="write ${NAME}, or $${ for the characters themselves",
            )
        elif name not in self._environment:
            self._diagnostics.error(
                codes.BAD_VALUE,
                f"the environment has no variable {name}",
                mark,
                hint=f"set it before the start: export {name}=…",
            )
        return self._environment.get(name, "")

    def shown(self, text: str, model: type[BaseModel]) -> str:
        """The file without what may be secret in it."""
        return without_secrets(text, self._values, model)

    def translate(self, problem: Mapping[str, Any], model: type[BaseModel]) -> None:
        """One of pydantic's complaints, in our words and at its place."""
        place = self._written(problem["loc"], problem["type"] in ("extra_forbidden", "missing"))
        name = str(place[-1]) if place else ""
        if problem["type"] == "extra_forbidden":
            known = _fields(model, place[:-1])
            message = f"there is no setting '{name}' here"
            self.error(codes.UNKNOWN_FIELD, message, place, did_you_mean(name, known))
        elif problem["type"] == "missing":
            self.error(codes.MISSING_FIELD, f"the setting '{name}' is missing", place[:-1])
        elif problem["type"] in ("model_type", "model_attributes_type", "dict_type"):
            hint = did_you_mean("", _fields(model, place))
            message = f"'{name}' is written as a mapping, `name: value`"
            self.error(codes.WRONG_FORM, message, place, hint)
        else:
            self.error(codes.BAD_VALUE, _sentence(str(problem["msg"]), name), place)

    def _written(self, place: Place, names: bool) -> Place:
        """A place without what is not in the file: where a setting chooses its model, pydantic puts
        the model's name into it, and a 0 where one thing stands for a list. ``names``: the last
        step is the name of a setting, whether it is there or not."""
        found: Place = ()
        for at, step in enumerate(place):
            if (names and at == len(place) - 1) or (*found, step) in self._values:
                found = (*found, step)
        return found

    def error(self, code: str, message: str, place: Place, hint: str = "") -> None:
        """A finding at a place, or at the nearest one around it that is written in the file."""
        self._diagnostics.error(code, message, self._mark(code, place), hint=hint)

    def _mark(self, code: str, place: Place) -> Mark:
        while place and place not in self._keys and place not in self._values:
            place = place[:-1]
        if code == codes.BAD_VALUE and place in self._values:
            return self._source.value_mark(self._values[place])
        node = self._keys.get(place) or self._values.get(place)
        return self._source.mark(node) if node is not None else Mark(self._source.file, 1, 1)


def _with_braces(text: str) -> str:
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


def _sentence(message: str, name: str) -> str:
    """Pydantic's text without its jargon."""
    message = message.removeprefix("Value error, ")
    for jargon, plain in (
        ("Input should be", "should be"),
        ("String should", "should"),
        ("List should", "should"),
        ("Value should", "should"),
        (", unable to parse string as an integer", ""),
        (", unable to parse string as a number", ""),
        ("a valid integer", "a whole number"),
        ("a valid boolean, unable to interpret input", "true or false"),
        ("match pattern", "match the pattern"),
    ):
        message = message.replace(jargon, plain)
    return f"'{name}' {message}" if message.startswith("should") else f"'{name}': {message}"


def _fields(annotation: Any, place: Sequence[int | str]) -> list[str]:
    """The settings that exist at a place of a model."""
    for step in place:
        annotation = _below(annotation, step)
    return [
        field.alias or name
        for model in _models(annotation)
        for name, field in model.model_fields.items()
    ]


def _below(annotation: Any, step: int | str) -> Any:
    """What is below a name in a model, a value in a mapping, an item in a list."""
    for model in _models(annotation):
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                return field.annotation
    inner = get_args(annotation)
    if get_origin(annotation) is dict:
        return inner[1]
    return inner[0] if inner else None


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The model that an annotation is, alone or among alternatives or in a list; not those in
    mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    # Where a list can be written, one of it can be too.
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        return [model for each in get_args(annotation) for model in _models(each)]
    return []
