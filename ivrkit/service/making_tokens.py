"""Tokens for those who use the API: made here, kept by them, known to the engine by their hash."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import indent

import yaml

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.tokens import (
    LOCAL,
    LOCAL_FILE,
    Token,
    TokenScope,
    digest,
    new_token,
    replace_local_token,
)
from ivrkit.service.client import ApiClient, EngineAway
from ivrkit.service.configuration import Configuration
from ivrkit.service.tenants import check_tenant


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token, shown once; ``lines`` stand under ``api: tokens:``. It ``replaces`` one when the
    configuration had one of its name: the lines then have the hashes of both."""

    token: str
    lines: str
    replaces: bool


def make_token(
    configuration: Configuration,
    name: str,
    scopes: Collection[TokenScope] = (),
    tenant: str = "",
    lasts: timedelta | None = None,
) -> MadeToken:
    """A token for somebody; one of a name that there is already has its rights if none are given.

    Raises ConfigurationError when it would allow nothing, is the machine's own, or its tenant has
    a name that no tenant can have.
    """
    if name == LOCAL:
        raise ConfigurationError(
            f"{LOCAL} is the token of this machine's own tools",
            hint="replace it with: ivrkit token rotate-local",
        )
    before = next(
        (each for each in configuration.api.configured_tokens() if each.name == name), None
    )
    allowed = frozenset(scopes) or (before.scopes if before else frozenset())
    if not allowed:
        raise ConfigurationError(
            f"a token {name!r} would allow nothing",
            hint=f"give --scope, more than once if need be: {', '.join(TokenScope)}",
        )
    tenant = tenant or (before.tenant if before else "")
    if tenant:
        _check_tenant(tenant)
    token = new_token()
    made = Token(
        name,
        (*(before.hashes if before else ()), digest(token)),
        allowed,
        tenant,
        _end(lasts) or (before.expires if before else None),
    )
    return MadeToken(token, _lines(made), before is not None)


def _check_tenant(name: str) -> None:
    try:
        check_tenant(name)
    except ValueError as error:
        raise ConfigurationError(str(error), hint="give another one with --tenant") from error


def _end(lasts: timedelta | None) -> datetime | None:
    return None if lasts is None else (datetime.now(UTC) + lasts).replace(microsecond=0)


def _lines(token: Token) -> str:
    entry: dict[str, object] = {
        "name": token.name,
        "sha256": list(token.hashes) if len(token.hashes) > 1 else token.hashes[0],
        "scopes": sorted(scope.value for scope in token.scopes),
    }
    if token.tenant:
        entry["tenant"] = token.tenant
    if token.expires is not None:
        entry["expires"] = token.expires.isoformat()
    text = yaml.safe_dump(
        [entry], default_flow_style=None, sort_keys=False, width=1000, allow_unicode=True
    )
    return indent(text, " " * 4)


async def rotate_local(configuration: Configuration) -> bool:
    """Replace the token of this machine's own tools; whether a running engine has done so itself.

    Where none answers the file is replaced, and the next start takes it. Raises
    ConfigurationError, and EngineAway where no engine has ever run.
    """
    try:
        async with ApiClient(configuration) as api:
            await api.post("/v1/tokens/local/rotate")
    except EngineAway:
        if not (configuration.state / LOCAL_FILE).exists():
            raise
        replace_local_token(configuration.state)
        return False
    return True
