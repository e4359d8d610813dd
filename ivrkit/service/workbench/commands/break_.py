"""``break``: stop at a step, in a section, or when something becomes true."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from ivrkit.call.step import Node
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.model import Flow
from ivrkit.qa.stops import AtStep, InSection, WhenTrue
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Break(Command):
    name = "break"
    aliases = ("b",)
    usage = "[SECTION | STEP | LINE | FLOW:… | if CONDITION]"
    help = """Stop there: `break agent`, `break balance/2`, `break 57`, `break if attempt > 1`.
In another flow that is run: `break library/survey:thanks`, `break survey.yaml:12`. A line means
the step in it or the next one below. Alone it lists what stops the call; `delete` takes it away."""

    async def run(self, desk: Desk, arguments: str) -> None:
        if not arguments:
            for number, each in desk.numbered.items():
                desk.tell(f"{number}: {each.text}")
            if not desk.numbered:
                desk.tell("nothing stops the call: break, watch")
            return
        word, _, condition = arguments.partition(" ")
        if word == "if":
            found = Expression.parse(condition)
            desk.stop_at(WhenTrue(found, f"if {found.source}"))
            return
        first, colon, place = arguments.rpartition(":")
        flow = _flow(desk, first) if colon else desk.flow_name
        self._place(desk, flow, place)

    def _place(self, desk: Desk, name: str, place: str) -> None:
        flow = desk.version.flows[name]
        prefix = "" if name == desk.version.name else f"{name}:"
        if place in flow.sections:
            desk.stop_at(InSection(name, place, f"{prefix}{place}"))
            return
        node = _at_line(flow, int(place)) if place.isdecimal() else _at_path(flow, place)
        text = f"{prefix}{node.path}  {node.step.verb}  (line {node.mark.line})"
        desk.stop_at(AtStep(name, node.path, text))

    def words(self, desk: Desk) -> Iterable[str]:
        return [*desk.flow.sections, *(node.path for node in desk.flow.nodes())]


def _flow(desk: Desk, text: str) -> str:
    """The flow that is meant by its name or its file."""
    flows = desk.version.flows
    if text in flows:
        return text
    for name, flow in flows.items():
        if PurePath(flow.file).as_posix().endswith(text):
            return name
    raise ValueRejected(
        f"'{text[:40]}' is no flow of this call",
        hint=did_you_mean(text, flows) or f"flows are {', '.join(flows)}",
    )


def _at_line(flow: Flow, line: int) -> Node:
    """The step that begins in a line, else the first below it."""
    below = [node for node in flow.nodes() if node.mark.line >= line]
    if not below:
        raise ValueRejected(f"no step begins at line {line} or below")
    return min(below, key=lambda node: (node.mark.line, node.mark.column))


def _at_path(flow: Flow, path: str) -> Node:
    nodes = {node.path: node for node in flow.nodes()}
    if path not in nodes:
        near = did_you_mean(path, [*flow.sections, *nodes])
        hint = near or "name a section, a step (balance/2), a line, or `if CONDITION`"
        raise ValueRejected(f"there is no section or step '{path[:60]}'", hint=hint)
    return nodes[path]
