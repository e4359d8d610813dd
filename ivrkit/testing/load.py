"""Many callers at once, by SIPp: with real SIP, RTP in both directions and RFC 4733 keys.

SIPp cannot record: what callers hear is checked with a phone of :mod:`ivrkit.testing.phones`.
"""

from __future__ import annotations

import csv
import os
import signal
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import soundfile

from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import ports, processes

KEY_SECONDS = 0.4
"""How long SIPp takes for one key: 0.2 s of tone and as much of a pause; and to begin with."""

QUIET_SECONDS = 60
"""The length of the silence a caller says; SIPp repeats it."""


@dataclass(frozen=True)
class Pause:
    """The caller listens for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Keys:
    """The caller presses keys, one after the other."""

    keys: str


@dataclass(frozen=True)
class Say:
    """The caller says what a wave file holds (mono, 8,000 samples per second), then nothing; the
    next step begins when it is said. Not together with keys, which take the place of the audio."""

    file: Path


@dataclass(frozen=True)
class HangUp:
    """The caller ends the call. Without it the other side must."""


Step = Pause | Keys | Say | HangUp


@dataclass(frozen=True)
class Load:
    """``calls`` callers, ``rate`` new ones per second, each of whom does ``steps``.

    ``longest`` is the time in seconds a caller waits for the other side to hang up.
    """

    number: str
    calls: int
    rate: float
    steps: Sequence[Step] = ()
    longest: float = 60.0


@dataclass(frozen=True)
class LoadResult:
    """What became of the calls. ``errors`` has SIPp's words for what went wrong."""

    calls: int
    succeeded: int
    failed: int
    seconds: float
    """From the first call to the end of the last."""
    most_at_once: int
    errors: str = field(default="", repr=False)


async def place(load: Load, sip_port: int, folder: Path | None = None) -> LoadResult:
    """Place the calls and wait until all are over.

    ``folder`` keeps the scenario and SIPp's files; without it they are dropped. Raises
    CarrierError when SIPp itself fails, NotAvailable when it is missing or may not send keys.
    """
    if folder is not None:
        return await _place(load, sip_port, folder)
    with tempfile.TemporaryDirectory(prefix="ivrkit-load-") as temporary:
        return await _place(load, sip_port, Path(temporary))


async def _place(load: Load, sip_port: int, folder: Path) -> LoadResult:
    program = processes.require("sipp", "sip-tester")
    if os.geteuid() != 0 and _has_keys(load.steps):
        raise NotAvailable("SIPp sends keys through raw sockets, which takes root rights")
    _prepare(load, folder)
    log = folder / "log"
    process = await processes.start(
        [program, *_arguments(load, sip_port, folder)], output=log, folder=folder
    )
    try:
        await process.wait()
    finally:
        await processes.end(process, signal.SIGKILL)
    errors = folder / "errors"
    told = errors.read_text(errors="replace") if errors.is_file() else ""
    if process.returncode not in (0, 1):  # 1: at least one call failed
        told = told or log.read_text(errors="replace")[-2000:]
        raise CarrierError(f"SIPp failed with exit status {process.returncode}: {told}")
    return read_statistics(folder / "statistics.csv", told)


def _prepare(load: Load, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.xml").write_text(scenario(load))
    (folder / "quiet.raw").write_bytes(_quiet_stream())
    for file in {step.file for step in load.steps if isinstance(step, Say)}:
        _write_stream(file, folder / _stream(file))
    (folder / "quiet.pcap").write_bytes(_quiet_capture())


def read_statistics(file: Path, errors: str = "") -> LoadResult:
    """The last line of SIPp's statistics file, whose (C) columns are sums over the whole run."""
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";"))
    if not rows:
        raise CarrierError(f"SIPp has left no statistics in {file}")
    last = rows[-1]
    return LoadResult(
        calls=int(last["TotalCallCreated"]),
        succeeded=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        seconds=_instant(last["CurrentTime"]) - _instant(last["StartTime"]),
        most_at_once=max(int(row["CurrentCall"]) for row in rows),
        errors=errors,
    )


def scenario(load: Load) -> str:
    """The SIPp scenario of one caller. Raises ValueError for one who both speaks and presses."""
    if _has_keys(load.steps) and any(isinstance(step, Say) for step in load.steps):
        raise ValueError("a caller of SIPp's either speaks or presses keys")
    steps = "\n".join([_audio(load.steps), *(_step(step) for step in load.steps)])
    ending = "" if any(isinstance(step, HangUp) for step in load.steps) else AWAIT_BYE
    ending = ending.format(milliseconds=round(load.longest * 1000))
    port = "auto_media_port" if _has_keys(load.steps) else "rtpstream_audio_port"
    return CALL.format(steps=steps, ending=ending, offer=OFFER.format(port=f"[{port}]"))


