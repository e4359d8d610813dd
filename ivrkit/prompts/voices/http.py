"""A voice over HTTP: whatever service takes a text in one request and answers with its sound."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import io
import json
import os
import ssl
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import aiohttp
import soundfile
from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator
from yarl import URL

from ivrkit.call.locale import wider
from ivrkit.errors import ConfigurationError, ExpressionError, PromptError, ValueRejected
from ivrkit.expressions.expression import Template
from ivrkit.expressions.pointers import check_pointer, pointed
from ivrkit.prompts import audio
from ivrkit.prompts.formats import HEADERLESS
from ivrkit.prompts.markup import inside
from ivrkit.prompts.voice import LONGEST_TEXT, CannotSpeak, Voice, VoiceSettings
from ivrkit.prompts.voice_request import Said, VoiceBody, encoded, in_path, template, used

LONGEST_WAIT: Final = 55.0
"""Seconds for one text; callers are not made to wait for as long."""
PIECE: Final = 64 * 1024
_NO_SOUND: Final = ("text/", "application/json", "application/xml", "application/xhtml")
_SOUNDS: Final = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3")
"""How sound files begin."""
_RAW: Final = tuple(sorted(name.removeprefix(".") for name in HEADERLESS))
_MEANINGS: Final = {
    401: "it does not accept our key",
    403: "it does not allow this with our key",
    404: "there is nothing at this address",
    429: "it was asked too often",
}


class HttpVoiceSettings(VoiceSettings):
    """A service that speaks, in a cloud or of your own. ``url``, ``query`` and ``body`` may hold
    ``{{ text }}`` and its like, ``headers`` and they ``${NAME}``: keys come from the environment
    and are never shown. The answer is a sound file (``.wav``, ``.mp3``, ``.ogg``, ``.flac``), or
    ``raw`` samples (``sln24`` are 24 000 a second of 16 bits, ``ulaw``, ``alaw`` …), as it is or,
    with ``pointer`` (`/audioContent`), as base64 in a field of JSON; of more than ``megabytes``
    nothing is read. ``languages`` are those that it is asked for, if not all. ``at_once`` is how
    many requests there are at a time; ``ca`` a PEM file of the authorities that are trusted
    instead of this machine's. Redirects are not followed. Where there is a list of voices, a
    caller waits for this one no longer than ``timeout``."""

    engine: str = "http"
    url: str
    method: Literal["POST", "GET", "PUT"] = "POST"
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    query: dict[str, SecretStr] = Field(default_factory=dict)
    body: VoiceBody | None = None
    raw: str = ""
    pointer: str = ""
    languages: tuple[str, ...] = ()
    megabytes: float = Field(default=10.0, gt=0, le=100)
    at_once: int = Field(default=8, ge=1, le=100)
    ca: Path | None = None
    _url: Template = PrivateAttr()
    _query: dict[str, Template] = PrivateAttr()

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        shown = urlsplit(template(value).source)
        if shown.scheme not in ("http", "https") or not shown.hostname or "{" in shown.netloc:
            raise ValueError("an address begins with https:// (or http://) and a host")
        if shown.username is not None or shown.password is not None or shown.query:
            raise ValueError("keys do not stand in the address: write headers: or query:")
        return value

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in headers.items():
            if not name or not name.replace("-", "").replace("_", "").isalnum():
                raise ValueError(f"'{name}' is no name of a header")
            if any(not " " <= each <= "~" for each in value.get_secret_value()):
                raise ValueError(f"the header {name} holds a character that no header can have")
        return headers

    @field_validator("raw")
    @classmethod
    def _is_raw(cls, value: str) -> str:
        if value and value not in _RAW:
            raise ValueError(f"there are {', '.join(_RAW)}")
        return value

    @field_validator("pointer")
    @classmethod
    def _is_pointer(cls, value: str) -> str:
        try:
            check_pointer(value)
        except ValueRejected as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self._url = template(self.url)
        self._query = {name: template(each.get_secret_value()) for name, each in self.query.items()}
        if not {"text", "ssml"} & self.names:
            raise ValueError("nothing that is sent holds {{ text }} or {{ ssml }}")
        if "voice" in self.names and self.voice is None:
            raise ValueError("{{ voice }} is sent: say which `voice`")
        return self

    @property
    def names(self) -> frozenset[str]:
        """What of a text is sent."""
        found = used(self._url).union(*map(used, self._query.values()))
        return found if self.body is None else found | self.body.filled.names

    def placed(self, folder: Path) -> Self:
        return self if self.ca is None else self.model_copy(update={"ca": folder / self.ca})

    def address(self, said: Said) -> URL:
        """Where the request goes. Raises ExpressionError."""
        scope = said.scope
        query = encoded(self._query, scope)
        return URL(in_path(self._url, scope) + (f"?{query}" if query else ""), encoded=True)


class HttpVoice(Voice[HttpVoiceSettings]):
    """The voice engine ``http``."""

    name = "http"
    settings_model = HttpVoiceSettings

    def __init__(self, settings: HttpVoiceSettings) -> None:
        super().__init__(settings)
        self.knows_markup = "ssml" in settings.names
        self._session: aiohttp.ClientSession | None = None

    @property
    def title(self) -> str:
        return f"http {urlsplit(self.settings.url).hostname}"

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        marked = escape(text)
        if "speed" not in self.settings.names and speed != 1:
            marked = f'<prosody rate="{round(100 * speed)}%">{marked}</prosody>'
        return await self._spoken(Said(text, marked, language, voice, speed))

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        marked = inside(ssml)
        if "speed" not in self.settings.names and speed != 1:
            marked = f'<prosody rate="{round(100 * speed)}%">{marked}</prosody>'
        text = " ".join("".join(ElementTree.fromstring(ssml).itertext()).split())  # noqa: S314
        return await self._spoken(Said(text, marked, language, voice, speed))

    async def version(self) -> str:
        """A digest of what is asked of whom; keys do not count."""
        settings = self.settings
        body = None if settings.body is None else settings.body.model_dump(by_alias=True)
        revealed = json.dumps(body, default=lambda secret: secret.get_secret_value())
        query = {name: each.get_secret_value() for name, each in settings.query.items()}
        parts = (settings.url, settings.method, revealed, repr(query), settings.raw)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    async def voices(self, language: str) -> Collection[str]:
        named = self.settings.voice
        return [named] if named is not None and self._speaks(language) else []

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    # ---- inside --------------------------------------------------------------------------------

    def _speaks(self, language: str) -> bool:
        languages = [each.lower() for each in self.settings.languages]
        return not languages or any(tag in languages for tag in wider(language.lower()))

    async def _spoken(self, said: Said) -> bytes:
        settings = self.settings
        if not self._speaks(said.language):
            raise CannotSpeak(f"it is not asked for '{said.language}'")
        if len(said.text) > LONGEST_TEXT:
            raise CannotSpeak(
                f"a text of {len(said.text)} characters is too long to be spoken",
                hint="split it into several parts",
            )
        try:
            address = settings.address(said)
            body = None if settings.body is None else settings.body.filled.of(said)
        except (ExpressionError, ValueError) as error:
            raise CannotSpeak(f"nothing was asked: {_message(error)}") from None
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                answer = await self._asked(address, body)
        except TimeoutError:
            raise PromptError(f"it gave no answer in {LONGEST_WAIT:g} s") from None
        except aiohttp.ClientConnectorCertificateError:
            raise PromptError(
                "its certificate is not accepted", hint="ca names the authority that has signed it"
            ) from None
        except aiohttp.ClientConnectorError as error:
            raise PromptError(f"it cannot be reached: {_why(error.os_error)}") from None
        except (aiohttp.ClientError, OSError):
            raise PromptError("the connection to it broke off") from None
        return await asyncio.to_thread(partial(_sound, answer, settings.pointer, settings.raw))

    async def _asked(self, address: URL, body: bytes | None) -> bytes:
        """What it answers. None of it is ever quoted: it may repeat what was to be said."""
        settings = self.settings
        headers = {} if settings.body is None else {"content-type": settings.body.filled.media_type}
        headers |= {
            name.lower(): each.get_secret_value() for name, each in settings.headers.items()
        }
        async with self._opened().request(
            settings.method, address, data=body, headers=headers, allow_redirects=False
        ) as response:
            _check_status(response.status)
            answer = await self._read(response)
        if not settings.pointer:
            _check_kind(response.content_type, answer)
        return answer

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        most = round(self.settings.megabytes * 1_000_000)
        read = bytearray()
        async for piece in response.content.iter_chunked(PIECE):
            read += piece
            if len(read) > most:
                response.close()
                raise PromptError(
                    f"its answer is larger than {self.settings.megabytes:g} MB",
                    hint="megabytes allows more",
                )
        return bytes(read)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls(), limit=self.settings.at_once),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"user-agent": "ivrkit"},
                timeout=aiohttp.ClientTimeout(total=LONGEST_WAIT),
            )
        return self._session

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.settings.ca)
        except (OSError, ssl.SSLError):
            raise ConfigurationError(
                f"the certificates in {self.settings.ca} cannot be read",
                hint="ca is a PEM file with the authorities that are trusted",
            ) from None


def _check_status(status: int) -> None:
    """Whether an answer can be a sound. Raises PromptError."""
    if 300 <= status < 400:
        raise PromptError(
            f"it answered {status}: it sends us elsewhere",
            hint="redirects are not followed: write the address itself under url",
        )
    if status != 200:
        why = _MEANINGS.get(status, "it is in trouble" if status >= 500 else "it refuses this")
        raise PromptError(f"it answered {status}: {why}")


def _check_kind(kind: str, answer: bytes) -> None:
    """A page is no sound; but some services call a sound a page. Raises PromptError."""
    if kind.startswith(_NO_SOUND) and not answer.startswith(_SOUNDS):
        raise PromptError(
            f"it answered with {kind}, which is no sound",
            hint="see url, and pointer for sound inside of JSON",
        )


def _sound(answer: bytes, pointer: str, raw: str) -> bytes:
    """The sound in an answer. Raises PromptError. Blocks."""
    if pointer:
        answer = _pointed(answer, pointer)
    if not answer:
        raise PromptError("its answer is empty")
    if not raw or answer.startswith(b"RIFF"):
        return answer
    samples, rate = audio.read(answer, f".{raw}")
    target = io.BytesIO()
    soundfile.write(target, samples, rate, format="WAV", subtype="PCM_16")
    return target.getvalue()


def _pointed(answer: bytes, pointer: str) -> bytes:
    try:
        found: Any = pointed(json.loads(answer), pointer)
    except (ValueError, RecursionError):
        raise PromptError("its answer is no JSON", hint="pointer is for sound in JSON") from None
    if not isinstance(found, str):
        raise PromptError(f"its answer has no text at {pointer}")
    try:
        return base64.b64decode(found, validate=True)
    except binascii.Error:
        raise PromptError(f"what its answer has at {pointer} is no base64") from None


def _message(error: Exception) -> str:
    return error.message if isinstance(error, ExpressionError) else "its address is no address"


def _why(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else type(error).__name__
