"""A service of our own answers as services do: well, late, never, and with refusals."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import numpy as np
import pytest
import soundfile
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.voice import CannotSpeak
from ivrkit.prompts.voices import http
from ivrkit.prompts.voices.http import HttpVoice, HttpVoiceSettings

TONE = (0.5 * np.sin(2 * np.pi * 300 * np.arange(24000) / 24000)).astype(np.float32)
"""One second at 24 000 samples."""
OPENAI = (
    '{"model": "tts-1", "input": "{{ text }}", "voice": "{{ voice }}", "speed": "{{ speed }}",'
    ' "response_format": "wav"}'
)
AZURE = (
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{{ language }}">'
    '<voice name="{{ voice }}"><prosody rate="{{ speed }}">{{ ssml }}</prosody></voice></speak>'
)
GOOGLE = (
    '{"input": {"ssml": "<speak>{{ ssml }}</speak>"},'
    ' "voice": {"languageCode": "{{ language }}", "name": "{{ voice }}"},'
    ' "audioConfig": {"audioEncoding": "LINEAR16", "speakingRate": "{{ speed }}"}}'
)
PLAIN = {"body": {"text": "{{ text }}"}}
KEY = "key-that-nobody-sees"
HARD = 'Say "hi" \\ & <go>\n{{ voice }} ${KEY} ä 你好'


def sound(form: str = "WAV") -> bytes:
    target = io.BytesIO()
    soundfile.write(target, TONE, 24000, format=form)
    return target.getvalue()


class Service:
    """What it answers with, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Callable[[], Awaitable[web.StreamResponse]] = self.well
        self.url = ""

    async def well(self) -> web.StreamResponse:
        return web.Response(body=sound(), content_type="audio/wav")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = (request.method, str(request.rel_url), headers, await request.read())
        self.asked.append(asked)
        return await self.answer()

    def answers(self, response: Callable[[], web.StreamResponse]) -> None:
        async def answer() -> web.StreamResponse:
            return response()

        self.answer = answer

    @property
    def body(self) -> Any:
        return self.asked[-1][3]


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", made.handle)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/speak"))
    yield made
    await server.close()


@pytest.fixture
async def voice(service: Service) -> AsyncIterator[Callable[..., HttpVoice]]:
    made: list[HttpVoice] = []

    def make(**settings: Any) -> HttpVoice:
        made.append(HttpVoice(HttpVoiceSettings.model_validate({"url": service.url, **settings})))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def test_openais_form(service: Service, voice: Callable[..., HttpVoice]) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    speaks = voice(body={"json": OPENAI}, voice="alloy", headers=key)
    samples, rate = audio.read(await speaks.speak(HARD, "en", "nova", 1.25))
    assert (len(samples), rate) == (24000, 24000)
    method, path, headers, body = service.asked[0]
    assert (method, path) == ("POST", "/speak")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "model": "tts-1",
        "input": HARD,
        "voice": "nova",
        "speed": 1.25,
        "response_format": "wav",
    }


async def test_azures_form(service: Service, voice: Callable[..., HttpVoice]) -> None:
    speaks = voice(
        body={"xml": AZURE},
        voice="x",
        raw="ulaw",
        headers={"X-Microsoft-OutputFormat": "raw-8khz-8bit-mono-mulaw"},
    )
    service.answers(lambda: web.Response(body=b"\xff\x00" * 4000, content_type="audio/basic"))
    samples, rate = audio.read(await speaks.speak('<b> & "c"', "en-US", "en'US", 0.8))
    assert (len(samples), rate) == (8000, 8000)
    assert '&lt;b&gt; &amp; "c"' in service.body.decode()
    assert 'name="en&apos;US"><prosody rate="0.8">' in service.body.decode()
    assert speaks.knows_markup
    await speaks.speak_markup('<speak>One <break time="1s"/> two</speak>', "en", "v", 1.0)
    assert 'rate="1.0">One <break time="1s"/> two</prosody>' in service.body.decode()


async def test_googles_form(service: Service, voice: Callable[..., HttpVoice]) -> None:
    found = {"audioContent": base64.b64encode(sound()).decode()}
    service.answers(lambda: web.json_response(found))
    speaks = voice(
        body={"json": GOOGLE},
        voice="de-DE-A",
        query={"key": KEY},
        pointer="/audioContent",
    )
    assert (await speaks.speak("Ja & nein", "de-DE", "de-DE-A", 1.0)).startswith(b"RIFF")
    assert service.asked[0][1] == f"/speak?key={KEY}"
    sent = json.loads(service.body)
    assert sent["input"] == {"ssml": "<speak>Ja &amp; nein</speak>"}
    assert sent["audioConfig"]["speakingRate"] == 1