def _has_keys(steps: Sequence[Step]) -> bool:
    return any(isinstance(step, Keys) for step in steps)


def _audio(steps: Sequence[Step]) -> str:
    """What the caller's microphone sends. SIPp's stream and its keys cannot share a port."""
    return QUIET_CAPTURE if _has_keys(steps) else QUIET_STREAM


def _step(step: Step) -> str:
    match step:
        case Pause(seconds):
            return f'  <pause milliseconds="{round(seconds * 1000)}"/>'
        case Keys(keys):
            pause = round(KEY_SECONDS * 1000 * (len(keys) + 1))
            press = f"  <nop><action><exec play_dtmf={quoteattr(keys)}/></action></nop>"
            # Keys take the place of the audio: it is started again behind them.
            return f'{press}\n  <pause milliseconds="{pause}"/>\n{QUIET_CAPTURE}'
        case Say(file):
            stream = quoteattr(f"{_stream(file)},1,0")
            say = f"  <nop><action><exec rtp_stream={stream}/></action></nop>"
            return f'{say}\n  <pause milliseconds="{round(_duration(step) * 1000)}"/>'
        case HangUp():
            return BYE


def _arguments(load: Load, sip_port: int, folder: Path) -> list[str]:
    own = str(ports.free_ports(1))
    media = str(ports.rtp_range(ports.PHONE_RTP, 4 * load.calls)[0])
    longest = sum(_duration(step) for step in load.steps) + load.longest
    limit = round(load.calls / load.rate + longest + 30)
    return [
        f"{ports.LOOPBACK}:{sip_port}",
        *("-sf", str(folder / "scenario.xml"), "-s", load.number),
        *("-i", ports.LOOPBACK, "-mi", ports.LOOPBACK, "-p", own, "-mp", media),
        *("-m", str(load.calls), "-r", f"{load.rate:g}", "-l", str(load.calls)),
        *("-timeout", f"{limit}s", "-timeout_error", "-nostdin", "-skip_rlimit"),
        *("-trace_stat", "-stf", str(folder / "statistics.csv"), "-fd", "1"),
        *("-trace_err", "-error_file", str(folder / "errors")),
    ]


def _duration(step: Step) -> float:
    match step:
        case Pause(seconds):
            return seconds
        case Keys(keys):
            return KEY_SECONDS * (len(keys) + 1)
        case Say(file):
            return float(soundfile.info(file).duration)
        case HangUp():
            return 0.0


def _instant(text: str) -> float:
    """The seconds since 1970 of SIPp's ``date<tab>time<tab>seconds``."""
    return float(text.split("\t")[-1])


def _quiet_stream() -> bytes:
    """G.711 u-law silence, without a header."""
    return b"\xff" * 8000 * QUIET_SECONDS


def _stream(file: Path) -> str:
    """The name of what is sent for a wave file."""
    return f"{file.stem}.raw"


def _write_stream(file: Path, stream: Path) -> None:
    """What a wave file holds in G.711 u-law, and the silence behind it."""
    samples, rate = soundfile.read(file, dtype="int16")
    soundfile.write(stream, samples, rate, format="RAW", subtype="ULAW")
    with stream.open("ab") as behind:
        behind.write(_quiet_stream())


def _quiet_capture() -> bytes:
    """The same as a capture file (pcap) of RTP packets (RFC 3550), 20 ms each."""
    capture = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for number in range(QUIET_SECONDS * 50):
        rtp = struct.pack(">BBHII", 0x80, 0, number, number * 160, 1) + b"\xff" * 160
        udp = struct.pack(">HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, 1, 1) + udp
        frame = bytes(12) + b"\x08\x00" + ip
        seconds, hundredths = divmod(number * 2, 100)
        head = struct.pack("<IIII", seconds, hundredths * 10000, len(frame), len(frame))
        capture.append(head + frame)
    return b"".join(capture)


# SIPp's play_dtmf always uses payload type 96, so that is what the caller offers (RFC 4733).
OFFER = """\
v=0
o=caller 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20
"""

QUIET_STREAM = '  <nop><action><exec rtp_stream="quiet.raw,-1,0"/></action></nop>'
QUIET_CAPTURE = '  <nop><action><exec play_pcap_audio="quiet.pcap"/></action></nop>'

CALL = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500" start_rtd="answer"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+49555[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

{offer}  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rtd="answer" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

  ]]></send>

{steps}
{ending}
</scenario>
"""

BYE = """\
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <recv response="200"/>"""

AWAIT_BYE = """\
  <recv request="BYE" timeout="{milliseconds}"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

  ]]></send>"""
