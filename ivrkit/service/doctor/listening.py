"""Whether what callers say comes out of Asterisk: a call to nobody is really listened to."""

from __future__ import annotations

from ivrkit.channels.ari.audio.media import Choice
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError
from ivrkit.service.doctor.findings import Finding, ok, warning
from ivrkit.service.doctor.probe import Probe

NAME = "listening"


async def examine_listening(settings: AriSettings, probe: Probe) -> Finding:
    """Which way audio takes, and that it arrives here."""
    choice = await probe.way_of_audio()
    if choice.transport is None:
        return warning(
            NAME, f"callers are not heard, only their keys: {choice.text}", choice.remedy
        )
    if not await probe.exists("ivrkit-phone", "901"):
        return warning(
            NAME,
            f"audio comes {choice.text}; not tried: the number 901 of the shipped dialplan is "
            "missing",
            "take over the contexts ivrkit-phone and ivrkit-check",
        )
    try:
        arrives = await probe.listen()
    except CarrierError as error:
        return warning(NAME, f"a call cannot be listened to: {error.message}", _hint(error))
    if arrives:
        return ok(
            NAME, f"what is said on a call arrives here {choice.text}{_where(settings, choice)}"
        )
    return warning(
        NAME,
        f"nothing that is said arrives here {choice.text}{_where(settings, choice)}",
        _remedy(settings, choice),
    )


def _hint(error: CarrierError) -> str:
    return error.hint or "see Asterisk's log"


def _where(settings: AriSettings, choice: Choice) -> str:
    return f" (UDP ports {settings.media_ports})" if choice.transport == "rtp" else ""


def _remedy(settings: AriSettings, choice: Choice) -> str:
    if choice.transport != "rtp":
        return "see Asterisk's log"
    return (
        f"let UDP from Asterisk to the ports {settings.media_ports} of this machine pass; name the "
        "address under which Asterisk reaches it in asterisk: media_address; or write "
        "asterisk: media: websocket"
    )
