"""What a kind of connector is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import Field

from ivrkit.call.connecting import Request
from ivrkit.call.outbox import Outbox
from ivrkit.call.settings import Duration, Section, secret_texts
from ivrkit.connectors.hiding import Hidden, one_line
from ivrkit.errors import IvrkitError
from ivrkit.flow.registry import Registry
from ivrkit.flow.world import Function

SettingsT = TypeVar("SettingsT", bound="ConnectorSettings")
ErrorT = TypeVar("ErrorT", bound=IvrkitError)


class BreakerSettings(Section):
    """When a connector is left alone: after so many ``failures`` in a row it is not asked for the
    time of ``rest``; then one request tries it."""

    failures: int = Field(default=5, ge=1)
    rest: Duration = timedelta(seconds=30)


class ConnectorSettings(Section):
    """What every connector may say.

    ``timeout`` is the time for one request where the step says none, waiting for its turn
    included. ``at_once`` is how many requests it gets at a time; others wait. ``kilobytes`` is
    the largest answer. ``read_only`` says that nothing is changed through it: what was lost is
    then simply asked again, and steps that write are refused.
    """

    timeout: Duration = timedelta(seconds=5)
    at_once: int = Field(default=10, ge=1, le=1000)
    kilobytes: int = Field(default=64, ge=1, le=10_000)
    read_only: bool = False
    breaker: BreakerSettings = BreakerSettings()

    def offers(self, place: Place) -> Mapping[str, Function]:
        """What it does by name, as far as it can be told without running any of it."""
        return {}

    def reads(self, operation: str) -> bool:
        """Whether the configuration says of an operation that it changes nothing."""
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site keeps its things: ``project`` is the folder of ivrkit.yaml, from which relative
    paths count; ``state`` is what the engine may write; ``outbox`` keeps what is sent later, where
    an engine serves calls."""

    project: Path = Path()
    state: Path = Path("state")
    outbox: Outbox | None = None


@dataclass(slots=True)
class Attempt:
    """One request on its way. ``sent`` says that the other side may have begun to do it: a
    connector sets it right before the first byte that could have an effect leaves, and what fails
    from then on is not known to be undone. ``deadline`` is on the loop's clock."""

    deadline: float
    sent: bool = False
    notes: dict[str, Any] = field(default_factory=dict)


class Connector(ABC, Generic[SettingsT]):
    """One named connector of a kind, open while the engine runs.

    A kind declares ``kind`` (its name in ``connectors:`` and in scripts) and ``settings`` (the
    model of its settings); ``requests`` is the class of the requests that it takes.
    """

    kind: ClassVar[str]
    settings_model: ClassVar[type[ConnectorSettings]]
    requests: ClassVar[type[Request]]

    def __init__(self, name: str, settings: SettingsT, place: Place) -> None:
        """Remember what is needed; nothing is opened yet. Raises ConfigurationError or
        NotAvailable for settings that cannot work here (a missing driver or package)."""
        self.name = name
        self.settings = settings
        self.place = place

    @property
    def full_name(self) -> str:
        """As messages, scripts and figures call it: ``database.crm``."""
        return f"{self.kind}.{self.name}"

    async def start(self) -> None:
        """The engine starts. A system that is away is no reason to fail: calls find out."""
        return

    async def close(self) -> None:
        """Let go of connections and processes; no error if there are none."""
        return

    @abstractmethod
    async def ask(self, request: Any, attempt: Attempt) -> Any:
        """Ask once, and give the answer as values of a flow (texts, flags, Decimal, dates, lists,
        records, None).

        It is cancelled at the deadline and at a hang-up, and has to end at once then; what cannot
        be stopped goes on without anybody waiting. Raises ConnectionLost, RequestRefused or another
        ConnectorError; whether it is asked again and which exit it is, the guard decides.
        """

    @abstractmethod
    async def probe(self) -> str:
        """Look whether the system can be reached, without changing anything, and tell what was
        found in a few words (``PostgreSQL 15.18``). Raises ConnectorError."""

    @property
    def unsent(self) -> int:
        """How much waits in the outbox for the system to take it."""
        return 0

    def troubles(self) -> Iterable[str]:
        """What is wrong besides requests that fail, a line each: the API and doctor tell it."""
        return ()

    def secrets(self) -> Iterator[str]:
        """Texts that no message may hold: every SecretStr of the settings."""
        yield from secret_texts(self.settings)

    def hidden(self, values: Iterable[Any] = ()) -> Hidden:
        """What hides the secrets of the settings, and these values of a call, in a text."""
        return Hidden(self.secrets(), values)

    def cleaned(self, error: ErrorT, values: Iterable[Any] = ()) -> ErrorT:
        """The same error without a secret of the settings, and without these values of a call, in
        its text, which is one line: a database's message may quote any of them."""
        hidden = self.hidden(values)
        error.message = one_line(hidden.of(error.message))
        error.hint = one_line(hidden.of(error.hint))
        error.args = (error.message,)
        return error


@cache
def kinds() -> Registry[Connector[Any]]:
    """The kinds of connectors, by name (entry point group ``ivrkit.connectors``)."""
    from ivrkit import connectors

    return Registry.find(Connector, "kind", connectors, "ivrkit.connectors")  # type: ignore[type-abstract]
