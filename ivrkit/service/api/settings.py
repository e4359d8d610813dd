"""The section ``api`` of ``ivrkit.yaml``."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from ivrkit.call.settings import Section
from ivrkit.service.api.tokens import SHORTEST, Token, TokenScope, digest


class TokenSettings(Section):
    """A token of the API: the token itself (from the environment) or its SHA-256."""

    name: str = Field(min_length=1)
    token: SecretStr | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    scopes: frozenset[TokenScope] = Field(min_length=1)
    tenant: str = ""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.token is None) == (self.sha256 is None):
            raise ValueError("give either token or sha256")
        if self.token is not None and len(self.token.get_secret_value()) < SHORTEST:
            raise ValueError(
                f"a token has at least {SHORTEST} characters; make one with: openssl rand -hex 32"
            )
        return self

    def as_token(self) -> Token:
        """What is kept of it: its hash."""
        hashed = self.sha256
        if self.token is not None:
            hashed = digest(self.token.get_secret_value())
        assert hashed is not None
        return Token(self.name, hashed, self.scopes, self.tenant)


class ApiSettings(Section):
    """Where the API listens: on this machine only by default (put a proxy with TLS in front)."""

    host: str = "127.0.0.1"
    port: int = Field(default=8060, ge=0, le=65535)
    tokens: tuple[TokenSettings, ...] = ()
