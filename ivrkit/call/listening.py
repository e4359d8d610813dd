"""What a step that listens is made of: choices, slots, and when it asks back. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from ivrkit.call.asking import ReadBack, Words
from ivrkit.call.fields import Reads
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type

SAYABLE: Final = ("number", "digits", "phone", "secret", "date", "time", "money", "flag", "text")
"""The types whose values callers can say."""

Choices = Mapping[str, Words]
"""What can be chosen by words: the label of each choice, and the phrases that choose it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One of several values that are said at once: the variable that it fills, and what can be
    said for it. ``type`` None: that of the variable."""

    name: str
    type: Type | None = None
    choices: Choices = field(default_factory=dict)


class SpokenConfirmation(ReadBack):
    """``confirm: true``, ``unsure``, or with a prompt and keys of its own."""

    main = "wanted"

    wanted: Annotated[Setting, Reads("setting", type="choice:true,false,unsure")] | None = None
    """Whether it is asked if what was understood is right: always (`true`, if not said), or only
    when it is less sure than `confidence` demands (`unsure`)."""

    @property
    def is_wanted(self) -> bool:
        return self.wanted is None or self.wanted.literal != "false"


ChoicesField = Annotated[Choices, Reads("choices")]
"""``[billing, support]``, or ``{billing: [billing, my bill]}``; per language too."""
SlotsField = Annotated[tuple[Slot, ...], Reads("slots")]
"""``[amount, account]``, or ``{amount: money, account: {choices: {…}}}``."""
