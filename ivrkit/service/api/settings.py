"""The section ``api`` of ``ivrkit.yaml``."""

import ipaddress
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BeforeValidator, Field, SecretStr, model_validator

from ivrkit.call.settings import Duration, Section
from ivrkit.service.api.tokens import LOCAL, SHORTEST, Token, TokenScope, digest
from ivrkit.service.tenants import Tenant

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class TokenSettings(Section):
    """A token of the API: the token itself (from the environment), or its SHA-256, or both.
    `sha256` may be a list: the old and the new one, while a token is being replaced. With a
    `tenant` it reaches the calls to numbers of that tenant only. It is refused from `expires` on, a
    time with its zone."""

    name: str = Field(min_length=1)
    token: SecretStr | None = None
    sha256: Annotated[tuple[Sha256, ...], BeforeValidator(_one_or_more)] = ()
    scopes: frozenset[TokenScope] = Field(min_length=1)
    tenant: Tenant = ""
    expires: AwareDatetime | None = None

    @model_validator(mode="after")
    def _there_is_one(self) -> Self:
        if self.token is None and not self.sha256:
            raise ValueError("give its sha256, or token; `ivrkit token new` makes both")
        if self.token is not None and len(self.token.get_secret_value()) < SHORTEST:
            raise ValueError(
                f"a token has at least {SHORTEST} characters; make one with: ivrkit token new"
            )
        if self.name == LOCAL:
            raise ValueError(f"{LOCAL} is the token of this machine's own tools")
        return self

    def as_token(self) -> Token:
        """What is kept of it: its hashes."""
        given = () if self.token is None else (digest(self.token.get_secret_value()),)
        return Token(self.name, (*given, *self.sha256), self.scopes, self.tenant, self.expires)


class TlsSettings(Section):
    """TLS for the API: the files of a certificate (with those between it and its authority, in
    PEM) and of its key, without a password. With `client_ca`, the certificates of an authority,
    clients show a certificate of that authority besides their token; the tools of this machine
    need not. The files are read again with a reload."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


class ApiLimits(Section):
    """What the API lets itself be asked. `requests_per_second` of each token on average, twice as
    many at once; the token of this machine's own tools is not counted. `failures_per_minute` are
    answers to requests without a known token, to each address. `tails` are WebSockets of
    `/v1/tail`, `connections` all connections, at once. A body has at most so many `kilobytes`, and
    a request is answered within `time`, or not."""

    requests_per_second: float = Field(default=100.0, gt=0)
    failures_per_minute: float = Field(default=30.0, gt=0)
    tails: int = Field(default=50, ge=1)
    connections: int = Field(default=500, ge=1)
    kilobytes: int = Field(default=64, ge=1)
    time: Duration = timedelta(seconds=30)


class ApiSettings(Section):
    """Where the API listens: on this machine only by default. Anywhere else it needs `tls`, or
    `plain: true` where somebody else sees to it that nobody listens: a proxy that has TLS, a
    network of containers."""

    host: str = "127.0.0.1"
    port: int = Field(default=8060, ge=0, le=65535)
    tls: TlsSettings | None = None
    plain: bool = False
    limits: ApiLimits = ApiLimits()
    tokens: tuple[TokenSettings, ...] = ()

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.tls is None and not self.plain and not is_loopback(self.host):
            raise ValueError(
                "beyond this machine tokens and callers' data are not sent in the clear: give"
                " tls: {certificate: …, key: …}, or plain: true where a proxy has TLS"
            )
        return self

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        if name := _twice(each.name for each in self.tokens):
            raise ValueError(
                f"two tokens are called {name!r}: the audit could not tell them apart. While a"
                " token is being replaced, sha256: takes the old and the new one"
            )
        if _twice(found for each in self.tokens for found in set(each.as_token().hashes)):
            raise ValueError("two tokens are the same: give everybody one of their own")
        return self

    @property
    def scheme(self) -> str:
        """That of its addresses: http or https."""
        return "http" if self.tls is None else "https"

    def placed(self, folder: Path) -> Self:
        """The same with the paths of its files counted from a folder."""
        if self.tls is None:
            return self
        files = {name: folder / path for name, path in self.tls if path is not None}
        return self.model_copy(update={"tls": self.tls.model_copy(update=files)})

    def configured_tokens(self) -> list[Token]:
        """The tokens of the file."""
        return [each.as_token() for each in self.tokens]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _twice(names: Iterable[str]) -> str:
    """The first that is there more than once; empty when there is none."""
    return next((name for name, count in Counter(names).items() if count > 1), "")
