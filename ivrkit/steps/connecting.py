"""What all verbs have in common that ask a system outside: time, exits, trace, what is saved."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, ExitSpec, Kind
from ivrkit.call.connecting import Connectors, Request
from ivrkit.call.events import Asked
from ivrkit.call.exits import ERROR, NEXT, TIMEOUT, UNKNOWN
from ivrkit.call.fields import Duration, Flag
from ivrkit.call.lasting import LastingStep
from ivrkit.errors import ConnectorError, ExpressionError, IvrkitError
from ivrkit.expressions.values import plain

NO_ANSWER = ExitSpec(
    TIMEOUT, "There was no answer in time. Nothing was changed: it may be asked again.", True
)
NOBODY_KNOWS = ExitSpec(
    UNKNOWN,
    "It was sent, and nobody knows whether it was done: the connection broke, the time was over, "
    "or the engine was restarted before the answer. What may simply be sent again says "
    "`repeatable: true`, or that it only reads.",
    True,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: an answer, or the error."""

    request: Request
    seconds: float
    answer: Any = None
    error: ConnectorError | None = None


class ConnectorStep(LastingStep):
    """A step that asks a connector.

    A verb says what is asked (:meth:`request`) and what is made of the answer (:meth:`answered_by`)
    and names its further exits; time, failures, trace and what happens after a restart are the
    same for all.
    """

    kind: ClassVar[Kind] = Kind.OUTSIDE
    needs: ClassVar[tuple[type, ...]] = (Connectors,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (NO_ANSWER, NOBODY_KNOWS)
    limits_itself: ClassVar[bool] = True
    meant: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("at_once", "breaker", "kilobytes", "pool", "read_only", "retries"),
        "it is a setting of the connector, in ivrkit.yaml",
    )

    timeout: Duration | None = None
    """How long it may take, the time until it is its turn included; what the connector says, if not
    said. Then it is left by `timeout`, or by `unknown` where something may have been done."""
    may_repeat: Flag = Field(False, alias="repeatable")
    """Asking twice does no harm: after a lost connection or a restart of the engine it is simply
    asked again, instead of leaving by `unknown`."""

    @property
    def reads(self) -> bool:
        """Whether this step changes nothing."""
        return False

    @property
    def repeatable(self) -> bool:
        return self.may_repeat or self.reads

    def may_run_again(self, call: Call) -> bool:
        if self.repeatable:
            return True
        name = self.connector(call)
        return call.use(Connectors).only_reads(self.asks_kind, name)  # type: ignore[type-abstract]

    def outcomes(self) -> tuple[ExitSpec, ...]:
        """Without ``unknown`` where nothing is changed."""
        if not self.repeatable:
            return self.exits
        return tuple(spec for spec in self.exits if spec.name != UNKNOWN)

    @abstractmethod
    def connector(self, call: Call) -> str:
        """The connector's name."""

    @abstractmethod
    def request(self, call: Call, **common: Any) -> Request:
        """What is asked. ``common`` are the fields that every request has (connector, seconds,
        key, reads, repeatable, exits); the session is read here and nowhere later."""

    @abstractmethod
    def answered_by(self, call: Call, request: Request, answer: Any) -> Exit:
        """What is made of the answer: variables are set, an exit is chosen."""

    # ---- the same for all ------------------------------------------------------------------------

    def begin(self, call: Call) -> Awaitable[Outcome]:
        request = self.request(
            call,
            connector=self.connector(call),
            seconds=self._seconds(call),
            key=f"{call.id}.{call.session.entry.number}",
            reads=self.reads,
            repeatable=self.repeatable,
            exits=tuple(spec.name for spec in self.outcomes()),
        )
        return _outcome(call, request)

    def finish(self, call: Call, result: Any) -> Exit:
        outcome: Outcome = result
        error = outcome.error
        if error is not None:
            left = self._left_by(error)
            self._tell(call, outcome, left.name, error)
            return left
        try:
            left = self.answered_by(call, outcome.request, outcome.answer)
        except IvrkitError as unfit:  # it was asked, whatever is the matter with the answer
            self._tell(call, outcome, ERROR, unfit)
            raise
        self._tell(call, outcome, left.name, left.because)
        return left

    def _tell(self, call: Call, outcome: Outcome, exit_: str, why: Exception | None) -> None:
        request = outcome.request
        call.trace(
            Asked(
                connector=request.name,
                operation=request.operation,
                parameters=plain(dict(request.parameters)),
                exit=exit_,
                seconds=round(outcome.seconds, 3),
                error=why.message if isinstance(why, IvrkitError) else "",
                taken=dict(self.taken()) if exit_ == NEXT else {},
            )
        )

    def taken(self) -> Mapping[str, str]:
        """The variables that receive something of the answer, and where it stands there, as JSON
        pointers (RFC 6901; empty: all of it)."""
        into: str | None = getattr(self, "into", None)
        return {} if into is None else {into: ""}

    def _left_by(self, error: ConnectorError) -> Exit:
        """The exit for a failure; an outcome that is none (``not_found``) is no error."""
        spec = next((each for each in self.outcomes() if each.name == error.exit), None)
        if spec is None:
            return Exit(ERROR, because=error)
        return Exit(spec.name, because=error if spec.technical else None)

    def _seconds(self, call: Call) -> float | None:
        if self.timeout is None:
            return None
        time = call.session.setting(self.timeout)
        if not isinstance(time, timedelta):
            raise ExpressionError("the timeout is none", hint="set the variable first")
        return time.total_seconds()


async def _outcome(call: Call, request: Request) -> Outcome:
    """Ask; a failure is a result too."""
    started = call.clock.time()
    connectors = call.use(Connectors)  # type: ignore[type-abstract]
    try:
        answer = await connectors.ask(call, request)
    except ConnectorError as error:
        return Outcome(request, call.clock.time() - started, error=error)
    return Outcome(request, call.clock.time() - started, answer)
