"""Real telephones: baresip, steered over its control socket.

They send and receive RTP, send keys as RFC 4733 events, record what they hear, and show the
header fields of the calls they get. No audio device is needed: a phone's microphone is a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import signal
import struct
import wave
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import ports, processes

MODULES = Path("/usr/lib/baresip/modules")
"""Where Debian keeps baresip's modules."""

PATIENCE = 20.0
"""Seconds to wait for an event that must come."""

QUIET_SECONDS = 3600
"""The length of the silence a phone says while it is told to say nothing else."""
BEHIND_SECONDS = 600
"""The length of the silence behind what it says: baresip hangs up when its file is at an end."""


@dataclass(frozen=True)
class PhoneEvent:
    """Something that happened on a phone: ``kind`` in baresip's words (CALL_ESTABLISHED …)."""

    kind: str
    param: str = ""
    peer: str = ""


class Baresip:
    """One telephone.

    ::

        async with Baresip("2001", sip_port=5060, folder=folder) as phone:
            await phone.dial("801")
            await phone.press("12#")
            await phone.closed()
        assert heard(phone.recording(), prompt) > 0.8

    With a ``password`` it registers (an agent's phone does), without one it just calls. One that
    ``answers`` takes each call at once. ``folder`` keeps its log and recordings.
    """

    def __init__(
        self,
        name: str,
        *,
        sip_port: int,
        folder: Path,
        password: str = "",
        answers: bool = False,
    ) -> None:
        self.name = name
        self.events: list[PhoneEvent] = []
        self._sip_port = sip_port
        self._folder = folder
        self._password = password
        self._answers = answers
        self._taken = 0
        self._happened = asyncio.Condition()
        self._tokens = itertools.count()
        self._replies: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self) -> None:
        """Start it, and register if it has a password."""
        program = _program()
        own = ports.free_ports(3)  # SIP, SIP over TLS (always the next one), control
        control = own + 2
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write_configuration(own, control)
        # In its folder, because baresip cuts the names of its recordings off at 128 characters.
        command: list[str | Path] = [program, "-f", ".", "-s"]
        self._process = await processes.start(command, output=self._log_file, folder=self._folder)
        stream, self._writer = await self._connect(control)
        self._reader = asyncio.create_task(self._read(stream))
        # Not by the file of accounts: it would register before we are there to see it.
        await self._command("uanew", self._account())
        if self._password:
            event = await self.wait_for("REGISTER_OK", "REGISTER_FAIL")
            if event.kind == "REGISTER_FAIL":
                raise CarrierError(f"phone {self.name} cannot register: {event.param}")

    async def stop(self) -> None:
        """Hang up, sign off and end."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()
        if self._process is not None:
            await processes.end(self._process, signal.SIGTERM, patience=5)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def dial(self, number: str) -> None:
        """Call a number of Asterisk's and wait until it answers.

        Raises CarrierError with the reason if the call ends before that.
        """
        await self.ring(number)
        event = await self.wait_for("CALL_ESTABLISHED", "CALL_CLOSED")
        if event.kind == "CALL_CLOSED":
            raise CarrierError(f"{number} did not answer: {event.param}")

    async def ring(self, number: str) -> None:
        """Call a number and do not wait."""
        await self._command("dial", f"sip:{number}@{ports.LOOPBACK}:{self._sip_port}")

    async def accept(self) -> None:
        """Take the call that is coming in."""
        await self._command("accept")

    async def press(self, keys: str, between: float = 0.25) -> None:
        """Press keys, one every ``between`` seconds; each sounds for about 0.2 s."""
        for index, key in enumerate(keys):
            if index:
                await asyncio.sleep(between)
            await self._command("sndcode", key)

    async def say(self, file: Path) -> None:
        """Say what a file holds (16-bit PCM, mono, 8,000 samples per second), then nothing."""
        said = self._folder / f"said-{next(self._tokens)}.wav"
        with wave.open(str(file)) as spoken:
            _write_quiet(said, BEHIND_SECONDS, spoken.readframes(spoken.getnframes()))
        # By its short name: it looks from its own folder.
        await self._command("ausrc", f"aufile,{said.name}")

    async def hang_up(self) -> None:
        """End the call."""
        await self._command("hangup")

    async def established(self, timeout: float = PATIENCE) -> PhoneEvent:
        """Wait until a call stands."""
        return await self.wait_for("CALL_ESTABLISHED", timeout=timeout)

    async def closed(self, timeout: float = PATIENCE) -> PhoneEvent:
        """Wait until the call is over; ``param`` has the reason."""
        return await self.wait_for("CALL_CLOSED", timeout=timeout)

    async def wait_for(self, *kinds: str, timeout: float = PATIENCE) -> PhoneEvent:
        """The next event of one of these kinds that was not waited for before.

        Raises TimeoutError, which names what happened instead, after ``timeout`` seconds.
        """
        try:
            async with asyncio.timeout(timeout), self._happened:
                while True:
                    for index in range(self._taken, len(self.events)):
                        if self.events[index].kind in kinds:
                            self._taken = index + 1
                            return self.events[index]
                    await self._happened.wait()
        except TimeoutError:
            since = [event.kind for event in self.events[self._taken :]]
            raise TimeoutError(
                f"phone {self.name} waited {timeout:g} s for {' or '.join(kinds)}; it saw {since}"
            ) from None

    def keys_received(self) -> str:
        """The keys the other side has sent, in their order."""
        return "".join(event.param for event in self.events if event.kind == "CALL_DTMF_START")

    def received_headers(self, prefix: str = "X-") -> dict[str, str]:
        """The header fields of the last call it got whose names begin with ``prefix``.

        They are taken from the SIP messages as they came from the network (RFC 3261 section 7.3).
        """
        return invite_headers(self.sip_trace(), prefix)

    def sip_trace(self) -> str:
        """All SIP messages this phone has sent and received, among its log lines."""
        return self._log_file.read_bytes().decode(errors="replace").replace("\r\n", "\n")

    def recording(self) -> Path:
        """What this phone has heard in its last call: a wave file, complete when it is over."""
        files = sorted(self._folder.glob("dump-*-dec.wav"), key=lambda file: file.stat().st_mtime)
        if not files:
            raise CarrierError(f"phone {self.name} has heard nothing yet")
        return files[-1]

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    @property
    def _log_file(self) -> Path:
        return self._folder / "log"

    async def _command(self, name: str, params: str = "") -> None:
        assert self._writer is not None, "commands go to a phone that has been started"
        token = str(next(self._tokens))
        reply = self._replies[token] = asyncio.get_running_loop().create_future()
        text = json.dumps({"command": name, "params": params, "token": token}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        try:
            async with asyncio.timeout(PATIENCE):
                message = await reply
        except TimeoutError:
            raise CarrierError(
                f"phone {self.name} has not answered {name!r} for {PATIENCE:g} s:\n"
                f"{self.sip_trace()}"
            ) from None
        finally:
            del self._replies[token]
        if not message.get("ok"):
            raise CarrierError(f"phone {self.name} refuses {name!r}: {message.get('data')}")

    async def _connect(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(ConnectionRefusedError):
                    return await asyncio.open_connection(ports.LOOPBACK, port)
                if self._process is None or self._process.returncode is not None:
                    raise CarrierError(f"baresip ended while it started:\n{self.sip_trace()}")
                await asyncio.sleep(0.02)

    async def _read(self, stream: asyncio.StreamReader) -> None:
        """Netstrings of JSON: events, and answers to commands (``ctrl_tcp``)."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                size = await stream.readuntil(b":")
                body = await stream.readexactly(int(size[:-1]))
                await stream.readexactly(1)
                message: Mapping[str, Any] = json.loads(body.decode(errors="replace"))
                reply = self._replies.get(message.get("token", ""))
                if message.get("event"):
                    await self._note(message)
                elif reply is not None and not reply.done():
                    reply.set_result(message)

    async def _note(self, message: Mapping[str, Any]) -> None:
        event = PhoneEvent(
            message.get("type", ""), message.get("param", ""), message.get("peeruri", "")
        )
        async with self._happened:
            self.events.append(event)
            self._happened.notify_all()

    def _write_configuration(self, own: int, control: int) -> None:
        quiet = self._folder / "quiet.wav"
        _write_quiet(quiet, QUIET_SECONDS)
        first, last = ports.rtp_range(ports.PHONE_RTP, 200)
        config = CONFIGURATION.format(
            sip_port=own,
            control=control,
            quiet=quiet.name,
            rtp=f"{first}-{last}",
            modules=MODULES,
        )
        (self._folder / "config").write_text(config)
        (self._folder / "accounts").write_text("# made by command\n")

    def _account(self) -> str:
        """RFC 3261's address form with baresip's parameters."""
        parts = [f"<sip:{self.name}@{ports.LOOPBACK}:{self._sip_port}>"]
        parts += ["audio_codecs=PCMU", "dtmfmode=rtpevent"]
        parts.append("answermode=auto" if self._answers else "answermode=manual")
        if self._password:
            parts += [f"auth_user={self.name}", f"auth_pass={self._password}", "regint=600"]
        else:
            parts.append("regint=0")
        return ";".join(parts)


