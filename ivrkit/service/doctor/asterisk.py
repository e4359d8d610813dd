"""What Asterisk has: version, modules, limits, dialplan, queues, and whether sounds reach it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from ivrkit.channels.ari.generated.asterisk import Module
from ivrkit.errors import CarrierError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.service.doctor.probe import Probe

OLDEST, BEST = 20, (22, 10)
APART_SECONDS = 2.0
"""How far clocks may be apart until somebody who reads two logs is misled."""
ENOUGH_SESSIONS = 500
USUAL_SESSIONS = 100
"""``sessionlimit`` of http.conf where nothing is said."""

NEEDED: Mapping[str, str] = {
    "res_ari": "nothing works",
    "res_ari_applications": "the events of calls in queues are missed",
    "res_ari_asterisk": "the engine cannot ask for the version",
    "res_ari_channels": "no call can be steered",
    "res_ari_events": "no call is reported",
    "res_ari_playbacks": "prompts cannot be stopped",
    "res_http_websocket": "no call is reported",
    "res_stasis": "nothing works",
    "res_stasis_answer": "no call can be answered",
    "res_stasis_playback": "no prompt is heard",
    "app_stasis": "no call reaches the engine",
    "pbx_config": "the shipped dialplan is not read",
    "format_wav": "no prompt is heard",
    "codec_ulaw": "no prompt is heard",
}
USEFUL: Mapping[str, str] = {
    "res_pjsip": "there are no SIP phones and trunks",
    "chan_pjsip": "there are no SIP phones and trunks",
    "res_pjsip_header_funcs": "the agent's phone gets no headers",
    "res_rtp_asterisk": "SIP calls have no audio",
    "res_musiconhold": "waiting callers hear nothing",
    "res_stasis_recording": "nothing can be recorded",
    "res_ari_recordings": "what is recorded cannot be fetched",
    "func_dialplan": "this examination cannot see the dialplan",
    "func_config": "this examination cannot see http.conf",
    "app_playback": "the fallback says nothing",
}
QUEUES: Mapping[str, str] = {
    "app_queue": "no caller reaches an agent",
    "app_stack": "the agent's phone gets no headers before Asterisk 22.9",
    "func_strings": "the shipped hand-off to queues breaks",
    "func_logic": "the shipped hand-off to queues breaks",
}
DIALPLAN: Mapping[str, str] = {
    "app_exec": "flows run no application",
    "app_stack": "flows run no context",
    "func_strings": "flows run no part of the dialplan",
    "func_logic": "flows run no part of the dialplan",
}


@dataclass(frozen=True)
class Examination:
    """Asterisk of this configuration, by way of a probe that is connected."""

    configuration: Configuration
    probe: Probe

    async def findings(self) -> AsyncIterator[Finding]:
        """All of them."""
        yield self._version()
        yield self._rest()
        clock = await self._clock()
        if clock is not None:
            yield clock
        for finding in await self._modules():
            yield finding
        yield await self._sessions()
        yield self._headers()
        async for finding in self._dialplan():
            yield finding
        async for finding in self._queues():
            yield finding
        yield await self._recording()

    def _version(self) -> Finding:
        number = self.probe.client.version.number
        text = ".".join(map(str, number))
        if number == (0, 0, 0):
            return warning("version", "this Asterisk tells no version", "use a released Asterisk")
        if number[0] < OLDEST:
            return fail("version", text, f"use Asterisk {OLDEST} or later, best 22.10")
        if number[:2] < BEST:
            return ok("version", f"{text} (22.10 and later need fewer requests per call)")
        return ok("version", text)

    def _rest(self) -> Finding:
        if self.probe.client.over_websocket:
            return ok("rest", "commands travel over the WebSocket")
        if self.configuration.asterisk.rest == "http":
            return ok("rest", "commands travel over HTTP, as ivrkit.yaml says")
        return warning(
            "rest",
            "commands travel over HTTP, which is slower",
            "use Asterisk 20.14, 21.9, 22.4 or later",
        )

    async def _clock(self) -> Finding | None:
        """Whether both have the same time: events and records bear that of either."""
        before = time.time()
        text = await self.probe.ask("EPOCH")
        if text is None or not text.isdecimal():
            return None
        # Whole seconds of a moment between both questions.
        apart = max(before - (int(text) + 1), int(text) - time.time(), 0.0)
        if apart > APART_SECONDS:
            return warning(
                "clock",
                f"that of Asterisk and that of this machine are {apart:.0f} s apart",
                "let both follow the same servers: chrony, or systemd-timesyncd",
            )
        return ok("clock", "Asterisk's is this machine's")

    async def _modules(self) -> list[Finding]:
        reply = await self.probe.client.request("GET", "asterisk/modules")
        if not reply.ok:
            return [
                warning("modules", f"cannot be listed: {reply.message}", "load res_ari_asterisk")
            ]
        running = {
            module.name.removesuffix(".so")
            for module in msgspec.json.decode(reply.body, type=list[Module])
            if module.status == "Running"
        }
        needed = {
            **NEEDED,
            **(DIALPLAN if self.configuration.dialplan else {}),
            **(QUEUES if self.configuration.queues else {}),
        }
        findings = [
            fail("modules", f"{name} does not run: {effect}", f"load {name}.so in modules.conf")
            for name, effect in needed.items()
            if name not in running
        ]
        findings += [
            warning("modules", f"{name} does not run: {effect}", f"load {name}.so in modules.conf")
            for name, effect in USEFUL.items()
            if name not in running
        ]
        return findings or [ok("modules", f"{len(running)} run, all that are needed among them")]

    async def _sessions(self) -> Finding:
        if await self.probe.ask("AST_CONFIG(http.conf,general,enabled)") is None:
            return warning(
                "sessionlimit", "http.conf cannot be read from here", "see that it is 1000"
            )
        text = await self.probe.ask("AST_CONFIG(http.conf,general,sessionlimit,-1)") or ""
        limit = int(text) if text.isdecimal() else USUAL_SESSIONS
        if limit < ENOUGH_SESSIONS:
            return warning(
                "sessionlimit",
                f"{limit} connections to Asterisk's HTTP server at once",
                "write sessionlimit = 1000 into [general] of http.conf",
            )
        return ok("sessionlimit", f"{limit} connections at once")

    def _headers(self) -> Finding:
        if self.configuration.asterisk.inheritable_headers == "off":
            return ok("headers", "by the dialplan's pre-dial handler, as ivrkit.yaml says")
        if self.probe.client.version.inheritable_headers:
            return ok("headers", "by PJSIP_INHERITABLE_HEADER, for all members of a queue")
        return warning(
            "headers",
            "by the dialplan's pre-dial handler: members of a queue that are Local channels "
            "get none",
            "use Asterisk 20.19, 22.9, 23.3 or later if you have such members",
        )

    async def _dialplan(self) -> AsyncIterator[Finding]:
        application = self.configuration.asterisk.application
        told = await self.probe.ask("IVRKIT_APP")
        if told and told != application:
            yield fail(
                "dialplan",
                f"IVRKIT_APP is {told!r}, but this engine is {application!r}",
                "make [globals] of extensions.conf and asterisk: application the same",
            )
        elif not told:
            yield warning(
                "dialplan",
                "the variable IVRKIT_APP is not set",
                f"write IVRKIT_APP = {application} into [globals] of extensions.conf",
            )
        missing = [each async for each in self._contexts()]
        for finding in missing:
            yield finding
        if told == application and not missing:
            yield ok("dialplan", "the contexts of the shipped extensions.conf are there")
        for number in self.configuration.numbers:
            if number.isdecimal() and not await self.probe.exists("ivrkit", number):
                yield warning(
                    "dialplan",
                    f"nothing in the context ivrkit answers to {number}",
                    f"exten => {number},1,Stasis({application})",
                )

    async def _contexts(self) -> AsyncIterator[Finding]:
        remedy = "take it over from the shipped extensions.conf"
        if not await self.probe.exists("ivrkit-fallback"):
            yield fail(
                "dialplan",
                "no context ivrkit-fallback: without an engine callers get nothing",
                remedy,
            )
        if not await self.probe.exists("ivrkit-back"):
            yield fail("dialplan", "no context ivrkit-back: no call comes back", remedy)
        if self.configuration.queues and not await self.probe.exists("ivrkit-queue"):
            yield fail("dialplan", "no context ivrkit-queue: no hand-off works", remedy)
        if self.configuration.dialplan and not await self.probe.exists("ivrkit-dialplan"):
            yield fail("dialplan", "no context ivrkit-dialplan: flows run no part of it", remedy)
        for name, part in self.configuration.dialplan.items():
            if part.context and not await self.probe.exists(part.context, part.extension):
                yield warning(
                    "dialplan",
                    f"'{name}' is the context {part.context}, which has no {part.extension}",
                    f"write [{part.context}] with exten => {part.extension},1,…, and Return()",
                )
        wanted = self.configuration.asterisk.inheritable_headers == "auto"
        inheritable = wanted and self.probe.client.version.inheritable_headers
        if not inheritable and not await self.probe.exists("ivrkit-headers"):
            yield fail("dialplan", "no context ivrkit-headers: agents get no headers", remedy)

    async def _queues(self) -> AsyncIterator[Finding]:
        for name in self.configuration.queues:
            there = self.configuration.handoff.queue(name).asterisk
            exists = await self.probe.ask(f"QUEUE_EXISTS({there})")
            label = f"queue {name}"
            if exists is None:
                yield warning(label, "cannot be asked for", "does app_queue run?")
                continue
            if exists != "1":
                yield fail(label, f"Asterisk has no queue {there}", "add it to queues.conf")
                continue
            count = await self.probe.ask(f"QUEUE_MEMBER({there},count)") or "0"
            logged = await self.probe.ask(f"QUEUE_MEMBER({there},logged)") or "0"
            if count == "0":
                yield warning(label, "has no members", f"add members to [{there}] of queues.conf")
            else:
                yield ok(label, f"{count} members, {logged} of them logged on")

    async def _recording(self) -> Finding:
        told = await self.probe.record()
        if not told:
            return ok("recording", "Asterisk can record")
        spool = await self.probe.ask("ASTSPOOLDIR") or "/var/spool/asterisk"
        return warning(
            "recording",
            f"Asterisk cannot record: {told}",
            f"make the folder {spool}/recording, writable for the user that runs Asterisk",
        )


def unreachable(error: CarrierError) -> Iterator[Finding]:
    """What is said when nothing can be asked."""
    yield fail("asterisk", error.message, error.hint or "see Asterisk's log")
