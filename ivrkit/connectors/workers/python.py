"""``python -m ivrkit.connectors.workers.python``: a worker for a plug-in."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec

from ivrkit.connectors.plugins.loading import Plugin
from ivrkit.connectors.workers.values import packed, unpacked
from ivrkit.errors import ConnectorError
from ivrkit.plugins import Asked
from ivrkit.workers.frames import Reply, Setup
from ivrkit.workers.serving import Answer, limit_memory, serve


class PluginSetup(Setup, kw_only=True):
    """A plug-in: the folder, the module, and its functions."""

    folder: str
    module: str
    functions: list[str]


class PluginQuestion(msgspec.Struct):
    """A call: the arguments, the idempotency key, and how many seconds it may take."""

    function: str
    arguments: dict[str, Any]
    key: str
    seconds: float


def prepare(settings: bytes) -> Answer:
    """Import the plug-in."""
    setup = msgspec.msgpack.decode(settings, type=PluginSetup)
    limit_memory(setup.megabytes)
    folder = Path(setup.folder)
    functions = {each: Plugin(folder, setup.module, each) for each in setup.functions}
    questions = msgspec.msgpack.Decoder(PluginQuestion)
    loop = asyncio.new_event_loop()

    def answer(question: bytes) -> Reply:
        asked = questions.decode(question)
        try:
            return Reply(value=packed(_call(loop, functions[asked.function], asked)))
        except ConnectorError as error:
            return Reply(error=error.message, hint=error.hint, exit=error.exit, fails=error.fails)
        except MemoryError:
            return Reply(error="there is not enough memory for it", fails=True, leaves=True)

    return answer


def _call(loop: asyncio.AbstractEventLoop, plugin: Plugin, question: PluginQuestion) -> Any:
    asked = Asked(question.function, question.key, time.monotonic() + question.seconds)
    arguments = {name: unpacked(each) for name, each in question.arguments.items()}
    if plugin.is_async:
        return loop.run_until_complete(plugin.await_(arguments, asked))
    return plugin.call(arguments, asked)


if __name__ == "__main__":
    serve(prepare)
