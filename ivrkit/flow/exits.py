"""Where an outcome leads: the one rule that the engine and every walk over a flow share."""

from __future__ import annotations

from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.flow.model import Flow

ELSE = "else"
"""Stands for all outcomes that are not named."""


def leads_to(node: Node, outcome: str, flow: Flow) -> Target | None:
    """The target of an outcome other than the usual one: the step's own, the step's ``else``, then
    the flow's ``exits`` in the same way. None: it is an error of the check, or, for a technical
    one, ``on_error`` has it.
    """
    own = node.targets.get(f"exits/{outcome}") or node.targets.get(f"exits/{ELSE}")
    return own or flow.exits.get(outcome) or flow.exits.get(ELSE)
