"""Live calls: who calls, what the engine tells of it, and what the caller has really heard.

A caller is a telephone; what happens in his call is known from the trace, by which everything is
synchronised ("when this is said, press 1"); what he has heard is in the phone's recording, and is
compared with the very files that the engine has sent to Asterisk.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml

from ivrkit.call.events import (
    Arrived,
    Ended,
    HandedOff,
    Listening,
    Noted,
    Said,
    Saying,
    TraceEvent,
)
from ivrkit.errors import CarrierError
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import RATE, heard, read_wave, windows, write_wave
from ivrkit.testing.phones import Baresip

FLOWS = Path(__file__).parent / "flows"
PATIENCE = 40.0
"""Seconds to wait for what must come, on a machine that has much else to do."""
ALIKE = 0.8
"""The correlation from which on a prompt was heard; see ``ivrkit.testing.audio``."""
DIFFERENT = 0.6
STRIDE = RATE // 2

NUMBERS = {
    "800": "crowd",
    "801": "museum",
    "802": "ticket",
    "803": "counts",
    "804": "workshop",
    "805": "closed",
    "806": "kitchen",
    "807": "desk",
    "808": "journey",
    "809": "waiting",
    "810": "lounge",
}
DIALPLAN = {
    "tariff": {
        "context": "test-tariff",
        "variables": ["pieces", "note"],
        "results": {"amount": "TARIFF_AMOUNT", "note": "TARIFF_NOTE"},
    },
    "no-context": {"context": "test-nowhere"},
    "no-application": {"application": "NoSuchThing"},
    "echo": {"application": "Echo"},
    "slow": {"context": "test-slow", "results": {"done": "SLOW_DONE"}},
}
"""What flows may run of the dialplan in ``conftest.py``."""
EventT = TypeVar("EventT", bound=TraceEvent)
T = TypeVar("T")


def configure(
    asterisk: PrivateAsterisk, folder: Path, number: int, **changes: Any
) -> Configuration:
    """Write the ``ivrkit.yaml`` of the engine called ``live-<number>`` and read it. Its calls are
    made to 7n0x. ``changes`` are sections; ``connection`` is added to the one of Asterisk."""
    connection = {
        "url": asterisk.ari_url,
        "user": asterisk.ari_user,
        "password": asterisk.ari_password,
        "application": f"live-{number}",
        **changes.pop("connection", {}),
    }
    settings = {
        "asterisk": connection,
        "flows": str(FLOWS),
        "numbers": NUMBERS,
        "dialplan": DIALPLAN,
        "queues": {"service": {"headers": ["customer", "reason"]}, "nobody": {}},
        # Spoken once for all engines of a run.
        "prompts": {"cache": str(asterisk.sounds_folder / "cache"), "folder": "recordings"},
        "api": {"port": 0},
        # On a machine that has much else to do, no call of a test is sent back for that.
        "limits": {"late": "1h"},
        **changes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ivrkit.yaml").write_text(yaml.safe_dump(settings))
    return load_configuration(folder)


def own_flows(
    folder: Path, flows: Mapping[str, str], connectors: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a test's own flows below a folder; for :func:`configure`, what is different with
    them: the first is called as 800, the next as 801."""
    place = folder / "flows"
    place.mkdir(parents=True)
    for name, text in flows.items():
        (place / f"{name}.yaml").write_text(text)
    numbers = {str(number): name for number, name in enumerate(flows, 800)}
    return {"flows": str(place), "numbers": numbers, "connectors": dict(connectors)}


