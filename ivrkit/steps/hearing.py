"""What steps have in common that take words besides keys: how they listen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, Final

from ivrkit.call import Call
from ivrkit.call.call import SpeechBargeIn
from ivrkit.call.fields import Duration, Reads, ShareField
from ivrkit.call.hearing import END_SILENCE, LONGEST, Grammar, Hearing
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.values import Value
from ivrkit.steps.asking import AskingStep, Speech, seconds

CONFIDENCE: Final = 0.5
"""How sure a recogniser must be where nothing is said (VoiceXML's ``confidencelevel``)."""
_BARE: Final = Hearing(Grammar(""))
_OF_ENTRIES: Final = Speech(_BARE, CONFIDENCE)
"""Of a question that says nothing about it: it listens for the words of its entries, in the
language of the call."""
_NOTHING: Final = (None,) * 6
_BARGE_IN: Final[dict[object, SpeechBargeIn]] = {"speech": "speech", "keys": "none"}


class HearingStep(AskingStep):
    """The fields of a step that asks and understands words."""

    hears: ClassVar[bool] = True

    confidence: ShareField | None = None
    """How sure the recogniser must be of what was said, from 0 to 1; 0.5 if not said. What is less
    sure is wrong input (`input.reason` is `unsure`)."""
    end_silence: Duration | None = None
    """How much silence ends what the caller says; 0.8s if not said."""
    longest: Duration | None = None
    """How long the caller may speak; 10s if not said."""
    barge_in_by: Annotated[Setting, Reads("setting", type="choice:words,speech,keys")] | None = None
    """What of the caller stops the prompt besides keys: `words` that mean something here (if not
    said), any `speech` (or cough), or nothing: `keys`."""


def speech(
    call: Call,
    step: HearingStep,
    *,
    grammar: Grammar | None = None,
    confirms: bool = False,
    understand: Callable[[str], Value] | None = None,
) -> Speech:
    """What a step does with words: those of its entries, and those of a grammar of its own."""
    own = (grammar, understand, step.confidence, step.end_silence, step.longest, step.barge_in_by)
    if own == _NOTHING:
        return _OF_ENTRIES
    return Speech(
        Hearing(
            grammar or _BARE.grammar,
            seconds(call, step.end_silence, END_SILENCE),
            seconds(call, step.longest, LONGEST),
        ),
        CONFIDENCE if step.confidence is None else float(step.confidence),
        confirms,
        "words" if step.barge_in_by is None else _stops(call, step.barge_in_by),
        understand,
    )


def _stops(call: Call, written: Setting) -> SpeechBargeIn:
    return _BARGE_IN.get(call.session.setting(written), "words")
