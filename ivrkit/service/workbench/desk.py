"""The desk: a call in hand, and what the commands need to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ivrkit.call.step import Node
from ivrkit.engine.session import LiveSession
from ivrkit.errors import ScriptError, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.model import Flow, FlowVersion
from ivrkit.qa.script import Dial
from ivrkit.qa.situation import Stop, Why
from ivrkit.qa.stops import Breakpoint
from ivrkit.qa.workbench import Workbench
from ivrkit.service.keypad import KEYS

Tell = Callable[[str], None]


class Desk:
    """What a command works on.

    ``tell`` shows a text to whoever sits here; ``dial`` is the call that is placed; ``over`` is
    set when the workbench is left; ``failures`` counts commands that could not be done.
    """

    def __init__(self, bench: Workbench, dial: Dial, tell: Tell) -> None:
        self.bench = bench
        self.dial = dial
        self.tell = tell
        self.over = False
        self.failures = 0
        self.numbered: dict[int, Breakpoint] = {}

    async def call(self) -> None:
        """Place the call; it is held in front of its first step."""
        await self.bench.place(self.dial)
        self.report(await self.bench.go(lambda runner, node: "the call begins"))

    # ---- where the call is ---------------------------------------------------------------------

    @property
    def version(self) -> FlowVersion:
        """The flow that is called, with all that it runs."""
        return self.bench.runner.stack.version

    @property
    def flow(self) -> Flow:
        """The flow to which the step belongs where the call is, or was."""
        return self.version.flows[self.flow_name]

    @property
    def flow_name(self) -> str:
        """Its name."""
        frames = self.bench.runner.stack.frames
        return frames[-1].flow if frames else self.version.name

    @property
    def node(self) -> Node:
        """The step where the call is. Raises ScriptError when it is over."""
        self._going_on()
        node = self.bench.node
        if node is None:
            raise ScriptError("the call is between two steps", hint="step goes to the next")
        return node

    def _going_on(self) -> None:
        if self.bench.situation.ended is not None:
            raise ScriptError("the call is over", hint="call places it again, back goes back")

    @property
    def session(self) -> LiveSession:
        """The variables of the call. Raises ScriptError when it is over."""
        self._going_on()
        return self.bench.runner.session

    def place_of(self, node: Node) -> str:
        """A step as people look for it: verb, path and line."""
        flow = "" if self.flow_name == self.version.name else f"{self.flow_name}: "
        file = Path(node.mark.file)
        if file.is_absolute() and file.is_relative_to(Path.cwd()):
            file = file.relative_to(Path.cwd())
        return f"{flow}{node.path}  {node.step.verb}  ({file}:{node.mark.line})"

    def report(self, stop: Stop) -> None:
        """Tell why the call has come to a stop, and where."""
        seconds = f"{self.bench.seconds:.2f} s"
        match stop.why:
            case Why.STEP:
                self.tell(f"▸ {self.place_of(self.node)}  [{stop.text}]")
            case Why.LISTENING:
                self.tell("the call waits for keys  (keys shows which)")
            case Why.ENDED:
                self.tell(f"the call is over: {stop.text}, after {seconds}")
            case Why.TIME:
                self.tell(f"{seconds} into the call, it is {self.bench.now:%H:%M:%S}")
            case Why.STUCK:
                self.tell("nothing has happened for an hour")

    # ---- arguments -----------------------------------------------------------------------------

    def section(self, name: str) -> str:
        """A section of the flow where the call is. Raises ValueRejected with the nearest."""
        sections = self.flow.sections
        if name not in sections:
            near = did_you_mean(name, sections) or f"sections are {', '.join(sections)}"
            raise ValueRejected(f"the flow has no section '{name[:40]}'", hint=near)
        return name

    def keys_of(self, text: str) -> str:
        """The keys of a text, for a call that goes on. Raises ValueRejected for what is no key,
        ScriptError when the call is over."""
        keys = "".join(text.split()).upper()
        if not keys or not set(keys) <= KEYS:
            what = f"'{text[:40]}' cannot be pressed" if keys else "say which keys"
            raise ValueRejected(what, hint="keys are 0-9 * # A-D")
        if self.bench.situation.ended is not None:
            raise ScriptError("the call is over", hint="call places it again, back goes back")
        return keys

    def spoken(self, text: str) -> str:
        """Words that are said to a call that goes on, perhaps in quotes. Raises ValueRejected
        where there are none, ScriptError when the call is over."""
        words = text.strip().strip('"').strip()
        if not words:
            raise ValueRejected("nothing is to be said", hint="write: say billing")
        if self.bench.situation.ended is not None:
            raise ScriptError("the call is over", hint="call places it again, back goes back")
        return words

    def stop_at(self, breakpoint_: Breakpoint) -> None:
        """Add a breakpoint, with a number of its own."""
        number = max(self.numbered, default=0) + 1
        self.numbered[number] = breakpoint_
        self.bench.breakpoints.append(breakpoint_)
        self.tell(f"{number}: {breakpoint_.text}")

    def forget(self, number: int) -> None:
        """Take a breakpoint away."""
        self.bench.breakpoints.remove(self.numbered.pop(number))

    def variables(self) -> Mapping[str, object]:
        """The names of the variables that the flow declares or has."""
        flow = self.flow
        return {**flow.params, **flow.variables, **self.bench.situation.variables}