CONFIGURATION = """\
net_interface 127.0.0.1
sip_listen 127.0.0.1:{sip_port}
rtp_ports {rtp}
jitter_buffer_delay 0-1
audio_source aufile,{quiet}
ausrc_srate 8000
ausrc_channels 1
auplay_srate 8000
auplay_channels 1
snd_path .
dtmf_event yes
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


def _program() -> str:
    program = processes.require("baresip", "baresip-core")
    if not MODULES.is_dir():
        raise NotAvailable(f"baresip's modules are not in {MODULES}")
    return program


def invite_headers(trace: str, prefix: str) -> dict[str, str]:
    """The header fields named ``prefix…`` of the last INVITE that was received.

    In baresip's trace a message begins with ``#`` and a line ``UDP from -> to``, and ends with
    an escape sequence.
    """
    received = re.findall(
        r"^UDP \S+ -> \S+\n(INVITE .*?)\n\n", trace, flags=re.MULTILINE | re.DOTALL
    )
    # What a phone sends itself has its own User-Agent line.
    incoming = [text for text in received if "\nUser-Agent: baresip" not in text]
    fields = {}
    for line in incoming[-1].splitlines()[1:] if incoming else ():
        name, _, value = line.partition(":")
        if name.lower().startswith(prefix.lower()):
            fields[name] = value.strip()
    return fields


def _write_quiet(file: Path, seconds: int, before: bytes = b"") -> None:
    """A long silence, and what is said before. The file is sparse: it takes no room on the disk."""
    size = seconds * 8000 * 2 + len(before)
    header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt "
    header += struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    with file.open("wb") as output:
        output.write(header + b"data" + struct.pack("<I", size) + before)
        output.truncate(len(header) + 8 + size)
