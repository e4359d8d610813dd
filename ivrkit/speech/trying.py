"""``python -m ivrkit.speech.trying``: try one recogniser in a process of its own, because a model
that is broken may end the process that loads it.

Settings come by the standard input, the outcome goes to the standard output, both as JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import sys
import time
from asyncio.subprocess import PIPE
from contextlib import suppress
from typing import Any, Final

import msgspec

from ivrkit.call.hearing import Grammar
from ivrkit.errors import IvrkitError
from ivrkit.speech.pool import Pool
from ivrkit.speech.recogniser import RecogniserSettings, registry

LONGEST: Final = 120.0
"""Seconds that loading may take: large models on slow disks."""
SILENCE: Final = 0.5
_PROVEN: Final[set[str]] = set()


class Tried(msgspec.Struct):
    """What came of it: ``problem`` is empty where it works. ``seconds`` is how long it took to
    load, ``megabytes`` what the process then had, ``advice`` what would be better."""

    problem: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    advice: str = ""


async def tried(language: str, settings: RecogniserSettings) -> Tried:
    """Load a recogniser elsewhere, and let it listen to a little silence."""
    command = (sys.executable, "-P", "-m", __name__)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    given = json.dumps([language, settings.model_dump(mode="json")]).encode()
    try:
        async with asyncio.timeout(LONGEST):
            said, complained = await process.communicate(given)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return Tried(f"it was not loaded within {LONGEST:g} s")
    if process.returncode == 0:
        return msgspec.json.decode(said, type=Tried)
    last = complained.decode(errors="replace").strip().splitlines()[-1:]
    return Tried(": ".join([f"loading it {_ended(process.returncode or 0)}", *last]))


async def proven(language: str, settings: RecogniserSettings) -> str:
    """Why a recogniser cannot be used; empty if it can. One that could be once in this process is
    not tried again."""
    this = f"{language} {settings!r}"
    if this in _PROVEN:
        return ""
    found = await tried(language, settings)
    if not found.problem:
        _PROVEN.add(this)
    return found.problem


def _ended(status: int) -> str:
    if status >= 0:
        return f"ended the process with the status {status}"
    return f"ended the process by {signal.Signals(-status).name}"


async def _try(language: str, given: dict[str, Any]) -> Tried:
    engine = registry()[given["engine"]]
    pool = Pool(1)
    recogniser = engine(language, engine.settings_model.model_validate(given), pool)
    begun = time.monotonic()
    try:
        await recogniser.start()
        took = time.monotonic() - begun
        utterance = recogniser.utterance(Grammar(language, free=True), 1)
        await utterance.feed(bytes(2 * round(SILENCE * recogniser.rate)))
        await utterance.finish()
        utterance.close()
    except IvrkitError as error:
        return Tried(str(error))
    except Exception as error:  # of the library
        return Tried(f"{given['engine']} cannot use the model: {error}")
    finally:
        await recogniser.close()
        pool.close()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Tried("", took, max(used, children), recogniser.advice())


if __name__ == "__main__":
    found = asyncio.run(_try(*json.load(sys.stdin)))
    sys.stdout.buffer.write(msgspec.json.encode(found))
