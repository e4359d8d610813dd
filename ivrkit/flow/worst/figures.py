"""The figures of a flow, and of the flows that it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from ivrkit.flow.check.answering import Answering
from ivrkit.flow.check.graph import END, FIRST
from ivrkit.flow.check.guessing import counting
from ivrkit.flow.check.subject import Subject
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.model import Flow
from ivrkit.flow.world import World
from ivrkit.flow.worst.circles import components, is_circle, longest
from ivrkit.flow.worst.costs import Costs
from ivrkit.flow.worst.outside import asked
from ivrkit.flow.worst.ways import Ways

MAX_CALL: Final = timedelta(hours=1)
"""The time with a flow where it does not say `max_call`."""


class Person(NamedTuple):
    """What it takes to reach a person: the step after which the call is in a person's hands."""

    fewest_keys: int
    """Keys on the shortest way, all entries as short as they may be."""
    most_keys: int
    """Keys on the longest way: the longest entry of every question, each answered right once."""
    seconds: float
    """The time on the slowest way: all attempts of every question used up but for the last."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst case of one flow.

    ``seconds`` is the longest that a call can be with the flow when it goes round every circle
    once: prompts in full, all attempts of every question used up, waits and time limits to their
    end; not the time in queues and conversations. ``circle`` names sections round which callers
    can go as often as they like, until ``max_call`` (seconds); none: there is no such circle, and
    ``seconds`` is the bound. A circle past a step that counts is none; ``keys`` stands for the
    keys of the whole flow.

    ``without_person`` are the sections that callers come to and from which no way leads to a
    person (none are named where no step of the flow does), ``dead_ends`` those from which no way
    leads to a person, another party, the end of the flow or of the call. Ways of technical
    failures are left out everywhere.
    """

    flow: str
    file: str
    seconds: float
    circle: tuple[str, ...]
    max_call: float
    person: Person | None
    without_person: tuple[str, ...]
    dead_ends: tuple[str, ...]
    keys: int = 0
    """The most keys on a way through the flow."""
    passed: int | None = 0
    """The fewest keys on a way to its end; None: it never ends by itself."""
    only_failing: bool = False
    """Whether there is a step that hands over, and only failures lead there."""
    asks: tuple[str, ...] = ()
    """What the flow and the flows that it runs may ask: ``database.crm``, ``queue.service``."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        person = self.person
        return {
            "flow": self.flow,
            "file": self.file,
            "longest_call": {
                "seconds": round(self.seconds, 1),
                "circle": list(self.circle) or None,
                "max_call": self.max_call,
            },
            "person": None
            if person is None
            else {**person._asdict(), "seconds": round(person.seconds, 1)},
            "without_person": list(self.without_person),
            "dead_ends": list(self.dead_ends),
            "asks": list(self.asks),
        }


class Figures:
    """The figures of flows that may run one another; each is worked out once."""

    def __init__(self, flows: Mapping[str, Flow], world: World) -> None:
        self._flows = flows
        self._world = world
        self._answering = Answering(flows, world)
        self._known: dict[str, Worst] = {}

    def of(self, name: str) -> Worst:
        """The figures of a flow. Raises KeyError if there is no such flow."""
        if name not in self._known:
            flow = self._flows[name]
            # A flow that runs itself goes round in a circle.
            self._known[name] = Worst(name, flow.file, 0.0, (name,), _limit(flow), None, (), ())
            self._known[name] = self._work_out(flow)
        return self._known[name]

    def _work_out(self, flow: Flow) -> Worst:
        subject = Subject(flow, self._flows, self._world, Diagnostics(), self._answering)
        ran = {
            number: self.of(name)
            for number, node in subject.graph.steps()
            if (name := node.step.runs()) is not None and name in self._flows
        }
        ways = Ways(subject.graph, Costs(flow, self._world), ran)
        groups = components(ways.edges, ways.starts)
        seconds = _most(ways, longest(groups, ways.edges, ways.seconds))
        keys = _most(ways, longest(groups, ways.edges, ways.keys))
        person = _person(ways, seconds, int(keys))
        return Worst(
            flow.name,
            flow.file,
            seconds,
            _circle(subject, ways, ran),
            _limit(flow),
            person,
            tuple(ways.sections_without(ways.persons)) if ways.persons else (),
            tuple(ways.sections_without(ways.persons | ways.ends)),
            int(keys),
            ways.fewest_keys(frozenset({END})),
            person is None
            and bool(ways.persons or any(each.only_failing for each in ran.values())),
            tuple(sorted({*asked(flow.nodes()), *(n for each in ran.values() for n in each.asks)})),
        )


def _most(ways: Ways, found: Mapping[int, float]) -> float:
    return max((found.get(each, 0.0) for each in ways.starts), default=0.0)


def _limit(flow: Flow) -> float:
    return (flow.max_call or MAX_CALL).total_seconds()


def _circle(subject: Subject, ways: Ways, ran: Mapping[int, Worst]) -> tuple[str, ...]:
    """The sections of a circle past nothing that counts: the shortest through its first step."""
    counted = counting(subject)
    free = {
        number: [to for to in several if to not in counted]
        for number, several in ways.unbounded.items()
        if number not in counted
    }
    found = [each for each in components(free, ways.starts) if is_circle(each, free)]
    if found:
        group = min(found, key=min)
        start = min((each for each in group if each >= FIRST), default=group[0])
        return tuple(subject.graph.sections_of(_shortest(free, set(group), start)))
    for number in sorted(ran):
        worst = ran[number]
        if worst.circle:
            return tuple(
                each if each == worst.flow or ":" in each else f"{worst.flow}: {each}"
                for each in worst.circle
            )
    return ()


def _shortest(edges: Mapping[int, list[int]], group: set[int], start: int) -> list[int]:
    """A shortest way from a point of a group back to it."""
    parents: dict[int, int] = {}
    waiting = [start]
    for point in waiting:
        for to in edges.get(point, ()):
            if to == start:
                way = [point]
                while way[-1] != start:
                    way.append(parents[way[-1]])
                return [*way[::-1], start]
            if to in group and to not in parents:
                parents[to] = point
                waiting.append(to)
    return [start]


def _person(ways: Ways, most_seconds: float, most_keys: int) -> Person | None:
    """What it takes to reach a person, no more than the whole flow takes; None where none can be
    reached."""
    fewest = ways.fewest_keys(ways.persons)
    if fewest is None:
        return None
    groups = components(ways.all_edges, ways.starts)
    keys = _most(ways, longest(groups, ways.all_edges, ways.keys, ways.persons))
    seconds = _most(ways, longest(groups, ways.all_edges, ways.seconds, ways.persons))
    return Person(fewest, min(int(keys), most_keys), min(seconds, most_seconds))
