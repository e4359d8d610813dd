"""Searching for secrets that were planted: in files, in answers of the API, in every way in which
digits may be written."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import aiohttp

from ivrkit.service.api.routes import routes
from ivrkit.store import Sealer

_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def written(secret: str) -> Iterator[bytes]:
    """The ways in which digits may be written."""
    plain = secret.encode()
    yield plain
    yield plain.hex().encode()
    yield secret.encode("utf-16-le")
    yield plain[::-1]
    yield int(secret).to_bytes(8, "big")
    yield int(secret).to_bytes(8, "little")
    for between in (" ", ", ", ",", '","', '", "', "','", "-", "\n", " digit:"):
        yield between.join(secret).encode()
    yield " ".join(_WORDS[int(digit)] for digit in secret).encode()
    for before in range(3):  # base64 of it, wherever in a longer text it stands
        whole = base64.b64encode(b"\0" * before + plain)
        yield whole[4 if before else 0 : -4]


def searched(name: str, content: bytes, secrets: Iterable[str]) -> list[str]:
    """Where planted secrets are."""
    return [
        f"{secret} as {form!r} in {name}"
        for secret in secrets
        for form in written(secret)
        if form in content
    ]


def sealed_under(key: bytes) -> bytes:
    """With what every text begins that is sealed in a capture under a key: its id in base64."""
    sealed = Sealer(key).seal(b"", "")
    assert sealed is not None
    return base64.b64encode(sealed[:6])


def files(*folders: Path, but: Path) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(but):
                yield path


async def answers(state: Path, call: str, port: int) -> dict[str, bytes]:
    """Every answer that the API gives to a question."""
    token = (state / "api-token").read_text().strip()
    found = {}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        for route in routes():
            if route.method == "GET" and route.status == 200:
                path = route.path.replace("{id}", call)
                async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                    found[f"GET {path}"] = await answer.read()
    return found
