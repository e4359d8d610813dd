"""A site on a private Asterisk on which call scripts are played."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from ivrkit.call.channel import Arrival
from ivrkit.call.clock import Clock
from ivrkit.call.connecting import Connectors
from ivrkit.call.dialplan import Dialplan
from ivrkit.call.events import Arrived, EarOpened, Recording, TraceEvent
from ivrkit.call.memory import Memories
from ivrkit.call.prompt import Piece
from ivrkit.call.queues import Queues
from ivrkit.channels.ari.client import AriClient
from ivrkit.connectors.service import Settings
from ivrkit.engine.clock import RealClock
from ivrkit.engine.engine import Start
from ivrkit.engine.settings import LimitSettings
from ivrkit.errors import CarrierError, ChannelGone, NotAvailable
from ivrkit.handoff import Payloads
from ivrkit.qa.connectors import Site as Systems
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.line import Listener
from ivrkit.qa.script import Dial
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.configuration import Configuration
from ivrkit.service.connecting import really_asked
from ivrkit.service.live import agents, dialplan
from ivrkit.service.live.agents import GivenQueues, filler, queues_file
from ivrkit.service.live.connectors import GivenConnectors
from ivrkit.service.live.dialplan import GivenDialplan
from ivrkit.service.live.memories import GivenMemories
from ivrkit.service.scripts import FlowBook
from ivrkit.service.site import Site, Tell
from ivrkit.testing.asterisk import PrivateAsterisk

NUMBER = "899"
"""What is dialled where a script names a flow, or a number that the shipped dialplan lacks."""
ARRIVES_SECONDS = 15.0
KEY_SECONDS = 0.2
"""How long a key lasts with the pause behind it, as Asterisk sends it."""
TRACED_SECONDS = 0.2
BEEP_SECONDS = 0.5
"""What a caller waits before he speaks: the tone is to be over."""
RECORDED = "en"
NORMAL = 16
SILENCE = timedelta(seconds=60)
"""How much of it a caller sends who is recorded and says nothing."""

ALL_ARE_TAKEN = LimitSettings(calls=10_000, late=timedelta(minutes=1))
"""Scripts call all at once, on a machine that may do other things besides: none of their calls is
sent back for it."""

_SHIFT: ContextVar[timedelta] = ContextVar("shift", default=timedelta())
"""By how much the time of day of a call is another than the machine's. The task of each call has
its own."""


class ShiftedClock(RealClock):
    """The machine's time, with another time of day for the calls whose scripts give one."""

    __slots__ = ()

    def now(self) -> datetime:
        """The time of day that this call sees."""
        return super().now() + _SHIFT.get()


