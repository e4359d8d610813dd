"""Who is let in: known, allowed, and not too often."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from ivrkit.service.api.answers import (
    EXPIRED_TOKEN,
    FORBIDDEN,
    NO_CERTIFICATE,
    NO_TOKEN,
    TOO_MANY,
    UNKNOWN_TOKEN,
    ApiError,
)
from ivrkit.service.api.rates import Rates
from ivrkit.service.api.settings import ApiLimits
from ivrkit.service.api.tokens import Token, Tokens, TokenScope

LOG = logging.getLogger(__name__)


class Access:
    """The tokens and limits of a site, as they are now.

    ``certificates``: clients show a certificate besides their token.
    """

    def __init__(
        self,
        tokens: Tokens,
        limits: ApiLimits | None = None,
        *,
        certificates: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self.renew(tokens, limits or ApiLimits(), certificates=certificates)

    def renew(self, tokens: Tokens, limits: ApiLimits, *, certificates: bool = False) -> None:
        """From now on these."""
        self.tokens = tokens
        self.limits = limits
        self._certificates = certificates
        rate = limits.requests_per_second
        self._requests = Rates(rate, max(1, round(2 * rate)))
        failures = limits.failures_per_minute
        self._failures = Rates(failures / 60, max(1, round(failures)))

    def admit(self, request: web.Request) -> Token:
        """Who asks. Raises ApiError: 401 for who is not known, 429 for who asks too often."""
        try:
            token = self.known(request)
        except ApiError:
            self._count_failure(request)
            raise
        if not token.local and (wait := self._requests.take(token.name)):
            raise ApiError(TOO_MANY, "ask less often", retry_after=wait)
        return token

    def known(self, request: web.Request) -> Token:
        """Whose token a request has. Raises ApiError."""
        scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not presented.strip():
            raise ApiError(NO_TOKEN, "send the header Authorization: Bearer …")
        token = self.tokens.find(presented.strip())
        if self._certificates and not (token and token.local) and not _certificate(request):
            raise ApiError(NO_CERTIFICATE, "api: tls: client_ca: says whose it has to be")
        if token is None:
            raise ApiError(UNKNOWN_TOKEN, "its hash has to stand under api: tokens:")
        if token.has_expired(self._now()):
            raise ApiError(EXPIRED_TOKEN, "make another one: ivrkit token new")
        return token

    def may_still(self, request: web.Request, scope: TokenScope, tenant: str) -> bool:
        """Whether a request that was let in for a tenant would be now."""
        try:
            token = self.known(request)
        except ApiError:
            return False
        return scope in token.scopes and token.tenant == tenant

    def _count_failure(self, request: web.Request) -> None:
        """Those who know a token are never shut out by what others at their address do."""
        address = _neighbourhood(request.remote or "")
        if wait := self._failures.take(address):
            LOG.debug("%s tries tokens too often", address)
            raise ApiError(TOO_MANY, "send a token that is known here", retry_after=wait)
        LOG.info("a request of %s had no token that is known here", address)


def allow(token: Token, scope: TokenScope, *, tenants: bool) -> None:
    """Raises ApiError when a token does not allow what needs a scope, or is not for tenants."""
    if scope not in token.scopes:
        raise ApiError(
            FORBIDDEN,
            f"it needs the scope {scope.value}",
            f"the token {token.name!r} does not allow this",
        )
    if token.tenant and not tenants:
        raise ApiError(
            FORBIDDEN,
            f"ask with a token that belongs to no tenant: {token.name!r} does",
            "this is of all tenants together",
        )


def _certificate(request: web.Request) -> bool:
    transport = request.transport
    return transport is not None and bool(transport.get_extra_info("peercert"))


def _neighbourhood(address: str) -> str:
    """The address, of IPv6 the network: one customer has 2^64 addresses."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))
