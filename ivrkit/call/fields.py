"""The fields of the language: an annotation says what a value in a file means.

A field of a step, form or part is annotated with one of the names below. The reader of the room
``flow`` finds the :class:`Reads` in the annotation and calls the reading of that name; the
checks use ``secrets`` (may a secret flow in here?) and ``role``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Reads:
    """How a field is read.

    ``reading`` names the reading in ``flow/fields``; ``type`` is the type of a setting or value;
    ``secrets`` is True for declared sinks of secrets; ``role`` says what a name names
    (``variable``, ``queue``, ``flow``, ``section``, ``language``, ``voice``); ``least`` is the
    smallest number or duration that may be written, and then a number has to be whole.
    """

    reading: str
    type: str = ""
    secrets: bool = False
    role: str = ""
    text: str = ""
    least: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """The reading has made the value: pydantic looks at its class only, not into it."""
        if isinstance(source, type):
            return core_schema.is_instance_schema(source)
        return core_schema.any_schema()


Condition = Annotated[Expression, Reads("expression", type="flag", secrets=True)]
"""A bare expression that is true or false."""
ValueField = Annotated[Expression, Reads("expression")]
"""A bare expression: a value (of a prompt part, of ``switch``, of ``each``)."""
SecretValueField = Annotated[Expression, Reads("expression", secrets=True)]
"""A value that may be a secret (a comparison, a declared sink)."""
Text = Annotated[Template, Reads("text")]
"""A text with ``{{ }}``."""

SecretText = Annotated[Template, Reads("text", secrets=True)]
"""A text with ``{{ }}`` in which secrets may stand: it goes to a system outside."""
Regex = Annotated[str, Reads("regex")]
"""A regular expression, written and never computed."""

Duration = Annotated[Setting, Reads("setting", type="duration", least="0s")]
Count = Annotated[Setting, Reads("setting", type="number")]
Rounds = Annotated[Setting, Reads("setting", type="number", least="0")]
Times = Annotated[Setting, Reads("setting", type="number", least="1")]
NumberSetting = Annotated[Setting, Reads("setting", type="number")]
FlagSetting = Annotated[Setting, Reads("setting", type="flag")]
TextSetting = Annotated[Setting, Reads("setting", type="text")]

Flag = Annotated[bool, Reads("flag")]
"""``true`` or ``false``, written; never computed."""
Variable = Annotated[str, Reads("name", role="variable")]
"""The name of a variable that is set (``into``); may name one field (``task.step``)."""
SectionName = Annotated[str, Reads("name", role="section")]
FlowName = Annotated[str, Reads("name", role="flow")]
LanguageName = Annotated[str, Reads("name", role="language")]
VoiceName = Annotated[str, Reads("name", role="voice")]
Label = Annotated[str, Reads("name", role="label")]
MilestoneName = Annotated[str, Reads("name", role="milestone")]
LanguageChoice = Annotated[Setting, Reads("setting", type="text", role="language")]
"""A language, written or from data (then ``among`` says which are possible)."""
LanguageNames = Annotated[tuple[str, ...], Reads("names", role="language")]
QueueChoice = Annotated[Setting, Reads("setting", type="text", role="queue")]
"""The queue; a name from data needs ``among`` beside it."""
QueueNames = Annotated[tuple[str, ...], Reads("names", role="queue")]
"""The queues that a name from data may be."""
CalendarChoice = Annotated[Setting, Reads("setting", type="text", role="calendar")]
"""A calendar, written or from data (then ``among`` says which are possible)."""
CalendarNames = Annotated[tuple[str, ...], Reads("names", role="calendar")]
MomentField = Annotated[Expression, Reads("expression", type="datetime")]
"""A bare expression whose value is a moment."""
ExitName = Annotated[str, Reads("name", role="exit")]
SpeedField = Annotated[Decimal, Reads("speed")]
"""A factor: 1 is the voice's own speed."""
ShareField = Annotated[Decimal, Reads("share")]
"""A number from 0 to 1."""
KeyField = Annotated[str, Reads("key")]
"""One key of the telephone, perhaps as a word: ``star``, ``hash``, ``pound``, ``none``."""
KeySetField = Annotated[str, Reads("key_set")]
"""Keys that all do the same: ``hash``, ``"0#"``, ``any``, ``none``."""
KeepField = Annotated[Setting, Reads("keep")]
"""A duration, or ``call``: until the call is over."""
TypeField = Annotated[Type, Reads("type")]
