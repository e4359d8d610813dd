"""Call scripts on a live Asterisk: real SIP, RTP and RFC 4733 keys, in real time.

A rehearsal is a private Asterisk, an engine that serves the project's flows, a telephone for each
call and one for the agent. What a script gives is brought about where it can be: an agent who is
called, answers and hangs up, or who is not there. What cannot be (a clock, a full queue) is said.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ivrkit.call.events import Arrived, Ended, HandedOff, TraceEvent
from ivrkit.call.queues import QueueExit, Queues
from ivrkit.errors import CarrierError, ConfigurationError, NotAvailable
from ivrkit.expressions.expression import Setting
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.walk import found_in
from ivrkit.qa.given import Given, QueueUse
from ivrkit.qa.line import Listener
from ivrkit.qa.live_line import play_live
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.script import Dial, Script
from ivrkit.service.configuration import Configuration, NumberSettings, load_configuration
from ivrkit.service.registries import reader
from ivrkit.service.site import Site, Tell
from ivrkit.testing import ports
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip

AGENT = "1001"
LONGEST_TALK = 3.0
"""Seconds: an agent of a rehearsal does not talk for as long as one in virtual time."""
ANSWERS_AFTER = 0.5
ARRIVAL_SECONDS = 20.0
AT_ONCE = 5
"""Scripts that are played side by side: each call waits for most of its time."""
ONLY_HERE = (QueueExit.ANSWERED, QueueExit.UNSTAFFED)


def not_live(given: Given) -> str:
    """Why a script cannot be played live; empty when it can."""
    if given.clock is not None:
        return "it gives a clock"
    if given.figures:
        return "it gives live figures of queues"
    uses = [use for each in given.queues.values() for use in _uses(each)]
    ends = sorted({use.exit.value for use in uses if use.exit not in ONLY_HERE})
    return f"it gives a queue that is left by {', '.join(ends)}" if ends else ""


@dataclass
class _Call:
    """A call of a script: its telephone, and who is told of its trace."""

    phone: Baresip
    listener: Listener
    given: Given


class Agent:
    """The agent of the rehearsal, who takes one call after the other."""

    def __init__(self, asterisk: PrivateAsterisk, folder: Path) -> None:
        self._asterisk = asterisk
        self._folder = folder
        self._phone: Baresip | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def come(self) -> None:
        """Sign in and be free."""
        if self._phone is None:
            phone = Baresip(
                AGENT,
                sip_port=self._asterisk.sip_port,
                folder=self._folder,
                password=self._asterisk.site.phone_passwords[AGENT],
            )
            await phone.start()
            self._phone = phone
        await self._asterisk.wait_for_agent(AGENT)

    async def leave(self) -> None:
        """Sign off."""
        phone, self._phone = self._phone, None
        for task in tuple(self._tasks):
            task.cancel()
        if phone is not None:
            await phone.stop()

    def heard(self, event: HandedOff, use: QueueUse) -> None:
        """Called: answer. Connected: talk, and hang up."""
        if self._phone is None:
            return
        if event.state == "called":
            self._later(use.after if use.after is not None else ANSWERS_AFTER, self._phone.accept)
        elif event.state == "connected":
            self._later(min(use.talk, LONGEST_TALK), self._phone.hang_up)

    def _later(self, seconds: float, action: Callable[[], Awaitable[None]]) -> None:
        async def act() -> None:
            await asyncio.sleep(seconds)
            with suppress(CarrierError):  # the caller may have given up meanwhile
                await action()

        task = asyncio.create_task(act())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Rehearsal:
    """The site on which scripts are played live; see :class:`ivrkit.qa.line.LiveSite`."""

    def __init__(
        self, project: Configuration, scripts: Iterable[Script], folder: Path, tell: Tell
    ) -> None:
        self._project = project
        self._folder = folder
        self._tell = tell
        self._stack = AsyncExitStack()
        self._numbers = _numbers(project, scripts)
        self._calls: dict[str, _Call] = {}
        self._placing = asyncio.Lock()
        self._arrived: asyncio.Future[str] | None = None
        self._awaited: tuple[str, str] = ("", "")
        self._pending: _Call | None = None
        self._count = itertools.count(1)

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        cache = self._folder / "cache" / "prompts"
        cache.mkdir(parents=True, exist_ok=True)
        asterisk = PrivateAsterisk(shared=[cache], progress=self._tell)
        self._asterisk = await self._stack.enter_async_context(asterisk)
        self._tell(f"Asterisk {asterisk.version} runs on 127.0.0.1")
        site = Site(self._configuration(cache), tell=self._tell)
        self._site = await self._stack.enter_async_context(site)
        site.engine.subscribe(self._traced)
        self.agent = Agent(asterisk, self._folder / "agent")
        self._stack.push_async_callback(self.agent.leave)

    def _configuration(self, cache: Path) -> Configuration:
        """The project's configuration, on the private Asterisk, with a number for each flow."""
        asterisk, project = self._asterisk, self._project
        names = _queues_of(project)
        known = {name: each.model_dump(mode="json") for name, each in project.queues.items()}
        queues = {name: {**known.get(name, {}), "asterisk": "service"} for name in names}
        settings = {
            "asterisk": {
                "url": asterisk.ari_url,
                "user": asterisk.ari_user,
                "password": asterisk.ari_password,
                "application": asterisk.site.application,
            },
            "flows": str(project.flows.absolute()),
            "numbers": {
                number: {"flow": each.flow, "section": each.section, "with": each.with_}
                for number, each in self._numbers.items()
            },
            "queues": queues,
            "prompts": {
                "folder": str(project.prompts.folder.absolute()),
                "cache": str(cache.absolute()),
            },
            "api": {"port": ports.free_ports(1)},
            "state": "state",
        }
        path = self._folder / "ivrkit.yaml"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}: {json.dumps(each)}\n" for name, each in settings.items()))
        return load_configuration(path)

    # ---- the site, for scripts -----------------------------------------------------------------

    async def place_call(self, dial: Dial, given: Given, listener: Listener) -> str:
        """Call over a telephone of the call's own. Raises NotAvailable and CarrierError."""
        reason = not_live(given)
        if reason:
            raise NotAvailable(f"a live site cannot bring it about: {reason}")
        number, count = _number_of(self._numbers, dial), next(self._count)
        caller = dial.caller.removeprefix("+") or f"4930{count:06d}"
        folder = self._folder / "callers" / str(count)
        phone = Baresip(caller, sip_port=self._asterisk.sip_port, folder=folder)
        await self._stack.enter_async_context(phone)
        async with self._placing:
            self._arrived = asyncio.get_running_loop().create_future()
            self._awaited = (number, caller)
            self._pending = _Call(phone, listener, given)
            await phone.ring(number)
            async with asyncio.timeout(ARRIVAL_SECONDS):
                return await self._arrived

    async def press(self, call_id: str, keys: str) -> None:
        """Press keys one behind the other, as RFC 4733 events."""
        if call_id in self._calls:
            await self._calls[call_id].phone.press(keys)

    async def hang_up(self, call_id: str) -> None:
        """Hang up."""
        if call_id in self._calls:
            with suppress(CarrierError):
                await self._calls[call_id].phone.hang_up()

    def _traced(self, call_id: str, event: TraceEvent) -> None:
        waiting = self._arrived is not None and not self._arrived.done()
        if isinstance(event, Arrived) and waiting and self._pending is not None:
            if (event.number, event.caller) != self._awaited:
                return
            self._calls[call_id] = self._pending
            self._arrived.set_result(call_id)  # type: ignore[union-attr]
        call = self._calls.get(call_id)
        if call is None:
            return
        if isinstance(event, HandedOff):
            self.agent.heard(event, _use(call.given, event.queue))
        call.listener(event)
        if isinstance(event, Ended):
            del self._calls[call_id]


