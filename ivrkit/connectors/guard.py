"""What stands in front of every connector: deadline, limit, circuit breaker, one more attempt where
that is safe, the size of answers, the hiding of secrets, figures."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from ivrkit.call.connecting import Request
from ivrkit.connectors.connector import Attempt, Connector
from ivrkit.connectors.hiding import Hidden, one_line
from ivrkit.connectors.reporting import Report
from ivrkit.errors import (
    ConnectionLost,
    ConnectorBusy,
    ConnectorError,
    ConnectorResting,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.workers.breaker import Breaker, BreakerState

LOG = logging.getLogger(__name__)

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
_FAILURES: Final = ("error", "timeout", "unknown")
"""Exits that count as failures: neither a caller who has hung up nor what was not found is one."""
END_SECONDS: Final = 0.5
"""How long a request that was cancelled is waited for; it goes on alone behind that."""
Observe = Callable[["Connector[Any]", str, float], None]
"""Is told of each request: the connector, the exit it ended with, and the seconds it took."""


@dataclass(frozen=True, slots=True)
class Fare:
    """How a connector fares: for doctor, API and metrics."""

    name: str
    state: BreakerState
    rests: float
    busy: int
    waiting: int
    asked: int
    failed: int
    last_error: str
    unsent: int = 0
    troubles: tuple[str, ...] = ()


def nobody(connector: Connector[Any], outcome: str, seconds: float) -> None:
    """Tells nobody."""


class Guard:
    """One connector, as calls reach it."""

    def __init__(self, connector: Connector[Any], observe: Observe = nobody) -> None:
        self.connector = connector
        self.name = connector.full_name
        settings = connector.settings
        self._observe = observe
        self._slots = asyncio.Semaphore(settings.at_once)
        self._most_bytes = settings.kilobytes * 1024
        self._breaker = Breaker(
            settings.breaker.failures,
            settings.breaker.rest.total_seconds(),
            lambda: asyncio.get_running_loop().time(),
        )
        self._busy = self._waiting = 0
        self._outcomes: Counter[str] = Counter()
        self._report = Report(self.name, lambda: asyncio.get_running_loop().time())
        self._last_error = ""

    @property
    def fare(self) -> Fare:
        """How it fares now."""
        breaker, asked = self._breaker, sum(self._outcomes.values())
        return Fare(
            self.name,
            breaker.state,
            breaker.rests,
            self._busy,
            self._waiting,
            asked,
            sum(self._outcomes[each] for each in _FAILURES),
            self._last_error,
            self.connector.unsent,
            tuple(self.connector.troubles()),
        )

    async def ask(self, request: Request) -> Any:
        """Ask within the deadline. Raises ConnectorError, without a secret in its text."""
        loop = asyncio.get_running_loop()
        started, outcome = loop.time(), "cancelled"
        if not request.reads and self.connector.settings.reads(request.operation):
            request = replace(request, reads=True)
        try:
            answer = await self._ask(request, started)
            outcome = "next"
        except ConnectorError as error:
            outcome = error.exit
            clean = self.connector.cleaned(error, request.parameters.values())
            self._note(request, clean)
            raise clean from None
        else:
            if not request.alone:
                self._report.answered()
            return answer
        finally:
            self._outcomes[outcome] += 1
            self._observe(self.connector, outcome, loop.time() - started)

    def _note(self, request: Request, error: ConnectorError) -> None:
        """Remember why it failed, and tell the log. That it was not asked is no reason of its own:
        what it was left alone for stays."""
        if isinstance(error, ConnectorResting):
            return
        self._last_error = error.message
        if request.alone or isinstance(error, ConnectorBusy):
            self._report.not_done(error.message)
        elif error.fails:
            rests = self._breaker.state is not BreakerState.CLOSED
            rest = self.connector.settings.breaker.rest.total_seconds() if rests else 0.0
            self._report.failed(error.message, rest)
        else:
            self._report.answered()
            if error.exit == ConnectorError.exit:
                self._report.not_done(error.message)

    async def _ask(self, request: Request, started: float) -> Any:
        settings = self.connector.settings
        if settings.read_only and not request.reads:
            raise RequestRefused(
                f"{self.name} only reads: {request.operation} would change something",
                hint="use a connector without read_only, or a step that reads",
            )
        seconds = settings.timeout.total_seconds() if request.seconds is None else request.seconds
        attempt = Attempt(started + seconds)
        if request.alone:
            return await self._alone(request, attempt, seconds)
        if not self._breaker.enter():
            raise ConnectorResting(
                f"{self.name} was not asked: it has failed too often",
                hint=f"it is tried again in {self._breaker.rests:.0f} s; last: {self._last_error}",
            )
        tries = self._breaker.state is BreakerState.TRYING
        try:
            answer = await self._in_turn(request, attempt, seconds)
        except ConnectorBusy:
            if tries:
                self._breaker.neither()
            raise
        except ConnectorError as error:
            if error.fails:
                self._breaker.failed()
            else:
                self._breaker.succeeded()
            raise
        except BaseException:
            if tries:
                self._breaker.neither()
            raise
        self._breaker.succeeded()
        self._measure(request, attempt, answer)
        return answer

    async def _alone(self, request: Request, attempt: Attempt, seconds: float) -> Any:
        """What the system outside has no part in: it may rest, and its turns may be taken."""
        try:
            return await self._once(request, attempt)
        except TimeoutError:
            raise ConnectorTimeout(
                f"{self.name} has not kept it within {seconds:g} s", hint="look at the store's disk"
            ) from None

    async def _in_turn(self, request: Request, attempt: Attempt, seconds: float) -> Any:
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            async with asyncio.timeout_at(attempt.deadline):
                await self._slots.acquire()
        except TimeoutError:
            raise ConnectorBusy(
                f"{self.name} was busy for {seconds:g} s",
                hint=f"at_once is {self.connector.settings.at_once}",
            ) from None
        finally:
            self._waiting -= 1
        self._busy += 1
        left = attempt.deadline - loop.time()
        try:
            if left <= 0:  # that is not its fault
                raise ConnectorBusy(f"{self.name} was not asked: {seconds:g} s were over before")
            return await self._attempts(request, attempt)
        except TimeoutError:
            if attempt.sent and not self._harmless(request):
                raise OutcomeUnknown(
                    f"{self.name} did not answer within {seconds:g} s, and may have done it"
                ) from None
            raise self._late(seconds, left) from None
        finally:
            self._busy -= 1
            self._slots.release()

    def _late(self, seconds: float, left: float) -> ConnectorTimeout:
        """The error for a request that was not answered in time, of which ``left`` seconds were
        left when its turn came. Where that was less than half, the system is not to blame, and
        its breaker does not count it: it has too much to do, and goes on doing it."""
        message = f"{self.name} did not answer within {seconds:g} s"
        if left >= seconds / 2:
            return ConnectorTimeout(message)
        return ConnectorBusy(
            f"{message}: for {seconds - left:.1f} s it waited for its turn",
            hint=f"at_once is {self.connector.settings.at_once}",
        )

    async def _attempts(self, request: Request, attempt: Attempt) -> Any:
        """Once, and once more when the connection was lost and that does no harm."""
        harmless = self._harmless(request)
        try:
            return await self._once(request, attempt)
        except ConnectionLost as error:
            if attempt.sent and not harmless:
                raise OutcomeUnknown(
                    f"{error.message}, and it is not known whether {request.operation} was done",
                    hint=error.hint,
                ) from error
            told = one_line(self._hidden(request).of(error.message))
            LOG.info("%s is asked again: %s", self.name, told)
        attempt.sent = False
        try:
            return await self._once(request, attempt)
        except ConnectionLost as error:
            if attempt.sent and not harmless:
                raise OutcomeUnknown(error.message, hint=error.hint) from error
            raise

    def _harmless(self, request: Request) -> bool:
        """Whether asking it twice does no harm."""
        return request.again or self.connector.settings.read_only

    async def _once(self, request: Request, attempt: Attempt) -> Any:
        """One attempt, left alone when it does not end in time. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        left = attempt.deadline - loop.time()
        if left <= 0:
            raise TimeoutError
        work = loop.create_task(self.connector.ask(request, attempt), name=f"ask {self.name}")
        try:
            done, _ = await asyncio.wait({work}, timeout=left)
        except asyncio.CancelledError:
            await self._give_up(work)
            raise
        if not done:
            await self._give_up(work)
            raise TimeoutError
        try:
            return work.result()
        except (ConnectorError, TimeoutError):
            raise
        except (Exception, asyncio.CancelledError) as error:  # nobody has cancelled it from here
            told = self._hidden(request).of("".join(traceback.format_exception(error)))
            LOG.error("%s broke down\n%s", self.name, told)
            message = f"{self.name} broke down: {type(error).__name__}"
            if attempt.sent and not self._harmless(request):
                raise OutcomeUnknown(message, hint="the log says more") from error
            raise ConnectorError(message, hint="the log says more") from error

    def _hidden(self, request: Request) -> Hidden:
        return self.connector.hidden(request.parameters.values())

    async def _give_up(self, work: asyncio.Task[Any]) -> None:
        """Cancel it, and do not wait for long."""
        work.cancel()
        work.add_done_callback(_forget)
        done, _ = await asyncio.wait({work}, timeout=END_SECONDS)
        if not done:
            LOG.warning("%s does not stop: it goes on alone", self.name)

    def _measure(self, request: Request, attempt: Attempt, answer: Any) -> None:
        """See that a flow can work with the answer. Of a write that was sent none of this tells
        what came of it."""
        try:
            size = len(_ENCODER.encode(answer))
        except UnicodeEncodeError:
            message, hint = f"the answer of {self.name} holds half a character", ""
        else:
            if size <= self._most_bytes:
                return
            message = f"the answer of {self.name} has {size} bytes"
            hint = f"kilobytes: {self._most_bytes // 1024} are allowed; ask for less"
        if attempt.sent and not self._harmless(request):
            raise OutcomeUnknown(message, hint=hint)
        raise RequestRefused(message, hint=hint)


def _forget(work: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more: its error is nobody's."""
    if not work.cancelled():
        work.exception()
