"""The static checks of a flow: one check per file, each a walk over the ways out of its steps.

A check is a class with a ``name`` (:class:`~ivrkit.flow.check.subject.Check`); those in this
folder are found by looking into it, so adding a check is adding a file, with the codes that it
reports. What several of them walk is worked out once: the graph of the steps, the types of all
expressions, and what has a value where. No verb is known by name here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache

from ivrkit.call.locale import NO_PHRASES, Phrases
from ivrkit.flow.check.answering import Answering
from ivrkit.flow.check.graph import Edge, EdgeKind, Graph, Point
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.diagnostics import Diagnostic, Diagnostics
from ivrkit.flow.heap import collector_at_rest
from ivrkit.flow.model import Flow, FlowVersion
from ivrkit.flow.registry import Registry
from ivrkit.flow.silencing import silenced
from ivrkit.flow.world import World

__all__ = [
    "ENTRY_POINTS",
    "Check",
    "Edge",
    "EdgeKind",
    "Graph",
    "Point",
    "Subject",
    "check",
    "check_flow",
    "check_flows",
    "checks",
]

ENTRY_POINTS = "ivrkit.checks"


@cache
def checks() -> Mapping[str, type[Check]]:
    """All checks by name."""
    return Registry.find(Check, "name", sys.modules[__name__], ENTRY_POINTS)  # type: ignore[type-abstract]


def check(version: FlowVersion, world: World, *, part: bool | None = None) -> Diagnostics:
    """Check a flow and all that it runs, for a site.

    ``part`` says that the flow itself is run by others, on calls that they have answered; if it
    is not said, a flow that declares ``params``, ``returns`` or ``outcomes`` is one.
    """
    return check_flows(version.name, version.flows, world, part=part, phrases=version.phrases)


def check_flows(
    name: str,
    flows: Mapping[str, Flow],
    world: World,
    *,
    part: bool | None = None,
    read: Iterable[Diagnostic] = (),
    phrases: Phrases = NO_PHRASES,
) -> Diagnostics:
    """Check the flow of this name and all that it runs, as :func:`check` does. They may have gaps
    (:class:`~ivrkit.flow.holes.Gaps`): of a mistake that reading has told nothing more is said.

    ``read`` is what reading has found, which is given back with the rest; what the files silence
    is not."""
    found = Diagnostics(read)
    answering = Answering(flows, world)
    for each, flow in flows.items():
        own = is_part(flow) if part is None else part
        check_flow(
            flow,
            flows,
            world,
            found=found,
            answering=answering,
            part=own or each != name,
            phrases=phrases,
        )
    sources = {flow.file: flow.source for flow in flows.values()}
    judged = [flow.file for each, flow in flows.items() if each == name and flow.gaps is None]
    return silenced(found, sources, judged=judged)


def check_flow(
    flow: Flow,
    flows: Mapping[str, Flow],
    world: World,
    *,
    found: Diagnostics | None = None,
    answering: Answering | None = None,
    part: bool | None = None,
    phrases: Phrases = NO_PHRASES,
) -> Diagnostics:
    """Check one flow; ``flows`` are those that it may run, by name, ``phrases`` the catalogue.
    Gives ``found`` back."""
    found = found if found is not None else Diagnostics()
    subject = Subject(
        flow,
        flows,
        world,
        found,
        answering or Answering(flows, world),
        part=is_part(flow) if part is None else part,
        phrases=phrases,
    )
    with collector_at_rest():
        for each in checks().values():
            if flow.gaps is None or not each.whole:
                each().run(subject)
    return found


def is_part(flow: Flow) -> bool:
    """Whether a flow looks like one that others run."""
    return bool(flow.params or flow.returns or flow.outcomes)
