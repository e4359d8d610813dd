"""How Asterisk gets at the files: from a folder it shares with us, or over HTTP.

Both name a file as ARI's ``media`` wants it (``sound:…``).
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from aiohttp import web

from ivrkit.call.prompt import Media
from ivrkit.errors import PromptError
from ivrkit.prompts import cache, own, recordings

SHARED = (cache.FOLDER, recordings.FOLDER, own.FOLDER)
"""The folders of the cache from which files are served."""
_PART = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
_NAME = re.compile(rf"(?:{'|'.join(SHARED)})(?:/{_PART})+\.wav")


class Delivery(Protocol):
    """Names a file for Asterisk."""

    def uri(self, media: Media) -> str:
        """The ``sound:`` URI of a file. Raises PromptError for one that is not in the cache."""


class FolderDelivery:
    """Asterisk reads the cache itself. ``seen_as`` is the folder's path as Asterisk sees it,
    where that differs (a jail, a container, a mount)."""

    def __init__(self, folder: Path, seen_as: str | None = None) -> None:
        self._folder = folder.absolute()
        self._seen_as = (seen_as or str(self._folder)).rstrip("/")

    def uri(self, media: Media) -> str:
        """The file's path without its extension, so that Asterisk chooses the format."""
        return f"sound:{self._seen_as}/{_inside(self._folder, media.path)[:-4]}"


class HttpDelivery:
    """A remote Asterisk fetches the files. Each URL is signed (HMAC-SHA256 over expiry and name)
    and expires.

    Expiry times are rounded up to a whole ``lifetime``, so that a file keeps its URL for a while
    and Asterisk's own media cache, which goes by the URL, is of use. Signature and expiry stand
    in the path, because Asterisk takes the format from the end of the URL.
    """

    def __init__(
        self,
        folder: Path,
        base_url: str,
        key: bytes,
        *,
        lifetime: float = 3600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if len(key) < 16:
            raise ValueError("the key that signs URLs has 16 bytes at least")
        self._folder = folder.absolute()
        self._base = base_url.rstrip("/")
        self._key = key
        self._lifetime = lifetime
        self._clock = clock

    def uri(self, media: Media) -> str:
        """A URL that works for one to two lifetimes."""
        name = _inside(self._folder, media.path)
        expiry = int((math.floor(self._clock() / self._lifetime) + 2) * self._lifetime)
        return f"sound:{self._base}/{expiry}-{self._signature(expiry, name)}/{name}"

    def routes(self, path: str = "/media") -> list[web.RouteDef]:
        """The route that serves the files, for an aiohttp application at ``base_url``."""
        return [web.get(rf"{path}/{{expiry:\d+}}-{{signature:[0-9a-f]+}}/{{name:.+}}", self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file; 403 unless the URL is ours and not too old, 404 if it has gone."""
        name, expiry = request.match_info["name"], int(request.match_info["expiry"])
        expected = self._signature(expiry, name)
        ours = hmac.compare_digest(expected, request.match_info["signature"])
        if not ours or expiry < self._clock() or not _NAME.fullmatch(name):
            raise web.HTTPForbidden(text="this address is not valid, or not any more")
        path = self._folder / name
        if not path.is_file():
            raise web.HTTPNotFound(text="this sound is no longer there")
        lasting = not name.startswith(f"{own.FOLDER}/")
        return web.FileResponse(
            path,
            headers={
                "Content-Type": "audio/wav",
                "Cache-Control": f"max-age={int(self._lifetime)}" if lasting else "no-store",
            },
        )

    def _signature(self, expiry: int, name: str) -> str:
        signed = f"{expiry}\n{name}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


@lru_cache(maxsize=4096)  # paths are slow, and most prompts are said again and again
def _inside(folder: Path, path: Path) -> str:
    """The file's path inside the cache. Raises PromptError for any other file."""
    try:
        name = path.absolute().relative_to(folder).as_posix()
    except ValueError:
        name = ""
    if not _NAME.fullmatch(name):
        raise PromptError(
            f"{path} cannot be played: it is not in the prompt cache",
            hint=f"recordings are copied there from prompts.folder; the cache is {folder}",
        )
    return name
