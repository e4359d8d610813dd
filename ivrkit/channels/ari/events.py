"""Decodes what comes over the event socket, once, into the events that the driver acts on."""

from __future__ import annotations

import inspect
import logging

import msgspec

from ivrkit.channels.ari.generated import events
from ivrkit.channels.ari.generated.events import (
    ApplicationReplaced,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelLeftBridge,
    ChannelUserevent,
    Dial,
    Event,
    PlaybackFinished,
    PlaybackStarted,
    RecordingFailed,
    RecordingFinished,
    RESTResponse,
    StasisEnd,
    StasisStart,
)

Handled = (
    ChannelDtmfReceived
    | PlaybackStarted
    | PlaybackFinished
    | RecordingFinished
    | RecordingFailed
    | StasisStart
    | StasisEnd
    | ChannelHangupRequest
    | ChannelDestroyed
    | Dial
    | ChannelLeftBridge
    | ApplicationReplaced
    | ChannelUserevent
    | RESTResponse
)
"""The events that mean something to a call, the one by which we hear that we are heard, and the
replies of REST over the WebSocket."""

logger = logging.getLogger("ivrkit.ari")
_decoder: msgspec.json.Decoder[Handled] = msgspec.json.Decoder(Handled)
_known = {
    name
    for name, value in vars(events).items()
    if inspect.isclass(value) and issubclass(value, Event) and value is not Event
}
_handled = {handled.__name__ for handled in Handled.__args__}


def decode(message: bytes) -> Handled | None:
    """The event in a message; None for one that means nothing here, and for what is no event."""
    try:
        return _decoder.decode(message)
    except msgspec.ValidationError as error:
        if not str(error).endswith("`$.type`"):
            logger.warning("an event of Asterisk cannot be read: %s", error)
        return None
    except msgspec.DecodeError as error:
        logger.warning("Asterisk sent something that is no event: %s", error)
        return None


def unwanted() -> list[dict[str, str]]:
    """The filter that keeps Asterisk from sending the rest.

    A list of what is *not* wanted: one of what is would also hold back the replies of an
    Asterisk that does not count them among its events.
    """
    return [{"type": name} for name in sorted(_known - _handled)]
