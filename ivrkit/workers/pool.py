"""Several workers for the same: each question is given to one that has nothing else to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivrkit.workers.process import Program, Worker


class Workers:
    """At most ``count`` workers, started when they are needed. One that crashed, or that nobody
    waits for any more, is killed; the next question starts another."""

    def __init__(self, program: Program, count: int) -> None:
        self._program = program
        self._count = count
        self._turns = asyncio.Semaphore(count)
        self._idle: list[Worker] = []
        self._asked: set[Worker] = set()
        self._ends: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Worker]:
        """One that is ready, for as long as it is wanted. Who leaves by an error has not got its
        answer: it is killed. Raises WorkerLost when it ends meanwhile, WorkerError when none can
        be started."""
        async with self._turns:
            worker = self._take()
            self._asked.add(worker)
            keep = True
            try:
                await worker.ready()
                keep = False
                yield worker
                keep = True
            finally:
                self._asked.discard(worker)
                if keep and worker.usable:
                    self._idle.append(worker)
                else:
                    self._drop(worker)

    async def look(self) -> None:
        """See whether a worker can be started. Raises WorkerError."""
        worker = Worker(self._program)
        try:
            await worker.ready()
        finally:
            await worker.end()

    def start(self) -> None:
        """Start all of them, so that no caller waits for it."""
        while len(self._idle) < self._count:
            self._idle.append(Worker(self._program))

    async def close(self) -> None:
        """End all of them."""
        for worker in (*self._idle, *self._asked):
            self._drop(worker)
        self._idle.clear()
        await asyncio.gather(*self._ends)

    def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.usable:
                return worker
            self._drop(worker)
        return Worker(self._program)

    def _drop(self, worker: Worker) -> None:
        ending = asyncio.create_task(worker.end(), name="end worker")
        self._ends.add(ending)
        ending.add_done_callback(self._ends.discard)
