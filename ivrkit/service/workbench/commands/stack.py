"""``stack``: what is running what."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Stack(Command):
    name = "stack"
    aliases = ("bt",)
    help = "Show what is running what, the innermost first: flows, sections, branches."

    async def run(self, desk: Desk, arguments: str) -> None:
        stack = desk.session.stack
        for frame in reversed(stack.frames):
            nodes = stack.version.steps(frame.flow, frame.path).nodes
            node = nodes[frame.index] if frame.index < len(nodes) else None
            kind = "branch" if frame.kind == "block" else frame.kind
            what = f"{node.step.verb}, line {node.mark.line}" if node is not None else "at its end"
            desk.tell(f"{kind:8} {frame.flow}: {frame.position}  ({what})")
