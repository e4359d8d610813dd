"""A flow as read: sections of placed steps and what holds for the whole flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ivrkit.call.asking import Words
from ivrkit.call.locale import NO_PHRASES, Phrases
from ivrkit.call.opening import Calendar
from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Node
from ivrkit.call.targets import NOWHERE, Branch, Mark, Target
from ivrkit.errors import FlowError
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.flow.holes import Gaps
from ivrkit.input.patterns import Pattern


@dataclass(frozen=True, slots=True)
class FlowKey:
    """A flow-wide key (``say`` announces it in menus) or a shortcut. ``words`` are what may be
    said instead in menus, per language."""

    pattern: Pattern
    target: Target
    say: Prompt | None = None
    mark: Mark = NOWHERE
    words: Words = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable or parameter."""

    name: str
    type: Type
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Section:
    """A list of steps. Paths of its steps are ``<name>/<index>``."""

    name: str
    nodes: tuple[Node, ...]
    mark: Mark = NOWHERE

    @property
    def branch(self) -> Branch:
        """The section as a list of steps with its path."""
        return Branch(self.nodes, self.name, self.mark)


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow file, read and resolved. ``language_version`` is the value of ``ivrkit:``.

    ``exits`` are the flow's own targets for outcomes that a step does not name; ``on_error`` and
    ``on_end`` are sections or branches (paths ``on_error``, ``on_end``); ``defaults`` are field
    values per verb, already applied to the steps. ``entry`` names the sections at which a
    call may be started from outside, besides ``main``; ``max_call`` limits the caller's time.
    ``gaps`` is None for a flow without mistakes; one with gaps is checked and never run.
    """

    name: str
    file: str
    sections: Mapping[str, Section]
    language_version: int = 1
    title: str = ""
    language: str = "en"
    language_mark: Mark = NOWHERE
    params: Mapping[str, Variable] = field(default_factory=dict)
    returns: Mapping[str, Variable] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    payload: Mapping[str, Variable] = field(default_factory=dict)
    keys: tuple[FlowKey, ...] = ()
    shortcuts: tuple[FlowKey, ...] = ()
    exits: Mapping[str, Target] = field(default_factory=dict)
    on_error: Target | None = None
    on_end: Target | None = None
    source: str = ""
    entry: tuple[str, ...] = ()
    max_call: timedelta | None = None
    gaps: Gaps | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def may_have(self, name: str, *fields: str) -> bool:
        """Whether something of this name may stand in a part of one of these fields of the flow
        that could not be read."""
        return self.lacks(*fields) or name in self.unread

    def lacks(self, *fields: str) -> bool:
        """Whether of one of these fields of the flow not even the words are known."""
        return self.gaps is not None and not self.gaps.fields.isdisjoint(fields)

    @property
    def unread(self) -> frozenset[str]:
        """All words in the fields of the flow that could not be read."""
        return self.gaps.words if self.gaps is not None else frozenset()

    def lists(self) -> Iterator[Branch]:
        """Every list of steps with its path: sections, and the branches in and beside steps."""
        for section in self.sections.values():
            yield from walk_lists(section.branch)
        for target in (*self.exits.values(), self.on_error, self.on_end):
            if isinstance(target, Branch):
                yield from walk_lists(target)
        for key in (*self.keys, *self.shortcuts):
            if isinstance(key.target, Branch):
                yield from walk_lists(key.target)

    def nodes(self) -> Iterator[Node]:
        """Every step of the flow."""
        for branch in self.lists():
            yield from branch.nodes


def walk_lists(branch: Branch) -> Iterator[Branch]:
    """This list of steps and all that hang below it."""
    yield branch
    for node in branch.nodes:
        for _, below in node.branches():
            yield from walk_lists(below)


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """A flow with everything that gives it its meaning: its closure, pinned by its hash.

    ``flows`` holds the flow itself (``name``) and all that it runs, ``phrases`` what these say
    of the catalogue. ``hash`` is the SHA-256 of the sources in name order, hexadecimal.
    """

    name: str
    hash: str
    flows: Mapping[str, Flow]
    lists: Mapping[str, Mapping[str, Branch]] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    phrases: Phrases = NO_PHRASES

    def __post_init__(self) -> None:
        for flow in self.flows.values():
            if flow.gaps is not None:
                raise FlowError(f"the flow {flow.name} has mistakes and cannot be used")

    @property
    def flow(self) -> Flow:
        """The flow at which a call begins."""
        return self.flows[self.name]

    def steps(self, flow: str, path: str) -> Branch:
        """The list of steps at a path of one of the flows (``balance/2/exits/not_found``)."""
        return self.lists[flow][path]
