"""What may be entered at a question: its own entries, and all that holds around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ivrkit.call.asking import words_in
from ivrkit.engine.session import LiveSession
from ivrkit.engine.watching import Keyed
from ivrkit.flow.model import FlowKey
from ivrkit.input.entries import Entry, EntrySet, Scope


@dataclass(frozen=True, slots=True)
class Offered:
    """A flow-wide key or shortcut that is understood now; ``level`` counts from the inside."""

    key: FlowKey
    level: int
    entry: Entry

    @property
    def by(self) -> str:
        """What breaks in with it."""
        return "key" if self.entry.scope is Scope.FLOW else "shortcut"


EntrySets = dict[tuple[object, ...], tuple[EntrySet, dict[Entry, Offered]]]
"""What was worked out for the questions of one version of a flow: it serves every call."""
MOST_SETS = 2000
"""How many of them are kept."""
MOST_VERSIONS = 64
"""Of how many versions they are kept."""


@lru_cache(MOST_VERSIONS)
def sets_of(version: str) -> EntrySets:
    """What was worked out for a version, by its hash: of the last ones, for a flow may change
    often. It depends on nothing else, so all engines of a process share it."""
    return {}


def entry_set(
    sets: EntrySets,
    session: LiveSession,
    own: tuple[Entry, ...],
    around: tuple[Keyed, ...],
    flows: tuple[str, ...],
    *,
    collecting: bool = False,
) -> tuple[EntrySet, dict[Entry, Offered]]:
    """The set of a question's own entries and all that come behind them: the keys of steps that
    last around it, and those of these flows (innermost first). Worked out once for each."""
    others = _around(around) if around else ()
    key = (own, others, flows, collecting, session.language)
    found = sets.get(key)
    if found is None:
        # Shortcuts hold in menus, flow-wide keys in collects too (language.md, "A flow").
        scopes = (Scope.FLOW,) if collecting else (Scope.FLOW, Scope.SHORTCUT)
        offered = _offered(session, (*own, *others), flows, scopes)
        entries = EntrySet((*own, *others, *offered))
        if len(sets) >= MOST_SETS:
            sets.clear()  # keys may come from data, and data has no end
        found = sets[key] = (entries, offered)
    return found


def _offered(
    session: LiveSession, own: Sequence[Entry], flows: Sequence[str], scopes: Sequence[Scope]
) -> dict[Entry, Offered]:
    taken = {entry.pattern.text for entry in own}
    offered: dict[Entry, Offered] = {}
    version, language = session.stack.version, session.language
    for scope in scopes:
        for level, name in enumerate(flows):
            flow = version.flows[name]
            for key in flow.keys if scope is Scope.FLOW else flow.shortcuts:
                text = key.pattern.text
                if text in taken:
                    continue
                taken.add(text)
                entry = Entry(key.pattern, text, scope, words_in(key.words, language), level)
                offered[entry] = Offered(key, level, entry)
    return offered


def _around(steps: Sequence[Keyed]) -> tuple[Entry, ...]:
    """The entries of steps that last, in which a question is put; inner ones hide outer ones."""
    return tuple(
        Entry(each.pattern, each.pattern.text, Scope.AROUND, level=level)
        for level, step in enumerate(steps)
        for each in step.entries
    )
