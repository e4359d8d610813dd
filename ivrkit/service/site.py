"""One engine with everything around it: started in order, stopped in the reverse one."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from ivrkit.call.channel import Arrival
from ivrkit.call.clock import Clock
from ivrkit.call.connecting import Connectors
from ivrkit.call.dialplan import Dialplan
from ivrkit.call.hearing import Recognition, Understanding
from ivrkit.call.memory import Memories
from ivrkit.call.messages import Messages
from ivrkit.call.opening import Calendars
from ivrkit.call.prompt import Media, Prompts
from ivrkit.call.queues import Queues
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.connectors.service import ConnectorService, Settings
from ivrkit.engine.clock import RealClock
from ivrkit.engine.engine import Engine, Start
from ivrkit.engine.recovery import Recovered, recover
from ivrkit.errors import CarrierError, ConfigurationError, FlowError, IvrkitError
from ivrkit.handoff import AsteriskDialplan, AsteriskQueues, HandoffSettings, Payloads
from ivrkit.prompts.delivery import FolderDelivery, HttpDelivery
from ivrkit.prompts.language import Languages
from ivrkit.prompts.service import Progress, PromptService
from ivrkit.service.api.server import ApiServer, make_app
from ivrkit.service.api.tokens import Token, Tokens, TokenScope, digest, local_token
from ivrkit.service.calls import EngineCalls, Records
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import FlowService, Reload
from ivrkit.service.metrics import Metrics
from ivrkit.service.numbers import Numbers
from ivrkit.service.world import SiteWorld, connectors_of, functions_of
from ivrkit.speech.service import SpeechService
from ivrkit.store import MemoryLimits, MessageLimits, Store
from ivrkit.store import Observer as StoreObserver

LOG = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS = 3600.0
Tell = Callable[[str], None]
"""Takes a line about what is being done, for people who wait."""


class Site:
    """An engine for one Asterisk, as a configuration describes it.

    ``tell`` is told of each step of the start; ``progress`` of the texts that are spoken.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        take_over: bool = False,
        tell: Tell = LOG.info,
        progress: Callable[[str], Progress] | None = None,
    ) -> None:
        self.configuration = configuration
        self._numbers = Numbers(configuration)
        self._take_over = take_over
        self._tell = tell
        self._progress = progress
        self._stack = AsyncExitStack()
        self._problems: dict[str, str] = {}
        self._taken = False
        self.lost = asyncio.Event()
        """Set when another engine has taken this application."""
        self.api_port = 0
        self.token = ""

    async def __aenter__(self) -> Site:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ---- the start -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring everything up. Raises IvrkitError with one clear line; what was up is down then."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def _start(self) -> None:
        configuration = self.configuration
        _make_private(configuration.state)
        self.store = await self._open_store()
        self.metrics = Metrics()
        self.prompts = PromptService(
            configuration.prompts,
            messages=configuration.media_folder,
            observe=self.metrics.spoke,
        )
        self.metrics.voices(lambda: self.prompts.speakers)
        self._stack.push_async_callback(self.prompts.close)
        self.speech = SpeechService(configuration.speech, self.metrics.recognised)
        self._stack.push_async_callback(self.speech.close)
        if not configuration.flows.is_dir():
            raise ConfigurationError(
                f"there is no folder of flows {configuration.flows}",
                hint="make a project with: ivrkit init",
            )
        self.flows = FlowService(
            configuration.flows,
            self._world,
            self.prompts,
            self.store,
            named=self._numbers.needs,
        )
        await self._load_recognisers()  # which words they know, the check of the flows asks
        await self._load_flows()
        self.media_uri = self._media_uri()
        self.carrier = AriCarrier(configuration.asterisk, self.media_uri)
        await self._open_connectors()
        self.engine = self._make_engine()
        await self._serve_api()
        self._tell(f"connecting to Asterisk at {configuration.asterisk.url}")
        self.engine.expect(await self.store.sessions())
        await self.carrier.start(self.engine.receive)
        self._stack.push_async_callback(self.carrier.stop)
        # While Asterisk can still be told to give back what listening took.
        self._stack.push_async_callback(self.speech.close)
        self._stack.push_async_callback(self._let_go)
        recovered = await self.recover()
        if recovered != Recovered():
            self._tell(f"calls taken up: {recovered}")
        housekeeping = asyncio.create_task(self._keep_house(), name="ivrkit-housekeeping")
        self._stack.callback(housekeeping.cancel)

    async def stop(self) -> None:
        """Let go of everything. Calls stay where they are, and their captures in the store."""
        await self._stack.aclose()

    async def _let_go(self) -> None:
        """Of the calls: at once where another engine has them already."""
        if not self._taken:
            await self.engine.hand_over()
        await self.engine.stop()

    def _is_taken(self) -> None:
        self._taken = True
        self.lost.set()

    async def recover(self) -> Recovered:
        """Take up what an earlier engine has left."""
        sessions = await self.store.sessions()
        return await recover(self.engine, self.carrier, sessions, self.flows.pinned)

    async def reload(self, *, prompts: bool = True) -> Reload:
        """Look at the flows again (``prompts``: at phrases and recordings too); those with errors
        change nothing."""
        if prompts:
            self.prompts.refresh()
        return await self.flows.load(progress=self._progress, prompts=prompts)

    # ---- parts ---------------------------------------------------------------------------------

    async def _open_store(self) -> Store:
        configuration = self.configuration
        observer = StoreObserver(
            alarm=lambda text: self._problem("store", text),
            clear=lambda text: self._problem("store", ""),
            wanted=lambda owner: self.lost.set(),
            lost=lambda error: self._is_taken(),
        )
        store = Store(
            configuration.store_path,
            key=configuration.store_key(),
            retention=configuration.kept(),
            power_safe=configuration.store.power_safe,
            observer=observer,
            media=configuration.media_folder,
            limits=MessageLimits(configuration.messages.most, configuration.messages.megabytes),
            memory=MemoryLimits(**configuration.memory.model_dump()),
        )
        await store.open()
        self._stack.push_async_callback(store.close)
        owner = f"{socket.gethostname()}:{os.getpid()}"
        await store.acquire(configuration.asterisk.application, owner, take_over=self._take_over)
        return store

    def _world(self, names: Collection[str]) -> SiteWorld:
        return SiteWorld(
            flows=names,
            queues=set(self.handoff_settings.queues),
            dialplan=set(self.configuration.dialplan),
            connectors=connectors_of(self.configuration),
            functions=functions_of(self.configuration),
            calendars=set(self.configuration.calendars),
            recognition=self.speech,
            numbers=self._numbers.entrances,
            audio=self.prompts.exists,
            languages=Languages(fallbacks=self.configuration.prompts.fallbacks),
        )

    @property
    def handoff_settings(self) -> HandoffSettings:
        """The queues of this site."""
        return self.configuration.handoff

    async def _load_flows(self) -> None:
        self._tell(f"loading flows from {self.configuration.flows}")
        loaded = await self.flows.load(progress=self._progress)
        if loaded.refused:
            raise FlowError(
                "flows with errors are not taken into service\n\n"
                + "\n\n".join(loaded.refused.values()),
                hint="`ivrkit check --config` finds mistakes in flows, `ivrkit doctor` the others",
            )
        unknown = self._numbers.unknown(loaded.taken + loaded.kept)
        if unknown:
            raise ConfigurationError("; ".join(unknown))

    def _media_uri(self) -> Callable[[Media], str]:
        configuration = self.configuration
        cache = configuration.prompts.cache
        if configuration.media.url is None:
            return FolderDelivery(cache, configuration.media.seen_as).uri
        self._http = HttpDelivery(cache, configuration.media.url, secrets.token_bytes(32))
        return self._http.uri

    def _make_engine(self) -> Engine:
        clock = self.make_clock()
        payloads = Payloads(self.store, self.handoff_settings)
        self._stack.push_async_callback(payloads.stop)
        queues = self.make_queues(payloads)
        records = Records(self.store, clock.now)
        engine = Engine(
            clock=clock,
            keeper=self.store,
            choose=self.choose,
            ports={
                Prompts: self.prompts,
                Queues: queues,
                Dialplan: self.make_dialplan(),
                Memories: self.make_memories(),
                Calendars: Calendars(self.configuration.calendars),
                Messages: self.store.messages,
                Connectors: self.make_connectors(),
                Recognition: self.make_recognition(),
                Understanding: self.prompts.understanding,
            },
            sealer=self.store.sealer,
            observer=records,
            most_calls=self.configuration.limits.calls,
        )
        engine.subscribe(records.heard)
        return engine

    def make_clock(self) -> Clock:
        """The clock by which calls run."""
        return RealClock()

    def make_queues(self, payloads: Payloads) -> Queues:
        """The queues of this site."""
        return AsteriskQueues(self.handoff_settings, payloads, self.evaluate)

    def make_dialplan(self) -> Dialplan:
        """The parts of the dialplan that flows may run."""
        return AsteriskDialplan(self.configuration.dialplan)

    def make_memories(self) -> Memories:
        """What flows remember."""
        return self.store.memories

    def make_connectors(self) -> Connectors:
        """The systems outside."""
        return self.connectors

    def make_recognition(self) -> Recognition:
        """Who understands callers."""
        return self.speech

    def opened_connectors(self) -> Settings:
        """The settings of the connectors that are opened, by kind and name: of all there are."""
        return self.configuration.connectors.by_kind()

    async def _open_connectors(self) -> None:
        configuration = self.configuration
        place = replace(configuration.place, outbox=self.store.outbox)
        self.connectors = ConnectorService(self.opened_connectors(), place, self.metrics.asked)
        self.metrics.watch(self.connectors.fares)
        self._stack.push_async_callback(self.connectors.close)
        await self.connectors.start()

    async def _load_recognisers(self) -> None:
        self.metrics.hear(self.speech)
        if self.configuration.speech.recognisers:
            self._tell("loading what understands callers")
        for problem in await self.speech.start():
            LOG.warning("%s: callers go on with keys", problem)
        for language in self.configuration.speech.recognisers:
            await asyncio.to_thread(self.prompts.understanding.prepare, language)

    async def _serve_api(self) -> None:
        settings = self.configuration.api
        self.token = local_token(self.configuration.state)
        own = Token("local", digest(self.token), frozenset(TokenScope))
        tokens = Tokens([*self.configuration.tokens(), own])
        calls = EngineCalls(self.engine, self.flows, self.connectors, self.metrics, self.problems)
        app = make_app(self.store, calls, tokens)
        if self.configuration.media.url is not None:
            app.add_routes(self._http.routes())
        server = ApiServer(app, settings.host, settings.port)
        self.api_port = await server.start()
        self._stack.push_async_callback(server.stop)

    # ---- while it runs -------------------------------------------------------------------------

    def choose(self, arrival: Arrival) -> Start | None:
        """Which flow a call gets; None rejects it."""
        chosen = self._numbers.choose(arrival.number, arrival.arguments, self.flows.names())
        if chosen.note:
            LOG.warning("call to %r: %s", arrival.number, chosen.note)
        version = self.flows.version(chosen.flow) if chosen.flow is not None else None
        return None if version is None else Start(version, chosen.section, chosen.values)

    async def evaluate(self, function: str) -> str | None:
        """A dialplan function that tells something about the whole Asterisk."""
        try:
            return await self.carrier.evaluate(function)
        except CarrierError as error:
            LOG.debug("%s: %s", function, error)
            return None

    def problems(self) -> list[str]:
        """What is wrong now; empty when nothing is."""
        found = [text for text in self._problems.values() if text]
        if not self.carrier.client.is_connected:
            found.append("Asterisk is away")
        return found

    def _problem(self, what: str, text: str) -> None:
        self._problems[what] = text
        if text:
            LOG.error("%s", text)
        else:
            LOG.info("%s works again", what)

    async def _keep_house(self) -> None:
        while True:
            try:
                hashes = [version.hash for version in self.flows.versions()]
                await self.store.erase_expired(in_service=hashes)
            except IvrkitError as error:
                LOG.error("%s", error)
            except Exception:  # what is kept too long is tried again, whatever it was
                LOG.exception("housekeeping failed")
            await asyncio.sleep(HOUSEKEEPING_SECONDS)


def _make_private(folder: Path) -> None:
    """The state folder: for this user alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the state folder {folder} cannot be this user's own: {error.strerror or error}",
            hint="check whose it is, or name another under state: in ivrkit.yaml",
        ) from error
