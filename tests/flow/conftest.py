"""A small language of its own, so that reading is tested whatever verbs there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import Annotated, ClassVar

import pytest
from pydantic import Field, model_validator

from ivrkit.call import Call, Exit, ExitSpec, Form, Kind, Part, Piece, Step
from ivrkit.call.asking import (
    ArgumentsField,
    AssignedField,
    AssignmentsField,
    AttemptLimits,
    CheckField,
    Confirmation,
    DigitCountField,
    EntriesField,
    IterationField,
    Meanwhile,
    PartyKeysField,
    PromptField,
    RetryField,
    TargetField,
    ValuesField,
    WordsField,
)
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import (
    Condition,
    Duration,
    Flag,
    FlowName,
    KeepField,
    KeyField,
    KeySetField,
    Label,
    Reads,
    SectionName,
    SpeedField,
    Text,
    TextSetting,
    TypeField,
    ValueField,
    Variable,
)
from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Node
from ivrkit.expressions.expression import Scope, Setting
from ivrkit.expressions.types import Type
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.model import Flow
from ivrkit.flow.reader import Reader


class Verb(Step):
    kind: ClassVar[Kind] = Kind.INNER

    async def run(self, call: Call) -> Exit:
        return GO_ON


class Answer(Verb):
    """Answers the call."""

    verb: ClassVar[str] = "answer"
    example: ClassVar[str] = "- answer"


class Again(Verb):
    """Asks again."""

    verb: ClassVar[str] = "again"
    example: ClassVar[str] = "- again"


class Say(Verb):
    """Says a prompt."""

    verb: ClassVar[str] = "say"
    main: ClassVar[str | None] = "prompt"
    example: ClassVar[str] = "- say: Welcome."

    prompt: PromptField
    """What is said."""
    barge_in: Flag = True
    """Whether a key stops it."""
    speed: SpeedField | None = None


class Goto(Verb):
    """Jumps."""

    verb: ClassVar[str] = "goto"
    main: ClassVar[str | None] = "to"
    example: ClassVar[str] = "- goto: main"

    to: TargetField


class Menu(Verb):
    """Asks for one of several keys."""

    verb: ClassVar[str] = "menu"
    asks: ClassVar[bool] = True
    exits: ClassVar[tuple[ExitSpec, ...]] = (ExitSpec("no_input", "Silence."),)
    example: ClassVar[str] = "- menu: {keys: {1: next}}"

    keys: EntriesField = ()
    prompt: PromptField | None = None
    no_input: RetryField | None = None
    attempts: AttemptLimits | None = None
    first_digit: Duration = Setting.parse("5s", Type("duration"))
    terminator: KeyField = "#"
    into: Variable | None = None
    words: WordsField | None = None


class Collect(Verb):
    """Asks for digits."""

    verb: ClassVar[str] = "collect"
    example: ClassVar[str] = "- collect: {into: account, digits: 6-12}"

    into: Variable
    digits: DigitCountField | None = None
    check: CheckField | None = None
    confirm: Confirmation | None = None
    type: TypeField | None = None
    first_digit: Duration | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Collect:
        if self.digits is not None and self.type is not None:
            raise ValueError("digits and type exclude each other; hint: leave one out")
        return self


class Set(Verb):
    """Sets variables."""

    verb: ClassVar[str] = "set"
    main: ClassVar[str | None] = "values"
    example: ClassVar[str] = "- set: {a: 1}"

    values: AssignmentsField


class If(Verb):
    """Decides."""

    verb: ClassVar[str] = "if"
    main: ClassVar[str | None] = "condition"
    beside: ClassVar[Mapping[str, bool]] = {"then": False, "else": False}
    example: ClassVar[str] = "- if: a\n  then: next"

    condition: Condition


class Switch(Verb):
    """Decides among several."""

    verb: ClassVar[str] = "switch"
    main: ClassVar[str | None] = "value"
    beside: ClassVar[Mapping[str, bool]] = {"cases": True, "else": False}
    example: ClassVar[str] = "- switch: a\n  cases: {x: next}"

    value: ValueField


class Each(Verb):
    """Loops over a list."""

    verb: ClassVar[str] = "each"
    main: ClassVar[str | None] = "over"
    beside: ClassVar[Mapping[str, bool]] = {"do": False}
    example: ClassVar[str] = "- each: a in b\n  do: []"

    over: IterationField


class While(Form):
    """How often."""

    while_: Condition | None = None
    most: Annotated[Setting, Reads("setting", type="number")] | None = None


class Repeat(Verb):
    """Loops."""

    verb: ClassVar[str] = "repeat"
    beside: ClassVar[Mapping[str, bool]] = {"do": False}
    example: ClassVar[str] = "- repeat: {form: {while: a}}\n  do: []"

    form: While


class Run(Verb):
    """Runs a section or a flow."""

    verb: ClassVar[str] = "run"
    main: ClassVar[str | None] = "section"
    example: ClassVar[str] = "- run: part"

    section: SectionName | None = None
    flow: FlowName | None = None
    arguments: ArgumentsField = Field(default_factory=dict, alias="with")

    def runs(self) -> str | None:
        return self.flow


class Queue(Verb):
    """Hands over."""

    verb: ClassVar[str] = "queue"
    main: ClassVar[str | None] = "name"
    example: ClassVar[str] = "- queue: service"

    name: TextSetting
    payload: ValuesField = Field(default_factory=dict)
    tags: tuple[Label, ...] = ()
    extra: Mapping[str, Text] = Field(default_factory=dict)
    meanwhile: Meanwhile | None = None
    keys: PartyKeysField = Field(default_factory=dict)
    per_language: Annotated[Mapping[str, Prompt], Reads("language_map")] | None = None
    leads: Annotated[Mapping[str, object], Reads("targets")] | None = None


class Store(Verb):
    verb: ClassVar[str] = "store"
    example: ClassVar[str] = "- store: {value: x}\n"

    value: AssignedField | None = None
    keep: KeepField | None = None
    end_keys: KeySetField = "#"


class Fax(Verb):
    """Takes a fax."""

    verb: ClassVar[str] = "fax"
    example: ClassVar[str] = "- fax"


class Back(Verb):
    """Goes back."""

    verb: ClassVar[str] = "back"
    example: ClassVar[str] = "- back"


class Break(Verb):
    """Leaves a loop."""

    verb: ClassVar[str] = "break"
    example: ClassVar[str] = "- break"


class Spoken(Part):
    def evaluate(self, scope: Scope) -> Piece:
        return Piece(self.form, None)


class TextPart(Spoken):
    """A text."""

    form = "text"
    example = "Hello"

    text: Text


class AudioPart(Spoken):
    """A recording."""

    form = "audio"
    example = "{audio: a}"

    audio: Text
    text: Text | None = None


class MoneyPart(Spoken):
    """An amount."""

    form = "money"
    example = "{money: a}"

    money: ValueField
    currency: TextSetting | None = None


class LanguagesPart(Spoken):
    """A text per language."""

    form = "languages"
    example = "{en: Hello, de: Hallo}"

    languages: Annotated[Mapping[str, Prompt], Reads("language_map")]


VERBS: dict[str, type[Step]] = {
    each.verb: each
    for each in (
        Answer,
        Again,
        Say,
        Goto,
        Menu,
        Collect,
        Set,
        If,
        Switch,
        Each,
        Repeat,
        Run,
        Queue,
        Store,
        Fax,
        Back,
        Break,
    )
}
PARTS: dict[str, type[Part]] = {
    each.form: each for each in (TextPart, AudioPart, MoneyPart, LanguagesPart)
}

Found = tuple[Flow | None, Diagnostics]
ReadText = Callable[[str], Found]


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader of the small language."""
    return Reader(VERBS, PARTS)


