"""Sealing of what is secret in a capture: AES-GCM under a key from outside the store."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivrkit.errors import ConfigurationError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = b"\x01"


class Sealer:
    """Seals under a key of 32 bytes; without a key nothing is sealed, and so nothing is stored.

    What is sealed is bound to its context (the id of the call): taken to another call it does
    not open. Every context has a key of its own, derived by HMAC-SHA-256, so that the number of
    random nonces under one key (NIST SP 800-38D: at most 2^32) is that of one call's captures.
    """

    def __init__(self, key: bytes | None = None) -> None:
        if key is not None and len(key) != KEY_BYTES:
            raise ConfigurationError(
                f"the key of the store has {len(key)} bytes instead of {KEY_BYTES}",
                hint="make one with: openssl rand -base64 32",
            )
        self._key = key

    @property
    def has_key(self) -> bool:
        """False when secrets are not stored at all."""
        return self._key is not None

    def seal(self, plain: bytes, context: str) -> bytes | None:
        """The sealed bytes, or None without a key."""
        if self._key is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        return _FORM + nonce + self._cipher(self._key, context).encrypt(nonce, plain, _FORM)

    def unseal(self, sealed: bytes, context: str) -> bytes | None:
        """What was sealed, or None when it is lost: no key, another key, another context."""
        if self._key is None or sealed[:1] != _FORM:
            return None
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher(self._key, context).decrypt(nonce, body, _FORM)
        except (InvalidTag, ValueError):
            return None

    @staticmethod
    def _cipher(key: bytes, context: str) -> AESGCM:
        return AESGCM(hmac.digest(key, b"ivrkit capture\0" + context.encode(), "sha256"))


def read_key(
    *,
    environment: Mapping[str, str] | None = None,
    variable: str = "IVRKIT_STORE_KEY",
    file: Path | None = None,
) -> bytes | None:
    """The key from a file, else from the environment, else None. Base64 or hexadecimal.

    Raises ConfigurationError when there is something that is no key of 32 bytes.
    """
    if file is not None:
        try:
            return decode_key(file.read_text("ascii"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"the key of the store cannot be read from {file}: {error}",
                hint="make one with: openssl rand -base64 32",
            ) from error
    text = (os.environ if environment is None else environment).get(variable)
    return decode_key(text, f"the variable {variable}") if text else None


def decode_key(text: str, place: str) -> bytes:
    """A key of 32 bytes as base64 or hexadecimal. Raises ConfigurationError, which names the
    place and never shows the text."""
    text = text.strip()
    try:
        is_hex = len(text) == 2 * KEY_BYTES
        key = bytes.fromhex(text) if is_hex else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{place} holds no key of {KEY_BYTES} bytes in base64 or hexadecimal",
            hint="make one with: openssl rand -base64 32",
        )
    return key
