"""``python -m ivrkit.testing.asterisk``: a private Asterisk in the foreground.

Prints one line of JSON when it is ready (ARI address, user, password, SIP port, phones, folders)
and stops on SIGINT, on SIGTERM, or when the pipe or terminal it reads from is closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys

from ivrkit.errors import IvrkitError
from ivrkit.testing.asterisk import PrivateAsterisk


def description(asterisk: PrivateAsterisk) -> dict[str, object]:
    """What others need to know to use this Asterisk."""
    return {
        "ari_url": asterisk.ari_url,
        "ari_user": asterisk.ari_user,
        "ari_password": asterisk.ari_password,
        "application": asterisk.site.application,
        "sip_port": asterisk.sip_port,
        "phones": dict(asterisk.site.phone_passwords),
        "version": asterisk.version,
        "folder": str(asterisk.folder),
        "sounds_folder": str(asterisk.sounds_folder),
        "recordings_folder": str(asterisk.recordings_folder),
        "pid": asterisk.pid,
    }


async def serve() -> None:
    """Run one until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    _watch_stdin(loop, stop)
    async with PrivateAsterisk(progress=lambda line: print(line, file=sys.stderr)) as asterisk:
        print(json.dumps(description(asterisk)), flush=True)
        await stop.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop at the end of stdin if it is one that somebody can close (not /dev/null, no file)."""
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(0)):
        return

    def readable() -> None:
        if not os.read(0, 4096):
            loop.remove_reader(0)
            stop.set()

    loop.add_reader(0, readable)


def main() -> int:
    """Exit status 0, or 1 with one line that says what is missing."""
    try:
        asyncio.run(serve())
    except IvrkitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
