"""What ``menu`` and ``collect`` have in common: fields, attempts, and asking until it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, Final

from ivrkit.call import Answer, Call, Exit, ExitSpec, Kind, Prompt, Question, Step, Word
from ivrkit.call.asking import (
    ATTEMPTS,
    BETWEEN_DIGITS,
    FIRST_DIGIT,
    AttemptLimits,
    PromptField,
    Retry,
    RetryField,
)
from ivrkit.call.call import SpeechBargeIn
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Flag, KeyField
from ivrkit.call.hearing import Hearing
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.values import Value
from ivrkit.input.attempts import AskAgain, Attempts, GiveUp
from ivrkit.input.entries import Entry
from ivrkit.input.machine import Timing


class AskingStep(Step):
    """The fields of every step that asks the caller."""

    kind: ClassVar[Kind] = Kind.CALLER
    asks: ClassVar[bool] = True
    answered: ClassVar[bool] = True
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec("no_input", "The caller was silent in every attempt."),
        ExitSpec("no_match", "The caller's input was wrong in every attempt."),
        ExitSpec("used_up", "The question was put as often as `total` allows.", optional=True),
    )

    intro: PromptField | None = None
    """Said once, when the step is entered; not when the question is put again."""
    prompt: PromptField | None = None
    """The question."""
    no_input: RetryField = Retry()
    """What is said after silence, before the question is put again."""
    no_match: RetryField = Retry()
    """What is said after wrong input, before the question is put again."""
    attempts: AttemptLimits | None = None
    """How often the question is put; 3 for silence and 3 for wrong input if not said."""
    first_digit: Duration | None = None
    """How long to wait for the first key once the prompt is over; 5s if not said."""
    between_digits: Duration | None = None
    """How long to wait for the next key of an incomplete entry; 3s if not said."""
    settle: Duration | None = None
    """How long to wait when an entry matches and a longer one is possible; as `between_digits`
    if not said, and `0s` takes the shorter one at once."""
    restart: KeyField | None = None
    """The key that drops what was typed, so that the caller begins anew."""
    barge_in: Flag = True
    """Whether a key stops the prompt."""
    flow_keys: Flag = True
    """Whether the flow's own keys and shortcuts hold here."""
    flush: Flag = False
    """Whether keys typed ahead are dropped when the step is entered."""

    def outcomes(self) -> tuple[ExitSpec, ...]:
        total = self.attempts is not None and self.attempts.total is not None
        return self.exits if total else self.exits[:2]


def seconds(call: Call, setting: Setting | None, default: float) -> float:
    """A duration in seconds, or the language's default."""
    if setting is None:
        return default
    value = call.session.setting(setting)
    return value.total_seconds() if isinstance(value, timedelta) else default


def timing(call: Call, step: AskingStep, first: Setting | None = None) -> Timing:
    """The timers of a question; ``first`` stands for ``first_digit`` where it is there."""
    settle = None if step.settle is None else seconds(call, step.settle, 0.0)
    return Timing(
        seconds(call, first or step.first_digit, FIRST_DIGIT),
        seconds(call, step.between_digits, BETWEEN_DIGITS),
        settle,
    )


def count(call: Call, setting: Setting | None, default: int | None) -> int | None:
    """A count, or the default."""
    if setting is None:
        return default
    value = call.session.setting(setting)
    return int(value) if isinstance(value, Decimal) else default


def limits(call: Call, form: AttemptLimits | None) -> Attempts:
    """Fresh counts under the step's limits."""
    if form is None:
        return Attempts(ATTEMPTS, ATTEMPTS)
    each = count(call, form.each, ATTEMPTS)
    return Attempts(
        count(call, form.no_input, each),
        count(call, form.no_match, each),
        count(call, form.total, None),
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """What a question does with words; see :class:`~ivrkit.call.call.Question`."""

    hearing: Hearing | None = None
    confidence: float = 0.0
    confirms: bool = False
    barge_in: SpeechBargeIn = "words"
    understand: Callable[[str], Value] | None = None


KEYS_ONLY: Final = Speech()
"""Nothing."""


class Asking:
    """One entry into a step that asks: its counts, and what is said next.

    ``prompts`` is what the next question says; ``over`` is the exit once the counts are used up.
    The counts are kept in the entry's state, so that ``again`` and ``wrong`` in a branch find
    them.
    """

    def __init__(self, call: Call, step: AskingStep) -> None:
        self.call = call
        self.step = step
        self.over: Exit | None = None
        self.announce = True
        self.prompts: list[Prompt] = []
        entry = call.session.entry
        counted = entry.data.get("counts")
        if counted is None or entry.how in ("entered", "resumed"):
            self.attempts = limits(call, step.attempts)
            entry.data.clear()
            self._keep()
            self.prompts = _present(step.intro, step.prompt)
            if step.flush:
                call.keys.flush()
            return
        self.attempts = Attempts.from_dict(counted)
        if entry.how == "again":
            self.again()
        elif entry.how == "wrong":
            self.failed("no_match")

    def again(self) -> None:
        """The question is put once more, as the flow said."""
        self._next(self.attempts.again(), None)

    def failed(self, failure: str) -> None:
        """Silence (``no_input``) or wrong input (``no_match``)."""
        if failure == "no_input":
            self._next(self.attempts.failed("no_input"), self.step.no_input)
        else:
            self.call.keys.flush()
            self._next(self.attempts.failed("no_match"), self.step.no_match)

    def word(self, word: Word | None) -> Exit | None:
        """A flow-wide key whose target is a reserved word; an exit if the step is left."""
        if word is Word.NEXT:
            return GO_ON
        if word is Word.WRONG:
            self.failed("no_match")
        else:
            self.again()
        return None

    async def ask(
        self,
        entries: Sequence[Entry],
        *,
        announcements: Sequence[Prompt] = (),
        announce: bool = False,
        terminator: str | None = None,
        default: bool = False,
        collecting: bool = False,
        secret: bool = False,
        stored: bool = True,
        speech: Speech = KEYS_ONLY,
        first: Setting | None = None,
    ) -> Answer:
        """Put the question once."""
        step = self.step
        said = [*self.prompts, *(announcements if self.announce else ())]
        return await self.call.keys.ask(
            Question(
                said,
                entries,
                timing(self.call, step, first),
                terminator=terminator,
                restart=pressed(step.restart),
                default=default,
                barge_in=step.barge_in,
                flow_keys=step.flow_keys,
                collecting=collecting,
                announce=announce and self.announce,
                secret=secret,
                stored=stored,
                hearing=speech.hearing,
                confidence=speech.confidence,
                confirms=speech.confirms,
                speech_barge_in=speech.barge_in,
                understand=speech.understand,
            )
        )

    def _next(self, decided: AskAgain | GiveUp, retry: Retry | None) -> None:
        self._keep()
        if isinstance(decided, GiveUp):
            self.over = Exit(decided.exit, otherwise=decided.otherwise or "no_match")
            return
        said = None
        self.announce = True
        if retry is not None and decided.retry is not None:
            after = retry.after(decided.retry + 1)
            said, self.announce = after.prompt, after.reprompt
        self.prompts = _present(said, self.step.prompt if self.announce else None)

    def _keep(self) -> None:
        entry = self.call.session.entry
        entry.data["counts"] = self.attempts.to_dict()
        entry.data["attempt"] = self.attempts.asked


def pressed(key: str | None) -> str | None:
    """A key field as it counts: ``none`` switches it off."""
    return None if key in (None, "", "none") else key


def _present(*prompts: Prompt | None) -> list[Prompt]:
    return [prompt for prompt in prompts if prompt is not None]
