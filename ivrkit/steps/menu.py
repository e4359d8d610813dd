"""``menu``: the caller chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from ivrkit.call import Answer, Assignment, Call, Exit, Prompt, Prompts, Target
from ivrkit.call.asking import EntriesField, EntriesFrom, MenuEntry
from ivrkit.call.fields import KeyField, Variable
from ivrkit.expressions.values import truth
from ivrkit.input.entries import Entry
from ivrkit.steps.asking import Asking, pressed
from ivrkit.steps.hearing import HearingStep, speech
from ivrkit.steps.offering import Made, made_entries

MADE: Final = "keys_from/to"
"""The way of the entries that are made from a list."""

Entries = dict[Entry, MenuEntry]


class Menu(HearingStep):
    """Offers entries and goes where the chosen one leads.

    An entry is a target, or ``{to, say, label, words, when}``; one with ``say`` is announced
    behind the prompt, in the order of the file; one with ``words`` may be said, too. ``into``
    receives its label (or the keys). ``keys_from`` makes further entries from a list, which are
    announced last.
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
    keys_from: EntriesFrom | None = None
    """Entries made from a list, besides those of `keys`."""
    into: Variable | None = None
    """The variable that receives the label of the choice, or its keys."""
    terminator: KeyField | None = None
    """A key that ends an entry which could go on."""

    def ways(self) -> Mapping[str, Target]:
        ways = {entry.way: entry.to for entry in self.keys}
        if self.keys_from is not None:
            ways[MADE] = self.keys_from.to
        return ways

    def goes_on(self, ways: object) -> bool:
        return False

    def assigns(self) -> tuple[Assignment, ...]:
        if self.into is None:
            return ()
        return (Assignment(self.into, exits=tuple(self.ways())),)

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
            made = self._made(call, offered)
            answer = await asking.ask(
                (*offered, *made),
                announcements=self._announcements(call, offered, made),
                announce=True,
                terminator=pressed(self.terminator),
                speech=speech(call, self),
            )
            if answer.result == "chosen" and answer.entry is not None:
                return self._choose(call, answer, offered, made)
            if answer.result == "word":
                left = asking.word(answer.word)
                if left is not None:
                    return left
            else:
                asking.failed(answer.result)
        return asking.over

    def _choose(
        self, call: Call, answer: Answer, offered: Entries, made: Mapping[Entry, Made]
    ) -> Exit:
        """Leave by the way of what was chosen."""
        assert answer.entry is not None
        item, chosen = made.get(answer.entry), offered.get(answer.entry)
        label = item.label if item is not None else chosen.label if chosen is not None else None
        if item is not None:
            given = call.session.lookup("input")
            assert isinstance(given, dict)
            call.session.provide("input", {**given, "label": item.label, "item": item.item})
        if self.into is not None:
            call.session.set(self.into, label or answer.keys or answer.entry.pattern.text)
        return Exit(chosen.way if chosen is not None else MADE)

    def _made(self, call: Call, offered: Entries) -> dict[Entry, Made]:
        if self.keys_from is None:
            return {}
        return {each.entry: each for each in made_entries(call, self.keys_from, tuple(offered))}

    def _offered(self, call: Call) -> Entries:
        language = call.session.language
        return {
            Entry(
                entry.pattern, entry.label or entry.pattern.text, words=entry.words_in(language)
            ): entry
            for entry in self.keys
            if entry.when is None or truth(call.session.value(entry.when))
        }

    def _announcements(
        self, call: Call, offered: Entries, made: Mapping[Entry, Made]
    ) -> list[Prompt]:
        prompts = call.use(Prompts)  # type: ignore[type-abstract]
        said = [(entry.say, entry.pattern.text) for entry in offered.values()]
        said += [(each.say, entry.pattern.text) for entry, each in made.items()]
        return [
            prompts.announcement(say, keys, call.session.language)
            for say, keys in said
            if say is not None
        ]
