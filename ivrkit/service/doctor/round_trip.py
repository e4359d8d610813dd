"""Whether sound goes both ways between here and Asterisk, how fast, and how much is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivrkit.errors import CarrierError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.exchange import RoundTrip
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.service.doctor.probe import Probe

NAME = "round-trip"
LOST: Final = 0.02
"""The share of packets that may be lost: more, and words are misunderstood."""
SLOW: Final = 0.3
"""Seconds there and back: twice the 150 ms for which ITU-T G.114 has conversations undisturbed."""
WEBSOCKET: Final = "or write asterisk: media: websocket"


async def examine_round_trip(configuration: Configuration, probe: Probe) -> Finding:
    """What comes back of what is sent. It is no failure where nobody has to be heard."""
    choice = await probe.way_of_audio()
    if choice.transport != "rtp":
        why = choice.text if choice.transport is None else f"audio comes {choice.text}"
        return ok(NAME, f"not measured: {why}, and no port for RTP is needed")
    bad = fail if configuration.speech.recognisers else warning
    try:
        came = await probe.round_trip()
    except CarrierError as error:
        remedy = error.hint or "see Asterisk's log"
        return bad(NAME, f"nothing can be sent over RTP: {error.message}", remedy)
    if not came.back:
        ports = await _ports(probe)
        return _nothing(came, configuration.asterisk.media_ports, ports, bad)
    return _some(came)


def _some(came: RoundTrip) -> Finding:
    figures = f"{came.back} of {came.sent} packets, {1000 * came.seconds:.1f} ms"
    where = f"{came.there}, and back from {came.here}"
    if came.sent - came.back > LOST * came.sent:
        return warning(
            NAME,
            f"sound goes both ways, but not all of it: {figures} ({where})",
            "see what loses UDP on the way: a line that is full, or a machine that is "
            f"(`ip -s link`, `nstat UdpRcvbufErrors`); {WEBSOCKET}",
        )
    if came.seconds > SLOW:
        return warning(
            NAME,
            f"sound goes both ways, but slowly: {figures} ({where})",
            "put the engine near Asterisk, into the same network",
        )
    return ok(NAME, f"sound goes both ways: {figures} ({where})")


def _nothing(
    came: RoundTrip, ours: str, theirs: str, bad: Callable[[str, str, str], Finding]
) -> Finding:
    if came.refused:
        return bad(
            NAME,
            f"{came.refused} packets came, but not from {came.here.partition(' ')[0]}, where "
            "Asterisk sends: an address is translated on the way",
            f"let no translation of addresses be between them; {WEBSOCKET}",
        )
    if came.other:
        return bad(
            NAME,
            f"{came.other} packets came back, with another sound than was sent ({came.there}): "
            "their format was changed on the way",
            "let nothing between them touch RTP (`rtp set debug on` shows what Asterisk gets); "
            f"{WEBSOCKET}",
        )
    if came.comes:
        return bad(
            NAME,
            f"one way only: Asterisk's sound arrives here, ours does not arrive there "
            f"({came.there})",
            f"let UDP from this machine to {theirs} of Asterisk's pass",
        )
    return bad(
        NAME,
        f"nothing comes back: {came.sent} packets sent ({came.there}), none from {came.here}",
        f"let UDP from Asterisk to the ports {ours} of this machine pass, and UDP from here to "
        f"{theirs} of Asterisk's; name the address under which Asterisk reaches this machine in "
        f"asterisk: media_address; {WEBSOCKET}",
    )


async def _ports(probe: Probe) -> str:
    """Asterisk's own ports, where it tells them."""
    first = await probe.ask("AST_CONFIG(rtp.conf,general,rtpstart)") or ""
    last = await probe.ask("AST_CONFIG(rtp.conf,general,rtpend)") or ""
    if first.isdecimal() and last.isdecimal():
        return f"the ports {first}-{last} (rtp.conf)"
    return "the ports of rtp.conf"
