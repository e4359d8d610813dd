"""Telling the service manager how we are (``sd_notify(3)``): ready, alive, stopping.

systemd names a socket in ``NOTIFY_SOCKET`` and, where the unit has ``WatchdogSec``, in
``WATCHDOG_USEC`` how often it wants to hear that the loop of the calls still turns. Without them
nothing is told to anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Mapping

LOG = logging.getLogger(__name__)

SPARE_SECONDS = 15.0
"""What stopping takes besides draining: a payment that is let finish, the last captures."""


class ServiceManager:
    """Whoever has started us, if it wants to be told. That it cannot be told stops no call."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._address = environment.get("NOTIFY_SOCKET", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        text = environment.get("WATCHDOG_USEC", "")
        self._watchdog = int(text) / 1e6 if self._address and ours and text.isdecimal() else 0.0
        self._watching: asyncio.Task[None] | None = None

    def ready(self, status: str) -> None:
        """Calls are served."""
        self._tell("READY=1", f"STATUS={status}")
        if self._watchdog and self._watching is None:
            self._watching = asyncio.create_task(self._live(), name="ivrkit-watchdog")

    def status(self, text: str) -> None:
        """What is being done, for ``systemctl status``."""
        self._tell(f"STATUS={text}")

    def stopping(self, seconds: float) -> None:
        """It ends, which may take so many seconds: it is given them whatever the unit says."""
        extended = int((seconds + SPARE_SECONDS) * 1e6)
        self._tell("STOPPING=1", f"EXTEND_TIMEOUT_USEC={extended}")

    def close(self) -> None:
        """Nothing more is told."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _live(self) -> None:
        """As often as ``sd_watchdog_enabled(3)`` has it: twice in the time."""
        while True:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog / 2)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        # A name that begins with @ is one of Linux's abstract ones: unix(7).
        address = self._address.replace("@", "\0", 1) if self._address[0] == "@" else self._address
        text = "\n".join(line.replace("\n", " ") for line in lines)
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as sender:
            sender.setblocking(False)
            try:
                sender.sendto(text.encode(), address)
            except OSError as error:
                LOG.warning("the service manager cannot be told: %s", error)