async def test_a_service_of_ones_own_by_get(
    service: Service, voice: Callable[..., HttpVoice]
) -> None:
    speaks = voice(
        url=f"{service.url}/{{{{ voice }}}}",
        method="GET",
        voice="a",
        query={"text": "{{ text }}", "slow": "{{ 1 / speed }}"},
    )
    await speaks.speak("a/b? c&d", "en", "../x?y", 2.0)
    assert service.asked[0][:2] == ("GET", "/speak/..%2Fx%3Fy?text=a%2Fb%3F+c%26d&slow=0.5")


async def test_a_form(service: Service, voice: Callable[..., HttpVoice]) -> None:
    await voice(body={"form": {"t": "{{ text }}", "l": "{{ language }}"}}).speak(
        "a&b", "en", None, 1
    )
    assert service.body == b"t=a%26b&l=en"
    assert service.asked[0][2]["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
async def test_sound_files_of_usual_forms(
    service: Service, voice: Callable[..., HttpVoice], form: str
) -> None:
    service.answers(lambda: web.Response(body=sound(form)))
    samples, rate = audio.read(await voice(**PLAIN).speak("x", "en", None, 1.0))
    assert len(samples) / rate == pytest.approx(1, abs=0.1)


async def test_a_sound_that_is_called_a_page(
    service: Service, voice: Callable[..., HttpVoice]
) -> None:
    service.answers(lambda: web.Response(body=sound(), content_type="text/html"))  # Piper's server
    assert (await voice(**PLAIN).speak("x", "en", None, 1.0)).startswith(b"RIFF")


async def test_raw_samples(service: Service, voice: Callable[..., HttpVoice]) -> None:
    raw = (TONE * 32767).astype("<i2").tobytes()
    service.answers(lambda: web.Response(body=raw, content_type="audio/pcm"))
    heard, rate = audio.read(await voice(**PLAIN, raw="sln24").speak("x", "en", None, 1.0))
    assert rate == 24000
    assert np.allclose(heard, TONE, atol=0.001)


async def test_marks_make_the_speed_where_nothing_else_does(
    service: Service, voice: Callable[..., HttpVoice]
) -> None:
    await voice(body={"xml": "<speak>{{ ssml }}</speak>"}).speak("a<b", "en", None, 1.5)
    assert service.body == b'<speak><prosody rate="150%">a&lt;b</prosody></speak>'


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: web.Response(status=401, text=KEY), "answered 401: it does not accept our key"),
        (lambda: web.Response(status=429), "answered 429: it was asked too often"),
        (lambda: web.Response(status=503), "answered 503: it is in trouble"),
        (lambda: web.Response(status=400, text="Ann Lee"), "answered 400: it refuses this"),
        (lambda: web.Response(text="<html>"), "answered with text/plain, which is no sound"),
        (lambda: web.json_response({"error": 1}), "application/json, which is no sound.*pointer"),
        (lambda: web.Response(body=b""), "its answer is empty"),
        (lambda: web.Response(status=302, headers={"location": "/"}), "sends us elsewhere"),
        (lambda: web.Response(body=bytes(300_000)), "larger than 0.2 MB"),
    ],
)
async def test_what_is_no_sound_is_told_without_its_text(
    service: Service,
    voice: Callable[..., HttpVoice],
    answer: Callable[[], web.StreamResponse],
    reason: str,
) -> None:
    service.answers(answer)
    with pytest.raises(PromptError, match=reason) as caught:
        await voice(**PLAIN, megabytes=0.2).speak("x", "en", None, 1.0)
    assert KEY not in str(caught.value)
    assert "Ann" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"rubbish", "is no JSON"),
        (b'{"sound": 1}', "has no text at /sound"),
        (b'{"sound": "not base64!"}', "is no base64"),
        (b"[" * 100_000, "is no JSON"),
    ],
)
async def test_sound_in_json_that_is_none(
    service: Service, voice: Callable[..., HttpVoice], answer: bytes, reason: str
) -> None:
    service.answers(lambda: web.Response(body=answer, content_type="application/json"))
    with pytest.raises(PromptError, match=reason):
        await voice(**PLAIN, pointer="/sound").speak("x", "en", None, 1.0)


