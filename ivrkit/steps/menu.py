"""``menu``: the caller chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from ivrkit.call import Assignment, Call, Exit, Prompt, Prompts, Target
from ivrkit.call.asking import EntriesField, MenuEntry
from ivrkit.call.fields import KeyField, Variable
from ivrkit.expressions.values import truth
from ivrkit.input.entries import Entry
from ivrkit.steps.asking import Asking, AskingStep, pressed


class Menu(AskingStep):
    """Offers entries and goes where the chosen one leads.

    An entry is a target, or ``{to, say, label, words, when}``; one with ``say`` is announced
    behind the prompt, in the order of the file. ``into`` receives its label (or the keys).
    """

    verb: ClassVar[str] = "menu"
    chooses: ClassVar[bool] = True
    needs: ClassVar[tuple[type, ...]] = (Prompts,)
    example: ClassVar[str] = """\
- menu:
    prompt: How can we help?
    keys:
      1: {say: For balances, to: main}
      2: {say: For cards, to: main}
    no_input: Are you still there?
    no_match: That is not one of the choices.
  exits: {no_input: hangup, no_match: hangup}
"""

    keys: EntriesField = ()
    """What may be pressed, and where it leads."""
    into: Variable | None = None
    """The variable that receives the label of the choice, or its keys."""
    terminator: KeyField | None = None
    """A key that ends an entry which could go on."""

    def ways(self) -> Mapping[str, Target]:
        return {entry.way: entry.to for entry in self.keys}

    def goes_on(self, ways: object) -> bool:
        return False

    def assigns(self) -> tuple[Assignment, ...]:
        if self.into is None:
            return ()
        return (Assignment(self.into, exits=tuple(entry.way for entry in self.keys)),)

    def says(self, wording: Prompts, language: str) -> list[Prompt]:
        return [
            wording.announcement(entry.say, entry.pattern.text, language)
            for entry in self.keys
            if entry.say is not None
        ]

    async def run(self, call: Call) -> Exit:
        asking = Asking(call, self)
        while asking.over is None:
            offered = self._offered(call)  # what is offered may differ with the attempt
            answer = await asking.ask(
                tuple(offered),
                announcements=self._announcements(call, offered.values()),
                announce=True,
                terminator=pressed(self.terminator),
            )
            if answer.result == "chosen" and answer.entry is not None:
                chosen = offered[answer.entry]
                if self.into is not None:
                    call.session.set(self.into, chosen.label or answer.keys)
                return Exit(chosen.way)
            if answer.result == "word":
                left = asking.word(answer.word)
                if left is not None:
                    return left
            else:
                asking.failed(answer.result)
        return asking.over

    def _offered(self, call: Call) -> dict[Entry, MenuEntry]:
        language = call.session.language
        return {
            Entry(
                entry.pattern, entry.label or entry.pattern.text, words=entry.words_in(language)
            ): entry
            for entry in self.keys
            if entry.when is None or truth(call.session.value(entry.when))
        }

    def _announcements(self, call: Call, entries: Iterable[MenuEntry]) -> list[Prompt]:
        prompts = call.use(Prompts)  # type: ignore[type-abstract]
        return [
            prompts.announcement(entry.say, entry.pattern.text, call.session.language)
            for entry in entries
            if entry.say is not None
        ]
