"""How a call is carried: commands into the channel, typed events out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from ivrkit.call.prompt import Media

# ---- events, in the order of their rank when several are waiting ------------------------------


@dataclass(frozen=True, slots=True)
class HungUp:
    """The channel is gone. ``cause`` is the Q.850 cause code; ``by`` is ``caller``, ``gap``
    or, when no engine was there or the carrier itself broke down, ``lost``."""

    cause: int = 16
    by: str = "caller"


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """A playback has ended. ``ok`` is False when something in it could not be played.

    ``by`` is ``end``, ``stop`` (we stopped it), ``failed``, ``watchdog`` or ``gap``.
    """

    playback: str
    ok: bool = True
    by: str = "end"


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A recording has ended, and what was said can be fetched (:meth:`Channel.recorded`).

    ``ok`` is False when nothing could be recorded. ``by`` is ``key``, ``silence``, ``longest``,
    ``stop`` (we stopped it), ``hangup``, ``failed``, ``watchdog``, ``gap`` (it ended while nobody
    listened), or ``end`` where the carrier does not say.
    """

    recording: str
    ok: bool = True
    by: str = "end"


@dataclass(frozen=True, slots=True)
class Returned:
    """The call has come back into our application (from a queue, a dialplan context)."""

    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyProgress:
    """What happens with the other party while the call is in other hands.

    ``state`` is ``called``, ``connected``, ``not_answered``, ``busy`` or ``gone``; ``party`` the
    interface or channel name of the other side (``PJSIP/1001``).
    """

    state: str
    party: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key: 0-9, ``*``, ``#``, A-D. ``duration`` in milliseconds, as Asterisk reports it."""

    key: str
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """The carrier was away for so many seconds and is back; keys pressed meanwhile are lost."""

    seconds: float = field(default=0.0, compare=False)


ChannelEvent = HungUp | PlaybackEnded | RecordingEnded | Returned | PartyProgress | KeyPressed | Gap
EventT = TypeVar("EventT", bound=ChannelEvent)
Deliver = Callable[[ChannelEvent], None]


# ---- commands ----------------------------------------------------------------------------------


class Capability(StrEnum):
    """What a carrier may be able to do; checked when a flow is loaded for it."""

    EARLY_MEDIA = "early_media"
    QUEUE = "queue"
    INHERITABLE_HEADERS = "inheritable_headers"
    INTERRUPT = "interrupt"
    LISTEN = "listen"
    """What the caller says can be listened to while something plays."""


class ChannelLocation(StrEnum):
    """Where a channel is."""

    HERE = "here"
    """In our application."""
    ELSEWHERE = "elsewhere"
    """In the dialplan, or in another application."""
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a channel is, with the arguments of our application while it is in it."""

    where: ChannelLocation
    arguments: tuple[str, ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a call is not taken: a Q.850 cause; ``sip`` overrides the SIP status where it can."""

    cause: int = 21
    sip: int | None = None


class SentBack(StrEnum):
    """Why a new call goes back into the dialplan at once: what it finds in ``IVRKIT_STATUS``."""

    BUSY = "BUSY"
    """There are too many calls, or the engine does not keep up with them."""
    DRAINING = "DRAINING"
    """The engine is to be stopped: for new calls it is away already."""


@dataclass(frozen=True, slots=True)
class RecordingForm:
    """How something is recorded. ``longest`` is in seconds; ``end_silence`` seconds of silence
    end it (0: they do not), and so does each of ``end_keys``, which is then nobody's any more.
    ``beep`` sounds before it."""

    longest: float = 120.0
    end_silence: float = 3.0
    end_keys: str = "#"
    beep: bool = True


