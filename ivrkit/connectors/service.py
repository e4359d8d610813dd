"""All connectors of a site: their settings, and the port
:class:`~ivrkit.call.connecting.Connectors`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from ivrkit.call.call import Call
from ivrkit.call.connecting import Request
from ivrkit.call.settings import Section
from ivrkit.connectors.connector import Connector, ConnectorSettings, Place, kinds
from ivrkit.connectors.guard import Fare, Guard, Observe, nobody
from ivrkit.connectors.hiding import one_line
from ivrkit.errors import ConfigurationError, RequestRefused
from ivrkit.expressions.nearest import did_you_mean

LOG = logging.getLogger(__name__)

Settings = Mapping[str, Mapping[str, ConnectorSettings]]
"""The settings by kind and name."""


def only_reads(named: Mapping[str, ConnectorSettings], name: str) -> bool:
    """Whether a connector (``tariff``), or one operation of it (``tariff.quote``), changes nothing
    by the settings of its kind."""
    operation = ""
    if name not in named:
        name, _, operation = name.rpartition(".")
    settings = named.get(name)
    return settings is not None and (settings.read_only or settings.reads(operation))


class ConnectorSections(Section):
    """The systems outside that flows may ask, by kind and name: ``database: {crm: …}``."""

    def by_kind(self) -> Settings:
        """The settings by kind and name."""
        return {kind: getattr(self, kind) for kind in type(self).model_fields}


def _sections() -> type[ConnectorSections]:
    """The model of ``connectors``, with a field for each kind that there is."""
    fields: dict[str, Any] = {
        kind: (dict[str, found.settings_model], Field(default_factory=dict))  # type: ignore[name-defined]
        for kind, found in sorted(kinds().items())
    }
    text = ConnectorSections.__doc__
    return create_model("Connectors", __base__=ConnectorSections, __doc__=text, **fields)


if TYPE_CHECKING:
    ConfiguredConnectors = ConnectorSections
else:
    ConfiguredConnectors = _sections()


def connector_of(kind: str, name: str, settings: ConnectorSettings, place: Place) -> Connector[Any]:
    """A connector. Raises ConfigurationError that names its place in the configuration."""
    try:
        return kinds()[kind](name, settings, place)
    except ConfigurationError as error:
        error.message = f"connectors: {kind}: {name}: {error.message}"
        error.args = (error.message,)
        raise


class ConnectorService:
    """Asks the connectors that the configuration names."""

    def __init__(self, settings: Settings, place: Place, observe: Observe = nobody) -> None:
        """Raises ConfigurationError for settings that cannot work here."""
        self._guards: dict[str, Guard] = {}
        for kind, named in settings.items():
            for name, each in named.items():
                guard = Guard(connector_of(kind, name, each, place), observe)
                self._guards[guard.name] = guard

    async def start(self) -> None:
        """Open what is opened beforehand. Raises ConfigurationError."""
        for guard in self._guards.values():
            await guard.connector.start()

    async def close(self) -> None:
        """Let go of everything."""
        ends = [guard.connector.close() for guard in self._guards.values()]
        for guard, error in zip(
            self._guards.values(), await asyncio.gather(*ends, return_exceptions=True), strict=True
        ):
            if isinstance(error, Exception):
                told = one_line(guard.connector.hidden().of(str(error)))
                LOG.warning("%s was not closed: %s", guard.name, told)

    def ask(self, call: Call, request: Request) -> Awaitable[Any]:
        """Ask a connector; see the port."""
        return self.guard(request.kind, request.connector).ask(request)

    def only_reads(self, kind: str, name: str) -> bool:
        """Whether a connector, or one operation of it, changes nothing; see the port."""
        named = {
            each.connector.name: each.connector.settings
            for each in self._guards.values()
            if each.connector.kind == kind
        }
        return only_reads(named, name)

    def guard(self, kind: str, name: str) -> Guard:
        """A connector. Raises RequestRefused for one that is not there."""
        found = self._guards.get(f"{kind}.{name}")
        if found is None:
            names = [each.split(".", 1)[1] for each in self._guards if each.startswith(f"{kind}.")]
            raise RequestRefused(
                f"there is no {kind} connector '{name}' at this site",
                hint=did_you_mean(name, names) or f"add it to connectors: {kind}: in ivrkit.yaml",
            )
        return found

    @property
    def guards(self) -> Iterable[Guard]:
        """All of them."""
        return self._guards.values()

    def fares(self) -> list[Fare]:
        """How they fare."""
        return [guard.fare for guard in self._guards.values()]
