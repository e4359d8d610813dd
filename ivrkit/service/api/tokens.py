"""Bearer tokens: who may do what. Kept as SHA-256 only, which is enough for 256 random bits."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ivrkit.errors import ConfigurationError

LOG = logging.getLogger(__name__)

SHORTEST = 32
"""Characters of a token, at least: a plain hash gives away what can be guessed."""
LOCAL_FILE = "api-token"
"""In the state folder."""


class TokenScope(StrEnum):
    """What a token allows."""

    CALLS_READ = "calls:read"
    CALLS_CONTROL = "calls:control"
    HANDOFF_READ = "handoff:read"
    TAIL = "tail"
    METRICS_READ = "metrics:read"


@dataclass(frozen=True, slots=True)
class Token:
    """A token's name (for the audit), hash and rights. With a ``tenant`` it reaches only the
    calls of that tenant."""

    name: str
    sha256: str
    scopes: frozenset[TokenScope]
    tenant: str = ""

    def may_see(self, tenant: str) -> bool:
        """Whether calls of this tenant exist for whoever holds the token."""
        return not self.tenant or self.tenant == tenant


class Tokens:
    """The tokens of a site."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._tokens = tuple(tokens)

    def find(self, presented: str) -> Token | None:
        """The token that was presented. Takes as long for a wrong one as for a right one."""
        hashed = digest(presented)
        found = None
        for token in self._tokens:
            if hmac.compare_digest(token.sha256, hashed):
                found = token
        return found


def digest(token: str) -> str:
    """The hash of a token as it is kept, hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def local_token(state: Path) -> str:
    """The token for this machine's own tools, with all rights: made at the first start, readable
    by its owner only. Raises ConfigurationError."""
    path = state / LOCAL_FILE
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_local_token(state)
        token = f"ivrkit_{secrets.token_urlsafe(32)}"
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{token}\n")
    except OSError as error:
        raise ConfigurationError(
            f"the API's token cannot be kept in {path}: {error.strerror}",
            hint="check owner and rights of the folder, or name another one under state:",
        ) from error
    return token


def read_local_token(state: Path) -> str:
    """The token that :func:`local_token` has made. Raises ConfigurationError."""
    path = state / LOCAL_FILE
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            LOG.warning("%s was open to others; its rights are set to 0600", path)
            path.chmod(0o600)
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the API's token cannot be read from {path}: {error}",
            hint="start `ivrkit serve` once, as the same user",
        ) from error
    if len(token) < SHORTEST:
        raise ConfigurationError(
            f"{path} holds no token", hint="remove the file; the next start makes a new one"
        )
    return token
