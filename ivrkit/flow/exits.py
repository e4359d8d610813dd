"""Where an outcome leads: the one rule that the engine and every walk over a flow share."""

from __future__ import annotations

from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Target, Word
from ivrkit.flow.model import Flow

ELSE = "else"
"""Stands for all outcomes that are not named."""


def leads_to(node: Node, outcome: str, flow: Flow) -> Target | None:
    """The target of an outcome other than the usual one: the step's own, the step's ``else``, then
    the flow's ``exits`` in the same way. None: it is an error of the check, or, for a technical
    one, ``on_error`` has it.
    """
    own = node.targets.get(f"exits/{outcome}") or node.targets.get(f"exits/{ELSE}")
    named = own or flow.exits.get(outcome)
    if named is None and any(spec.optional for spec in node.outcomes() if spec.name == outcome):
        return None  # it has something to fall back to, which the flow's `else` does not change
    return named or flow.exits.get(ELSE)


def refers_to(word: Word, step: Step, *, body: bool) -> bool:
    """Whether a reserved word means this step, in whose branch it stands; ``body`` says that the
    branch is what a loop repeats, not one of its exits.

    ``break`` means the nearest loop, ``wrong`` and ``back`` the nearest question, ``next`` and
    ``again`` (the next round of a loop) whichever of them is nearer.
    """
    asks = step.asks and word is not Word.BREAK
    return asks or (step.loops and body and word not in (Word.WRONG, Word.BACK))
