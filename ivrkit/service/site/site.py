"""An engine that is started in order and stopped in the reverse one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from ivrkit.call.events import HandedOff
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.connectors.service import ConnectorService
from ivrkit.engine.engine import Engine
from ivrkit.engine.recovery import Recovered, recover
from ivrkit.engine.saving import channels_of
from ivrkit.errors import LeaseHeld
from ivrkit.handoff import Payloads
from ivrkit.prompts.service import Progress
from ivrkit.service.api.audit import DONE, Audit
from ivrkit.service.calls import EngineCalls, Records
from ivrkit.service.configuration import Configuration
from ivrkit.service.draining import Draining
from ivrkit.service.flows import Reload
from ivrkit.service.lateness import Lateness
from ivrkit.service.metrics import Metrics
from ivrkit.service.site.api import SiteApi
from ivrkit.service.site.condition import Condition
from ivrkit.service.site.connecting import as_soon_as_it_is_there
from ivrkit.service.site.flows import load_flows, make_flows
from ivrkit.service.site.housekeeping import keep_house
from ivrkit.service.site.leftovers import SiteLeftovers
from ivrkit.service.site.media import delivery_over_http, media_uri
from ivrkit.service.site.observing import count, log_calls, trace
from ivrkit.service.site.opening import SOON_SECONDS, open_when_free
from ivrkit.service.site.pace import make_admission
from ivrkit.service.site.ports import SitePorts
from ivrkit.service.site.readiness import unready
from ivrkit.service.site.speaking import load_recognisers, make_prompts
from ivrkit.service.site.storing import make_private, make_store, owner
from ivrkit.service.site.succession import Holder, Successor, serves
from ivrkit.speech.service import SpeechService
from ivrkit.store.opening import Tables

LOG = logging.getLogger(__name__)

Tell = Callable[[str], None]
"""Takes a line about what is being done, for people who wait."""


class Site(SitePorts):
    """An engine for one Asterisk, as a configuration describes it.

    ``tell`` is told of each step of the start; ``progress`` of the texts that are spoken.
    ``prepared`` is called when all that calls need is there, before the first of them comes. One
    that is ``patient`` waits for an Asterisk that cannot be reached when it starts. ``again``: this
    process has served before, and another engine has had the store since.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        take_over: bool = False,
        tell: Tell = LOG.info,
        progress: Callable[[str], Progress] | None = None,
        prepared: Callable[[], None] = lambda: None,
        patient: bool = False,
        again: bool = False,
    ) -> None:
        super().__init__(configuration)
        self._take_over = take_over
        self._tell = tell
        self._progress = progress
        self._prepared = prepared
        self._patient = patient
        self._again = again
        self._stack = AsyncExitStack()
        self._condition = Condition()
        self.api_port = 0
        self._serving = False
        self._reloading = asyncio.Lock()
        self._reloads: set[asyncio.Task[Reload]] = set()

    async def __aenter__(self) -> Site:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ---- start and stop ------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring everything up. Raises IvrkitError with one clear line; what was up is down then."""
        try:
            await self._prepare()
            self._prepared()
            await self._serve()
        except BaseException:
            await self._stack.aclose()
            raise

    async def _prepare(self) -> None:
        """All that calls need, before there is one."""
        configuration = self.configuration
        make_private(configuration.state)
        self.store = make_store(configuration, self._condition)
        await self.store.open(Tables.KEPT, again=self._again)
        self._stack.push_async_callback(self.store.close)
        await self._acquire()
        self.metrics = Metrics()
        self.lateness = Lateness()
        self._stack.callback(self.lateness.stop)
        self.prompts = make_prompts(configuration, self.metrics)
        self._stack.push_async_callback(self.prompts.close)
        self.speech = SpeechService(configuration.speech, self.metrics.recognised)
        self._stack.push_async_callback(self.speech.close)
        self.metrics.hear(self.speech)
        self.flows = make_flows(configuration, self._numbers, self.prompts, self.speech, self.store)
        if configuration.speech.recognisers:
            self._tell("loading what understands callers")
        # Which words they know, the check of the flows asks.
        await load_recognisers(self.speech, self.prompts, configuration.speech.recognisers)
        self._stack.callback(self._end_reloads)
        self._tell(f"loading flows from {configuration.flows}")
        await load_flows(self.flows, self._numbers, self._progress)
        self._media = delivery_over_http(configuration)
        self.media_uri = media_uri(configuration, self._media)
        self.carrier = AriCarrier(
            configuration.asterisk,
            self.media_uri,
            owns=self._owns,
            contested=self._condition.contest,
        )
        self._condition.at_loss = self.carrier.client.cut
        self._condition.look(self._asterisk)
        # There is no way back: not before the flows are known to be good.
        await self.store.upgrade()
        await self._open_connectors()
        self.engine = self._make_engine()
        count(
            self.metrics,
            engine=self.engine,
            store=self.store,
            carrier=self.carrier,
            flows=self.flows,
            lateness=self.lateness,
        )
        log_calls(self.engine)
        telemetry = trace(self.engine, self.metrics, configuration.telemetry)
        if telemetry is not None:
            self._stack.push_async_callback(telemetry.stop)
        self.draining = Draining(
            self.engine.admission, lambda: len(self.engine.live()), self.engine.wait_empty
        )
        self._stack.callback(self.draining.stop)

    async def _serve(self) -> None:
        """Tell others of it, take up the calls that there are, and answer new ones."""
        if self._successor is None:
            await self._serve_api()
        self._tell(f"connecting to Asterisk at {self.configuration.asterisk.url}")
        self.lateness.start()
        if self._successor is None:
            await self._connect()
        else:
            self._condition.heir = True  # from the offer on, before the lease is there
            await self._successor.take_over(self._connect)
            self.note("take_over", DONE, by="serve", details={"engine": owner()})
            self._condition.heir = False
        recovered = await self.recover()
        if recovered != Recovered():
            self._tell(f"calls taken up: {recovered}")
        self.carrier.release()
        await serves(self.store, self._application, owner())
        if self._successor is not None:
            opening = asyncio.create_task(open_when_free(self._serve_api, self._condition))
            self._stack.callback(opening.cancel)
            await asyncio.wait([opening], timeout=SOON_SECONDS)
        self._serving = True
        housekeeping = asyncio.create_task(
            keep_house(self.store, self.flows, self.engine.live), name="ivrkit-housekeeping"
        )
        self._stack.callback(housekeeping.cancel)

    async def _acquire(self) -> None:
        """Become the engine of the application; one that takes over does when all is ready."""
        self._application = self.configuration.asterisk.application
        self._successor: Successor | None = None
        try:
            await self.store.acquire(self._application, owner())
        except LeaseHeld:
            if not self._take_over:
                raise
            self._successor = Successor(self.store, self._application, owner())

    async def _connect(self) -> None:
        start = partial(self.carrier.start, self.engine.receive, hold=True)
        if self._patient and self._successor is None:
            await as_soon_as_it_is_there(start, self._tell)
        else:
            await start()
        self._stack.push_async_callback(self.carrier.stop)
        # While Asterisk can still be told to give back what listening took.
        self._stack.push_async_callback(self.speech.close)
        self._stack.push_async_callback(self._let_go)

    def _owns(self) -> bool:
        """Whether the application is this engine's. Once another one has connected under its name,
        only the store can tell."""
        condition = self._condition
        if condition.lost.is_set() or condition.stands:
            return False
        if condition.heir or condition.contested is None:
            return True
        self.store.renew_soon()
        return self.store.renewed > condition.contested

    async def hand_over(self) -> bool:
        """Hand the calls over to the engine that has asked for them. False: they go on here."""
        holder = Holder(self.store, self._application, self.engine, self.carrier, self._condition)
        return await holder.hand_over()

    async def stop(self) -> None:
        """Let go of everything. Calls stay where they are, and their captures in the store."""
        await self._stack.aclose()

    async def _let_go(self) -> None:
        """Of the calls: at once where another engine has them already."""
        if self._condition.stands:
            return
        if not self._condition.lost.is_set():
            self.engine.admission.draining = True
            await self.engine.finish_writes()
        await self.engine.stop()
        self.engine.save_standing()

    async def _open_connectors(self) -> None:
        place = replace(self.configuration.place, outbox=self.store.outbox)
        self.connectors = ConnectorService(self.opened_connectors(), place, self.metrics.asked)
        self.metrics.watch(self.connectors.fares)
        self._stack.push_async_callback(self.connectors.close)
        await self.connectors.start()

    def _make_engine(self) -> Engine:
        clock = self.make_clock()
        payloads = Payloads(self.store, self.configuration.handoff)
        self._stack.push_async_callback(payloads.stop)
        records = Records(self.store, clock.now)
        engine = Engine(
            clock=clock,
            keeper=self.store,
            choose=self.choose,
            ports=self.ports(payloads),
            sealer=self.store.sealer,
            observer=records,
            admission=make_admission(
                self.configuration.limits, clock, self.lateness, self._condition
            ),
        )
        engine.subscribe(records.heard, (HandedOff,))
        return engine

    async def _serve_api(self) -> None:
        calls = EngineCalls(self.engine, self.flows, self.connectors, self.metrics, self.unready)
        api = SiteApi(self.configuration, self.store, calls, self, self._media)
        self.api_port = await api.start()
        self.api = api
        self._stack.push_async_callback(self.api.stop)

    # ---- while it runs -------------------------------------------------------------------------

    @property
    def wanted(self) -> asyncio.Event:
        """Set while another engine asks for this application."""
        return self._condition.wanted

    @property
    def lost(self) -> asyncio.Event:
        """Set when another engine has taken this application."""
        return self._condition.lost

    async def recover(self) -> Recovered:
        """Take up what an earlier engine has left."""
        sessions = await self.store.sessions()
        self.engine.expect(sessions)
        self.carrier.await_adoption(frozenset(channels_of(sessions)))
        return await recover(
            self.engine, self.carrier, sessions, self.flows.pinned, self.store.origin
        )

    async def reload(self, *, prompts: bool = True) -> Reload:
        """Look at the flows again (``prompts``: at phrases and recordings too); those with errors
        change nothing. What was begun is finished also where nobody waits for it any more: many
        new texts take longer to speak than the API has time for an answer."""
        task = asyncio.create_task(self._reload(prompts), name="ivrkit-reload-site")
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)
        return await asyncio.shield(task)

    def _end_reloads(self) -> None:
        for task in self._reloads:
            task.cancel()

    async def _reload(self, prompts: bool) -> Reload:
        async with self._reloading:
            if prompts:
                self.prompts.refresh()
            return await self.flows.load(progress=self._progress, prompts=prompts)

    async def renew(self) -> int:
        """Take the API's tokens, limits and certificates as the configuration says them now; the
        answer is how many tokens there are. Raises ConfigurationError; then nothing has changed."""
        configuration = await asyncio.to_thread(self.configuration.again)
        return await self.api.renew(configuration.api) if self.api_port else 0

    def note(self, action: str, outcome: str, *, by: str, details: Mapping[str, Any]) -> None:
        """Have the audit keep what was done without the API."""
        Audit(self.store).note(action, outcome, by=by, details=details)

    def rotate_local_token(self) -> None:
        """Replace the token of this machine's own tools. Raises ConfigurationError."""
        self.api.rotate_local_token()

    @property
    def leftovers(self) -> SiteLeftovers:
        """What this engine has of callers outside its store."""
        return SiteLeftovers(self.carrier.client, self.prompts)

    def problems(self) -> list[str]:
        """What is wrong now; empty when nothing is."""
        return self._condition.problems()

    def unready(self) -> list[str]:
        """Why no new calls should be sent to this engine now."""
        return unready(self.problems(), self.engine, self.store, serving=self._serving)

    def _asterisk(self) -> str:
        return self.carrier.problem
