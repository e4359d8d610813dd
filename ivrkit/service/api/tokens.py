"""Bearer tokens: who may do what.

A token is at least 32 characters that nobody has thought of, and is kept as its SHA-256 only. A
slow, salted hash is for passwords: it makes guessing dear where there is little to guess. Among
256 random bits there is nothing to guess, nor any table of them, and a slow hash would be paid
with every request.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ivrkit.errors import ConfigurationError

LOG = logging.getLogger(__name__)

SHORTEST = 32
"""Characters of a token, at least: a plain hash gives away what can be guessed."""
LOCAL_FILE = "api-token"
"""In the state folder."""
LOCAL = "local"
"""The name of the token in it."""


class TokenScope(StrEnum):
    """What a token allows."""

    CALLS_READ = "calls:read"
    CALLS_CONTROL = "calls:control"
    HANDOFF_READ = "handoff:read"
    TAIL = "tail"
    METRICS_READ = "metrics:read"
    AUDIT_READ = "audit:read"
    ENGINE_CONTROL = "engine:control"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Token:
    """A token's name (for the audit), hashes and rights.

    It has more than one hash while it is being replaced by a new one. With a ``tenant`` it reaches
    only what belongs to that tenant. ``local`` is that of this machine's own tools.
    """

    name: str
    hashes: tuple[str, ...]
    scopes: frozenset[TokenScope]
    tenant: str = ""
    expires: datetime | None = None
    local: bool = False

    def may_see(self, tenant: str) -> bool:
        """Whether what belongs to this tenant exists for whoever holds the token."""
        return not self.tenant or self.tenant == tenant

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now


class Tokens:
    """The tokens of a site."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._tokens = tuple(tokens)

    def __len__(self) -> int:
        return len(self._tokens)

    def find(self, presented: str) -> Token | None:
        """The token that was presented. Takes as long for a wrong one as for a right one."""
        hashed = digest(presented)
        found = None
        for token in self._tokens:
            for known in token.hashes:
                if hmac.compare_digest(known, hashed):
                    found = token
        return found


def digest(token: str) -> str:
    """The hash of a token as it is kept, hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """A token that nobody has had: 256 random bits, and what it is for whoever finds it."""
    return f"ivrkit_{secrets.token_urlsafe(32)}"


def own_token(token: str) -> Token:
    """That of this machine's own tools, with all rights."""
    return Token(LOCAL, (digest(token),), frozenset(TokenScope), local=True)


def local_token(state: Path) -> str:
    """The token for this machine's own tools: made at the first start, readable by its owner
    only. Raises ConfigurationError."""
    path = state / LOCAL_FILE
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_local_token(state)
        return _write(descriptor)
    except OSError as error:
        raise _not_kept(path, error) from error


def replace_local_token(state: Path) -> str:
    """Another token for this machine's own tools: whoever reads the file finds the one or the
    other, whole. Raises ConfigurationError."""
    path = state / LOCAL_FILE
    draft = path.with_name(f".{LOCAL_FILE}.new")
    try:
        with suppress(FileNotFoundError):
            draft.unlink()
        token = _write(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        draft.replace(path)
    except OSError as error:
        raise _not_kept(path, error) from error
    return token


def _write(descriptor: int) -> str:
    token = new_token()
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{token}\n")
    return token


def _not_kept(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"the API's token cannot be kept in {path}: {error.strerror}",
        hint="check owner and rights of the folder, or name another one under state:",
    )


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
            hint="start `ivrkit serve` once, and run this as the same user",
        ) from error
    if len(token) < SHORTEST:
        raise ConfigurationError(
            f"{path} holds no token", hint="remove the file; the next start makes a new one"
        )
    return token
