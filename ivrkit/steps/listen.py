"""``listen``: the caller says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from pydantic import model_validator

from ivrkit.call import Answer, Assignment, Call, Exit, ExitSpec, Prompt, Prompts, Target
from ivrkit.call.asking import CheckField, DigitCount, DigitCountField, EntriesField, MenuEntry
from ivrkit.call.fields import Duration, KeyField, TypeField, Variable
from ivrkit.call.hearing import Understanding
from ivrkit.call.listening import SAYABLE, Choices, ChoicesField, SlotsField, SpokenConfirmation
from ivrkit.call.step import FieldError
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, truth
from ivrkit.input.entries import Entry
from ivrkit.steps.asking import Asking, pressed
from ivrkit.steps.confirming import confirmed, refuse
from ivrkit.steps.hearing import CONFIDENCE, HearingStep, speech
from ivrkit.steps.keyed import LENGTHS, keyed
from ivrkit.steps.spoken import Meant, Spoken, choices_of

TERMINATOR: Final = "#"
_ADAPTS: Final = (*SAYABLE, "choice")
_UNQUOTED: Final = re.compile(r'["\\]')
"""What cannot stand in a text of an expression."""


class Listen(HearingStep):
    """Understands what the caller says, and keeps it in ``into``.

    ``choices`` are what can be said, each by one or several phrases; ``type`` is a value (a number,
    digits, a date, a time, money, yes or no, or any text); ``slots`` are several values that are
    said at once. Without any of them the type of the variable says it. Keys are open at the same
    time: those of ``keys``, and digits where the type has some; the first complete answer wins.
    """

    verb: ClassVar[str] = "listen"
    needs: ClassVar[tuple[type, ...]] = (Prompts, Understanding)
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *HearingStep.exits,
        ExitSpec("partial", "Some of the slots were filled, and others are still empty."),
    )
    example: ClassVar[str] = """\
- listen:
    into: topic
    prompt: Is it about billing or about support?
    choices:
      billing: [billing, my bill, an invoice]
      support: [support, help]
    keys:
      1: {label: billing, to: next}
      2: {label: support, to: next}
    confirm: unsure
    no_match: Please say billing or support, or press 1 or 2.
  exits: {no_input: hangup, no_match: hangup}
