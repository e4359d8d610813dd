"""Secrets that can be guessed as often as a caller likes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.expressions.expression import Expression
from ivrkit.flow.check.effects import is_secret
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.graph import EdgeKind, Graph
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define

UNBOUNDED_GUESSING = define(
    "unbounded-guessing",
    "A secret can be guessed without a bound",
    "`attempts` bound the guesses of one entry into the question, but when they are used up the "
    "flow leads back to it, and the next guesses begin. Lead to a person or to the end, or count: "
    "`if: visit > 2` (or a variable that is added to) on the way back.",
)

_COUNTERS = frozenset({"visit", "visits", "attempt"})


class Guessing(Check):
    """Questions for a secret that is checked, and to which a failure leads back."""

    name = "guessing"
    whole = True

    def run(self, subject: Subject) -> None:
        asked = [
            (number, node)
            for number, node in subject.graph.steps()
            if node.step.asks and any(is_secret(subject, each) for each in node.step.assigns())
        ]
        if not asked:
            return
        counted = counting(subject)
        for number, node in asked:
            if is_guessed(subject, node):
                way = _way_back(subject.graph, number, counted)
            else:
                way = _way_past(subject.graph, number, counted, _judging(subject, node))
            if way is not None and subject.states.before[number] >= 0:
                names = " > ".join(subject.graph.sections_of(way))
                subject.report(
                    UNBOUNDED_GUESSING,
                    f"who guesses wrong comes back to guess again, by {names}",
                    node.mark,
                    hint="lead to a person or to the end, or count: `if: visit > 2`",
                    path=node.path,
                    severity="warning",
                )


def is_guessed(subject: Subject, node: Node) -> bool:
    """Whether the step asks for a secret and says whether it was right."""
    field = field_read_as(type(node.step), reading="check")
    if field is None or getattr(node.step, field.attribute, None) is None:
        return False
    return any(is_secret(subject, each) for each in node.step.assigns())


def _way_back(graph: Graph, start: int, counted: set[int]) -> list[int] | None:
    """A shortest way from a failure back to the question past nothing that counts."""
    parents: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        number = waiting.popleft()
        for edge in graph.edges[number]:
            failed = edge.way in ("exits/no_match", "exits/used_up")
            if (number == start and not failed) or edge.kind is EdgeKind.INTERRUPT:
                continue
            if edge.to == start:
                return _path(parents, start, number)
            if edge.to not in parents and edge.to not in counted:
                parents[edge.to] = number
                waiting.append(edge.to)
    return None


def _way_past(graph: Graph, start: int, counted: set[int], judges: set[int]) -> list[int] | None:
    """A shortest way from an entry back to the question past a step that judges it, and past no
    other question, nobody else and nothing that counts."""
    waiting = deque([(start, [start], False)])
    seen = {(start, False)}
    while waiting and judges:
        number, way, judged = waiting.popleft()
        for edge in graph.edges[number]:
            failed = number == start and edge.way.startswith("exits/")
            if failed or edge.kind is EdgeKind.INTERRUPT:
                continue
            if edge.to == start and judged:
                return [*way, start]
            node = graph.points[edge.to].node
            apart = node is not None and (node.step.asks or node.step.kind is Kind.AWAY)
            state = (edge.to, judged or edge.to in judges)
            if not apart and edge.to not in counted and state not in seen:
                seen.add(state)
                waiting.append((edge.to, [*way, edge.to], state[1]))
    return None


def _judging(subject: Subject, asked: Node) -> set[int]:
    """The steps that ask whether what was typed there is right."""
    names = {each.name for each in asked.step.assigns()}
    return {
        subject.states.number(placed.node)
        for placed in subject.steps
        if placed.node is not None and placed.node.step.beside
        for expression in _conditions(placed)
        if any(each.path[0] in names for each in expression.names())
    }


def _path(parents: dict[int, int], start: int, number: int) -> list[int]:
    way = [start, number] if number != start else [start]
    while number != start:
        number = parents[number]
        way.insert(1, number)
    return [*way, start]


def counting(subject: Subject) -> set[int]:
    """The steps that ask how often something was done: how often a step was entered, or a
    variable that is added to."""
    counters = _COUNTERS | set(_added_to(subject))
    return {
        subject.states.number(placed.node)
        for placed in subject.steps
        if placed.node is not None and (placed.node.step.beside or placed.node.when is not None)
        for expression in _conditions(placed)
        if any(each.path[0] in counters for each in expression.names())
    }


def _conditions(placed: Placed) -> Iterator[Expression]:
    for checked in placed.live:
        if isinstance(checked.use.value, Expression):
            yield checked.use.value


def _added_to(subject: Subject) -> Iterator[str]:
    """The variables that are set to something made of themselves."""
    for placed in subject.steps:
        if placed.node is None:
            continue
        for checked in placed.live:
            field, _, name = checked.use.path.partition("/")
            own = name.partition(".")[0]
            for expression in checked.expressions if field and own else ():
                if any(each.path[0] == own for each in expression.names()):
                    yield own