async def test_one_that_never_answers_is_left(
    service: Service, voice: Callable[..., HttpVoice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LONGEST_WAIT", 0.05)
    gate = asyncio.Event()

    async def never() -> web.StreamResponse:
        await gate.wait()
        return web.Response()

    service.answer = never
    with pytest.raises(PromptError, match=r"no answer in 0\.05 s"):
        await voice(**PLAIN).speak("x", "en", None, 1.0)
    gate.set()


async def test_one_that_is_not_there(voice: Callable[..., HttpVoice]) -> None:
    with pytest.raises(PromptError, match="cannot be reached: connection refused"):
        await voice(**PLAIN, url="http://127.0.0.1:1/").speak("x", "en", None, 1.0)


async def test_one_without_a_certificate_for_its_name(
    service: Service, voice: Callable[..., HttpVoice]
) -> None:
    with pytest.raises(PromptError, match=r"cannot be reached|broke off"):
        await voice(**PLAIN, url=service.url.replace("http", "https")).speak("x", "en", None, 1.0)


async def test_languages_that_it_is_asked_for(
    service: Service, voice: Callable[..., HttpVoice]
) -> None:
    speaks = voice(**PLAIN, languages=["en", "pt-BR"], voice="a")
    await speaks.speak("x", "en-GB", None, 1.0)
    assert await speaks.voices("pt-br") == ["a"]
    assert await speaks.voices("pt") == []
    with pytest.raises(CannotSpeak, match="not asked for 'de'"):
        await speaks.speak("x", "de", None, 1.0)
    with pytest.raises(CannotSpeak, match="several parts"):
        await speaks.speak("x" * 4001, "en", None, 1.0)


async def test_the_version_is_what_is_asked_and_no_key(voice: Callable[..., HttpVoice]) -> None:
    one = voice(**PLAIN, headers={"X-Key": "one"})
    other = voice(**PLAIN, headers={"X-Key": "other"})
    assert await one.version() == await other.version()
    assert await one.version() != await voice(body={"text": "{{ text }}!"}).version()
    assert one.title == "http 127.0.0.1"


async def test_nothing_is_logged_of_what_is_said(
    service: Service, voice: Callable[..., HttpVoice], caplog: pytest.LogCaptureFixture
) -> None:
    speaks = voice(**PLAIN, headers={"X-Key": KEY})
    with caplog.at_level(logging.DEBUG):
        await speaks.speak("Ann Lee", "en", None, 1.0)
    assert "Ann" not in caplog.text
    assert KEY not in caplog.text + repr(speaks.settings)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"url": "ftp://x", **PLAIN}, "begins with https"),
        ({"url": "https://{{ text }}/", **PLAIN}, "begins with https"),
        ({"url": "https://u:p@x/", **PLAIN}, "keys do not stand in the address"),
        ({"url": "https://x/?key=1", **PLAIN}, "keys do not stand in the address"),
        ({"body": {"text": "hello"}}, r"holds \{\{ text \}\}"),
        ({"body": {"text": "{{ txt }}"}}, "there are text, ssml, language, voice, speed"),
        ({"body": {"text": "{{ text"}}, "no expression"),
        ({"body": {"text": "{{ text }} {{ voice }}"}}, "say which `voice`"),
        ({"body": {"text": "{{ text }}", "json": "{}"}}, "one of json, form, xml, text"),
        ({"body": {"json": '{"a": {{ text }}}'}}, r'values stand in quotes: "\{\{ text \}\}"'),
        ({**PLAIN, "raw": "pcm24"}, "sln16"),
        ({**PLAIN, "pointer": "sound"}, "JSON pointer"),
        ({**PLAIN, "headers": {"X Y": "1"}}, "no name of a header"),
        ({**PLAIN, "headers": {"X": "a\nb"}}, "no header can have"),
    ],
)
def test_what_cannot_work_is_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        HttpVoiceSettings.model_validate({"url": "https://tts.example.com/", **settings})


@pytest.mark.parametrize("text", [".", ".."])
async def test_no_text_leads_to_another_folder(
    service: Service, voice: Callable[..., HttpVoice], text: str
) -> None:
    speaks = voice(url=f"{service.url}/{{{{ text }}}}/wav", method="GET")
    with pytest.raises(CannotSpeak, match="cannot stand in an address"):
        await speaks.speak(text, "en", None, 1.0)
    assert service.asked == []
    await speaks.speak("../a/?b=..#", "en", None, 1.0)
    assert service.asked[0][1] == "/speak/..%2Fa%2F%3Fb%3D..%23/wav"
