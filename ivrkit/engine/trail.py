"""The menus that the caller came through, so that ``back`` finds the one before.

Each flow frame has a trail of its own. A menu that is entered is put at its end; one that is in it
already cuts it back to there, so a trail is never longer than the flow has menus, however long
the caller goes round. What a section that was run has put there goes with it. A menu inside
branches and loops is kept with the frames around it, as they were when it was entered, and comes
back with them: of their time limits, the seconds that were left then.
"""

from __future__ import annotations

from dataclasses import replace

from ivrkit.engine.stack import Stack
from ivrkit.engine.state import Frame, Visited
from ivrkit.errors import ExpressionError


def note_menu(stack: Stack, now: float) -> None:
    """The menu at the top of the stack is entered from elsewhere."""
    depth = stack.flow_depth()
    base = _base(stack)
    if any(frame.during for frame in stack.frames[depth:]):
        return  # what runs while a step goes on is no place to come back to
    flow, within = stack.frames[depth], _sections(stack, depth)
    trail = _standing(flow.trail, within)
    for number, visited in enumerate(trail):
        if visited.position == stack.top.position:
            del trail[number:]
            break
    frames = [_kept(frame, -now) for frame in stack.frames[base:]]
    frames[-1].entry = None
    flow.trail = [*trail, Visited(within, frames)]


def go_back(stack: Stack, depth: int, question: int | None, now: float) -> None:
    """To the menu from which the caller came into a question, in the flow frame of this depth.

    ``question`` is the depth of the frame that stands at the question, None if there is none
    around. With no menu before, the question is asked again from its beginning. Raises
    ExpressionError if there is neither.
    """
    flow = stack.frames[depth]
    trail = _standing(flow.trail, _sections(stack, depth))
    if question is not None and stack.flow_depth(question) == depth:
        here = stack.frames[question].position
        known = [number for number, each in enumerate(trail) if each.position == here]
        trail = trail[: known[0]] if known else trail
    if trail:
        _restore(stack, depth, trail, now)
        return
    if question is None:
        raise ExpressionError(
            "'back' has no menu to go back to",
            hint="name the section to go to instead, or let the caller come by a menu",
        )
    stack.unwind(question)
    stack.top.entry = None


def _restore(stack: Stack, depth: int, trail: list[Visited], now: float) -> None:
    """Put the frames of the last menu of a trail in the place of what stands there now."""
    visited = trail[-1]
    base, sections = depth, len(visited.within)
    while sections:
        base += 1
        sections -= stack.frames[base].kind == "section"
    stack.unwind(base)
    stack.frames[depth].trail = trail
    first, *above = [_kept(frame, now) for frame in visited.frames]
    top = stack.frames[base]
    top.path, top.index, top.entry = first.path, first.index, first.entry
    stack.frames += above


def _base(stack: Stack) -> int:
    """The depth of the section or flow in whose branches the top stands."""
    depth = len(stack.frames) - 1
    while stack.frames[depth].kind == "block":
        depth -= 1
    return depth


def _sections(stack: Stack, depth: int) -> list[int]:
    """The sections that are run above a flow frame, up to the next flow, by the entries of the
    steps that run them."""
    found: list[int] = []
    for number in range(depth + 1, len(stack.frames)):
        frame = stack.frames[number]
        if frame.kind == "flow":
            break
        if frame.kind == "section":
            entry = stack.frames[number - 1].entry
            found.append(entry.number if entry is not None else 0)
    return found


def _standing(trail: list[Visited], within: list[int]) -> list[Visited]:
    """Those of a trail whose sections are still run."""
    return [each for each in trail if each.within == within[: len(each.within)]]


def _kept(frame: Frame, moved: float) -> Frame:
    """A copy that nothing changes any more, with its time limit moved: what a step has counted
    until now stays counted."""
    entry = frame.entry
    if entry is not None:
        deadline = None if entry.deadline is None else entry.deadline + moved
        entry = replace(entry, data=dict(entry.data), deadline=deadline)
    return Frame(frame.kind, frame.flow, frame.path, frame.index, entry, frame.reenter)
