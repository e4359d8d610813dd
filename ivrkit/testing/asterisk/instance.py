"""One running private Asterisk, and everything that belongs to it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports, processes
from ivrkit.testing.asterisk import jail, setup
from ivrkit.testing.asterisk.site import ARI_USER, Site, override_files
from ivrkit.testing.folders import OwnedFolder

SHIPPED = Path(__file__).parents[3] / "asterisk-conf"
"""The configuration files of the project, as an engineer copies them to ``/etc/asterisk``."""

BOOT_TIMEOUT = 90.0
"""Seconds until a starting Asterisk counts as failed; it takes two to five."""

PREFIX = "ivrkit-asterisk-"
FOLDERS = ("etc", "etc/ivrkit.d", "run", "spool/recording", "log", "lib/keys", "sounds", "jail")


class PrivateAsterisk:
    """An Asterisk of our own on the loopback, with the shipped configuration.

    ::

        async with PrivateAsterisk() as asterisk:
            print(asterisk.ari_url, asterisk.ari_user, asterisk.ari_password)

    Several can run at the same time. Asterisk dies with the thread that started it, even if that
    is killed; only its folder then remains, which the next instance removes.

    ``overrides`` appends text to files of ``ivrkit.d/`` (``{"extensions.conf": "[x]\\n…"}``);
    ``shared`` are folders besides its own that Asterisk may read. Every path is the same for
    Asterisk and for us. Raises NotAvailable where no Asterisk can be had or it does not start.
    """

    def __init__(
        self,
        *,
        overrides: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        shipped: Path = SHIPPED,
        application: str = "ivrkit",
        progress: setup.Progress = print,
    ) -> None:
        first = ports.free_ports(2)
        self.site = Site(
            http_port=first,
            sip_port=first + 1,
            rtp_ports=ports.rtp_range(ports.ASTERISK_RTP, 4400),
            application=application,
        )
        self._overrides = dict(overrides or {})
        self._shared = tuple(shared)
        self._shipped = shipped
        self._progress = progress
        self._installation: setup.Installation | None = None
        self._process: Process | None = None
        self._owned: OwnedFolder | None = None

    @property
    def ari_url(self) -> str:
        """Base address of ARI: ``GET {ari_url}/asterisk/info``."""
        return f"http://{ports.LOOPBACK}:{self.site.http_port}/ari"

    @property
    def ari_user(self) -> str:
        return ARI_USER

    @property
    def ari_password(self) -> str:
        return self.site.ari_password

    @property
    def sip_port(self) -> int:
        """UDP port on the loopback."""
        return self.site.sip_port

    @property
    def folder(self) -> Path:
        """Everything of this instance: ``etc/``, ``log/``, ``spool/``, ``sounds/``."""
        if self._owned is None:
            raise NotAvailable("This Asterisk has not been started.")
        return self._owned.path

    @property
    def sounds_folder(self) -> Path:
        """A folder for sound files that both sides see under this very path."""
        return self.folder / "sounds"

    @property
    def recordings_folder(self) -> Path:
        """Where Asterisk puts what ARI records."""
        return self.folder / "spool" / "recording"

    @property
    def version(self) -> str:
        """``22.10.1``, for one."""
        assert self._installation is not None, "known as soon as it has started"
        return self._installation.version

    @property
    def pid(self) -> int | None:
        """The process id of the running Asterisk; None while it is stopped."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    def log(self) -> str:
        """What Asterisk has logged so far: notices, warnings, errors, each step of the dialplan."""
        return _text(self.folder / "log" / "full.log")

    async def command(self, text: str) -> str:
        """The answer to a command of Asterisk's own command line (``core show version``)."""
        if self.pid is None:
            raise NotAvailable("This Asterisk is not running.")
        assert self._installation is not None, "known as soon as it has started"
        arguments = ["-C", str(self.folder / "asterisk.conf"), "-rx", text]
        return await processes.run(jail.join_command(self._installation, self.pid, arguments))

    async def wait_for_agent(self, name: str, timeout: float = 20) -> None:
        """Wait until the queues see the agent's phone as free.

        A phone that has registered is known to the queues a moment later. Raises TimeoutError
        after ``timeout`` seconds.
        """
        free = re.compile(rf"\(PJSIP/{re.escape(name)}\).*\(Not in use\)")
        async with asyncio.timeout(timeout):
            while True:
                if free.search(await self.command("queue show")):
                    return
                await asyncio.sleep(0.1)

    async def start(self) -> None:
        """Start it, with the ports, passwords and folder of the last time if there was one."""
        if self._installation is None:
            self._installation = await asyncio.to_thread(setup.find, self._progress)
        if self._owned is None:
            self._owned = OwnedFolder(PREFIX)
            self._fill(self._owned.path)
        arguments = ["-f", "-n", "-C", str(self.folder / "asterisk.conf")]
        command = jail.start_command(self._installation, self.folder, self._shared, arguments)
        self._process = await processes.start(command, output=self.folder / "log" / "console")
        try:
            async with asyncio.timeout(BOOT_TIMEOUT):
                await self._booted()
        except BaseException as error:
            told = self._last_words()
            await self.kill()
            if isinstance(error, TimeoutError):
                raise NotAvailable(f"Asterisk did not start in time:\n{told}") from error
            raise

    async def stop(self) -> None:
        """Stop it in an orderly way; calls in progress are hung up."""
        if self._process is not None:
            await processes.end(self._process, signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL, as when the machine takes it away."""
        if self._process is not None:
            await processes.end(self._process, signal.SIGKILL)

    async def restart(self) -> None:
        """Stop and start it: same ports, passwords and folder; its calls are gone."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """Stop it and remove its folder."""
        await self.stop()
        if self._owned is not None:
            self._owned.remove()
            self._owned = None

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _booted(self) -> None:
        control = self.folder / "run" / "asterisk.ctl"
        while not control.exists():
            self._must_run()
            await asyncio.sleep(0.05)
        # A module that is missing ends Asterisk after the control socket is there: it may be gone
        # before each question.
        self._must_run()
        while "fully booted" not in await self.command("core waitfullybooted"):
            await asyncio.sleep(0.1)
            self._must_run()
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex((ports.LOOPBACK, self.site.http_port)) != 0:
                raise NotAvailable(f"Asterisk offers no ARI:\n{self._last_words()}")

    def _must_run(self) -> None:
        if self.pid is None:
            raise NotAvailable(f"Asterisk ended while it started:\n{self._last_words()}")

    def _last_words(self) -> str:
        printed = self.log() or _text(self.folder / "log" / "console")
        return "\n".join(printed.splitlines()[-15:])

    def _fill(self, folder: Path) -> None:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "hosts").write_text(jail.hosts_file())
        self._write_configuration(folder)

    def _write_configuration(self, folder: Path) -> None:
        files = sorted(self._shipped.glob("*.conf"))
        if not files:
            raise NotAvailable(f"The configuration files of Asterisk are not in {self._shipped}.")
        for file in files:
            shutil.copyfile(file, folder / "etc" / file.name)
        texts = override_files(self.site)
        for name, text in self._overrides.items():
            texts[name] = f"{texts.get(name, '')}\n{text}\n"
        for name, text in texts.items():
            _write_private(folder / "etc" / "ivrkit.d" / name, text)
        _write_private(folder / "asterisk.conf", _folders_file(folder))


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.is_file() else ""


def _folders_file(folder: Path) -> str:
    """An asterisk.conf that adds to the shipped one what cannot be its own: the folders."""
    names = {
        "astetcdir": "etc",
        "astrundir": "run",
        "astspooldir": "spool",
        "astlogdir": "log",
        "astdbdir": "lib",
        "astkeydir": "lib",
        "astcachedir": "lib",
    }
    lines = [f"{key} => {folder / name}" for key, name in names.items()]
    text = "\n".join(lines)
    return f"#include {folder / 'etc' / 'asterisk.conf'}\n\n[directories]\n{text}\n"


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
