"""What the private servers have in common: folder, port, life and death."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports, processes
from ivrkit.testing.folders import OwnedFolder

BOOT_SECONDS: Final = 60.0
"""Until a starting server counts as failed; it takes one to five."""


class PrivateServer(ABC):
    """A database server of our own on the loopback.

    ::

        with PrivatePostgreSQL() as server:
            pyodbc.connect(server.connection)

    It blocks while it starts and stops (seconds). Several can run at the same time. A server dies
    with the thread that started it, even if that is killed; only its folder then remains, which
    the next server removes. As root, who may not run these servers, it runs as ``account``.
    Raises NotAvailable where the server cannot be had or does not start.
    """

    product: ClassVar[str]
    account: ClassVar[str]
    """The system user that runs it when we are root."""
    user: ClassVar[str]
    password: ClassVar[str] = "p;{w}=1"  # noqa: S105 (a private server; hard to quote on purpose)
    database: ClassVar[str] = "ivr"
    orderly: ClassVar[signal.Signals] = signal.SIGTERM
    """What asks it to stop without waiting for its clients."""

    def __init__(self) -> None:
        self.port = ports.free_ports(1)
        self._owned: OwnedFolder | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def connection(self) -> str:
        """The ODBC connection string of its database."""

    @abstractmethod
    def _make(self) -> None:
        """Make the files of a new server."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]:
        """What runs it in the foreground."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it has started."""

    @property
    def folder(self) -> Path:
        """Everything of this server."""
        if self._owned is None:
            raise NotAvailable(f"this {self.product} has not been started")
        return self._owned.path

    @property
    def pid(self) -> int | None:
        """The process id of the running server; None while there is none."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Start it: with the data and port of the last time if there was one."""
        if self._owned is None:
            self._owned = OwnedFolder(self._prefix)
            self._hand_over(self.folder)
            self._make()
        self._start()

    def stop(self) -> None:
        """Stop it in good order."""
        self._end(self.orderly)

    def kill(self) -> None:
        """SIGKILL to all of its processes: as when the machine loses its power."""
        self.speak()
        for pid in self._family():
            _signal(pid, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def mute(self) -> None:
        """Stop its processes where they are. It still takes connections and requests, as a machine
        that hangs does, and answers none."""
        for pid in self._family():
            _signal(pid, signal.SIGSTOP)

    def speak(self) -> None:
        """Let it go on where it was made mute."""
        for pid in self._family():
            _signal(pid, signal.SIGCONT)

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        if self._owned is not None:
            self._owned.remove()
            self._owned = None

    def log(self) -> str:
        """What it has printed."""
        file = self.folder / "server.log"
        return file.read_text(errors="replace") if file.is_file() else ""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ---- for the servers -------------------------------------------------------------------------

    def _as_account(self) -> list[str]:
        """What begins a command that runs as the server's user and dies with us."""
        setpriv = processes.require("setpriv", "util-linux")
        command = [setpriv, "--pdeathsig", "KILL"]
        if _is_root():
            found = pwd.getpwnam(self.account)
            command += [f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--init-groups"]
        return [*command, "--"]

    def _hand_over(self, path: Path) -> None:
        """Make the server's user its owner."""
        if _is_root():
            try:
                shutil.chown(path, self.account, self.account)
            except LookupError:
                raise NotAvailable(
                    f"{self.product} does not run as root, and there is no user {self.account}"
                ) from None

    def _run(self, command: Sequence[str | Path]) -> None:
        """Run a program of the server to its end."""
        ran = subprocess.run(  # noqa: S603 (our own command)
            [*self._as_account(), *map(str, command)],
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=BOOT_SECONDS,
        )
        if ran.returncode:
            said = (ran.stdout + ran.stderr).decode(errors="replace")
            raise NotAvailable(f"{self.product} was not set up:\n{said[-2000:]}")

    def _port_is_open(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((ports.LOOPBACK, self.port)) == 0

    # ---- life and death --------------------------------------------------------------------------

    @property
    def _prefix(self) -> str:
        return f"ivrkit-{self.product.lower()}-"

    def _start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                [*self._as_account(), *map(str, self._command())],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        late = time.monotonic() + BOOT_SECONDS
        while not self._answers():
            if self.pid is None or time.monotonic() > late:
                said = self.log()[-2000:]
                self.kill()
                raise NotAvailable(f"{self.product} did not start:\n{said}")
            time.sleep(0.05)

    def _end(self, first: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(first)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _family(self) -> list[int]:
        """The server's process and those that it started, which may have a group of their own."""
        return [] if self.pid is None else [self.pid, *_children(self.pid)]


def _is_root() -> bool:
    return os.geteuid() == 0


def _signal(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return


def _children(parent: int) -> Iterator[int]:
    """The processes that a process has started, by ``/proc`` (proc(5))."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent:
            yield int(entry.name)
