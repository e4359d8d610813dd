"""`ivrkit prompts record`: a telephone is called, and a person records a prompt.

An engine of its own, with one built-in flow, for one call: it has an application of its own, so it
works beside the engine of the site. Everything it keeps lies in a folder that goes with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from ivrkit.call.channel import Arrival
from ivrkit.call.events import Ended, Milestone, TraceEvent
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.events import Handled
from ivrkit.channels.ari.generated.events import ChannelDestroyed, StasisStart
from ivrkit.engine.engine import Start
from ivrkit.errors import CarrierError, ChannelGone, ConfigurationError, PromptError, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.catalogue import CatalogueFolder
from ivrkit.prompts.recordings import checked
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts import by_phone_flow
from ivrkit.service.prompts.checking import known_languages
from ivrkit.service.prompts.registering import converted, register, there
from ivrkit.service.prompts.translation.sentences import flat
from ivrkit.service.registries import reader
from ivrkit.service.site import Site
from ivrkit.speech.settings import SpeechSettings

NUMBER: Final = re.compile(r"[A-Za-z0-9+*#_.-]{1,64}")
CAUSES: Final = {
    17: "the line is busy",
    18: "nobody answers",
    19: "nobody answers",
    21: "the call was declined",
    1: "there is no such number",
    3: "there is no way to this number",
    20: "the telephone is not registered",
}
"""What becomes of calls that are not answered (Q.850)."""
NO_ANSWER: Final = 19
NORMAL: Final = 16
MARGIN: Final = 10.0
"""Seconds after which a call that neither rings out nor is answered is given up."""
LAST_EVENTS: Final = 5.0
"""Seconds to wait for the end of the trace once the line is dead."""


class Screen(Protocol):
    """Where the call is seen."""

    def event(self, event: TraceEvent) -> None:
        """Something happened in the call."""

    def tell(self, text: str) -> None:
        """Something happened on the line."""


@dataclass(frozen=True)
class Wanted:
    """The prompt to be recorded: its name, language, and text (empty where nobody knows it).
    ``doubt`` tells what is odd about it."""

    name: str
    language: str
    text: str = ""
    doubt: str = ""


def wanted_prompt(
    configuration: Configuration, name: str, language: str, *, replace: bool
) -> Wanted:
    """Which prompt that is. Raises ConfigurationError, PromptError for what cannot be recorded."""
    known_languages([language])
    settings = configuration.prompts
    before = there(settings.folder, language, checked(name))
    if before and not replace:
        raise PromptError(f"{before[0]} is there already", hint="--replace puts another there")
    phrases = CatalogueFolder(reader(), settings.folder, settings.fallbacks).read().phrases
    phrase = phrases.find(name)
    if phrase is None:
        near = did_you_mean(name, phrases)
        doubt = f"the catalogue has no phrase '{name}'{f': {near}' if near else ''}"
        return Wanted(name, language, doubt=doubt)
    if phrase.params:
        raise PromptError(
            f"'{name}' holds values that differ from call to call",
            hint="record its words as phrases of their own",
        )
    text = flat(phrase.source.get(language)) or ""
    doubt = "" if text else f"'{name}' has no text in {language} that can be shown"
    return Wanted(name, language, text, doubt)


async def record_prompt(
    configuration: Configuration, number: str, wanted: Wanted, screen: Screen, *, replace: bool
) -> Path | None:
    """Call a number and register what is recorded; None where nothing was kept.

    Raises:
        CarrierError: the call was not answered, or Asterisk refused it.
        CarrierUnavailable: Asterisk cannot be reached.
        PromptError: the recording cannot be used, or not be written.
    """
    if not NUMBER.fullmatch(number):
        raise ValueRejected(f"'{number[:40]}' is no number", hint="as in +4930123456, or 1001")
    if configuration.media.url is not None:
        raise ConfigurationError(
            "prompts are recorded where Asterisk reads the folder of prompts itself (media.url)",
            hint="run this on Asterisk's machine, with a configuration without media: url",
        )
    with tempfile.TemporaryDirectory(prefix="ivrkit-record-") as made:
        site = RecordingSite(configuration, Path(made), wanted, screen)
        async with site:
            await site.call(number)
            sound = site.kept()
    if sound is None:
        return None
    settings = configuration.prompts
    found = await asyncio.to_thread(converted, sound, ".wav", settings.loudness, trim=True)
    for problem in found.problems:
        screen.tell(f"warning: {problem}")
    return register(settings.folder, wanted.language, wanted.name, found.sound, replace=replace)


class RecordingSite(Site):
    """An engine for one call. ``folder`` takes what is made."""

    def __init__(
        self, configuration: Configuration, folder: Path, wanted: Wanted, screen: Screen
    ) -> None:
        own = f"{configuration.asterisk.application[:30]}-record-{secrets.token_hex(4)}"
        flows = folder / "flows"
        flows.mkdir()
        flow = by_phone_flow.flow_for(wanted.language)
        (flows / f"{by_phone_flow.NAME}.yaml").write_text(flow, encoding="utf-8")
        phrases = folder / "phrases"
        phrases.mkdir()
        changes = {
            "asterisk": configuration.asterisk.model_copy(update={"application": own}),
            "prompts": configuration.prompts.model_copy(update={"folder": phrases}),
            "flows": flows,
            "numbers": {},
            "queues": {},
            "dialplan": {},
            "connectors": type(configuration.connectors)(),
            "speech": SpeechSettings(),
            "webhook": None,
            "api": ApiSettings(port=0),
            "state": folder / "state",
            "store": configuration.store.beside(),
            "messages": configuration.messages.model_copy(update={"folder": None}),
        }
        super().__init__(configuration.model_copy(update=changes), tell=lambda text: None)
        self._settings = configuration.prompts.record
        self._wanted = wanted
        self._screen = screen
        self._channel = f"{own}-{secrets.token_hex(8)}"
        self._answered = asyncio.Event()
        self._over = asyncio.Event()
        self._told_all = asyncio.Event()
        self._cause = 0
        self._kept = ""
        callers = configuration.asterisk.model_copy(update={"application": f"{own}-call"})
        self._callers = AriClient(callers, on_event=self._on_the_line)

    async def start(self) -> None:
        """As every site; the telephone is called by an application of its own."""
        await super().start()
        self._stack.push_async_callback(self._callers.stop)
        self.engine.subscribe(self._in_the_call)
        await self._callers.start()

    def choose(self, arrival: Arrival) -> Start | None:
        """The built-in flow for the call that was placed; no other one is taken."""
        version = self.flows.version(by_phone_flow.NAME)
        if arrival.channel.id != self._channel or version is None:
            return None
        return Start(version, arguments={by_phone_flow.WORDS: self._wanted.text})

    async def call(self, number: str) -> None:
        """Call, and wait until it is over. Raises CarrierError when it is not answered."""
        endpoint = self._settings.endpoint.replace("{number}", number)
        ring = self._settings.ring.total_seconds()
        self._screen.tell(f"calling {number}")
        await self._callers.originate(
            endpoint,
            channel=self._channel,
            caller="ivrkit <>",
            # Half a Local channel has no format of its own; a telephone says which it has.
            formats="ulaw" if endpoint.startswith("Local/") else "",
            timeout=round(ring),
        )
        try:
            await self._until_answered(ring + MARGIN)
            move = f"move?app={quote(self.configuration.asterisk.application)}"
            with contextlib.suppress(ChannelGone):
                await self._callers.command("POST", self._channel, move, repeat=False)
                await self._over.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told_all.wait(), LAST_EVENTS)
        finally:
            if not self._over.is_set():
                with contextlib.suppress(CarrierError):
                    await self._callers.hang_up(self._channel, NORMAL)

    def kept(self) -> bytes | None:
        """What the person has kept. Raises PromptError when it is gone."""
        if not self._kept:
            return None
        path = self.configuration.media_folder / f"{self._kept}.wav"
        try:
            return path.read_bytes()
        except OSError as error:
            raise PromptError(f"the recording cannot be read: {error.strerror}") from None

    async def _until_answered(self, seconds: float) -> None:
        waits = [asyncio.create_task(each.wait()) for each in (self._answered, self._over)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
        if not self._answered.is_set():
            cause = self._cause or NO_ANSWER
            raise CarrierError(
                CAUSES.get(cause, f"the call was not answered (cause {cause}, Q.850)"),
                hint="`prompts: record: endpoint:` in ivrkit.yaml says how numbers are called",
            )

    def _in_the_call(self, call_id: str, event: TraceEvent) -> None:
        self._screen.event(event)
        if isinstance(event, Milestone) and event.name == by_phone_flow.KEPT:
            self._kept = str(event.values.get("recording", ""))
        if isinstance(event, Ended):
            self._told_all.set()

    def _on_the_line(self, event: Handled) -> None:
        if isinstance(event, StasisStart) and event.channel.id == self._channel:
            self._answered.set()
        elif isinstance(event, ChannelDestroyed) and event.channel.id == self._channel:
            self._cause = event.cause or NORMAL
            self._over.set()
