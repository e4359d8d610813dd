"""A way out of Asterisk, and which one is taken."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.versions import Version

FORMATS: Final[Mapping[int, str]] = {8000: "slin", 16000: "slin16"}
"""Asterisk's names of 16-bit samples, by their rate: it converts, not we."""
NEEDED: Final = ("res_stasis_snoop", "res_ari_bridges")
"""Without these nothing is heard, whichever way."""
DRIVERS: Final[Mapping[str, str]] = {"rtp": "chan_rtp", "websocket": "chan_websocket"}
MODULES: Final = (*NEEDED, *DRIVERS.values())

Transport = Literal["rtp", "websocket"]


class Media(Protocol):
    """How one tap's audio comes here."""

    async def bind(self) -> None:
        """Make ready to receive, before Asterisk is asked. Raises CarrierError."""

    def asked(self) -> Mapping[str, str]:
        """What ``externalMedia`` is told about it."""

    async def connect(self, channel: Channel) -> None:
        """Asterisk has made this channel: connect to it. Raises CarrierError."""

    def close(self) -> None:
        """Receive no more and give everything back; harmless when it is done twice."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The way that is taken; none (empty) when there is none, with what is to be done."""

    transport: Transport | None
    text: str
    remedy: str = ""


def chosen(wanted: str, running: Container[str], version: Version) -> Choice:
    """The way out of an Asterisk in which these modules run.

    ``auto`` takes RTP first: it is the oldest way (16.6), costs both programs least, and a packet
    that is late delays nobody. The WebSocket needs no ports of its own, but its driver is young
    (22.10.1 was seen to lock itself up when many channels begin and end at once): by itself it is
    only taken without RTP, and from the releases on in which its known crashes are mended.
    """
    for module in NEEDED:
        if module not in running:
            return Choice(None, f"{module} does not run", f"load {module}.so in modules.conf")
    if wanted in ("auto", "rtp") and DRIVERS["rtp"] in running:
        return Choice("rtp", "over RTP")
    if DRIVERS["websocket"] in running and (
        wanted == "websocket" or (wanted == "auto" and version.websocket_media)
    ):
        return Choice("websocket", "over a WebSocket")
    driver = DRIVERS["rtp" if wanted == "auto" else wanted]
    return Choice(None, f"{driver} does not run", f"load {driver}.so in modules.conf")
