"""Private message brokers: RabbitMQ (AMQP 0-9-1) and Mosquitto (MQTT), each with a folder and a
port of its own, to be killed, stopped and left mute. No service of the machine is touched."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from abc import ABC, abstractmethod
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Final

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports, processes

START_SECONDS: Final = 90.0
"""How long a broker may take to listen, on a machine that has much else to do."""
USER: Final = "guest"
PASSWORD: Final = "guest"  # noqa: S105 - RabbitMQ's own, for connections of this machine


class PrivateBroker(ABC):
    """One broker, from its start to its end. What was handed over to it survives :meth:`kill`
    where the protocol says so."""

    scheme: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = ports.free_ports(1)
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Where it is reached, without user and password."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """All that it has printed."""
        return self.folder / "broker.log"

    @abstractmethod
    async def run(self) -> Process:
        """Start the program."""

    async def start(self) -> None:
        """Start it, and wait until it takes connections. Raises NotAvailable and TimeoutError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = await self.run()
        async with asyncio.timeout(START_SECONDS):
            while not await self.is_up():
                if self._process.returncode is not None:
                    told = self.log.read_text(errors="replace")[-2000:]
                    raise NotAvailable(f"the broker has ended:\n{told}", hint="see above")
                await asyncio.sleep(0.1)

    async def is_up(self) -> bool:
        """Whether it takes connections."""
        return await listens(self.port)

    async def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        await processes.end(self._process, signal.SIGKILL)

    async def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            self.speak()
            await processes.end(self._process, signal.SIGTERM)

    def mute(self) -> None:
        """It keeps its connections, and says nothing any more."""
        self._signal(signal.SIGSTOP)

    def speak(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(what)


class PrivateMosquitto(PrivateBroker):
    """Mosquitto, with its messages in a file. ``settings`` are further lines of its
    configuration."""

    scheme = "mqtt"

    def __init__(self, folder: Path, *settings: str) -> None:
        super().__init__(folder)
        self._settings = settings

    async def run(self) -> Process:
        program = processes.require(_program("mosquitto", "/usr/sbin"), "mosquitto")
        lines = (
            f"listener {self.port} 127.0.0.1",
            *(self._settings or ("allow_anonymous true",)),
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
        )
        file = self.folder / "mosquitto.conf"
        if os.geteuid() == 0:
            lines = (*lines, "user root")
        file.write_text("\n".join(lines) + "\n")
        return await processes.start([program, "-c", file, "-v"], output=self.log)


class PrivateRabbit(PrivateBroker):
    """RabbitMQ, with a name, a cookie and a port mapper of its own. ``settings`` are further lines
    of its configuration; ``{secured}`` in them is another port that is free."""

    scheme = "amqp"

    def __init__(self, folder: Path, *settings: str) -> None:
        super().__init__(folder)
        self._settings = settings
        self._names, self._between = ports.free_ports(1), ports.free_ports(1)
        self.secured = ports.free_ports(1)
        self._mapper: Process | None = None

    async def run(self) -> Process:
        server = _program("rabbitmq-server", "/usr/lib/rabbitmq/bin")
        processes.require(server, "rabbitmq-server")
        environment = self._environment()
        if self._mapper is None:
            # A port mapper that Erlang starts by itself would outlive us.
            mapper = processes.require("epmd", "erlang-base")
            self._mapper = await processes.start([mapper], environment=environment)
            await _until_listening(self._names)
        file = self.folder / "rabbitmq.conf"
        lines = (
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "log.console = true",
            "log.file = false",
            *(line.format(secured=self.secured) for line in self._settings),
        )
        file.write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        return await processes.start([server], output=self.log, environment=environment)

    async def stop(self) -> None:
        await super().stop()
        if self._mapper is not None:
            await processes.end(self._mapper, signal.SIGTERM)
            self._mapper = None

    async def is_up(self) -> bool:
        return await listens(self.port) and "Server startup complete" in self._since_start()

    def _since_start(self) -> str:
        told = self.log.read_text(errors="replace")
        return told[told.rfind("Starting RabbitMQ") :]

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "HOME": folder,
            "RABBITMQ_ALLOW_INPUT": "1",  # the server itself, not a shell in front of it
            "RABBITMQ_NODENAME": f"ivrkit-{self.port}@localhost",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_DIST_PORT": str(self._between),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +S 1:1 +A 4 "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }


def _program(name: str, folder: str) -> str:
    """Daemons are not in everybody's path, and RabbitMQ's command there asks for its own user."""
    found = shutil.which(name, path=folder)
    return found or name


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await listens(port):  # noqa: ASYNC110 - another program is waited for
            await asyncio.sleep(0.05)


async def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def running(broker: Any) -> AsyncIterator[Any]:
    """A broker that is up, and down behind it."""
    try:
        await broker.start()
        yield broker
    finally:
        await broker.stop()