@pytest.fixture
def read(reader: Reader) -> ReadText:
    """Read a text as the flow ``main``."""
    return lambda text: reader.read("main.yaml", dedent(text))


@pytest.fixture
def flow(read: ReadText) -> Callable[[str], Flow]:
    """Read a text in which nothing may be found."""

    def good(text: str) -> Flow:
        found, diagnostics = read(text)
        assert [str(each) for each in diagnostics] == []
        assert found is not None
        return found

    return good


@pytest.fixture
def steps(flow: Callable[[str], Flow]) -> Callable[[str], tuple[Node, ...]]:
    """Read a list of steps as the section ``main``."""

    def good(text: str) -> tuple[Node, ...]:
        return flow(_as_section(text)).sections["main"].nodes

    return good


@pytest.fixture
def step(steps: Callable[[str], tuple[Node, ...]]) -> Callable[[str], Node]:
    """Read one step."""
    return lambda text: steps(text)[0]


@pytest.fixture
def complaints(read: ReadText) -> Callable[[str], list[tuple[str, str]]]:
    """Read a list of steps; the places (line 1 is the first of the list) and codes found."""

    def bad(text: str) -> list[tuple[str, str]]:
        _, diagnostics = read(_as_section(text))
        return [(f"{each.mark.line - 2}:{each.mark.column - 4}", each.code) for each in diagnostics]

    return bad


def _as_section(text: str) -> str:
    body = "".join(f"    {line}\n" for line in dedent(text).strip("\n").split("\n"))
    return f"sections:\n  main:\n{body}"
