"""Sealing of what is secret in a capture: AES-GCM under keys from outside the store.

A key is replaced by putting a new one in front of it: what is sealed from then on is sealed under
the new one, and what was sealed before is opened with the old one, which goes when nothing needs
it any more.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivrkit.errors import ConfigurationError

LOG = logging.getLogger(__name__)

KEY_BYTES = 32
MAKE = "make one with: openssl rand -base64 32"
PUT_BACK = (
    "put its copy back; make a new one (openssl rand -base64 32) only if there never was one: "
    "what is sealed in the store cannot be opened with a new one"
)
_NONCE_BYTES = 12
_NAMELESS = b"\x01"
"""What begins so was sealed by an earlier release, which did not write down under which key."""
_NAMED = b"\x02"
"""What begins so goes on with the id of its key."""
_ID_BYTES = 5
"""With the form before it this is a whole number of groups of base64."""
_HEAD = len(_NAMED) + _ID_BYTES


class Sealer:
    """Seals under a key of 32 bytes; without a key nothing is sealed, and so nothing is stored.

    ``old`` are keys from before, which only open. What is sealed is bound to its context (the id
    of the call): taken to another call it does not open. Every context has a key of its own,
    derived by HMAC-SHA-256, so that the number of random nonces under one key (NIST SP 800-38D: at
    most 2^32) is that of one call's captures. What is sealed begins with the id of its key, so
    that a key which is missing is told from what is damaged.

    Raises ConfigurationError for a key of another length.
    """

    def __init__(self, key: bytes | None = None, old: Sequence[bytes] = ()) -> None:
        keys = [] if key is None else [key, *old]
        for each in keys:
            if len(each) != KEY_BYTES:
                raise ConfigurationError(
                    f"the key of the store has {len(each)} bytes instead of {KEY_BYTES}", hint=MAKE
                )
        self._key = key
        self._keys = {_head(each): each for each in keys}
        self._newest = b"" if key is None else _head(key)
        self._told: set[str] = set()

    @property
    def has_key(self) -> bool:
        """False when secrets are not stored at all."""
        return self._key is not None

    @property
    def old_keys(self) -> tuple[str, ...]:
        """The ids of the keys that only open."""
        return tuple(_shown(each) for each in self._keys if each != self._newest)

    def seal(self, plain: bytes, context: str) -> bytes | None:
        """The sealed bytes, or None without a key."""
        if self._key is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        cipher = _cipher(self._key, context)
        return self._newest + nonce + cipher.encrypt(nonce, plain, self._newest)

    def unseal(self, sealed: bytes, context: str) -> bytes | None:
        """What was sealed, or None when it is lost: no key, another key, another context. Which of
        these it is stands in the log."""
        if not self._keys:
            return None
        if sealed[:1] == _NAMELESS:
            body = sealed[len(_NAMELESS) :]
            found = (_opened(key, context, body, _NAMELESS) for key in self._keys.values())
            return next((each for each in found if each is not None), None)
        head = sealed[:_HEAD]
        key = self._keys.get(head)
        if key is None:
            self._tell_missing(head)
            return None
        plain = _opened(key, context, sealed[_HEAD:], head)
        if plain is None:
            LOG.warning("what was sealed for %s is damaged, or was sealed for another", context)
        return plain

    def is_newest(self, sealed: bytes) -> bool:
        """Whether it was sealed under the key that seals now."""
        return bool(self._newest) and sealed.startswith(self._newest)

    def needed(self, texts: bytes) -> set[str]:
        """The ids of old keys under which something in these texts was sealed, which is in them as
        base64: how captures hold it."""
        old = (each for each in self._keys if each != self._newest)
        return {_shown(head) for head in old if base64.b64encode(head) in texts}

    def _tell_missing(self, head: bytes) -> None:
        name = key_id(head)
        if name not in self._told:
            self._told.add(name)
            LOG.warning(
                "something in the store was sealed under a key that is not here%s: put the key of "
                "before behind the new one",
                f" ({name})" if name else "",
            )


def key_id(sealed: bytes) -> str:
    """The id of the key under which something was sealed; empty where it does not say."""
    head = sealed[:_HEAD]
    return _shown(head) if len(head) == _HEAD and head.startswith(_NAMED) else ""


def _head(key: bytes) -> bytes:
    return _NAMED + hmac.digest(key, b"ivrkit key id", "sha256")[:_ID_BYTES]


def _shown(head: bytes) -> str:
    return head[len(_NAMED) :].hex()


def _cipher(key: bytes, context: str) -> AESGCM:
    return AESGCM(hmac.digest(key, b"ivrkit capture\0" + context.encode(), "sha256"))


def _opened(key: bytes, context: str, body: bytes, head: bytes) -> bytes | None:
    nonce, rest = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    try:
        return _cipher(key, context).decrypt(nonce, rest, head)
    except (InvalidTag, ValueError):
        return None


def read_keys(
    *,
    environment: Mapping[str, str] | None = None,
    variable: str = "IVRKIT_STORE_KEY",
    file: Path | None = None,
) -> tuple[bytes, ...]:
    """The keys from a file, else from the environment, the newest first; none: there is none.
    Base64 or hexadecimal, with blanks or line ends between them.

    Raises ConfigurationError when there is something that is no key of 32 bytes.
    """
    if file is not None:
        try:
            return decode_keys(file.read_text("ascii"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            rights = isinstance(error, PermissionError)
            raise ConfigurationError(
                f"the key of the store cannot be read from {file}: {error}",
                hint="check its owner and rights" if rights else PUT_BACK,
            ) from error
    text = (os.environ if environment is None else environment).get(variable)
    return decode_keys(text, f"the variable {variable}") if text else ()


def decode_keys(text: str, place: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes as base64 or hexadecimal, at least one. Raises ConfigurationError, which
    names the place and never shows the text."""
    # An empty file is a mistake, not a store without a key.
    return tuple(_decoded(each, place) for each in text.split() or [""])


def _decoded(text: str, place: str) -> bytes:
    try:
        is_hex = len(text) == 2 * KEY_BYTES
        key = bytes.fromhex(text) if is_hex else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{place} holds no key of {KEY_BYTES} bytes in base64 or hexadecimal", hint=PUT_BACK
        )
    return key
