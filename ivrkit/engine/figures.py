"""Live figures of queues (``queues.service.waiting``) for the expressions of a step.

Expressions do not wait. A step that speaks of ``queues`` has the figures it names fetched before
it runs; which these are is known from its expressions and worked out once per step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from ivrkit.call.queues import Queues
from ivrkit.call.step import Node
from ivrkit.engine.call import LiveCall
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.values import Value

_NAMES: dict[int, tuple[Node, frozenset[str]]] = {}


async def offer_figures(call: LiveCall, node: Node) -> None:
    """Fetch the figures of the queues that the step's expressions name."""
    known = _NAMES.get(id(node))
    if known is None or known[0] is not node:
        known = _NAMES[id(node)] = (node, frozenset(_queues(node)))
    if not known[1]:
        return
    queues = call.use(Queues)  # type: ignore[type-abstract]
    offered: dict[str, Value] = {}
    for name in known[1]:
        figures = await call.clock.outside(queues.figures(name))
        offered[name] = {
            "waiting": Decimal(figures.waiting),
            "ready": Decimal(figures.ready),
            "staffed": Decimal(figures.staffed),
            "wait": timedelta(seconds=figures.wait),
        }
    call.session.offer("queues", offered)


def _queues(node: Node) -> Iterator[str]:
    for expression in _expressions((node.when, node.step)):
        for reference in expression.names():
            if reference.path[0] == "queues" and len(reference.path) > 1:
                yield reference.path[1]


def _expressions(value: Any) -> Iterator[Expression]:
    """Every expression in a step's own fields; steps in its branches are other steps."""
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, Template):
        yield from value.expressions
    elif isinstance(value, Setting):
        if value.expression is not None:
            yield value.expression
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _expressions(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _expressions(each)
    elif isinstance(value, dict):
        yield from _expressions(tuple(value.values()))
    elif hasattr(value, "__dataclass_fields__") and not hasattr(value, "nodes"):
        for name in value.__dataclass_fields__:
            yield from _expressions(getattr(value, name))
