"""``collect``: the caller enters digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from ivrkit.call import Assignment, Call, Exit, Prompt, Prompts, Target
from ivrkit.call.asking import CheckField, Confirmation, DigitCount, DigitCountField
from ivrkit.call.fields import KeyField, SecretValueField, TypeField, Variable
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import truth
from ivrkit.input.entries import Entry
from ivrkit.input.patterns import Pattern
from ivrkit.steps.asking import Asking, AskingStep, pressed
from ivrkit.steps.confirming import confirmed, refuse
from ivrkit.steps.keyed import LENGTHS, keyed

DIGITS = Type("digits")


class Collect(AskingStep):
    """Asks for digits and keeps them in ``into``.

    ``digits`` says how many (``4``, ``6-12``), ``type`` what they mean. ``check`` is a condition
    over the entry, or steps that end with ``wrong``; ``confirm`` reads it back and asks. The
    terminator (``hash``) ends an entry that may go on, ``restart`` drops what was typed.
    """

    verb: ClassVar[str] = "collect"
    needs: ClassVar[tuple[type, ...]] = (Prompts,)
    example: ClassVar[str] = """\
- collect:
    into: account
    prompt: Enter your account number, then the hash key.
    digits: 6-12
    restart: star
    check: account != '000000'
    confirm: true
    no_match: I could not find that account.
  exits: {no_input: hangup, no_match: hangup}
"""

    into: Variable
    """The variable that receives the entry."""
    digits: DigitCountField | None = None
    """How many digits; if not said, as many as the type has."""
    type: TypeField | None = None
    """What the digits mean; if not said, the type of the variable, else digits."""
    terminator: KeyField = "#"
    """The key that ends an entry which could go on."""
    check: CheckField | None = None
    """What a good entry holds: a condition, or steps that end with `wrong` where it does not."""
    confirm: Confirmation | None = None
    """Reads the entry back and asks whether it is right."""
    default: SecretValueField | None = None
    """A known value that the terminator alone accepts."""

    def ways(self) -> Mapping[str, Target]:
        steps = self.check.steps if self.check is not None else None
        return {} if steps is None else {"check": steps}

    def assigns(self) -> tuple[Assignment, ...]:
        adapts = () if self.type is not None else tuple(LENGTHS)
        return (Assignment(self.into, self.type or DIGITS, ("next", "check"), adapts),)

    def typed(self, declared: Type | None) -> DigitCount | None:
        return self.digits or _digits_of((self.type or declared or DIGITS).kind)

    def says(self, wording: Prompts, language: str) -> list[Prompt]:
        if self.confirm is None or self.confirm.prompt is not None:
            return []
        return [self._confirmation(self.confirm, wording, language, self.type or DIGITS)]

    async def run(self, call: Call) -> Exit:
        entry = call.session.entry
        came_back = entry.how == "reentered"
        if entry.how == "wrong":
            refuse(call, (self.into,))
        asking = Asking(call, self)
        while asking.over is None:
            if not came_back:
                left = await self._take(call, asking)
                if left is not None:
                    return left
                if asking.over is not None or not entry.data.pop("taken", False):
                    continue
            came_back = False
            if self.confirm is None or not self.confirm.wanted:
                return Exit()
            wording = call.use(Prompts)  # type: ignore[type-abstract]
            meant = self._meant(call)
            prompt = self.confirm.prompt or self._confirmation(
                self.confirm, wording, call.session.language, meant
            )
            left = await confirmed(
                call,
                asking,
                self.confirm,
                prompt,
                (self.into,),
                secret=meant.secret,
                stored=meant.stored,
            )
            if left is not None:
                return left
        return asking.over

    async def _take(self, call: Call, asking: Asking) -> Exit | None:
        """Ask once; ``entry.data["taken"]`` says that a good entry is there."""
        meant = self._meant(call)
        known = None if self.default is None else call.session.value(self.default)
        answer = await asking.ask(
            (Entry(self._pattern(meant.kind), ""),),
            terminator=pressed(self.terminator),
            default=known is not None,
            collecting=True,
            secret=meant.secret,
            stored=meant.stored,
        )
        if answer.result == "word":
            return asking.word(answer.word)
        if answer.result not in ("chosen", "default"):
            asking.failed(answer.result)
            return None
        try:
            typed = meant.accept(keyed(meant.kind, answer.keys)) if answer.keys else known
            call.session.set(self.into, typed)
        except ValueRejected:
            refuse(call, (self.into,))
            asking.failed("no_match")
            return None
        if self.check is not None and self.check.steps is not None:
            return Exit("check", reenter=True)
        condition = self.check.condition if self.check is not None else None
        if condition is not None and not truth(call.session.value(condition)):
            refuse(call, (self.into,))
            asking.failed("no_match")
            return None
        call.session.entry.data["taken"] = True
        return None

    def _confirmation(
        self, confirm: Confirmation, wording: Prompts, language: str, meant: Type
    ) -> Prompt:
        """The language's own question whether the entry is right; a secret is not read back."""
        value = None if meant.secret else Expression.parse(self.into)
        return wording.confirmation(value, meant.kind, confirm.yes, confirm.no, language)

    def _pattern(self, kind: str) -> Pattern:
        return (self.digits or _digits_of(kind)).pattern

    def _meant(self, call: Call) -> Type:
        """What the digits mean. What is secret in the variable is secret while it is typed."""
        declared = call.session.declared(self.into)
        meant = self.type or declared or DIGITS
        if declared is None or not declared.secret:
            return meant
        return replace(meant, secret=True, stored=meant.stored and declared.stored)


def _digits_of(kind: str) -> DigitCount:
    """How many digits a type has on the keys."""
    least, most = LENGTHS.get(kind, LENGTHS["digits"])
    return DigitCount(least, most)