class Channel(Protocol):
    """One party's channel, as the ARI, AGI and simulator drivers offer it.

    Every method raises :class:`~ivrkit.errors.ChannelGone` when the channel is no longer there
    and :class:`~ivrkit.errors.CarrierError` when the carrier refuses. ``id`` is the carrier's.
    """

    @property
    def id(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    async def answer(self) -> None:
        """Answer; does nothing on an answered channel. Nothing may be playing."""

    async def ring(self) -> None:
        """Tell the caller that it rings."""

    async def reject(self, reason: Rejection) -> None:
        """Refuse a call that was not answered."""

    async def hang_up(self, cause: int = 16) -> None:
        """Hang up. A channel that is gone already is no error here; while the carrier is away
        it is done later."""

    async def play(self, playback: str, media: Sequence[Media]) -> None:
        """Start playing; returns at once. Exactly one :class:`PlaybackEnded` follows, always
        (a watchdog sees to it), under the id ``playback``, which the caller has derived."""

    async def stop(self, playback: str) -> None:
        """Stop a playback at once, or when the carrier is back; one that has ended already is
        no error."""

    async def record(self, recording: str, form: RecordingForm) -> None:
        """Start recording the caller; returns at once. Exactly one :class:`RecordingEnded`
        follows, under the id ``recording``, which the caller has derived. One of this id that is
        there already (an engine that died began it) is taken up, not begun anew."""

    async def stop_recording(self, recording: str) -> None:
        """End a recording; what was said stays. One that has ended already is no error."""

    async def recorded(self, recording: str) -> bytes | None:
        """What was recorded, as a ``.wav`` file; waits a moment for one that is just ending.
        None when there is nothing. Works when the channel is gone, too."""

    async def erase_recording(self, recording: str) -> None:
        """Let the carrier forget what was recorded; what it does not have is no error."""

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = 8000) -> None:
        """Let ``take`` have what the caller says: 16-bit little-endian PCM, mono, at ``rate``
        samples a second (8000 or 16000), in pieces of about 20 ms as they come, in our event
        loop, and silence while nothing comes. What plays and what is pressed is not disturbed.
        ``tap`` names all that is made for it, which the caller has derived. What an engine that
        died left behind under the name is replaced. An empty piece is the last one: nothing can be
        heard any more, though the call goes on. Raises CarrierError when there is no listening
        here."""

    async def untap(self, tap: str) -> None:
        """Stop listening and give back what it took; one that has ended already is no error, nor
        is a channel that is gone."""

    async def start_music(self, name: str = "default") -> None:
        """Music on hold until :meth:`stop_music` or the next playback."""

    async def stop_music(self) -> None: ...

    async def variable(self, name: str) -> str | None:
        """A channel variable or dialplan function; None when it is not set."""

    async def set_variables(self, variables: Mapping[str, str]) -> None:
        """Set channel variables. Control characters are refused (ValueRejected)."""

    async def subscribe(self) -> None:
        """Keep reporting this channel's events while it is outside our application."""

    async def unsubscribe(self) -> None: ...

    async def leave(
        self, context: str | None = None, extension: str = "s", priority: int = 1
    ) -> None:
        """Go on in the dialplan: in a context, or behind the line that brought the call here."""

    async def locate(self) -> Located:
        """Ask the carrier where the channel is now."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that has come in. ``arguments`` are those of the application in the dialplan."""

    channel: Channel
    caller: str = ""
    number: str = ""
    caller_name: str = ""
    arguments: tuple[str, ...] = ()
    arrived: datetime | None = None
    answered: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


Receive = Callable[[Arrival], Deliver | Rejection | SentBack]
"""What a carrier calls for a new call. The answer takes the channel's events; a
:class:`Rejection` refuses the call (nobody has this number); with :class:`SentBack` the carrier
sends it back into the dialplan."""


class Carrier(Protocol):
    """A connection to the telephone world: the ARI driver, the AGI server, the simulator."""

    async def start(self, receive: Receive) -> None:
        """Connect and begin to report calls. Raises CarrierUnavailable with the remedy."""

    async def stop(self) -> None:
        """Stop reporting; calls in progress stay where they are."""

    async def channels(self) -> Mapping[str, Located]:
        """All channels that belong to our application or are subscribed, with their places."""

    def adopt(self, channel_id: str, deliver: Deliver) -> Channel:
        """The channel of a session that another engine process began."""


class CallChannel(Channel, Protocol):
    """A call's own view of its channel: the same commands, and waiting for events."""

    @property
    def answered(self) -> bool:
        """True once the call has been answered, by this flow or before it."""

    async def receive(self, *kinds: type[EventT], until: float | None = None) -> EventT | None:
        """The next event of one of these kinds, or None when the clock reaches ``until``. Without
        any kind only the time passes.

        Events of other kinds stay for those who ask for them. Interrupts (hang-up, limits) are
        raised here: a step or service lets them pass and cleans up in ``finally``.
        """
