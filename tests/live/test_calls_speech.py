"""Callers who speak, live: understood on a real line, by two recognisers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import (
    EarOpened,
    HearingLost,
    Listening,
    Pressed,
    Recognised,
    Resumed,
    Said,
)
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import heard_seconds
from tests.live.harness import Exchange, LiveCall, exchange_of, own_flows
from tests.live.served import served
from tests.live.spoken import SPHINX, VOSK, Mouth, either, recogniser, until_taps

pytestmark = [
    pytest.mark.live,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(120),
]

DESK = """\
ivrkit: 1
flow: desk
variables:
  wish: text
sections:
  main:
    - answer
    - menu:
        prompt: >-
          Welcome to the desk, where you are served by day and by night, and never wait for long.
          Billing, or press one. Support, or press two.
        keys:
          1: {words: [billing], to: billing}
          2: {words: [support], to: support}
        no_input: Are you still there?
        no_match: I did not understand.
        first_digit: 3s
        barge_in_by: BARGE
        attempts: {no_input: 2, no_match: 3}
      exits: {no_input: nobody, no_match: nobody}
  billing:
    - log: "billing by {{ input.by }}"
    - say: Your bill is paid.
    - hangup
  support:
    - log: "support by {{ input.by }}"
    - say: Support will call you.
    - hangup
  nobody:
    - log: nobody
    - say: We heard nothing from you.
    - hangup
"""
PROMPT = "Welcome to the desk"
LONG = " ".join(["billing please"] * 5)
WORDS, SPEECH = "7900", "7901"
"""The same flow; on the second number the first sound stops the prompt."""


def flows(folder: Path) -> dict[str, Any]:
    texts = {
        "desk": DESK.replace("BARGE", "words"),
        "hasty": DESK.replace("BARGE", "speech").replace("flow: desk", "flow: hasty"),
    }
    return own_flows(folder, texts, {})


@asynccontextmanager
async def desk(
    asterisk: PrivateAsterisk, folder: Path, engine: str
) -> AsyncIterator[tuple[Exchange, Site]]:
    """A site that understands its callers."""
    own = {**flows(folder), "speech": recogniser(engine)}
    async with exchange_of(asterisk, folder / "site", 9, **own) as both:
        yield both
    await until_taps(asterisk, 0)


@pytest.fixture(params=[VOSK, SPHINX])
def engine(request: pytest.FixtureRequest) -> str:
    """Who understands."""
    return str(request.param)


@pytest.fixture
def mouth(tmp_path: Path) -> Mouth:
    """What callers say."""
    return Mouth(tmp_path / "said")


def results(call: LiveCall) -> list[tuple[str, str]]:
    """What was understood, and what came of it."""
    return [(event.text, event.result) for event in call.happened(Recognised)]


async def test_by_word_by_key_and_in_silence(
    engine: str, asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, _),
        exchange.calling(WORDS) as speaking,
        exchange.calling(WORDS) as pressing,
        exchange.calling(WORDS) as silent,
    ):

        async def speaks() -> None:
            await speaking.until_asked(PROMPT)
            await speaking.speak(mouth.words("billing"))
            await speaking.ends()

        async def presses() -> None:
            await pressing.until_asked(PROMPT)
            await pressing.press("2")
            await pressing.ends()

        await asyncio.gather(speaks(), presses(), silent.ends())
        assert speaking.noted() == ["billing by speech"]
        assert results(speaking) == [("billing", "chosen")]
        assert speaking.said()[-1] == ("Your bill is paid.", "finished")
        assert pressing.noted() == ["support by key"]
        assert not pressing.happened(Recognised)
        # The prompt itself says "billing" and "support", three times: it is not heard.
        assert silent.noted() == ["nobody"]
        assert not silent.happened(Recognised)
        for call in (speaking, pressing, silent):
            assert not call.happened(HearingLost)
            call.listened()


async def cut(call: LiveCall, spoken: Path) -> None:
    """Say something into the prompt."""
    await call.until_said(PROMPT)
    await call.listen(1.0)
    await call.speak(spoken)


def check_cut(call: LiveCall) -> None:
    """The prompt has stopped before its end: so says the trace, and so it was heard."""
    prompt = call.happened(Said)[0]
    assert (PROMPT in prompt.text, prompt.end) == (True, "barge_in")
    (file,) = call.files(PROMPT)
    whole = call.file(file.name).stat().st_size / 16000
    heard = heard_seconds(call.phone.recording(), file)
    assert 0 < heard < whole - 1, f"{heard} of {whole} s"
    assert prompt.seconds < whole - 1


async def test_the_first_sound_stops_the_prompt(
    engine: str, asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, _),
        exchange.calling(SPEECH) as call,
    ):
        await cut(call, mouth.words("billing"))
        await call.ends()
        assert call.noted() == ["billing by speech"]
        check_cut(call)


async def test_words_that_count_stop_the_prompt(
    engine: str, asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, _),
        exchange.calling(WORDS) as call,
    ):
        await cut(call, mouth.words("billing"))
        await call.ends()
        assert call.noted() == ["billing by speech"]
        assert ("billing", "chosen") in results(call)
        check_cut(call)


async def test_a_noise_and_other_words_do_not_stop_the_prompt(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    """By the recogniser that finds out what nobody awaited (docs/speech)."""
    async with (
        desk(asterisk, tmp_path, VOSK) as (exchange, _),
        exchange.calling(WORDS) as noisy,
        exchange.calling(WORDS) as talking,
        exchange.calling(SPEECH) as hasty,
    ):
        await asyncio.gather(
            cut(noisy, mouth.noise(0.5)),
            cut(talking, mouth.words("please repeat that")),
            cut(hasty, mouth.noise(0.5)),
        )
        for call in (noisy, talking, hasty):
            await call.until(Listening)
            assert call.said() == [(call.happened(Said)[0].text, "finished")], call.story()
            await call.press("1")
            await call.ends()
            assert call.noted() == ["billing by key"]
            call.listened()
        assert not noisy.happened(Recognised)
        assert not hasty.happened(Recognised)
        assert [result for _, result in results(talking)] == ["ignored"]


def speech_begins(site: Site, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set as soon as the recogniser is given something that is said."""
    (guard,) = site.speech.guards
    begun, utterance = asyncio.Event(), guard.recogniser.utterance

    def begins(*arguments: Any) -> Any:
        begun.set()
        return utterance(*arguments)

    monkeypatch.setattr(guard.recogniser, "utterance", begins)
    return begun