@dataclass(slots=True)
class _Placed:
    """A call: our end of it, who is told of its trace, and its id once it has arrived."""

    near: str
    listener: Listener
    arrived: asyncio.Future[str]
    language: str = ""
    """The language in which a question listens to it, if the last one does."""
    silence: str = ""
    """The silence that it sends, as a playback: nothing else can be sent meanwhile."""
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Silence begins and ends, one after the other."""


class ScriptedSite(Site):
    """A :class:`~ivrkit.qa.line.LiveSite`: a site whose calls are placed by scripts. Connectors
    answer as scripts give, but for those of ``real``."""

    def __init__(
        self, configuration: Configuration, tell: Tell, real: Collection[str] = ()
    ) -> None:
        super().__init__(configuration, tell=tell)
        self._opened, self._real = really_asked(configuration, real), frozenset(real)
        self._systems: GivenConnectors
        self.book = FlowBook(configuration)
        self._starts: dict[str, Start] = {}
        self._given: dict[str, Given] = {}
        self._placed: dict[str, _Placed] = {}
        self._calls: dict[str, _Placed] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._shifts: dict[int, timedelta] = {}
        own = f"{configuration.asterisk.application}-callers"
        self._callers = AriClient(configuration.asterisk.model_copy(update={"application": own}))

    async def start(self) -> None:
        """As every site, and hears all traces; callers are kept by an application of their own."""
        await super().start()
        self.engine.subscribe(self._heard)
        await self._callers.start()

    async def stop(self) -> None:
        """Callers hang up first."""
        await self._callers.stop()
        await super().stop()

    def make_clock(self) -> Clock:
        """A clock whose time of day differs from call to call."""
        return ShiftedClock()

    def make_queues(self, payloads: Payloads) -> Queues:
        """Queues with the agents that scripts give."""
        queues = self.configuration.queues
        return GivenQueues(queues, payloads, self.evaluate, self._given)

    def make_dialplan(self) -> Dialplan:
        """What scripts give in place of this site's dialplan."""
        return GivenDialplan(self.configuration.dialplan, self._given)

    def make_memories(self) -> Memories:
        """Memories of each script's own: scripts are played at the same time."""
        return GivenMemories(self._given)

    def opened_connectors(self) -> Settings:
        """Those that are really asked: the flows are checked with all there are."""
        return self._opened

    def make_connectors(self) -> Connectors:
        """What scripts give in place of systems outside."""
        systems = Systems(self.configuration.connectors.by_kind(), self._real, self.connectors)
        self._systems = GivenConnectors(self._given, systems)
        return self._systems

    def choose(self, arrival: Arrival) -> Start | None:
        """The flow that the script calls, at the time of day that it gives."""
        given = self._given.get(arrival.channel.id, Given())
        shift = timedelta()
        if given.clock is not None:  # when the first of its calls begins
            shift = self._shifts.setdefault(id(given), given.clock - RealClock().now())
        _SHIFT.set(shift)  # the task of the call begins in this context
        return self._starts.pop(arrival.channel.id, None)

    # ---- what a script does ----------------------------------------------------------------------

    async def place_call(self, dial: Dial, given: Given, listener: Listener) -> str:
        """Place a call over a Local channel. Raises ScriptError, FlowError, CarrierError; and
        NotAvailable for what the script gives of connectors that are really asked."""
        lacking = self._systems.cannot(given)
        if lacking:
            raise NotAvailable(lacking)
        start = self.book.start(dial)
        near = f"ivrkit-test-{secrets.token_hex(8)}"
        far = f"{near}-far"
        self._starts[far], self._given[far] = start, given
        arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._placed[far] = _Placed(near, listener, arrived)
        shipped = len(dial.number) == 3 and dial.number.isdecimal() and dial.number[0] == "8"
        await self._callers.originate(
            f"Local/{dial.number if shipped else NUMBER}@ivrkit-phone",
            channel=near,
            other=far,
            caller=f"script <{dial.caller}>",
            timeout=-1,
        )
        try:
            async with asyncio.timeout(ARRIVES_SECONDS):
                return await arrived
        except TimeoutError:
            raise CarrierError("the call has not reached the engine") from None

    def missing(self, given: Given) -> Sequence[str]:
        """What the calls of a script needed of systems outside and it does not give."""
        return self._systems.missing(given)

    def differences(self, given: Given) -> Sequence[Differs]:
        """What they asked otherwise than it says."""
        return self._systems.differences(given)

    def used(self, given: Given) -> Mapping[str, int]:
        """How often they used each connector that it gives."""
        return self._systems.used(given)

    async def press(self, call_id: str, keys: str) -> None:
        """Send keys as DTMF; returns when the last one has been heard out."""
        try:
            await self._speak_up(self._calls[call_id])
            await self._callers.send_keys(self._calls[call_id].near, keys)
        except ChannelGone:
            return  # the call was over before
        await asyncio.sleep(KEY_SECONDS * len(keys) + TRACED_SECONDS)

    async def say(self, call_id: str, text: str, seconds: float) -> None:
        """Speak to the flow: the text in a voice of the site, or a tone. A recording is spoken to
        in English: what is said there does not matter."""
        placed = self._calls[call_id]
        length = {"length": timedelta(seconds=seconds)}
        piece = Piece("text", text) if text else Piece("tone", "dial", length)
        # Silence behind it: a recording ends by silence that is heard, not by nothing.
        language = placed.language or RECORDED
        rendered = await self.prompts.render([piece, Piece("silence", SILENCE)], language)
        quiet = SILENCE.total_seconds()
        try:
            if not placed.language:
                await asyncio.sleep(BEEP_SECONDS)
            await self._speak_up(placed)
            placed.silence = f"{placed.near}-{secrets.token_hex(4)}"
            uris = [self.media_uri(each) for each in rendered.media]
            await self._callers.play(placed.near, placed.silence, uris)
            spoken = sum(each.seconds for each in rendered.media) - quiet
            await asyncio.sleep(max(0.0, spoken - seconds))
        except ChannelGone:
            return  # the call was over before
        finally:
            asyncio.get_running_loop().call_later(seconds + quiet, rendered.release)

    async def hang_up(self, call_id: str) -> None:
        """The caller hangs up."""
        placed = self._calls.get(call_id)
        if placed is not None:
            await self._callers.hang_up(placed.near, NORMAL)

    def _heard(self, call_id: str, event: TraceEvent) -> None:
        placed = self._calls.get(call_id)
        if placed is None and isinstance(event, Arrived):
            placed = self._placed.pop(event.channel, None)
            if placed is not None:
                self._calls[call_id] = placed
                placed.arrived.set_result(call_id)
        if placed is not None:
            if isinstance(event, EarOpened):
                placed.language = event.language
            elif isinstance(event, Recording):
                placed.language = ""
                self._spawn(self._be_silent(placed))
            placed.listener(event)

    async def _be_silent(self, placed: _Placed) -> None:
        """Send what a telephone sends while nobody speaks: a recording waits for it."""
        async with placed.turns:
            silence = await self.prompts.render([Piece("silence", SILENCE)], "en")
            placed.silence = f"{placed.near}-{secrets.token_hex(4)}"
            uris = [self.media_uri(each) for each in silence.media]
            with suppress(ChannelGone):  # the call was over before
                await self._callers.play(placed.near, placed.silence, uris)

    async def _speak_up(self, placed: _Placed) -> None:
        """No more silence."""
        async with placed.turns:
            if placed.silence:
                await self._callers.stop_playback(placed.silence)
                placed.silence = ""

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@asynccontextmanager
async def scripted_site(
    configuration: Configuration, folder: Path, tell: Tell, real: Collection[str] = ()
) -> AsyncIterator[ScriptedSite]:
    """A private Asterisk with this configuration's flows. ``folder`` takes what is made, ``real``
    are the connectors that are really asked."""
    overrides = {
        "extensions.conf": agents.DIALPLAN + dialplan.DIALPLAN,
        "queues.conf": queues_file(),
    }
    cache = folder / "prompts"
    cache.mkdir(parents=True, exist_ok=True)
    async with PrivateAsterisk(overrides=overrides, shared=[cache], progress=tell) as asterisk:
        await asterisk.command(filler())
        connection = configuration.asterisk.model_copy(
            update={
                "url": asterisk.ari_url.removesuffix("/ari"),
                "user": asterisk.ari_user,
                "password": SecretStr(asterisk.ari_password),
                "application": asterisk.site.application,
            }
        )
        changes = {
            "asterisk": connection,
            "prompts": configuration.prompts.model_copy(update={"cache": cache}),
            "api": ApiSettings(port=0),
            "webhook": None,
            "state": folder / "state",
            "store": configuration.store.beside(),
            "limits": ALL_ARE_TAKEN,
        }
        site = ScriptedSite(configuration.model_copy(update=changes), tell, real)
        async with site:
            yield site
