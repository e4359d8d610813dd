"""Where an exit leads: from a step's way to the next place on the stack."""

from __future__ import annotations

from dataclasses import replace

from ivrkit.call.exits import ERROR, NEXT, Exit
from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.flow.exits import leads_to
from ivrkit.flow.model import Flow


def taken(node: Node, left: Exit) -> Exit:
    """The exit as the file knows it: of a value that is no case of a ``switch``, ``else``. The
    trace tells exits, and a value (it may be a secret) is none."""
    if left.otherwise is None or _technical(node, left.name) is not None:
        return left
    name = left.name if left.name in node.targets else left.otherwise
    return replace(left, name=name, otherwise=None)


def resolve(node: Node, flow: Flow, left: Exit) -> tuple[Target | None, bool]:
    """The target of an exit, or, where nobody speaks of it by name, of the one it falls back to
    (``used_up`` to that of the last failure); see :func:`target_of`."""
    if left.otherwise is None:
        return target_of(node, flow, left.name)
    named = f"exits/{left.name}" in node.targets or left.name in flow.exits
    if left.otherwise == NEXT:  # what falls back to going on takes the step's `else` too
        named = leads_to(node, left.name, flow) is not None
    return target_of(node, flow, left.name if named else left.otherwise)


def target_of(node: Node, flow: Flow, name: str) -> tuple[Target | None, bool]:
    """The target of an exit of a step, and whether ``on_error`` is to be taken instead.

    A way inside the step (``keys/1``) comes first, then :func:`leads_to`, then ``on_error`` for
    technical exits. ``(None, False)`` is the usual one: behind the step.
    """
    if name in node.targets:
        return node.targets[name], False
    if name == NEXT:
        return node.targets.get(f"exits/{NEXT}"), False
    technical = _technical(node, name)
    if technical is None:
        return None, False  # a way without a target: an `if` without `else`
    found = leads_to(node, name, flow)
    return found, found is None and technical


def outcome_target(node: Node, flow: Flow, name: str) -> Target | None:
    """Where a ``run`` step goes when what it ran has left by one of its outcomes."""
    if name == NEXT:
        return node.targets.get(f"exits/{NEXT}")
    return leads_to(node, name, flow)


def _technical(node: Node, name: str) -> bool | None:
    """Whether an exit is a technical one; None when the step has no such exit."""
    if name == ERROR:
        return True
    return next((spec.technical for spec in node.outcomes() if spec.name == name), None)
