"""Where the functions of a plug-in run: on threads of the engine, or in worker processes."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ivrkit.call.requests.python import PythonRequest
from ivrkit.connectors import workers
from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.plugins.loading import Plugin
from ivrkit.connectors.plugins.looping import PluginLoop
from ivrkit.connectors.plugins.results import plain_result
from ivrkit.connectors.plugins.settings import PythonSettings
from ivrkit.connectors.workers.pool import Workers
from ivrkit.connectors.workers.python import PluginQuestion, PluginSetup
from ivrkit.connectors.workers.values import packed, unpacked
from ivrkit.errors import ConnectorError, RequestRefused
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.values import Value
from ivrkit.plugins import Asked
from ivrkit.workers.process import Program
from ivrkit.workers.threads import Threads


class Runs(Protocol):
    """Calls the functions of one plug-in."""

    def start(self) -> None:
        """The engine starts."""

    async def call(self, request: PythonRequest, attempt: Attempt) -> Value:
        """Call a function. Raises ConnectorError."""

    async def look(self) -> None:
        """See whether all functions are there, without calling any. Raises ConnectorError."""

    async def close(self) -> None:
        """End what can be ended."""


class OnThreads:
    """In the engine's process: async functions on a loop of their own, plain ones on threads."""

    def __init__(self, settings: PythonSettings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._threads = Threads(f"plugin-{settings.module}")
        self._loop = PluginLoop(f"plugin-loop-{settings.module}")
        self._functions: dict[str, Plugin] = {}

    def start(self) -> None:
        return

    async def call(self, request: PythonRequest, attempt: Attempt) -> Value:
        self._refuse_when_stuck()
        function = await self._function(request.operation)
        arguments = revealed(dict(request.parameters))
        left = attempt.deadline - asyncio.get_running_loop().time()
        asked = Asked(request.operation, request.key, time.monotonic() + left)
        attempt.sent = True
        try:
            if function.is_async:
                answer: Value = await self._loop.run(partial(function.await_, arguments, asked))
            else:
                answer = await self._threads.run(partial(function.call, arguments, asked))
        except asyncio.CancelledError:
            asked.abandon()
            raise
        return answer

    async def look(self) -> None:
        self._refuse_when_stuck()
        for each in self._settings.functions:
            await self._function(each)

    async def close(self) -> None:
        self._threads.close()
        await self._loop.close()

    async def _function(self, name: str) -> Plugin:
        found = self._functions.get(name)
        if found is None:
            load = partial(Plugin, self._folder, self._settings.module, name)
            found = self._functions[name] = await self._threads.run(load)
        return found

    def _refuse_when_stuck(self) -> None:
        stuck = self._threads.stuck + self._loop.stuck
        if stuck >= self._settings.stuck:
            raise ConnectorError(
                f"{stuck} calls of {self._settings.module} hang and cannot be ended",
                hint="restart the engine; `in: process` ends what hangs",
            )


class InProcesses:
    """In worker processes, which are killed when nobody waits any more."""

    def __init__(self, settings: PythonSettings, folder: Path, project: Path) -> None:
        setup = PluginSetup(
            megabytes=settings.megabytes,
            folder=str(folder),
            module=settings.module,
            functions=list(settings.functions),
        )
        environment = {name: each.get_secret_value() for name, each in settings.environment.items()}
        program = Program(f"{workers.__name__}.python", setup, project, environment)
        self._workers = Workers(program, settings.workers)

    def start(self) -> None:
        self._workers.start()

    async def call(self, request: PythonRequest, attempt: Attempt) -> Value:
        arguments = revealed(dict(request.parameters))
        left = attempt.deadline - asyncio.get_running_loop().time()
        question = PluginQuestion(
            request.operation,
            {name: packed(each) for name, each in arguments.items()},
            request.key,
            left,
        )
        reply = await self._workers.ask(question, attempt)
        if not reply.error:
            return _answer(reply.value, request.name)
        failed = ConnectorError if reply.fails else RequestRefused
        error = failed(reply.error, hint=reply.hint)
        error.exit = reply.exit or error.exit
        raise error

    async def look(self) -> None:
        await self._workers.look()

    async def close(self) -> None:
        await self._workers.close()


def _answer(value: Any, name: str) -> Value:
    """The answer of a worker. What runs in there may write to the engine whatever it likes. Raises
    ConnectorError for what is no value."""
    try:
        return plain_result(unpacked(value), name)
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ConnectorError(f"the worker of {name} answered with what is no value") from None


def running(settings: PythonSettings, folder: Path, project: Path) -> Runs:
    """What calls the functions of a plug-in, as the configuration says."""
    if settings.where == "process":
        return InProcesses(settings, folder, project)
    return OnThreads(settings, folder)
