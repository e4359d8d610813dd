"""Moving about in a flow: what a stack of frames does when steps end, jump, run and return.

Pure: no waiting, no world. Positions are paths in a pinned version of the flow.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.call.session import EntryState
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Jump, Word
from ivrkit.engine.state import Frame
from ivrkit.errors import ExpressionError
from ivrkit.flow.exits import refers_to
from ivrkit.flow.model import Flow, FlowVersion

MOST_FRAMES = 200
"""Deeper than this no flow goes that is not calling itself for ever."""


class Stack:
    """The frames of a call, over the version of the flow in which their paths have meaning."""

    __slots__ = ("frames", "version")

    def __init__(self, version: FlowVersion, frames: list[Frame]) -> None:
        self.version = version
        self.frames = frames

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    @property
    def flow(self) -> Flow:
        """The flow that the topmost step belongs to."""
        return self.version.flows[self.top.flow]

    @property
    def flow_frame(self) -> Frame:
        """The frame that holds the variables now."""
        return self.frames[self.flow_depth()]

    def node(self) -> Node | None:
        """The current step; None when the list has come to its end."""
        top = self.top
        nodes = self.version.steps(top.flow, top.path).nodes
        return nodes[top.index] if top.index < len(nodes) else None

    def holder(self, depth: int) -> Node:
        """The step at which the frame of this depth stands."""
        frame = self.frames[depth]
        return self.version.steps(frame.flow, frame.path).nodes[frame.index]

    def flow_depth(self, depth: int | None = None) -> int:
        """The depth of the flow frame at or below ``depth`` (the top by default)."""
        at = len(self.frames) - 1 if depth is None else depth
        while self.frames[at].kind != "flow":
            at -= 1
        return at

    def flow_frames(self) -> Iterator[tuple[int, Frame]]:
        """Flow frames with their depth, innermost first."""
        for depth in range(len(self.frames) - 1, -1, -1):
            if self.frames[depth].kind == "flow":
                yield depth, self.frames[depth]

    def holders(self) -> Iterator[EntryState]:
        """The entries of the steps to whose bodies the call comes back, innermost first: what a
        loop repeats, not its exits."""
        for depth in range(len(self.frames) - 1, 0, -1):
            if self.frames[depth].kind != "block":
                return
            entry = self.frames[depth - 1].entry
            if entry is not None and self.frames[depth].reenter:
                yield entry

    # ---- moves -------------------------------------------------------------------------------

    def go_on(self) -> None:
        """To the next step of the list."""
        top = self.top
        top.entry = None
        top.index += 1

    def branch(self, target: Branch, *, reenter: bool = False) -> None:
        """Into steps in place; the holder keeps its entry state until they end."""
        self.frames.append(Frame("block", self.top.flow, target.path, reenter=reenter))

    def jump(self, target: Jump | Branch, depth: int | None = None) -> None:
        """To a section (or a list of the flow), leaving the branches and loops around; with
        ``depth`` everything above that frame is left too."""
        if depth is not None:
            del self.frames[depth + 1 :]
        while self.top.kind == "block" or self.top.during:
            self.frames.pop()
        top = self.top
        top.path = target.path if isinstance(target, Branch) else target.section
        top.index = 0
        top.entry = None

    def unwind(self, depth: int) -> None:
        """Back to the step at which the frame of this depth stands."""
        del self.frames[depth + 1 :]

    def over(self) -> None:
        """The current step is left by an exit whose steps in place follow: its time is over."""
        if self.top.entry is not None:
            self.top.entry.deadline = None

    def end_during(self) -> bool:
        """``return`` in a section that runs while a step goes on: it has come to its end. False
        where there is no such section around."""
        for depth in range(len(self.frames) - 1, 0, -1):
            frame = self.frames[depth]
            if frame.during and frame.kind == "section":
                self.unwind(depth)
                frame.entry = None
                frame.index = len(self.version.steps(frame.flow, frame.path).nodes)
                return True
            if frame.kind != "block":
                return False
        return False

    def run_section(self, section: str) -> None:
        """Run a section that shares the variables."""
        self.frames.append(Frame("section", self.top.flow, section))

    def run_flow(self, frame: Frame) -> None:
        """Run a flow with variables of its own."""
        self.frames.append(frame)

    def unwind_to_holder(self, word: Word) -> None:
        """Leave the branches up to the step around that a reserved word refers to. Where there is
        none, ``next`` leaves them all; the others raise ExpressionError and leave none."""
        depth = self.holder_of(word)
        if depth is None and word is not Word.NEXT:
            raise ExpressionError(
                f"'{word}' has nothing around it to refer to",
                hint="name the section to go to instead",
            )
        if depth is not None:
            self.unwind(depth)
        while depth is None and self.top.kind == "block":
            self.frames.pop()

    def holder_of(self, word: Word) -> int | None:
        """The depth of the frame that stands at the step around that a reserved word refers to;
        None where there is none."""
        depth = len(self.frames) - 1
        while self.frames[depth].kind == "block":
            block, depth = self.frames[depth], depth - 1
            if refers_to(word, self.holder(depth).step, body=block.reenter):
                return depth
        return None

    def end_block(self) -> bool:
        """A block has come to its end: True if its holder is to be entered again."""
        block = self.frames.pop()
        if block.reenter:
            entry = self.top.entry or EntryState()
            entry.how = "reentered"
            self.top.entry = entry
            return True
        self.go_on()
        return False

    def leave_run(self) -> Frame:
        """Take the frame that ``return`` leaves (a section that was run, or a flow) off the
        stack, with the branches in it. The holder below is its ``run`` step; the frame of the
        top flow stays, for ``on_end``."""
        while self.top.kind == "block":
            self.frames.pop()
        return self.frames.pop() if len(self.frames) > 1 else self.top
