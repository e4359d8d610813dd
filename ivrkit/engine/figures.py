"""Live figures of queues (``queues.service.waiting``) for the expressions of a step.

Expressions do not wait. A step that speaks of ``queues`` has the figures it names fetched before
it runs; which these are is known from its expressions and worked out once per step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from ivrkit.call.queues import Queues
from ivrkit.call.step import Node
from ivrkit.engine.call import LiveCall
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.values import Value
from ivrkit.flow.walk import found_in

_NAMED = "_ivrkit_queues"
"""Where a step's list of queues is kept: on the step itself, so that it goes with it."""


def queues_of(node: Node) -> frozenset[str]:
    """The queues that the step's expressions name."""
    names: frozenset[str] | None = node.step.__dict__.get(_NAMED)
    if names is None:
        names = node.step.__dict__[_NAMED] = frozenset(_queues(node))
    return names


async def offer_figures(call: LiveCall, names: Iterable[str]) -> None:
    """Fetch the figures of these queues."""
    queues = call.use(Queues)  # type: ignore[type-abstract]
    offered: dict[str, Value] = {}
    for name in names:
        figures = await call.clock.outside(queues.figures(name))
        offered[name] = {
            "waiting": Decimal(figures.waiting),
            "ready": Decimal(figures.ready),
            "staffed": Decimal(figures.staffed),
            "wait": timedelta(seconds=figures.wait),
        }
    call.session.offer("queues", offered)


def _queues(node: Node) -> Iterator[str]:
    for expression in found_in((node.when, node.step), Expression):
        for reference in expression.names():
            if reference.path[0] == "queues" and len(reference.path) > 1:
                yield reference.path[1]