async def rehearse(
    scripts: Sequence[Script],
    project: Configuration,
    folder: Path,
    *,
    tell: Tell,
    done: Callable[[Outcome], None],
    at_once: int = AT_ONCE,
) -> list[Outcome]:
    """Play scripts live, several at once; ``done`` is told of each. Those for which
    :func:`not_live` has a reason are skipped. Raises NotAvailable without an Asterisk."""
    turns = asyncio.Semaphore(at_once)
    async with Rehearsal(project, scripts, folder, tell) as site:

        async def one(script: Script) -> Outcome:
            async with turns:
                outcome = await play_live(script, site)
            done(outcome)
            return outcome

        outcomes: list[Outcome] = []
        for present in (True, False):
            group = [each for each in scripts if _wants_agent(each.given) is present]
            if group:
                await (site.agent.come() if present else site.agent.leave())
                outcomes += await asyncio.gather(*(one(script) for script in group))
        return outcomes


def _wants_agent(given: Given) -> bool:
    """Whether somebody works in the queues of a script."""
    return all(
        use.exit is QueueExit.ANSWERED for each in given.queues.values() for use in _uses(each)
    )


def _uses(given: QueueUse | tuple[QueueUse, ...]) -> Sequence[QueueUse]:
    return given if isinstance(given, tuple) else (given,)


def _use(given: Given, queue: str) -> QueueUse:
    """What comes of the next use of a queue. An agent who is away answers nobody."""
    found = given.queues.get(queue)
    return _uses(found)[0] if found is not None else QueueUse()


def _numbers(project: Configuration, scripts: Iterable[Script]) -> dict[str, NumberSettings]:
    """The project's numbers, and one more for each flow that a script calls straight."""
    numbers = dict(project.numbers)
    free = (str(each) for each in range(899, 799, -1) if str(each) not in numbers)
    for script in scripts:
        for turn in script.turns:
            if isinstance(turn, Dial) and turn.flow:
                wanted = _settings(turn)
                if wanted not in numbers.values():
                    numbers[next(free)] = wanted
    return numbers


def _settings(dial: Dial) -> NumberSettings:
    return NumberSettings.model_validate(
        {"flow": dial.flow, "section": dial.section or "main", "with": dict(dial.arguments)}
    )


def _number_of(numbers: Mapping[str, NumberSettings], dial: Dial) -> str:
    if not dial.flow:
        return dial.number
    wanted = _settings(dial)
    found = next((number for number, each in numbers.items() if each == wanted), None)
    if found is None:
        raise ConfigurationError(f"there is no number left for the flow {dial.flow}")
    return found


def _queues_of(project: Configuration) -> set[str]:
    """The queues that the flows name: each is played by the one agent of the rehearsal."""
    names = set(project.queues)
    library = FlowLibrary(reader(), project.flows)
    for flow in library.names():
        for loaded in library.load(flow).flows.values():
            for node in loaded.nodes():
                if Queues in node.step.needs:
                    settings = found_in(getattr(node.step, "name", None), Setting)
                    names |= {str(each.literal) for each in settings if each.static}
    return names
