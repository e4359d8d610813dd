"""A thread with its session: drivers are safe to use by one thread at a time only, and some of
them hang for as long as a server is mute."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, Final

from ivrkit.connectors.odbc.session import Session, Source
from ivrkit.errors import ConnectionLost, ConnectorError
from ivrkit.workers.threads import settle

PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0)
"""Seconds after each try to cancel: one that comes between two statements of a request stops
nothing."""


class Line:
    """One thread, and the session it opens when it is first asked.

    It is a daemon: a thread that hangs in a driver cannot be ended, and must not keep the process.
    """

    def __init__(self, name: str, source: Source, keep: float) -> None:
        """``keep`` is the number of seconds after which an idle session is checked."""
        self.suspect = False
        """Set by the pool: the session has to be checked before it is used."""
        self._source = source
        self._keep = keep
        self._session: Session | None = None
        self._used = 0.0
        self._back = threading.Event()
        self._back.set()
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def start(self, work: Callable[[Session], Any]) -> asyncio.Future[Any]:
        """Do something with the session, in the thread. The future has what comes of it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        # Nobody may be waiting any more when it fails.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())

        def job() -> None:
            answer, failed = None, None
            try:
                answer = self._do(work)
            except BaseException as error:
                failed = error
            self._back.set()
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(settle, future, answer, failed)

        self._back.clear()
        self._jobs.put(partial(copy_context().run, job))
        return future

    def stop(self, then: Callable[[], None]) -> None:
        """Cancel what the thread does, from another thread, since this may hang as well; ``then``
        is called in the loop when the line can be used again."""
        loop = asyncio.get_running_loop()

        def stopper() -> None:
            for pause in PAUSES:
                if (session := self._session) is not None:
                    session.cancel()
                if self._back.wait(pause):
                    break
            self._back.wait()
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(then)

        self.suspect = True
        threading.Thread(target=stopper, name="odbc cancel", daemon=True).start()

    def end(self) -> None:
        """Close the session and end the thread, when it has done what it does."""
        self._jobs.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the end of the thread, so long at the most."""
        self._thread.join(seconds)

    # ---- in the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
        self._drop()

    def _do(self, work: Callable[[Session], Any]) -> Any:
        session = self._good_session()
        try:
            return work(session)
        except ConnectionLost:
            self._drop()
            raise
        except ConnectorError:
            raise
        except BaseException:
            self._drop()  # nobody knows how it stands
            raise
        finally:
            self._used = time.monotonic()

    def _good_session(self) -> Session:
        if self._session is not None:
            doubtful = self.suspect or time.monotonic() - self._used > self._keep
            if doubtful and not self._session.is_alive():
                self._drop()
        self.suspect = False
        if self._session is None:
            self._session = Session(self._source)
        return self._session

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