class Traces:
    """What engines tell of their calls, as it happens."""

    def __init__(self) -> None:
        self.calls: dict[str, list[TraceEvent]] = {}
        self._changed = asyncio.Event()

    def hear(self, call_id: str, event: TraceEvent) -> None:
        """A trace event."""
        self.calls.setdefault(call_id, []).append(event)
        self._changed.set()
        self._changed = asyncio.Event()

    def of_caller(self, name: str) -> str | None:
        """The newest call of a caller."""
        for call_id in reversed(self.calls):
            if any(isinstance(e, Arrived) and e.caller == name for e in self.calls[call_id]):
                return call_id
        return None

    async def until(
        self, found: Callable[[], T | None], what: str, patience: float = PATIENCE
    ) -> T:
        """Wait until something is found among the events. Raises TimeoutError that names it."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    changed = self._changed
                    if (value := found()) is not None:
                        return value
                    await changed.wait()
        except TimeoutError:
            raise TimeoutError(f"waited {patience:g} s for {what}") from None


_names = itertools.count(1)


class LiveCall:
    """A caller, and the trace of his call."""

    def __init__(self, phone: Baresip, traces: Traces, cache: Path) -> None:
        self.phone = phone
        self._traces = traces
        self._cache = cache
        self._taken = 0
        self.id = ""

    @property
    def events(self) -> list[TraceEvent]:
        """All that has happened so far."""
        return self._traces.calls.get(self.id, [])

    async def dial(self, number: str) -> None:
        """Call a number and wait until the engine has the call."""
        await self.phone.ring(number)
        await self.found()

    async def found(self) -> None:
        """Wait until the engine has the call."""
        name = self.phone.name
        self.id = await self._traces.until(
            lambda: self._traces.of_caller(name), f"the call of {name}"
        )

    def take(self, call_id: str, events: Iterable[TraceEvent]) -> None:
        """This was the caller's call, and all that happened in it, read when it was over."""
        self.id = call_id
        self._traces.calls[call_id] = list(events)

    async def until(self, kind: type[EventT], **fields: Any) -> EventT:
        """The next event of a kind, with these values of its fields, that was not waited for
        before. Of a text it is enough that it contains what is given."""

        def found() -> EventT | None:
            for place in range(self._taken, len(self.events)):
                event = self.events[place]
                if isinstance(event, kind) and all(
                    _agrees(getattr(event, name), value) for name, value in fields.items()
                ):
                    self._taken = place + 1
                    return event
            return None

        try:
            return await self._traces.until(found, f"{kind.__name__} {fields or ''}")
        except TimeoutError as error:
            raise TimeoutError(f"{error} in {self.story()}") from None

    async def until_said(self, text: str) -> Saying:
        """Wait until a prompt that contains this text begins."""
        return await self.until(Saying, text=text)

    async def until_asked(self, text: str) -> None:
        """Wait until a prompt that contains this text is over and keys are awaited."""
        await self.until_said(text)
        await self.until(Listening)

    async def press(self, keys: str) -> None:
        """Press keys as a person does."""
        await self.phone.press(keys)

    async def speak(self, audio: Path) -> None:
        """Say what a file holds; see ``tests.live.spoken``."""
        await self.phone.say(audio)

    async def listen(self, seconds: float) -> None:
        """Go on listening until so much more was heard."""
        heard = self._heard_bytes()
        async with asyncio.timeout(PATIENCE):
            while self._heard_bytes() < heard + seconds * 2 * RATE:
                await asyncio.sleep(0.1)

    def _heard_bytes(self) -> int:
        """How large the recording is; 0 before the first sound."""
        try:
            return self.phone.recording().stat().st_size
        except CarrierError:
            return 0

    async def hang_up(self) -> None:
        """The caller hangs up."""
        await self.phone.hang_up()

    async def ends(self, how: str = "flow") -> None:
        """Wait until the call is over on both sides; it must end like this."""
        over = await self.until(Ended)
        await self.phone.closed()
        assert over.ended == how, self.story()

    def story(self) -> str:
        """What has happened lately, for people."""
        return f"the call of {self.phone.name}:\n" + "\n".join(map(str, self.events[-15:]))

    def happened(self, kind: type[EventT]) -> list[EventT]:
        """All events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def said(self) -> list[tuple[str, str]]:
        """What was said, with how it ended; of what was skipped the text is empty."""
        return [(event.text, event.end) for event in self.happened(Said)]

    def noted(self) -> list[str]:
        """What the flow's ``log`` steps wrote."""
        return [event.text for event in self.happened(Noted)]

    def handoffs(self) -> list[str]:
        """The states of the hand-off."""
        return [event.state for event in self.happened(HandedOff)]

    def file(self, name: str) -> Path:
        """The sound file of a name in the trace."""
        return next(self._cache.rglob(name))

    def files(self, text: str) -> list[Path]:
        """The sound files of the first prompt with this text."""
        event = next(event for event in self.happened(Said) if text in event.text)
        return [self.file(name) for name in event.media]

    def listened(self) -> Ears:
        """Check by ear that all that was said to its end was heard: each file complete, in the
        order of the trace. Gives the ears, which have come to the end of it."""
        ears = Ears(self.phone.recording())
        for event in self.happened(Said):
            if event.end == "finished":
                for name in event.media:
                    ears.hear(self.file(name), event.text)
        return ears


