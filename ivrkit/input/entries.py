"""What can be entered at one moment: a menu's entries, flow-wide keys and shortcuts together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ivrkit.errors import ValueRejected
from ivrkit.input.automaton import Automaton, Node
from ivrkit.input.conflicts import Conflict, conflicts
from ivrkit.input.patterns import Pattern, bit_of
from ivrkit.input.phrases import PhraseBook, tokens


class Scope(IntEnum):
    """Where an entry was declared: the lower one wins, whatever the patterns."""

    OWN = 0
    """The menu's or the collect's own."""
    AROUND = 1
    """A key of a long step in which the question is put."""
    FLOW = 2
    """A flow-wide key."""
    SHORTCUT = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be entered.

    ``label`` identifies the choice for whoever asks. ``level`` counts flows (or long steps) from
    the inside: 0 is the flow that runs, 1 the one that runs it. ``words`` are the phrases that
    choose it.
    """

    pattern: Pattern
    label: str
    scope: Scope = Scope.OWN
    words: tuple[str, ...] = ()
    level: int = 0

    @property
    def is_own(self) -> bool:
        """Whether it belongs to the menu or collect itself."""
        return self.scope is Scope.OWN

    @property
    def phrases(self) -> tuple[str, ...]:
        """Its words as they are compared."""
        return tuple(" ".join(tokens(each)) for each in self.words)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Of several entries that match the same keys, the one of the smallest rank is meant:
        scope, then the inner flow, then more fixed keys. The order in the file says nothing.
        """
        return (self.scope, self.level, -self.pattern.rank)


class EntrySet:
    """Entries that compete for the same keys.

    Build it once per menu (or per choice of entries that are offered) and keep it: what was
    worked out for one caller serves the next.
    """

    __slots__ = ("_automata", "_phrases", "entries")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._automata: dict[tuple[str | None, str | None, bool], Automaton] = {}
        self._phrases: PhraseBook | None = None

    def best(self, keys: str) -> Entry | None:
        """The entry that these keys mean, if they are complete."""
        node = self._after(keys)
        return None if node is None else node.best

    def possible(self, keys: str) -> bool:
        """Whether the keys are an entry or the beginning of one."""
        return self._after(keys) is not None

    def longer(self, keys: str) -> bool:
        """Whether an entry is possible that begins with these keys and goes on."""
        node = self._after(keys)
        return node is not None and node.longer

    @property
    def phrases(self) -> PhraseBook:
        """What may be said instead of keys."""
        if self._phrases is None:
            self._phrases = PhraseBook(self.entries)
        return self._phrases

    @property
    def typed(self) -> bool:
        """Whether anything can be typed."""
        return any(each.pattern.is_typed for each in self.entries)

    def spoken(self, text: str) -> Entry | None:
        """The entry that was named by what was said; see :class:`PhraseBook`."""
        return self.phrases.named_by(text)

    def automaton(self, terminator: str | None, restart: str | None, collecting: bool) -> Automaton:
        """The table that a machine walks with every key; made once for each set of rules.

        Raises:
            ValueRejected: terminator or restart is not one key, or both are the same.
        """
        rules = (terminator, restart, collecting)
        automaton = self._automata.get(rules)
        if automaton is None:
            _check(terminator, restart)
            automaton = Automaton(self.entries, terminator, restart, collecting)
            self._automata[rules] = automaton
        return automaton

    def conflicts(
        self,
        *,
        terminator: str | None = None,
        restart: str | None = None,
        collecting: bool = False,
        at_once: bool = False,
    ) -> list[Conflict]:
        """What the check has to say about these entries under the rules of one question.

        ``at_once``: ``settle`` is 0, so that the shorter entry is always taken.
        """
        _check(terminator, restart)
        return conflicts(
            self.entries,
            terminator=terminator,
            restart=restart,
            collecting=collecting,
            at_once=at_once,
        )

    def _after(self, keys: str) -> Node | None:
        node: Node | None = self.automaton(None, None, False).root
        for key in keys:
            if node is None:
                return None
            node = node[key]
        return node


def _check(terminator: str | None, restart: str | None) -> None:
    for name, key in (("terminator", terminator), ("restart", restart)):
        if key is not None and not bit_of(key):
            raise ValueRejected(
                f"{key!r} cannot be the {name}", hint="write one key, star, hash or none"
            )
    if terminator is not None and terminator == restart:
        raise ValueRejected(
            f"{terminator!r} is both terminator and restart",
            hint="choose another key, or none, for one of them",
        )
