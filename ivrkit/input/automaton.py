"""The table behind the matching: which entries are still possible after which keys.

A node stands for "so many keys were typed and these entries are left". Nodes are made when a
caller first reaches them and shared between callers, so a key costs one look into a dict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ivrkit.input.patterns import Pattern, bit_of

if TYPE_CHECKING:
    from ivrkit.input.entries import Entry


class Lane(NamedTuple):
    """An entry, and what of its pattern can really be typed."""

    entry: Entry
    typeable: Pattern


class Node(dict[str, "Node | None"]):
    """A state of the matching. ``node[key]`` is the next one, None where nothing is left."""

    __slots__ = ("_automaton", "_lanes", "_length", "best", "longer")

    def __init__(self, automaton: Automaton, length: int, lanes: tuple[Lane, ...]) -> None:
        super().__init__()
        self._automaton = automaton
        self._lanes = lanes
        self._length = length
        complete = [lane.entry for lane in lanes if length >= lane.typeable.shortest]
        self.best: Entry | None = min(complete, key=_rank, default=None)
        self.longer = any(lane.typeable.grows_beyond(length) for lane in lanes)

    def __missing__(self, key: str) -> Node | None:
        bit = bit_of(key)
        if not bit:
            return None  # not kept: a carrier that sends nonsense must not make the table grow
        lanes = tuple(lane for lane in self._lanes if lane.typeable.step(self._length) & bit)
        node = self._automaton.node(self._length + 1, lanes) if lanes else None
        self[key] = node
        return node


class Automaton:
    """The table of one set of entries under one set of rules.

    The rules are worked into the patterns, so that the machine need not know them: ``restart``
    is never part of an entry, the terminator only as its first key. In a collect what is asked
    for comes before everything from outside: a flow-wide key or a shortcut holds neither of the
    two keys, and is out as soon as the keys could be what is asked for.
    """

    __slots__ = ("_collecting", "_horizon", "_nodes", "root")

    def __init__(
        self,
        entries: Iterable[Entry],
        terminator: str | None,
        restart: str | None,
        collecting: bool,
    ) -> None:
        lanes = tuple(lanes_of(entries, terminator, restart, collecting))
        self._collecting = collecting
        self._nodes: dict[tuple[int, tuple[int, ...]], Node] = {}
        # Beyond the longest written pattern only open ones are left, and nothing changes.
        self._horizon = max((len(lane.typeable.steps) for lane in lanes), default=0)
        self.root = self.node(0, lanes)

    def node(self, length: int, lanes: tuple[Lane, ...]) -> Node:
        """The node for so many keys and these entries."""
        if self._collecting:
            lanes = _asked_for(length, lanes)
        length = min(length, self._horizon)
        # The lanes live as long as the automaton, so their ids tell them apart, and quickly.
        name = (length, tuple(map(id, lanes)))
        node = self._nodes.get(name)
        if node is None:
            node = self._nodes[name] = Node(self, length, lanes)
        return node


def lanes_of(
    entries: Iterable[Entry], terminator: str | None, restart: str | None, collecting: bool
) -> Iterable[Lane]:
    """What of each entry can be typed under these rules; entries that cannot are left out."""
    never = bit_of(restart)
    later = never | bit_of(terminator)
    for entry in entries:
        if not entry.pattern.is_typed:
            continue
        first = later if collecting and not entry.is_own else never
        typeable = entry.pattern.without(first, later)
        if typeable is not None:
            yield Lane(entry, typeable)


def _asked_for(length: int, lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
    """Without the entries from outside once the keys are a complete entry of the question."""
    own = tuple(lane for lane in lanes if lane.entry.is_own)
    return own if any(length >= lane.typeable.shortest for lane in own) else lanes


def _rank(entry: Entry) -> tuple[int, int, int]:
    return entry.rank