def _agrees(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str) and wanted:
        return wanted in value
    return bool(value == wanted)


class Ears:
    """A recording, listened to from its beginning to its end."""

    def __init__(self, recording: Path) -> None:
        self._line = read_wave(recording)
        self._part = recording.with_suffix(".part.wav")
        self._at = 0

    def hear(self, prompt: Path, text: str = "") -> None:
        """The next thing that is heard from here on is this prompt, complete, whatever stands
        between. Fails when it does not come any more."""
        found = self._next(prompt)
        seconds = self._at / RATE
        assert found is not None, f"not heard behind second {seconds:.1f}: {text or prompt}"
        self._at = found

    def rewind(self) -> None:
        """Listen from the beginning again."""
        self._at = 0

    def hears_no_more(self, prompt: Path) -> bool:
        """Whether the prompt does not come any more from here on."""
        return self._next(prompt) is None

    def times(self, prompt: Path, seconds: float) -> int:
        """How often the first seconds of a prompt are in the recording."""
        piece = self._part.with_name("piece.wav")
        write_wave(piece, read_wave(prompt)[: int(seconds * RATE)])
        count, at, self._at = 0, self._at, 0
        while (found := self._next(piece)) is not None:
            count, self._at = count + 1, found
        self._at = at
        return count

    def heard_whole(self, prompt: Path) -> bool:
        """Whether the prompt is anywhere in the recording, from its beginning to its end."""
        return heard(self._keep(0, len(self._line)), prompt) >= DIFFERENT

    def _next(self, prompt: Path) -> int | None:
        """Where the prompt has ended, at its first place from here on.

        A stretch after the other is looked at, each too short for a prompt that is said twice:
        where nothing is said, nothing is sent, so two prompts are next to each other.
        """
        length = len(read_wave(prompt))
        for begin in range(self._at, len(self._line), STRIDE):
            part = self._keep(begin, begin + length + STRIDE)
            found = windows(part, prompt)
            if found and min(window.score for window in found) >= ALIKE:
                return begin + int((found[0].at - found[0].start) * RATE) + length
        return None

    def _keep(self, begin: int, end: int) -> Path:
        write_wave(self._part, self._line[max(begin, 0) : end])
        return self._part


class Exchange:
    """The Asterisk of the run with an engine: makes callers and agents."""

    def __init__(self, asterisk: PrivateAsterisk, traces: Traces, folder: Path) -> None:
        self.asterisk = asterisk
        self.traces = traces
        self._folder = folder
        self.cache = asterisk.sounds_folder / "cache"

    @asynccontextmanager
    async def caller(self) -> AsyncIterator[LiveCall]:
        """A caller of a number of his own, by which his call is found in the trace."""
        name = f"49301{next(_names):05}"
        folder = self._folder / name
        async with Baresip(name, sip_port=self.asterisk.sip_port, folder=folder) as phone:
            yield LiveCall(phone, self.traces, self.cache)

    @asynccontextmanager
    async def calling(self, number: str) -> AsyncIterator[LiveCall]:
        """A caller who has dialled a number."""
        async with self.caller() as call:
            await call.dial(number)
            yield call

    @asynccontextmanager
    async def agent(self, *, answers: bool = True) -> AsyncIterator[Baresip]:
        """An agent's phone that the queues see as free."""
        folder = self._folder / f"agent-{next(_names)}"
        async with Baresip(
            "1001",
            sip_port=self.asterisk.sip_port,
            password=self.asterisk.site.phone_passwords["1001"],
            folder=folder,
            answers=answers,
        ) as phone:
            await self.asterisk.wait_for_agent("1001")
            yield phone


@asynccontextmanager
async def exchange_of(
    asterisk: PrivateAsterisk, folder: Path, number: int, **changes: Any
) -> AsyncIterator[tuple[Exchange, Site]]:
    """A site in this process, and the exchange for its calls."""
    traces = Traces()
    async with Site(configure(asterisk, folder, number, **changes)) as site:
        site.engine.subscribe(traces.hear)
        yield Exchange(asterisk, traces, folder), site


def finished(*texts: str) -> Iterator[tuple[str, str]]:
    """Prompts that were said to their end."""
    return ((text, "finished") for text in texts)
