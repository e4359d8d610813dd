"""Sections and steps that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ivrkit.call.targets import NOWHERE, Jump, Mark
from ivrkit.expressions.nearest import nearest
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.graph import KEYS, MEANWHILE, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow

UNREACHED_SECTION = define(
    "unreached-section",
    "Nothing leads to a section",
    "No step, exit, flow-wide key, on_error or on_end leads to it. Remove it, or let something go "
    "there. `main` is where a call comes in.",
)
UNREACHED_STEP = define(
    "unreached-step",
    "A step is never reached",
    "The step before it always leads elsewhere (goto, hangup, return, a menu all of whose entries "
    "jump, a section that never comes back). Remove it, or put a `when` on the step before.",
)
NO_MAIN = define(
    "no-main",
    "A flow has no section main",
    "A flow starts at the section `main`.",
)

_LEADING: Final = ("sections", "entry", "exits", "keys", "shortcuts", "on_error", "on_end")
"""The fields of a flow that name sections."""


class Unreached(Check):
    """Walks from ``main``, ``on_error``, ``on_end`` and the flow-wide keys."""

    name = "reach"

    def run(self, subject: Subject) -> None:
        if "main" not in subject.flow.sections:
            if subject.flow.may_have("main", "sections"):
                return
            mark = _first_mark(subject.flow)
            subject.report(NO_MAIN, "a flow needs a section main", mark, hint="a call begins there")
            return
        for name in [] if _leads_anywhere(subject) else _roots(subject.graph, _unreached(subject)):
            section = subject.flow.sections[name]
            subject.report(
                UNREACHED_SECTION,
                f"nothing leads to the section '{name}'",
                section.mark,
                hint="remove it, or let a step go there",
                path=name,
            )
        self._steps(subject)

    def _steps(self, subject: Subject) -> None:
        """The first step of a list that is not reached though the one before it is."""
        graph, before = subject.graph, subject.states.before
        for points in graph.lists:
            for earlier, number in pairwise(points):
                node = graph.points[number].node
                if node is None or before[number] >= 0 or before[earlier] < 0:
                    continue
                if isinstance(node.step, Hole):
                    continue
                behind = graph.points[earlier].node
                verb = behind.step.verb if behind else ""
                subject.report(
                    UNREACHED_STEP,
                    f"this step is never reached: {verb} before it always leads elsewhere",
                    node.mark,
                    hint=f"remove it, or put a `when` on {verb}",
                    path=node.path,
                )
                break


def _leads_anywhere(subject: Subject) -> bool:
    """Whether something that could not be read may have led to any section."""
    if subject.flow.lacks(*_LEADING):
        return True
    sections = frozenset(subject.flow.sections)
    holes = (node.step for node in subject.nodes if isinstance(node.step, Hole))
    return any(_may_lead(each, sections) for each in holes)


def _may_lead(step: Hole, sections: frozenset[str]) -> bool:
    """Whether the part of a step that could not be read may have named any section."""
    verb = step.model
    if step.leads or (verb is not None and verb.asks):
        return True  # it may name several
    lasts = verb is not None and field_read_as(verb, reading="party_entries") is not None
    if lasts and not step.words.isdisjoint(("keys", MEANWHILE)):
        return True
    leads = verb is None or verb.ends or field_read_as(verb, role="section") is not None
    return leads and sections.isdisjoint(step.words)


def _first_mark(flow: Flow) -> Mark:
    return next((section.mark for section in flow.sections.values()), NOWHERE)


def _unreached(subject: Subject) -> list[str]:
    """Sections to which nothing leads. What the flow's own ``exits`` name counts as reached, and
    so does what a misspelt target seems to mean: that mistake is told of already."""
    graph, sections = subject.graph, subject.flow.sections
    jumps = [each for each in subject.flow.exits.values() if isinstance(each, Jump)]
    named = {each.section for each in jumps} | subject.flow.unread
    for loose in graph.loose:
        if isinstance(loose.target, Jump):
            named.add(nearest(loose.target.section, sections) or "")
    heads = [graph.heads[name] for name in named if name in graph.heads]
    reached = graph.reached([*graph.ways_in, KEYS, *heads])
    return [
        name
        for name, section in sections.items()
        if section.nodes and graph.heads[name] not in reached
    ]


def _roots(graph: Graph, alone: list[str]) -> Iterator[str]:
    """Of sections that only lead to one another those without which the others would be reached
    by nothing: one mistake is told of once."""
    led_to: set[int] = set()
    inside = set(alone)
    for number, point in enumerate(graph.points):
        if point.origin in inside:
            heads = (edge.to for edge in graph.edges[number])
            led_to.update(to for to in heads if graph.points[to].origin != point.origin)
    covered: set[int] = set()
    for name in sorted(alone, key=lambda each: graph.heads[each] in led_to):
        if graph.heads[name] not in covered:
            yield name
            covered |= graph.reached([graph.heads[name]])
