"""The last line of defence: secrets that have come into a line of the log all the same.

No message should hold one, and connectors clean theirs. But a traceback quotes what other people's
code says, so that every finished line is looked through: for the secrets of the configuration in
all the ways in which they may be written, and for what looks like one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from ivrkit.expressions.secrets import MASK

SHORTEST: Final = 6
"""Characters of a secret that is hidden wherever it stands; a shorter one is in any text."""
_NAMED: Final = re.compile(r"(?i)(pass(word|wd|phrase)?|pwd|secret|token|api_?key|_key)$")
"""Names of variables of the environment that hold a secret."""
_FOLDERS: Final = frozenset({"PWD", "OLDPWD"})
"""The shell's own, which only look like one."""

_LOOKS_LIKE_ONE: Final = re.compile(
    r"""
      (?P<url> \b[a-z][a-z0-9+.-]{1,20}://[^\s/@:'"]{0,256}:) [^\s/@'"]{1,256} (?=@)
    | (?P<field>
        (?: \b(?:proxy-)?authorization | \b(?:x-)?api[_-]?key
          | \b(?:password|passwd|passphrase|pwd|secret|client_secret|access_token|refresh_token)
          | \btoken
        )
        \\?['"]?\s{0,4}[:=]\s{0,4}\\?['"]? (?:(?:bearer|basic|digest)\s{1,4})?
      ) [^\s'";,&\\}\)\]]{1,4096}
    | (?P<scheme> \b(?:bearer|basic)\s{1,4}) [a-z0-9._~+/=-]{6,4096}
    | (?P<own> \bivrkit_) [a-z0-9_-]{32,}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _masked(found: re.Match[str]) -> str:
    kept = found["url"] or found["field"] or found["scheme"] or found["own"]
    return f"{kept}{MASK}"


class Mask:
    """Hides secrets in texts."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these from now on, however they are written."""
        for secret in secrets:
            for text in {secret, *map(str.strip, secret.splitlines())}:
                self._known.update(_written(text))
        longest_first = sorted(self._known, key=len, reverse=True)
        if longest_first:
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def of(self, text: str) -> str:
        """The text without them, and without what looks like one."""
        if self._pattern is not None:
            text = self._pattern.sub(MASK, text)
        return _LOOKS_LIKE_ONE.sub(_masked, text)


def _written(secret: str) -> Iterator[str]:
    """The ways in which a secret may stand in a line."""
    if len(secret) < SHORTEST:
        return
    yield secret
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield json.dumps(escaped, ensure_ascii=ascii_only)[1:-1]
    yield repr(secret)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield base64.b64encode(secret.encode()).decode().rstrip("=")


def named_secrets(environment: Mapping[str, str]) -> Iterator[str]:
    """What stands in variables whose name says that it is a secret."""
    for name, text in environment.items():
        if _NAMED.search(name) and name not in _FOLDERS:
            yield text


MASKING: Final = Mask()
"""That of this process: there is one log."""


def hide(secrets: Iterable[str]) -> None:
    """Let these stand in no line of the log."""
    MASKING.add(secrets)
