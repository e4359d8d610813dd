"""Which event goes to which channel, and what it means there.

Called by the reader of the event socket: nothing here waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ivrkit.channels.ari.audio.parts import is_part
from ivrkit.channels.ari.generated.events import (
    ApplicationReplaced,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelLeftBridge,
    Dial,
    PlaybackFinished,
    PlaybackStarted,
    RecordingFailed,
    RecordingFinished,
    StasisEnd,
    StasisStart,
)
from ivrkit.channels.ari.places import party

if TYPE_CHECKING:
    from ivrkit.channels.ari.carrier import AriCarrier
    from ivrkit.channels.ari.channel import AriChannel

logger = logging.getLogger("ivrkit.ari")

NORMAL: Final = 16
NO_HANGUP: Final = frozenset({2, 64})
"""Soft hang-ups that only move a channel elsewhere: ``AST_SOFTHANGUP_ASYNCGOTO`` (a redirect) and
``AST_SOFTHANGUP_UNBRIDGE`` (include/asterisk/channel.h)."""

SHUTDOWN: Final = 4
"""``AST_SOFTHANGUP_SHUTDOWN``: Asterisk hangs up, because it ends."""
LOST: Final = "lost"
"""Who has hung up the calls of an Asterisk that was ended, restarted or killed."""

DIAL_STATES: Final = {
    "": "called",
    "RINGING": "",
    "PROGRESS": "",
    "PROCEEDING": "",
    "ANSWER": "connected",
    "BUSY": "busy",
    "NOANSWER": "not_answered",
    "CANCEL": "not_answered",
}
"""What ``dialstatus`` says; any other value is a party that could not be reached."""


def _key(carrier: AriCarrier, event: ChannelDtmfReceived) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is not None:
        channel.key(event.digit, event.duration_ms)


def _playback_started(carrier: AriCarrier, event: PlaybackStarted) -> None:
    channel = carrier.channels_by_playback.get(event.playback.id)
    if channel is not None:
        channel.playbacks.started(event.playback.id)


def _playback_finished(carrier: AriCarrier, event: PlaybackFinished) -> None:
    channel = carrier.channels_by_playback.get(event.playback.id)
    if channel is not None:
        channel.playbacks.finished(event.playback.id, event.playback.state)


def _recording_finished(carrier: AriCarrier, event: RecordingFinished) -> None:
    channel = _recorded(carrier, event)
    if channel is not None:
        channel.recordings.finished(event.recording)


def _recording_failed(carrier: AriCarrier, event: RecordingFailed) -> None:
    channel = _recorded(carrier, event)
    if channel is not None:
        channel.recordings.failed(event.recording)


def _recorded(carrier: AriCarrier, event: RecordingFinished | RecordingFailed) -> AriChannel | None:
    """The channel of a recording: ``channel:ID`` in ARI's words."""
    return carrier.channels_by_id.get(event.recording.target_uri.partition(":")[2])


def _stasis_start(carrier: AriCarrier, event: StasisStart) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is not None:
        channel.returned(tuple(event.args))
    elif is_part(event.channel.id):
        carrier.taps.entered(event.channel.id)
    else:
        carrier.arrival(event.channel, tuple(event.args))


def _stasis_end(carrier: AriCarrier, event: StasisEnd) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is None:
        carrier.taps.lost(event.channel.id)
        return
    channel.left()
    if not channel.away:
        carrier.vanished(channel)
    elif not channel.subscribed:
        # It was let go for good: this was the last that we hear of it.
        carrier.forget(channel)


def _hangup_request(carrier: AriCarrier, event: ChannelHangupRequest) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is None or (event.soft and event.cause in NO_HANGUP):
        return
    # With ``soft`` the cause is the kind of soft hang-up, not one of Q.850.
    by = LOST if event.soft and event.cause == SHUTDOWN else "caller"
    channel.hung_up(NORMAL if event.soft or not event.cause else event.cause, by)
    carrier.forget(channel)


def _destroyed(carrier: AriCarrier, event: ChannelDestroyed) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is not None:
        channel.hung_up(event.cause or NORMAL)
        carrier.forget(channel)
    else:
        carrier.taps.lost(event.channel.id)


def _dial(carrier: AriCarrier, event: Dial) -> None:
    if event.caller is None:
        return
    channel = carrier.channels_by_id.get(event.caller.id)
    state = DIAL_STATES.get(event.dialstatus, "not_answered")
    if channel is not None and state:
        channel.progress(state, party(event.peer), event.peer.id)


def _left_bridge(carrier: AriCarrier, event: ChannelLeftBridge) -> None:
    channel = carrier.channels_by_id.get(event.channel.id)
    if channel is not None:
        channel.left_bridge()


def _replaced(carrier: AriCarrier, event: ApplicationReplaced) -> None:
    carrier.replaced()


ROUTES: Final[dict[type, Callable[[AriCarrier, Any], None]]] = {
    ChannelDtmfReceived: _key,
    PlaybackStarted: _playback_started,
    PlaybackFinished: _playback_finished,
    RecordingFinished: _recording_finished,
    RecordingFailed: _recording_failed,
    StasisStart: _stasis_start,
    StasisEnd: _stasis_end,
    ChannelHangupRequest: _hangup_request,
    ChannelDestroyed: _destroyed,
    Dial: _dial,
    ChannelLeftBridge: _left_bridge,
    ApplicationReplaced: _replaced,
}
