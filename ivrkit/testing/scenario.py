"""What one of many callers does, as a scenario of SIPp's: it is told in what order things happen,
and writes down for each caller what became of the call."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import soundfile

KEY_SECONDS = 0.4
"""How long SIPp takes for one key: 0.2 s of tone and as much of a pause; and to begin with."""

QUIET_SECONDS = 60
"""The length of the silence a caller says; SIPp repeats it."""

ANSWERED, REFUSED, BYE, HUNG_UP = "answered", "refused", "bye", "hung-up"
"""What is written down of a caller: the call was answered or refused; the other side has ended it,
or the caller has."""
GAVE_UP = "gave-up"
"""The caller has hung up before the call was answered."""

REFUSALS = (403, 404, 408, 480, 486, 500, 503, 603)
"""The SIP answers that refuse a call in good order (RFC 3261, 21.4 to 21.6)."""


@dataclass(frozen=True)
class Pause:
    """The caller listens for so many seconds; with ``most`` for a time between the two, which is
    another one for each. A call that ends meanwhile is over."""

    seconds: float
    most: float | None = None


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


@dataclass(frozen=True)
class GiveUp:
    """The caller hears something before the call is answered (183), and hangs up so many seconds
    later. The only step."""

    seconds: float


@dataclass(frozen=True)
class Reinvite:
    """The caller asks for audio that nobody can send (re-INVITE, RFC 3261, 14), is refused, and
    goes on as before. Once in a call."""


Step = Pause | Keys | Say | HangUp | GiveUp | Reinvite


def scenario(
    steps: Sequence[Step], *, longest: float, caller: str = "+49555", audio: bool = True
) -> str:
    """The scenario of callers whose numbers begin with ``caller``.

    ``longest``: how many seconds they wait for the other side to hang up. Without ``audio`` they
    send keys and else nothing. Raises ValueError for one who both speaks and presses.
    """
    if has_keys(steps) and any(isinstance(step, Say) for step in steps):
        raise ValueError("a caller of SIPp's either speaks or presses keys")
    patience = next((each.seconds for each in steps if isinstance(each, GiveUp)), None)
    done = [_audio(steps, audio), *(_step(step, audio) for step in steps)]
    ending = "" if any(isinstance(step, HangUp) for step in steps) else AWAIT_BYE
    ending = ending.format(milliseconds=round(longest * 1000), log=_log(BYE))
    streams = not has_keys(steps) and audio
    port = "rtpstream_audio_port" if streams else "auto_media_port"
    return CALL.format(
        steps="\n".join(filter(None, done)),
        ending=ending,
        offer=OFFER.format(port=f"[{port}]"),
        caller=caller,
        refusals="\n".join(
            REFUSAL.format(code=code, log=_log(f"{REFUSED} {code}")) for code in REFUSALS
        ),
        progress=PROGRESS if patience is None else _given_up(patience),
        answered=_log(ANSWERED),
        bye=_log(BYE),
    )


def has_keys(steps: Sequence[Step]) -> bool:
    """Whether the caller presses any."""
    return any(isinstance(step, Keys) for step in steps)


def duration(step: Step) -> float:
    """The most seconds that a step takes."""
    match step:
        case Pause(seconds, most):
            return seconds if most is None else most
        case Keys(keys):
            return KEY_SECONDS * (len(keys) + 1)
        case Say(file):
            return float(soundfile.info(file).duration)
        case GiveUp(seconds):
            return seconds
        case HangUp() | Reinvite():
            return 0.0


def write_sounds(steps: Sequence[Step], folder: Path) -> None:
    """Write what the callers say and send, beside their scenario."""
    (folder / "quiet.raw").write_bytes(_quiet_stream())
    (folder / "quiet.pcap").write_bytes(_quiet_capture())
    for file in {step.file for step in steps if isinstance(step, Say)}:
        _write_stream(file, folder / _stream(file))


def _audio(steps: Sequence[Step], audio: bool) -> str:
    """What the caller's microphone sends. SIPp's stream and its keys cannot share a port."""
    if not audio:
        return ""
    return QUIET_CAPTURE if has_keys(steps) else QUIET_STREAM


def _step(step: Step, audio: bool) -> str:
    match step:
        case Pause(seconds, None):
            return _pause(seconds)
        case Pause(seconds, most):
            assert most is not None
            least, longest = round(seconds * 1000), round(most * 1000)
            return f'  <pause distribution="uniform" min="{least}" max="{longest}"/>'
        case Keys(keys):
            press = f"  <nop><action><exec play_dtmf={quoteattr(keys)}/></action></nop>"
            # Keys take the place of the audio: it is started again behind them.
            behind = [QUIET_CAPTURE] if audio else []
            return "\n".join([press, _pause(duration(step)), *behind])
        case Say(file):
            stream = quoteattr(f"{_stream(file)},1,0")
            say = f"  <nop><action><exec rtp_stream={stream}/></action></nop>"
            return f"{say}\n{_pause(duration(step))}"
        case HangUp():
            return HANG_UP.format(log=_log(HUNG_UP))
        case GiveUp():
            return ""
        case Reinvite():
            return REINVITE


def _given_up(patience: float) -> str:
    return GIVE_UP.format(pause=_pause(patience), log=_log(GAVE_UP))


def _pause(seconds: float) -> str:
    return f'  <pause milliseconds="{round(seconds * 1000)}"/>'


def _log(what: str) -> str:
    return f'<action><log message="[call_number] {what}"/></action>'


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

# An optional="global" BYE is heeded at any time behind it, and ends a pause.
CALL = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500" start_rtd="answer"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-invite
From: <sip:{caller}[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
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
{progress}
{refusals}
  <recv request="BYE" optional="global" next="over">{bye}</recv>
  <recv response="200" rtd="answer" rrs="true">{answered}</recv>
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
  <label id="over"/>
  <send next="end"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

  ]]></send>

  <label id="refused"/>
  <send next="end"><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <label id="end"/>
</scenario>
"""

REFUSAL = '  <recv response="{code}" optional="true" next="refused">{log}</recv>'

# 481: the other side has ended the call at the same moment.
HANG_UP = """\
  <nop>{log}</nop>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 3 BYE
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <recv response="481" optional="true" next="end"/>
  <recv response="200" next="end"/>"""

AWAIT_BYE = '  <recv request="BYE" timeout="{milliseconds}">{log}</recv>'

PROGRESS = '  <recv response="183" optional="true"/>'

# A CANCEL has the branch of the INVITE that it is about (RFC 3261, 9.1).
GIVE_UP = """\
  <recv response="183"/>
{pause}
  <nop>{log}</nop>
  <send retrans="500"><![CDATA[
CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-invite
[last_From:]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0

  ]]></send>
  <recv response="200"/>
  <recv response="487" next="refused"/>"""

REINVITE = """\
  <send retrans="500"><![CDATA[
INVITE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-again
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 2 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 2 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 127
a=rtpmap:127 none/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="488"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-again
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 2 ACK
Max-Forwards: 70
Content-Length: 0

  ]]></send>"""
