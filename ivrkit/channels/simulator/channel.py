"""One simulated channel, as the engine sees it, and what the world does to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ivrkit.call.channel import (
    Capability,
    ChannelEvent,
    ChannelLocation,
    Deliver,
    HungUp,
    KeyPressed,
    Located,
    PartyProgress,
    PlaybackEnded,
    RecordingEnded,
    RecordingForm,
    Rejection,
    Returned,
)
from ivrkit.call.clock import Clock, Timer
from ivrkit.call.hearing import Hypothesis
from ivrkit.call.prompt import Media
from ivrkit.call.variables import accepted
from ivrkit.channels.simulator.caller import Heard, SimulatedCaller
from ivrkit.channels.simulator.ear import SimulatedEar
from ivrkit.channels.simulator.recording import SimulatedRecording
from ivrkit.errors import CarrierError, ChannelGone

ABILITIES = frozenset(Capability)
NORMAL = 16
"""Q.850: normal call clearing."""


@dataclass(slots=True)
class _Playing:
    heard: Heard
    timer: Timer


class SimulatedChannel:
    """A channel that is carried by a clock.

    Events reach the engine as Asterisk's do: after the command that caused them has returned.
    Playbacks wait for one another; keys count only on an answered call that is in our hands.
    """

    def __init__(self, channel_id: str, clock: Clock, caller: SimulatedCaller) -> None:
        self._id = channel_id
        self._clock = clock
        self._deliver: Deliver | None = None
        self._playing: _Playing | None = None
        self._waiting: deque[tuple[str, Sequence[Media]]] = deque()
        self._music: Heard | None = None
        self._recording: SimulatedRecording | None = None
        self._stored: dict[str, bytes] = {}
        self.caller = caller
        self.variables: dict[str, str] = {}
        self.where = ChannelLocation.HERE
        self.arguments: tuple[str, ...] = ()
        self.place: tuple[str | None, str, int] | None = None
        self.subscribed = False
        self.ears: dict[str, SimulatedEar] = {}

    @property
    def id(self) -> str:
        return self._id

    @property
    def capabilities(self) -> frozenset[Capability]:
        return ABILITIES

    @property
    def playbacks(self) -> int:
        """How many there are: the one that is heard, and those that wait behind it."""
        return len(self._waiting) + (self._playing is not None)

    # ---- commands ------------------------------------------------------------------------------

    async def answer(self) -> None:
        self._present()
        if self._playing is not None and not self.caller.answered:
            raise CarrierError("a channel cannot be answered while it plays")
        self.caller.answered = True
        self.caller.ringing = False

    async def ring(self) -> None:
        self._present()
        self.caller.ringing = not self.caller.answered

    async def reject(self, reason: Rejection) -> None:
        self._present()
        self.caller.sip = reason.sip
        self._end(reason.cause)

    async def hang_up(self, cause: int = NORMAL) -> None:
        if self.where is not ChannelLocation.GONE:
            self._end(cause)

    async def play(self, playback: str, media: Sequence[Media]) -> None:
        self._present()
        if not media:
            raise CarrierError("there is nothing to play")
        self._quiet()
        self._waiting.append((playback, media))
        self._next()

    async def stop(self, playback: str) -> None:
        playing = self._playing
        if playing is not None and playing.heard.playback == playback:
            playing.timer.cancel()
            self._ended("stop")
            return
        for waiting in [each for each in self._waiting if each[0] == playback]:
            self._waiting.remove(waiting)
            self._tell(PlaybackEnded(playback, by="stop"))

    async def record(self, recording: str, form: RecordingForm) -> None:
        self._present()
        running = self._recording
        if recording in self._stored:
            self._tell(RecordingEnded(recording, by="gap"))
        elif running is None:
            self._recording = SimulatedRecording(recording, form, self._clock, self._recorded)
        elif running.id != recording:
            raise CarrierError("a channel makes one recording at a time")

    async def stop_recording(self, recording: str) -> None:
        if self._recording is not None and self._recording.id == recording:
            self._recorded("stop")

    async def recorded(self, recording: str) -> bytes | None:
        return self._stored.get(recording)

    async def erase_recording(self, recording: str) -> None:
        self._stored.pop(recording, None)

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = 8000) -> None:
        raise CarrierError("a simulated caller has no voice: what is said is given as words")

    async def untap(self, tap: str) -> None:
        """There is never anything to give back."""

    async def start_music(self, name: str = "default") -> None:
        self._present()
        self._quiet()
        self._music = self.caller.begin("", (), self._clock.time(), name)

    async def stop_music(self) -> None:
        self._present()
        self._quiet()

    async def variable(self, name: str) -> str | None:
        self._present()
        return self.variables.get(name)

    async def set_variables(self, variables: Mapping[str, str]) -> None:
        self._present()
        self.variables.update({name: accepted(name, value) for name, value in variables.items()})

    async def subscribe(self) -> None:
        self._present()
        self.subscribed = True

    async def unsubscribe(self) -> None:
        self.subscribed = False

    async def leave(
        self, context: str | None = None, extension: str = "s", priority: int = 1
    ) -> None:
        self._present()
        self.where = ChannelLocation.ELSEWHERE
        self.place = (context, extension, priority)
        if context is None:  # nothing stands behind the line that brought the call here
            self._end(NORMAL)

    async def locate(self) -> Located:
        return Located(self.where, self.arguments, self.caller.answered)

    # ---- what the world does -------------------------------------------------------------------

    def attach(self, deliver: Deliver) -> None:
        """From now on events go here."""
        self._deliver = deliver

    def press(self, keys: str) -> None:
        """The caller presses keys. Before the call is answered, and while it is in other hands,
        nobody takes them."""
        for key in keys:
            if self._recording is not None and key in self._recording.form.end_keys:
                self._recorded("key")
            elif self.caller.answered and self.where is ChannelLocation.HERE:
                self._now(KeyPressed(key, 100))
            else:
                self.caller.keys_lost += 1

    def speak(self, seconds: float, readings: Sequence[Hypothesis] = ()) -> None:
        """The caller speaks from now on: it is recorded, or a question listens, or nobody does.
        ``readings`` is what is understood of it, the likeliest first."""
        if self._recording is not None:
            self._recording.speak(seconds)
        for ear in self.ears.values():
            ear.hear(readings, seconds)

    def listen(self, ear: SimulatedEar) -> None:
        """Somebody listens to the caller, in the place of whoever was left behind by that name."""
        before = self.ears.get(ear.name)
        if before is not None:
            before.close()
        self.ears = {name: each for name, each in self.ears.items() if each.is_open}
        self.ears[ear.name] = ear

    def hang_up_by_caller(self, cause: int = NORMAL) -> None:
        """The caller hangs up."""
        if self.where is not ChannelLocation.GONE:
            self._end(cause)

    def come_back(self, arguments: tuple[str, ...] = ()) -> None:
        """The dialplan brings the call back into our application."""
        if self.where is ChannelLocation.ELSEWHERE:
            self.where = ChannelLocation.HERE
            self.arguments = arguments
            self._tell(Returned(arguments))

    def progress(self, state: str, party: str) -> None:
        """Something happens with the other side while the call is away."""
        if self.subscribed and self.where is ChannelLocation.ELSEWHERE:
            self._tell(PartyProgress(state, party))

    # ---- inside --------------------------------------------------------------------------------

    def _present(self) -> None:
        if self.where is ChannelLocation.GONE:
            raise ChannelGone("the channel is no longer there")

    def _next(self) -> None:
        if self._playing is not None or not self._waiting:
            return
        playback, media = self._waiting.popleft()
        now = self._clock.time()
        heard = self.caller.begin(playback, media, now)
        timer = self._clock.at(now + heard.length, lambda: self._ended("end"))
        self._playing = _Playing(heard, timer)

    def _ended(self, by: str) -> None:
        playing, self._playing = self._playing, None
        assert playing is not None
        heard = playing.heard
        heard.seconds = heard.length if by == "end" else self._clock.time() - heard.at
        self._tell(PlaybackEnded(heard.playback, by=by))
        self._next()

    def _recorded(self, by: str) -> None:
        recording, self._recording = self._recording, None
        assert recording is not None
        self._stored[recording.id] = recording.stop(by)
        self._tell(RecordingEnded(recording.id, by=by))

    def _quiet(self) -> None:
        if self._music is not None:
            self._music.seconds = self._clock.time() - self._music.at
            self._music = None

    def _end(self, cause: int) -> None:
        self.where = ChannelLocation.GONE
        self.caller.cause = cause
        self._quiet()
        self._waiting.clear()
        if self._playing is not None:
            self._playing.timer.cancel()
            self._playing.heard.seconds = self._clock.time() - self._playing.heard.at
            self._playing = None
        self._tell(HungUp(cause))
        if self._recording is not None:
            self._recorded("hangup")

    def _tell(self, event: ChannelEvent) -> None:
        """Deliver an event once whoever caused it waits."""
        self._clock.at(self._clock.time(), lambda: self._now(event))

    def _now(self, event: ChannelEvent) -> None:
        if self._deliver is not None:
            self._deliver(event)
