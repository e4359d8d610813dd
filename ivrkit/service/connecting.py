"""The connectors of simulated and scripted calls: scripts answer for them, but for those that are
really asked (``--real``)."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager

from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.connectors.service import ConnectorService, Settings, connector_of
from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.qa.connectors import ALL, Site
from ivrkit.service.configuration import FILE, Configuration

_NOT_NEEDED = "is-not-needed-in-the-simulator"


class AnyVariable(Mapping[str, str]):
    """An environment that has every variable. No secret is used in the simulator: a site's file
    can be read there without them."""

    def __getitem__(self, name: str) -> str:
        return f"{name}-{_NOT_NEEDED}"

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def environment(real: Collection[str]) -> Mapping[str, str]:
    """The variables with which a site's file is read for calls that are not placed by telephone:
    what really is asked needs its secrets, nothing else does."""
    return ChainMap(dict(os.environ), AnyVariable()) if real else AnyVariable()  # type: ignore[arg-type]


@asynccontextmanager
async def scripted_connectors(
    configuration: Configuration, real: Collection[str]
) -> AsyncIterator[Site]:
    """What a site says of its connectors; those of ``real`` are open meanwhile. Raises
    ConfigurationError for what cannot be asked."""
    settings = configuration.connectors.by_kind()
    service = ConnectorService(really_asked(configuration, real), configuration.place)
    try:
        await service.start()
        yield Site(settings, frozenset(real), service)
    finally:
        await service.close()


def really_asked(configuration: Configuration, real: Collection[str]) -> Settings:
    """The settings of the connectors that are really asked. Raises ConfigurationError for a name
    that this site has not, settings that cannot work here, or a secret that the environment
    lacks."""
    found: dict[str, dict[str, ConnectorSettings]] = {}
    names = []
    for kind, named in configuration.connectors.by_kind().items():
        for name, each in named.items():
            full = f"{kind}.{name}"
            names.append(full)
            if ALL in real or full in real:
                connector = connector_of(kind, name, each, configuration.place)
                _has_its_secrets(full, connector.secrets())
                found.setdefault(kind, {})[name] = each
    for name in real:
        if name != ALL and name not in names:
            raise ConfigurationError(
                f"there is no connector {name[:60]} at this site",
                hint=did_you_mean(name, [*names, ALL]) if names else f"connectors: in {FILE}",
            )
    return found


def _has_its_secrets(name: str, secrets: Iterator[str]) -> None:
    for each in secrets:
        variable, _, rest = each.partition(f"-{_NOT_NEEDED}")
        if variable != each:
            raise ConfigurationError(
                f"{name} is really asked, and the variable {variable} is not set{rest}",
                hint=f"export {variable}=…, or let the script give what {name} answers",
            )
