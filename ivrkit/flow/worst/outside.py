"""What a flow asks of the world around it, by the names that call scripts give answers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ivrkit.call.step import Node
from ivrkit.flow.check.among import names_used
from ivrkit.flow.holes import Hole

_ROLES: Final = ("dialplan", "queue")


def asked(nodes: Iterable[Node]) -> Iterator[str]:
    """``database.crm``, ``queue.service``: kind and name of what these steps may ask or call."""
    for node in nodes:
        if isinstance(node.step, Hole):
            continue
        kind = node.step.asks_kind
        for role in (*_ROLES, kind) if kind else _ROLES:
            yield from (f"{role}.{each.name}" for each in names_used(node, role))