async def test_a_key_while_speaking_wins(
    engine: str,
    asterisk: PrivateAsterisk,
    ari: Any,
    tmp_path: Path,
    mouth: Mouth,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, site),
        exchange.calling(WORDS) as call,
    ):
        await call.until_asked(PROMPT)
        await until_taps(asterisk, 3)
        begun = speech_begins(site, monkeypatch)
        await call.speak(mouth.words(LONG))
        await begun.wait()
        await call.press("2")
        await call.until(Pressed, keys="2", result="chosen")
        await until_taps(asterisk, 0)  # while the next prompt plays
        await call.ends()
        assert call.noted() == ["support by key"]
        assert not call.happened(Recognised)


async def test_the_sound_of_keys_is_no_word(
    engine: str, asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    """Asterisk takes keys from RFC 4733 here: what sounds in the audio is heard as it is."""
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, _),
        exchange.calling(WORDS) as call,
    ):
        await call.until_asked(PROMPT)
        await call.speak(mouth.tones("1234567890*#"))
        await call.ends()
        assert call.noted() == ["nobody"]
        assert not call.happened(Recognised)


async def test_a_caller_hangs_up_while_speaking(
    engine: str,
    asterisk: PrivateAsterisk,
    ari: Any,
    tmp_path: Path,
    mouth: Mouth,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, site),
        exchange.calling(WORDS) as call,
    ):
        await call.until_asked(PROMPT)
        begun = speech_begins(site, monkeypatch)
        await call.speak(mouth.words(LONG))
        await begun.wait()
        await call.hang_up()
        await call.ends("caller")
        assert not call.happened(Recognised)
        await until_taps(asterisk, 0)
        assert site.carrier.channels_by_id == {}


async def test_a_menu_listens_again_when_its_engine_was_killed(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, mouth: Mouth
) -> None:
    own = {**flows(tmp_path), "speech": recogniser(either())}
    async with (
        served(asterisk, tmp_path / "site", 9, **own) as (exchange, engine),
        exchange.calling(WORDS) as call,
    ):
        await call.until_asked(PROMPT)
        await until_taps(asterisk, 3)
        await call.speak(mouth.words(LONG))
        await engine.kill()
        await engine.start()
        await call.until(Resumed)
        await call.until(EarOpened)
        await until_taps(asterisk, 3)  # what the other engine left is gone
        await call.until_asked(PROMPT)
        await call.speak(mouth.words("support"))
        await call.ends()
        assert call.noted() == ["support by speech"]
        await until_taps(asterisk, 0)
        assert await ari.request("GET", "bridges") == []


async def test_a_recogniser_that_breaks_leaves_the_keys(
    engine: str,
    asterisk: PrivateAsterisk,
    ari: Any,
    tmp_path: Path,
    mouth: Mouth,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        desk(asterisk, tmp_path, engine) as (exchange, site),
        exchange.calling(WORDS) as call,
    ):
        await call.until_asked(PROMPT)
        (guard,) = site.speech.guards
        with monkeypatch.context() as broken:
            broken.setattr(guard.recogniser, "utterance", _broken)
            await call.speak(mouth.words("billing"))
            lost = await call.until(HearingLost)
        assert "the recogniser failed" in lost.reason
        await until_taps(asterisk, 0)
        await call.press("2")
        await call.ends()
        assert call.noted() == ["support by key"]
        assert not call.happened(Recognised)
        async with exchange.calling(WORDS) as later:  # when it works again
            await later.until_asked(PROMPT)
            await later.speak(mouth.words("support"))
            await later.ends()
            assert later.noted() == ["support by speech"]


def _broken(*_: Any) -> Any:
    raise MemoryError("as a library may")
