from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from ivrkit.call.events import TraceEvent
from ivrkit.engine.admission import Admission
from ivrkit.errors import CarrierError, IvrkitError
from ivrkit.service.api.access import Access
from ivrkit.service.api.live import ConnectorState, FlowInService, Listener, LiveCall
from ivrkit.service.api.server import make_app
from ivrkit.service.api.settings import ApiLimits
from ivrkit.service.api.tokens import Token, Tokens, TokenScope, digest
from ivrkit.service.draining import Draining
from ivrkit.service.flows import Reload
from ivrkit.store import CallRecord, Store
from ivrkit.testing.clock import VirtualClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Left:
    """What the engine has of callers outside its store."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.away = False
        self.forgotten = 0

    async def recordings(self, calls: Sequence[str]) -> list[str]:
        if self.away:
            raise CarrierError("Asterisk is away")
        return [name for name in self.names if name.partition(".")[0] in calls]

    async def erase_recording(self, name: str) -> None:
        self.names.remove(name)

    def forget_spoken(self) -> None:
        self.forgotten += 1


class Engine:
    """The calls in progress, as a test wants them."""

    def __init__(self) -> None:
        self.calls: dict[str, LiveCall] = {}
        self.listeners: list[Listener] = []
        self.hung_up: list[str] = []
        self.wrong: list[str] = []
        self.broken: IvrkitError | None = None
        self.rotated = 0
        self.leftovers = Left()
        self.draining = Draining(Admission(VirtualClock()), lambda: len(self.calls), self.empty)

    def begin(self, call_id: str, *, tenant: str = "", started: datetime = NOON) -> None:
        self.calls[call_id] = {
            "id": call_id,
            "flow": "bank",
            "version": "v1",
            "caller": "+49301",
            "number": "800",
            "started": started,
            "answered": started,
            "path": "main/2",
            "tenant": tenant,
        }

    def trace(self, call_id: str, event: TraceEvent) -> None:
        for listener in list(self.listeners):
            listener(call_id, event)

    async def empty(self) -> None:
        """Calls stay."""

    def live(self) -> dict[str, LiveCall]:
        return self.calls

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def hang_up(self, call_id: str) -> bool:
        self.hung_up.append(call_id)
        return self.calls.pop(call_id, None) is not None

    def flows(self) -> Sequence[FlowInService]:
        return [
            {
                "name": "bank",
                "version": "v1",
                "title": "Acme Bank",
                "calls": len(self.calls),
                "state": "serving",
                "since": datetime(2026, 3, 2, 10, tzinfo=UTC),
                "problem": "",
            }
        ]

    def connectors(self) -> Sequence[ConnectorState]:
        return [
            {
                "name": "database.crm",
                "state": "open",
                "rests": 12.5,
                "busy": 1,
                "waiting": 2,
                "asked": 30,
                "failed": 6,
                "last_error": "database.crm did not answer within 2 s",
                "troubles": [],
            }
        ]

    def metrics(self) -> bytes:
        return b"ivrkit_connector_busy 1.0\n"

    def unready(self) -> Sequence[str]:
        return self.wrong

    async def renew(self) -> int:
        if self.broken is not None:
            raise self.broken
        return 3

    async def reload(self) -> Reload:
        return Reload(taken=["bank"], kept=["desk"], refused={"clinic": "clinic.yaml:3:5: error"})

    def rotate_local_token(self) -> None:
        if self.broken is not None:
            raise self.broken
        self.rotated += 1


def app(store: Store, engine: Engine, *tokens: Token, **limits: float) -> web.Application:
    """The API over an engine of a test."""
    access = Access(Tokens(tokens), ApiLimits.model_validate(limits))
    return make_app(store, engine, access, engine)


def secret(name: str) -> str:
    """The token of somebody, as they send it."""
    return f"ivrkit_{name:x<40}"


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret(name)}"}


def token(name: str, *scopes: TokenScope, tenant: str = "") -> Token:
    return Token(name, (digest(secret(name)),), frozenset(scopes), tenant)


def record(call_id: str, **fields: object) -> CallRecord:
    given: dict[str, object] = {
        "flow": "bank",
        "version": "v1",
        "caller": "+49301",
        "number": "800",
        "started": NOON,
    }
    return CallRecord(id=call_id, **(given | fields))  # type: ignore[arg-type]
