"""Reads out of ARI's models where a channel is and who is on it."""

from __future__ import annotations

import re
from datetime import datetime

from ivrkit.call.channel import ChannelLocation, Located
from ivrkit.channels.ari.generated.channels import Channel

STASIS = "Stasis"


def located(channel: Channel | None, application: str) -> Located:
    """Where a channel is, as ``dialplan.app_name`` and ``app_data`` tell: the application's own
    list also names channels that it is only subscribed to."""
    if channel is None:
        return Located(ChannelLocation.GONE)
    answered = channel.state == "Up"
    name, *arguments = channel.dialplan.app_data.split(",")
    if channel.dialplan.app_name == STASIS and name == application:
        return Located(ChannelLocation.HERE, tuple(arguments), answered)
    return Located(ChannelLocation.ELSEWHERE, (), answered)


def party(channel: Channel) -> str:
    """The interface a channel belongs to: ``PJSIP/1001`` of ``PJSIP/1001-0000002a``."""
    return re.sub(r"-[0-9a-f]{8}(;[12])?$", "", channel.name)


def arrived(channel: Channel) -> datetime | None:
    """When the channel was created; None when Asterisk says it in another form."""
    try:
        return datetime.fromisoformat(channel.creationtime)
    except ValueError:
        return None


_CAUSES = {
    404: 1,
    408: 18,
    410: 22,
    403: 21,
    480: 19,
    484: 28,
    486: 17,
    488: 58,
    500: 127,
    501: 29,
    502: 27,
    503: 34,
    603: 16,
}


def cause_for(sip: int) -> int | None:
    """The Q.850 cause that Asterisk's PJSIP driver turns into a SIP status (``chan_pjsip``,
    ``hangup_cause2sip``; a cause it has no status for becomes 603)."""
    return _CAUSES.get(sip)
