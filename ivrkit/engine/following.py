"""Where an exit leads: from a step's way to the next place on the stack."""

from __future__ import annotations

from ivrkit.call.exits import ERROR, NEXT, Exit, ExitSpec
from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.flow.model import Flow


def resolve(node: Node, flow: Flow, left: Exit) -> tuple[Target | None, bool]:
    """The target of an exit, or of the one it falls back to; see :func:`target_of`."""
    found = target_of(node, flow, left.name)
    if found == (None, False) and left.otherwise is not None:
        return target_of(node, flow, left.otherwise)
    return found


def target_of(node: Node, flow: Flow, name: str) -> tuple[Target | None, bool]:
    """The target of an exit of a step, and whether ``on_error`` is to be taken instead.

    The step's own targets come first (ways like ``keys/1``, then ``exits/<name>``, then
    ``exits/else``), then the flow's, then ``on_error`` for technical exits. ``(None, False)`` is
    the usual one: behind the step.
    """
    targets = node.targets
    if name in targets:
        return targets[name], False
    own = targets.get(f"exits/{name}")
    if own is not None:
        return own, False
    if name == NEXT:
        return None, False
    spec = _spec(node, name)
    if spec is None:
        return None, False
    found = targets.get("exits/else") or flow.exits.get(name) or flow.exits.get("else")
    if found is not None:
        return found, False
    return None, spec.technical


def outcome_target(node: Node, flow: Flow, name: str) -> Target | None:
    """Where a ``run`` step goes when what it ran has left by one of its outcomes."""
    targets = node.targets
    own = targets.get(f"exits/{name}")
    if own is not None or name == NEXT:
        return own
    return targets.get("exits/else") or flow.exits.get(name) or flow.exits.get("else")


def _spec(node: Node, name: str) -> ExitSpec | None:
    """The declaration of an exit; None for ways without a target (an ``if`` without ``else``)."""
    if name == ERROR:
        return _ERROR
    return next((spec for spec in node.step.outcomes() if spec.name == name), None)


_ERROR = ExitSpec(ERROR, "The step failed.", technical=True)
