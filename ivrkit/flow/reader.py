"""Reads a flow file into a :class:`~ivrkit.flow.model.Flow`, or tells everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.prompt import Part
from ivrkit.call.step import Node as PlacedStep
from ivrkit.call.step import Step
from ivrkit.call.targets import Mark, Target
from ivrkit.errors import ValueRejected
from ivrkit.expressions.durations import parse_duration
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.calendars import read_calendars
from ivrkit.flow.composite import left_behind
from ivrkit.flow.declarations import read_data, read_variables
from ivrkit.flow.defaults import read_defaults
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.fields.entries import read_entries
from ivrkit.flow.heap import collector_at_rest
from ivrkit.flow.holes import Gaps, words_in
from ivrkit.flow.model import Flow, FlowKey, Section
from ivrkit.flow.names import (
    FLOW,
    KEBAB,
    LANGUAGE,
    RESERVED_TARGETS,
    SNAKE,
    kebab,
    language_hint,
    snake,
)
from ivrkit.flow.plans import Language
from ivrkit.flow.reading import Context, Rejected
from ivrkit.flow.source import Source, compose, read_text
from ivrkit.flow.steps import open_step, read_steps
from ivrkit.flow.swallowed import TOLD, is_empty
from ivrkit.flow.versions import version_problem

VERSION: Final = 1
"""The version of the language that is read."""


class Reader:
    """Reads files with the verbs and prompt parts it is given."""

    def __init__(self, verbs: Mapping[str, type[Step]], parts: Mapping[str, type[Part]]) -> None:
        self.language = Language(verbs, parts)

    def read(
        self, path: Path | str, text: str | None = None, *, name: str | None = None
    ) -> tuple[Flow | None, Diagnostics]:
        """Read a flow. ``text`` is read in place of the file if it is given; ``path`` is then
        only its name in messages. ``name`` is the flow's name as its place in the folder of
        flows demands; without it the file's own `flow:`, else its file name, is taken.

        Returns the flow, None if there is an error, and everything that was found.
        """
        flow, diagnostics = self.read_partly(path, text, name=name)
        return (None if diagnostics.failed else flow), diagnostics

    def read_partly(
        self, path: Path | str, text: str | None = None, *, name: str | None = None
    ) -> tuple[Flow | None, Diagnostics]:
        """Read a flow as :meth:`read` does, and give what could be read of it if there are errors:
        a flow with ``gaps``, for the checks. None if the file is no YAML at all."""
        with collector_at_rest():
            return self._read(path, text, name)

    def _read(
        self, path: Path | str, text: str | None, name: str | None
    ) -> tuple[Flow | None, Diagnostics]:
        diagnostics = Diagnostics()
        file = str(path)
        if text is None:
            text = read_text(Path(path), file, diagnostics)
        source = compose(file, text, diagnostics, mend=True) if text is not None else None
        if source is None:
            return None, diagnostics
        return _FlowReading(Context(self.language, source, diagnostics)).read(name), diagnostics


class _FlowReading:
    """The reading of one file: a method per field of the flow."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.values: dict[str, Any] = {}
        self.given: set[str] = set()
        self.lacking: set[str] = set()
        self.unread: list[Node] = []
        self.unclear = bool(context.source.lost)

    def read(self, name: str | None) -> Flow | None:
        context = self.context
        source = context.source
        self.values = {"name": name or "", "file": source.file, "source": source.text}
        try:
            fields = self._fields(source)
        except Rejected:
            return None
        if "defaults" in fields:  # before the steps, wherever it stands
            self._defaults(fields["defaults"])
        for key, node in fields.items():
            if key != "defaults":
                self._field(key, node)
        self._complete()
        if context.diagnostics.failed:
            words = words_in([source.lost]).union(*map(context.words, self.unread))
            self.values["gaps"] = Gaps(frozenset(self.lacking), words)
            self.values.setdefault("sections", {})
        return Flow(**self.values)

    def _fields(self, source: Source) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        context, told, above = self.context, 0, ""
        unknown: list[Node] = []
        pairs = list(context.pairs(source.root, "a flow", hint="begin with `sections:`"))
        for number, (key, name, node) in enumerate(pairs):
            if name not in FLOW_FIELDS:
                told += 1
                message = f"a flow has no field '{name[:40]}'"
                hint = f"indent it under `{above}:`" if above else did_you_mean(name, FLOW_FIELDS)
                context.fail(codes.UNKNOWN_FIELD, message, key, hint=hint)
                unknown.append(node)
                self.unread.append(key)
                continue
            above = name if left_behind(pairs, number, FLOW_FIELDS) else ""
            if above:
                self.lacking.add(name)
            elif node.tag is not TOLD and is_empty(node):
                told += 1
                hint = "write one, or leave it out"
                context.fail(codes.WRONG_FORM, f"{name} has no value", key, hint=hint)
                self.lacking.add(name)
            else:
                fields[name] = node
        if context.failures > told:  # a field that stands twice, or whose name cannot be read
            self.unread.append(source.root)
            self.unclear = True
        for node in unknown:
            if "sections" not in fields and _looks_like_sections(node):
                fields["sections"] = node  # most of a flow, with mistakes of its own
            else:
                self.unread.append(node)
                self.unclear = self.unclear or isinstance(node, MappingNode)
        self.given.update(fields)
        return fields

    def _field(self, key: str, node: Node) -> None:
        context = self.context
        context.failures = 0
        with suppress(Rejected):
            if key not in _TARGETS:
                context.demand(node, key)
            _FIELDS[key](self, node)
        if context.failures:
            self.lacking.add(key)
            self.unread.append(node)

    def _defaults(self, node: Node) -> None:
        context = self.context
        context.failures = 0
        with suppress(Rejected):
            context.defaults = read_defaults(context, node)
        if context.failures:
            context.lost_defaults = context.words(node)
            self.unread.append(node)

    def _complete(self) -> None:
        values, context = self.values, self.context
        if not values["name"]:
            values["name"] = Path(context.source.file).stem
        if "sections" in self.given:
            return
        if not self.unclear and "sections" not in self.lacking:
            context.fail(
                codes.MISSING_FIELD,
                "a flow needs 'sections'",
                Mark(context.source.file, 1, 1),
                hint="write `sections: {main: [ … ]}`, one list of steps per section",
            )
        self.lacking.add("sections")

    # ---- the fields ----------------------------------------------------------------------------

    def version(self, node: Node) -> None:
        text = self.context.scalar(node, "ivrkit", "the version of the language")
        if text != str(VERSION):
            message, hint = version_problem(text, VERSION)
            raise self.context.fail(codes.UNKNOWN_VERSION, message, node, hint=hint)
        self.values["language_version"] = VERSION

    def name(self, node: Node) -> None:
        text = self.context.scalar(node, "flow", "the name of the flow")
        expected = self.values["name"]
        if not FLOW.fullmatch(text):
            near = kebab(text)
            hint = f"write {near}" if near else "flows are kebab-case"
            message = f"'{text[:40]}' is not the name of a flow"
            raise self.context.fail(codes.BAD_NAME, message, node, hint=hint)
        if expected and text not in (expected, expected.rsplit("/", 1)[-1]):
            message = f"this file is the flow '{expected}', not '{text}'"
            hint = f"write `flow: {expected}`, leave it out, or rename the file"
            raise self.context.fail(codes.FLOW_NAME, message, node, hint=hint)
        self.values["name"] = expected or text

    def title(self, node: Node) -> None:
        self.values["title"] = self.context.text(node, "title")

    def language(self, node: Node) -> None:
        text = self.context.scalar(node, "language", "a language")
        if not LANGUAGE.fullmatch(text):
            message = f"'{text[:40]}' is not the name of a language"
            raise self.context.fail(codes.BAD_NAME, message, node, hint=language_hint(text))
        self.values["language"] = text
        self.values["language_mark"] = self.context.source.mark(node)

    def variables(self, node: Node) -> None:
        self.values["variables"] = read_variables(self.context, node, "variables")

    def params(self, node: Node) -> None:
        self.values["params"] = read_variables(self.context, node, "params")

    def returns(self, node: Node) -> None:
        self.values["returns"] = read_variables(self.context, node, "returns")

    def payload(self, node: Node) -> None:
        self.values["payload"] = read_variables(self.context, node, "payload")

    def calendars(self, node: Node) -> None:
        self.values["calendars"] = read_calendars(self.context, node)

    def data(self, node: Node) -> None:
        self.values["data"] = read_data(self.context, node)

    def outcomes(self, node: Node) -> None:
        items = self.context.items(node, "outcomes", hint="write outcomes: [refused]")
        self.values["outcomes"] = tuple(self._outcome(item) for item in items)

    def _outcome(self, node: Node) -> str:
        text = self.context.scalar(node, "outcomes", "the name of an outcome")
        if not SNAKE.fullmatch(text):
            near = snake(text)
            message = f"'{text[:40]}' is not the name of an outcome"
            hint = f"write {near}" if near else "outcomes are snake_case"
            raise self.context.fail(codes.BAD_NAME, message, node, hint=hint)
        if text in ("next", "else"):
            message = f"'{text}' cannot be an outcome"
            hint = "the usual way back needs no name"
            raise self.context.fail(codes.RESERVED_NAME, message, node, hint=hint)
        return text

    def entry(self, node: Node) -> None:
        items = self.context.items(node, "entry", hint="write entry: [appointment]")
        names = [self.context.scalar(item, "entry", "the name of a section") for item in items]
        self.values["entry"] = tuple(names)

    def max_call(self, node: Node) -> None:
        text = self.context.scalar(node, "max_call", "a duration")
        try:
            limit = parse_duration(text)
        except ValueRejected as error:
            raise self.context.refuse(error, node) from None
        if limit <= timedelta():
            hint = "write 1h, or more"
            raise self.context.fail(codes.BAD_VALUE, "max_call is no time at all", node, hint=hint)
        self.values["max_call"] = limit

    def keys(self, node: Node) -> None:
        self.values["keys"] = self._flow_keys(node, "flow_keys")

    def shortcuts(self, node: Node) -> None:
        self.values["shortcuts"] = self._flow_keys(node, "flow_shortcuts")

    def _flow_keys(self, node: Node, path: str) -> tuple[FlowKey, ...]:
        return tuple(
            FlowKey(entry.pattern, entry.to, entry.say, entry.mark, entry.words)
            for entry in read_entries(self.context, node, path, whole=True)
        )

    def exits(self, node: Node) -> None:
        targets: dict[str, Target] = {}
        for _, name, value in self.context.pairs(node, "exits", hint="write {no_input: agent}"):
            targets[name] = self._target(value, f"flow_exits/{name}")
        self.values["exits"] = targets

    def on_error(self, node: Node) -> None:
        self.values["on_error"] = self._target(node, "on_error")

    def on_end(self, node: Node) -> None:
        self.values["on_end"] = self._target(node, "on_end")

    def _target(self, node: Node, path: str) -> Target:
        target: Target = self.context.read(self.context.language.target, node, path)
        return target

    def sections(self, node: Node) -> None:
        sections: dict[str, Section] = {}
        context = self.context
        hint = "write `main:` and below it a list of steps"
        for key, name, steps in context.pairs(node, "sections", hint=hint):
            before = context.failures
            if self._is_bad_section_name(key, name):
                near = kebab(name)
                before += 1  # whoever leads to it has another name for it
                name = near if near and near not in sections else name or "?"
            try:
                nodes = self._section(key, name, steps)
            except Rejected:
                nodes = (open_step(context, steps, f"{name}/0"),)
            context.failures = before
            sections[name] = Section(name, nodes, context.source.mark(key))
        self.values["sections"] = sections

    def _section(self, key: ScalarNode, name: str, node: Node) -> tuple[PlacedStep, ...]:
        context = self.context
        context.heed(node)
        if is_empty(node):
            message = f"the section '{name}' has no steps"
            hint = "write its steps below it, each with `- `; `- return` does nothing"
            raise context.fail(codes.WRONG_FORM, message, key, hint=hint)
        if isinstance(node, MappingNode):
            hint = "put `- ` before each step"
            message = f"the section '{name}' must be a list of steps"
            raise context.fail(codes.MISSING_DASH, message, node, hint=hint)
        context.items(node, f"the section '{name}'", hint="put `- ` before each step")
        return read_steps(context, node, name)

    def _is_bad_section_name(self, key: ScalarNode, name: str) -> bool:
        if name in RESERVED_TARGETS:
            message = f"'{name}' is a reserved word and cannot be a section"
            self.context.fail(codes.RESERVED_NAME, message, key, hint="give it another name")
            return True
        if KEBAB.fullmatch(name):
            return False
        near = kebab(name)
        hint = f"write {near}" if near else "sections are kebab-case and begin with a letter"
        message = f"'{name[:40]}' is not the name of a section"
        self.context.fail(codes.BAD_NAME, message, key, hint=hint)
        return True


def _looks_like_sections(node: Node) -> bool:
    return isinstance(node, MappingNode) and all(
        isinstance(steps, SequenceNode) for _, steps in node.value
    )


_FIELDS: Final[dict[str, Callable[[_FlowReading, Node], None]]] = {
    "ivrkit": _FlowReading.version,
    "flow": _FlowReading.name,
    "title": _FlowReading.title,
    "language": _FlowReading.language,
    "params": _FlowReading.params,
    "returns": _FlowReading.returns,
    "outcomes": _FlowReading.outcomes,
    "entry": _FlowReading.entry,
    "data": _FlowReading.data,
    "calendars": _FlowReading.calendars,
    "variables": _FlowReading.variables,
    "payload": _FlowReading.payload,
    "keys": _FlowReading.keys,
    "shortcuts": _FlowReading.shortcuts,
    "exits": _FlowReading.exits,
    "on_error": _FlowReading.on_error,
    "on_end": _FlowReading.on_end,
    "max_call": _FlowReading.max_call,
    "sections": _FlowReading.sections,
}

_TARGETS: Final = frozenset({"on_error", "on_end"})

FLOW_FIELDS: Final = (*_FIELDS, "defaults")
"""The fields of a flow."""
