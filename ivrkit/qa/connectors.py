"""Connectors in the simulator: what a system outside would answer, as the script gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ivrkit.call.call import Call
from ivrkit.call.connecting import Connectors, Request
from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.connectors.service import Settings
from ivrkit.errors import (
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
    ValueRejected,
)
from ivrkit.expressions.secrets import MASK, contains_secret, revealed
from ivrkit.expressions.values import plain
from ivrkit.qa.differing import Differs, beside
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.qa.outcome import same
from ivrkit.qa.uses import Uses

ALL: Final = "all"
USUAL: Final = ConnectorSettings()
_ERRORS: Final[Mapping[str, type[ConnectorError]]] = {
    "timeout": ConnectorTimeout,
    "unknown": OutcomeUnknown,
    "refused": RequestRefused,
}
_FAILURES: Final = frozenset({"error", "timeout", "unknown"})
"""The exits of a technical sort."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site says of its connectors: their ``settings`` by kind and name, and those that are
    really asked (``database.crm``, or ``all``), by ``service``."""

    settings: Settings = field(default_factory=dict)
    real: Collection[str] = ()
    service: Connectors | None = None

    def of(self, kind: str, name: str) -> ConnectorSettings:
        """The settings of a connector; the usual ones where there are none."""
        return self.settings.get(kind, {}).get(name, USUAL)

    def reads(self, kind: str, name: str, operation: str = "") -> bool:
        """Whether a connector, or an operation of it, changes nothing as its settings say."""
        settings = self.of(kind, name)
        return settings.read_only or settings.reads(operation)

    def asks(self, name: str) -> bool:
        """Whether a connector is really asked."""
        return ALL in self.real or name in self.real

    def cannot(self, given: Given) -> str:
        """What of a script cannot be brought about here, in words: how a connector fails, or how
        long it takes, that is really asked. Empty: nothing."""
        for name, answers in given.connectors.items():
            uses = answers if isinstance(answers, tuple) else (answers,)
            if self.asks(name) and any(each.after or each.exit in _FAILURES for each in uses):
                what = "how it fails, or how long it takes"
                return f"{name} is really asked, and the script gives {what}"
        return ""


class ScriptedConnectors:
    """The port :class:`~ivrkit.call.connecting.Connectors` as a script gives it, for simulated
    calls and for live ones.

    They are the world's, not the engine's: what is asked again under the same key, by an engine
    that was restarted, is the same use. ``requests`` are in order; ``missing`` names what a flow
    needed and the script does not give, ``differences`` what was asked otherwise, ``twice`` what
    was asked twice that may not be.
    """

    def __init__(self, given: Given, site: Site | None = None) -> None:
        self._given = given
        self._site = site or Site()
        self._uses = Uses(RequestRefused)
        self._answers: dict[str, ConnectorUse] = {}
        self.requests: list[Request] = []
        self.missing = self._uses.missing
        self.differences: list[Differs] = []
        self.twice: list[str] = []
        self._begun: set[str] = set()

    @property
    def used(self) -> Mapping[str, int]:
        """How often each name that is given was used; those that are really asked are left out."""
        asked = Counter(each.name for each in self.requests)
        given = self._given.connectors
        return {name: asked[name] for name in given if not self._site.asks(name)}

    def give(self, given: Given) -> None:
        """From now on this is answered; lists begin anew."""
        self._given = given
        self._uses.begin_anew()

    def only_reads(self, kind: str, name: str) -> bool:
        """Whether the site says so; see the port."""
        connector, _, operation = name.partition(".")
        return self._site.reads(kind, connector, operation)

    async def ask(self, call: Call, request: Request) -> Any:
        """What the script gives, when it is due. Raises ConnectorError as the real one would."""
        site = self._site
        if site.service is not None and site.asks(request.name):
            return await site.service.ask(call, request)
        settings = self._site.of(request.kind, request.connector)
        if not request.reads and settings.reads(request.operation):
            request = replace(request, reads=True)
        if settings.read_only and not request.reads:
            raise RequestRefused(
                f"{request.name} only reads: {request.operation} would change something"
            )
        use = self._use(request)
        self._count(request)
        self._compare(request, use)
        await self._pass(call, request, use)
        if use.exit:
            raise self._failure(request, use)
        try:
            return request.given(use.answer)
        except ValueRejected as error:
            hint = error.hint or "see what this connector answers in its documentation"
            message = f"what is given for {request.name} is no answer of it"
            self._differ(use, f"{message}: {error.message} ({hint})")
            raise RequestRefused(message, hint=hint) from error

    # ---- inside --------------------------------------------------------------------------------

    def _use(self, request: Request) -> ConnectorUse:
        found = self._answers.get(request.key) if request.key else None
        if found is not None:
            return found
        given = self._given.connectors.get(request.name)
        if given is None and self._given.open:
            raise RequestRefused(
                f"nothing is given for {request.name}",
                hint=f"say what it answers: give {request.name}: {{…}}, or ask the real one: "
                f"--real {request.name}",
            )
        if given is None:
            raise self._uses.lacks(
                f"what {request.name} answers",
                f"add `{request.name}: {{…}}` to given: (asked: {request.operation})",
            )
        use = self._uses.next(given, request.name, request.name, request.name)
        self.requests.append(request)
        if request.key:
            self._answers[request.key] = use
        return use

    def _count(self, request: Request) -> None:
        """What may not be done twice is begun once, whatever becomes of the engine."""
        reads = self._site.reads(request.kind, request.connector, request.operation)
        if request.key and not request.again and not reads:
            if request.key in self._begun:
                self.twice.append(f"{request.name} ({request.operation})")
            self._begun.add(request.key)

    def _compare(self, request: Request, use: ConnectorUse) -> None:
        expected = use.expect or {}
        got = dict(request.parameters)
        if not same(expected, plain(revealed(got))):
            wanted, asked = _without_secrets(expected, got)
            message = f"{request.name} was asked otherwise"
            self._differ(use, message, *beside(wanted, asked))

    async def _pass(self, call: Call, request: Request, use: ConnectorUse) -> None:
        """Until the answer is due. What comes later than the step waits is a timeout, or, of a
        write, unknown."""
        settings = self._site.of(request.kind, request.connector)
        limit = settings.timeout.total_seconds() if request.seconds is None else request.seconds
        after = use.after
        if after is None:
            after = limit if use.exit == "timeout" else 0.0
        if after:
            await call.clock.sleep(min(after, limit))
        if after < limit or use.exit == "timeout":
            return
        late = f"{request.name} did not answer within {limit:g} s"
        if (
            limit <= 0
            or request.again
            or self._site.reads(request.kind, request.connector, request.operation)
        ):
            raise ConnectorTimeout(late)
        raise OutcomeUnknown(f"{late}, and may have done it")

    def _failure(self, request: Request, use: ConnectorUse) -> ConnectorError:
        """The error by which the step is left as the script says."""
        exit_ = use.exit
        known = {*request.exits, "error"}
        if exit_ not in known and exit_ != "refused":
            message = f"{request.name} was given {exit_}, and the step has no such exit"
            self._differ(use, message, " or ".join(sorted(known)), exit_)
            return RequestRefused(message, hint=f"it has {', '.join(sorted(known))}")
        text = use.text or f"{request.name}: {exit_}, as the script gives it"
        error = _ERRORS.get(exit_, ConnectorError)(text)
        if exit_ in known:
            error.exit = exit_
        return error

    def _differ(self, use: ConnectorUse, message: str, expected: str = "", got: str = "") -> None:
        self.differences.append(Differs(message, expected, got, use.mark))


def _without_secrets(expected: Any, got: Any) -> tuple[Any, Any]:
    """The two, with a mask for a secret; one that is as expected is masked on both sides."""
    if isinstance(got, dict):
        wanted = expected if isinstance(expected, dict) else {}
        pairs = {name: _without_secrets(wanted.get(name), each) for name, each in got.items()}
        one = {name: pairs[name][0] if name in pairs else each for name, each in wanted.items()}
        shown = {name: each for name, (_, each) in pairs.items()}
        return one if isinstance(expected, dict) else expected, shown
    if contains_secret(got):
        return MASK if same(expected, plain(revealed(got))) else expected, MASK
    return expected, plain(got)