"""

    into: Variable | None = None
    """The variable that receives what was understood: the label of a choice, or a value."""
    choices: ChoicesField | None = None
    """What can be said, and how: `{billing: [billing, my bill]}`, also per language."""
    type: TypeField | None = None
    """What the words mean: `number`, `digits`, `phone`, `date`, `time`, `money`, `flag` (yes or no)
    or `text` (anything); if neither this nor `choices` is said, the type of the variable."""
    slots: SlotsField | None = None
    """Several values that may be said at once: `[amount, account]`. What was said is filled."""
    keys: EntriesField = ()
    """What may be pressed instead, and where it leads; `into` receives the label, if there is
    one."""
    digits: DigitCountField | None = None
    """How many digits, said or typed; if not said, as many as the type has."""
    terminator: KeyField | None = None
    """The key that ends digits which could go on; `hash` where the type has digits."""
    check: CheckField | None = None
    """What a good answer holds: a condition, or steps that end with `wrong` where it does not."""
    confirm: SpokenConfirmation | None = None
    """Asks whether what was understood is right: always (`true`), or when it is not sure
    (`unsure`)."""
    first_word: Duration | None = None
    """How long to wait for the first word or key once the prompt is over; as `first_digit` if not
    said."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Listen:
        given = [name for name in ("choices", "type", "slots") if getattr(self, name) is not None]
        if len(given) > 1:
            message = f"`{given[0]}` and `{given[1]}` cannot be asked for at once"
            raise FieldError(given[1], message, "fill several values by `slots`")
        if self.slots is not None and self.into is not None:
            hint = "leave `into` out: every slot is a variable"
            raise FieldError("into", "`slots` name their variables themselves", hint)
        for path, type_ in self._types():
            if type_.kind not in SAYABLE:
                hint = f"write one of {', '.join(SAYABLE)}"
                raise FieldError(path, f"{type_.describe()} cannot be said", hint)
        confirm = self.confirm
        asks = confirm is not None and confirm.is_wanted and confirm.prompt is None
        if self.slots is not None and asks:
            hint = "write confirm: {prompt: …}"
            raise FieldError("confirm", "several values need a question of their own", hint)
        return self

    def _types(self) -> list[tuple[str, Type]]:
        types = [("type", self.type)] if self.type is not None else []
        slots = self.slots or ()
        return types + [(f"slots/{s.name}", s.type) for s in slots if s.type is not None]

    # ---- what the check asks ------------------------------------------------------------------

    def outcomes(self) -> tuple[ExitSpec, ...]:
        partial = self.exits[-1:] if self.slots is not None else ()
        return (*super().outcomes(), *partial)

    def ways(self) -> Mapping[str, Target]:
        ways = {entry.way: entry.to for entry in self.keys}
        if self.check is not None and self.check.steps is not None:
            ways["check"] = self.check.steps
        return ways

    def assigns(self) -> tuple[Assignment, ...]:
        usual = ("next", "check")
        if self.slots is not None:
            return tuple(
                Assignment(
                    slot.name,
                    slot.type or (_choice(slot.choices) if slot.choices else Type("text")),
                    usual,
                    () if slot.type is not None or slot.choices else _ADAPTS,
                    f"slots/{slot.name}",
                )
                for slot in self.slots
            )
        if self.into is None:
            return ()
        labelled = tuple(entry.way for entry in self.keys if entry.label is not None)
        if self.choices is not None:
            type_ = _choice((*self.choices, *(entry.label for entry in self.keys if entry.label)))
            return (Assignment(self.into, type_, (*usual, *labelled)),)
        adapts = () if self.type is not None else _ADAPTS
        return (Assignment(self.into, self.type or Type("text"), (*usual, *labelled), adapts),)

    def typed(self, declared: Type | None) -> DigitCount | None:
        if self.slots is not None or self.choices is not None:
            return None
        kind = (self.type or declared or Type("text")).kind
        if kind not in LENGTHS:
            return None
        return self.digits or DigitCount(*LENGTHS[kind])

    def says(self, wording: Prompts, language: str) -> list[Prompt]:
        said = [
            wording.announcement(entry.say, entry.pattern.text, language)
            for entry in self.keys
            if entry.say is not None
        ]
        confirm, kind = self.confirm, self.type.kind if self.type is not None else ""
        if self.into is not None and confirm is not None and confirm.prompt is None and kind:
            value = Expression.parse(self.into)
            said += [
                wording.confirmation(value, kind, confirm.yes, confirm.no, language, heard)
                for heard in (True, False)
            ]
        return said

    # ---- the call -----------------------------------------------------------------------------

    async def run(self, call: Call) -> Exit:
        entry = call.session.entry
        came_back = entry.how == "reentered"
        if entry.how == "wrong":
            refuse(call, entry.data.get("filled", ()))
        self._declare(call)
        asking = Asking(call, self)
        while asking.over is None:
            if not came_back:
                left = await self._take(call, asking)
                if left is not None:
                    return left
                if asking.over is not None or not entry.data.pop("taken", False):
                    continue
            came_back = False
            left = await self._confirmed(call, asking)
            if left is not None:
                return left
        return asking.over

    def _declare(self, call: Call) -> None:
        """A slot that nothing has filled yet is none."""
        for slot in self.slots or ():
            variable = slot.name.split(".")[0]
            try:
                call.session.lookup(variable)
            except KeyError:
                call.session.set(variable, None)

    async def _take(self, call: Call, asking: Asking) -> Exit | None:
        """Ask once; ``entry.data["taken"]`` says that a good answer is there."""
        values = self._meant(call)
        spoken = Spoken(call, values, self.slots is not None)
        offered = self._offered(call)
        typed = self._typed(values)
        answer = await asking.ask(
            (*offered, *spoken.entries, *typed),
            announcements=self._announcements(call, offered),
            announce=True,
            terminator=pressed(self.terminator or (TERMINATOR if typed else None)),
            collecting=bool(typed),
            secret=any(each.type.secret for each in values),
            stored=all(each.type.stored for each in values),
            speech=speech(
                call,
                self,
                grammar=spoken.grammar,
                confirms=self._asks_back,
                understand=spoken.understand,
            ),
            first=self.first_word,
        )
        if answer.result == "word":
            return asking.word(answer.word)
        if answer.entry is not None and answer.entry in offered:
            return self._choose(call, offered[answer.entry])
        if answer.result not in ("chosen", "understood"):
            asking.failed(answer.result)
            return None
        return self._keep(call, asking, values, answer)

    def _keep(
        self, call: Call, asking: Asking, values: Sequence[Meant], answer: Answer
    ) -> Exit | None:
        """Set the variables, if the answer is good."""
        data = call.session.entry.data
        said = self._values(values, answer)
        data["filled"] = list(said)
        data["sure"] = answer.confidence >= self._threshold
        is_secret = any(each.type.secret for each in values)  # then it is not kept beside it
        data["label"] = answer.entry.label if answer.entry is not None and not is_secret else ""
        data["by"] = answer.by
        try:
            for each in values:
                if each.name in said:
                    call.session.set(each.name, each.type.accept(said[each.name]))
        except ValueRejected:
            self._wrong(call, asking)
            return None
        if self.check is not None and self.check.steps is not None:
            return Exit("check", reenter=True)
        condition = self.check.condition if self.check is not None else None
        if condition is not None and not truth(call.session.value(condition)):
            self._wrong(call, asking)
            return None
        data["taken"] = True
        return None

    def _wrong(self, call: Call, asking: Asking) -> None:
        refuse(call, call.session.entry.data["filled"])
        asking.failed("no_match")

    def _values(self, values: Sequence[Meant], answer: Answer) -> dict[str, Value]:
        """What was answered, by the variables that are filled."""
        if self.slots is not None:
            return dict(answer.value) if isinstance(answer.value, dict) else {}
        if self.into is None:
            return {}
        if answer.result == "understood":
            return {self.into: answer.value}
        if answer.keys:
            return {self.into: keyed(values[0].type.kind, answer.keys)}
        return {self.into: answer.entry.label if answer.entry is not None else None}

    def _choose(self, call: Call, chosen: MenuEntry) -> Exit:
        """Leave by the way of what was pressed."""
        if self.into is not None and chosen.label is not None:
            call.session.set(self.into, chosen.label)
        return Exit(chosen.way)

    def _left(self, call: Call) -> Exit:
        """Everything was understood, or some slots are still empty."""
        slots = self.slots or ()
        values = [call.session.value(Expression.parse(slot.name)) for slot in slots]
        is_whole = all(each is not None for each in values)
        return Exit() if is_whole else Exit("partial")

    # ---- asking back --------------------------------------------------------------------------

    async def _confirmed(self, call: Call, asking: Asking) -> Exit | None:
        """Ask back where that is wanted; an exit when the step is over, None to ask anew."""
        data, confirm = call.session.entry.data, self.confirm
        if confirm is None or not self._asks(call, bool(data.get("sure", True))):
            return self._left(call)
        prompt = confirm.prompt or self._built_in(call)
        values = self._meant(call)
        answers = Spoken(call, [Meant("", Type("flag"))], False)
        left = await confirmed(
            call,
            asking,
            confirm,
            prompt,
            data.get("filled", ()),
            speech(call, self, grammar=answers.grammar, understand=answers.understand),
            secret=any(each.type.secret for each in values),
            stored=all(each.type.stored for each in values),
        )
        return self._left(call) if left == Exit() else left

    def _built_in(self, call: Call) -> Prompt:
        """The language's own question."""
        data = call.session.entry.data
        wording = call.use(Prompts)  # type: ignore[type-abstract]
        language = call.session.language
        values = self._meant(call)
        label = data.get("label")
        value: Expression | None = None
        kind = "secret"
        if label:
            phrase = _UNQUOTED.sub("", Spoken(call, values, False).phrase(label))
            value, kind = Expression.parse(f'"{phrase}"'), "text"
        elif self.into is not None and not values[0].type.secret:
            value, kind = Expression.parse(self.into), values[0].type.kind
        confirm = self.confirm
        assert confirm is not None
        heard = data.get("by") == "speech"
        return wording.confirmation(value, kind, confirm.yes, confirm.no, language, heard)

    @property
    def _asks_back(self) -> bool:
        return self.confirm is not None and self.confirm.is_wanted

    def _asks(self, call: Call, sure: bool) -> bool:
        """Whether it is asked if an answer is right."""
        written = self.confirm.wanted if self.confirm is not None else None
        wanted = "true" if written is None else call.session.setting(written)
        return self._asks_back and (wanted == "true" or (wanted == "unsure" and not sure))

    @property
    def _threshold(self) -> float:
        return CONFIDENCE if self.confidence is None else float(self.confidence)

    # ---- what is asked for --------------------------------------------------------------------

    def _meant(self, call: Call) -> list[Meant]:
        """The values that are asked for. What is secret in a variable is secret in the answer."""
        if self.slots is not None:
            return [self._value(call, slot.name, slot.type, slot.choices) for slot in self.slots]
        if self.into is None and self.choices is None:
            return []
        return [self._value(call, self.into or "", self.type, self.choices or {})]

    def _value(self, call: Call, name: str, type_: Type | None, choices: Choices) -> Meant:
        declared = call.session.declared(name) if name else None
        meant = type_ or declared or (_choice(choices) if choices else Type("text"))
        if declared is not None and declared.secret:
            meant = replace(meant, secret=True, stored=meant.stored and declared.stored)
        return Meant(name, meant, choices or choices_of(meant), self.digits)

    def _typed(self, values: Sequence[Meant]) -> tuple[Entry, ...]:
        """What may be typed for a single value."""
        if self.slots is not None or not values or values[0].choices:
            return ()
        count = self.typed(values[0].type)
        return () if count is None else (Entry(count.pattern, ""),)

    def _offered(self, call: Call) -> dict[Entry, MenuEntry]:
        """The keys that hold now."""
        language = call.session.language
        return {
            Entry(
                each.pattern, each.label or each.pattern.text, words=each.words_in(language)
            ): each
            for each in self.keys
            if each.when is None or truth(call.session.value(each.when))
        }

    def _announcements(self, call: Call, offered: Mapping[Entry, MenuEntry]) -> list[Prompt]:
        wording = call.use(Prompts)  # type: ignore[type-abstract]
        language = call.session.language
        return [
            wording.announcement(each.say, each.pattern.text, language)
            for each in offered.values()
            if each.say is not None
        ]


def _choice(labels: Iterable[str]) -> Type:
    """The type of a variable that receives a choice."""
    return Type("choice", options=tuple(dict.fromkeys(labels)))
