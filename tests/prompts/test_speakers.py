from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from ivrkit.errors import ConfigurationError, NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.cache import Speech
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.speaker import FAILURES, REST, Outcome, Turn
from ivrkit.prompts.speakers import Speakers
from ivrkit.prompts.voice import CannotSpeak, Voice, VoiceSettings, registry
from ivrkit.workers.breaker import BreakerState
from tests.prompts.support import Hum

TONE = audio.written(np.sin(np.arange(4000)).astype(np.float32))
HELLO = Spoken("Hello", "Hello", "en")
VOICES = {
    "en": VoiceSettings(engine="hum", voice="low", speed=0.9),
    "friendly": VoiceSettings(engine="hum", voice="high"),
}


class Choir(Voice[VoiceSettings]):
    """Voices that do what a test says; what they give is their name."""

    does: dict[str, Exception | asyncio.Event | None] = {}  # noqa: RUF012 (emptied by a fixture)
    asked: list[str] = []  # noqa: RUF012
    language = ""

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        Choir.asked.append(self.name)
        does = Choir.does.get(self.name)
        if isinstance(does, asyncio.Event):
            await does.wait()
        elif does is not None:
            raise does
        return TONE if text == "1" else self.name.encode()

    async def version(self) -> str:
        does = Choir.does.get(f"{self.name} version")
        if isinstance(does, Exception):
            raise does
        return "1"

    async def voices(self, language: str) -> Collection[str]:
        return []


class Bass(Choir):
    name = "bass"


class Alto(Choir):
    name = "alto"
    knows_markup = True

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        return b"marked"


class Tenor(Choir):
    name = "tenor"


ENGINES = {"hum": Hum, "bass": Bass, "alto": Alto, "tenor": Tenor}


@pytest.fixture(autouse=True)
def choir() -> type[Choir]:
    Choir.does = {}
    Choir.asked = []
    return Choir


@pytest.fixture
async def made() -> AsyncIterator[Callable[..., Speakers]]:
    """Makes speakers: a list of engines speaks English, each caller waits for so long."""
    found: list[Speakers] = []

    def make(
        *engines: str | VoiceSettings,
        wait: float = 60.0,
        observe: Callable[[str, Outcome, float], None] | None = None,
        **settings: Any,
    ) -> Speakers:
        voices: dict[str, Any] = dict(VOICES)
        if engines:
            voices["en"] = [
                VoiceSettings(engine=each) if isinstance(each, str) else each for each in engines
            ]
        more = {} if observe is None else {"observe": observe}
        dynamic = {"wait": timedelta(seconds=wait)}
        model = PromptSettings.model_validate({"voices": voices, "dynamic": dynamic, **settings})
        found.append(Speakers(model, ENGINES, **more))
        return found[-1]

    yield make
    for each in found:
        await each.close()


async def speech(made: Speakers, spoken: Spoken) -> Speech:
    """What the first voice is asked for."""

    async def make(speech: Speech, turn: Turn) -> Speech:
        return speech

    return await made.spoken(spoken, make)


async def sound(made: Speakers, spoken: Spoken = HELLO, *, patient: bool = False) -> str:
    """What a caller hears."""

    async def as_it_is(raw: bytes) -> bytes:
        return raw

    async def make(speech: Speech, turn: Turn) -> bytes:
        return await turn.sound(speech, as_it_is)

    return (await made.spoken(spoken, make, patient=patient)).decode()


def test_espeak_is_found_in_the_folder() -> None:
    assert "espeak-ng" in registry()


@pytest.mark.parametrize(
    ("language", "voice", "engine_voice", "speed"),
    [
        ("en", None, "low", 1.8),
        ("en-GB", None, "low", 1.8),
        ("en", "friendly", "high", 2.0),
        ("en", "en-us+f3", "en-us+f3", 1.8),
    ],
)
async def test_voices_go_by_language_or_by_name(
    made: Callable[..., Speakers], language: str, voice: str | None, engine_voice: str, speed: float
) -> None:
    found = await speech(made(), Spoken("x", "x", language, voice, 2.0))
    assert (found.voice, found.speed, found.engine) == (engine_voice, speed, "hum 1")


async def test_another_language_gets_the_usual_engine(
    made: Callable[..., Speakers], hum: type[Hum]
) -> None:
    found = await speech(made(engine="hum"), Spoken("x", "x", "fr"))
    assert (found.engine, found.voice) == ("hum 1", None)


async def test_an_engine_that_does_not_exist_is_named(made: Callable[..., Speakers]) -> None:
    with pytest.raises(ConfigurationError, match=r"no voice engine 'humm'.*did you mean 'hum'"):
        await speech(made(engine="humm"), Spoken("x", "x", "fr"))


async def test_a_name_of_the_engine_is_the_first_voices(made: Callable[..., Speakers]) -> None:
    turns = made("bass", VoiceSettings(engine="alto", voice="high")).turns("en", "deep")
    assert [each.settings.voice for each in turns] == ["deep", "high"]


async def test_engines_are_shared_by_voices_of_the_same_settings(
    made: Callable[..., Speakers],
) -> None:
    speakers = made("bass", "alto", VoiceSettings(engine="bass", voice="deep", speed=0.5))
    speakers.turns("en")
    assert [each.title for each in speakers.speakers] == ["bass", "alto"]


async def test_the_first_voice_speaks(made: Callable[..., Speakers]) -> None:
    assert await sound(made("bass", "alto")) == "bass"
    assert Choir.asked == ["bass"]


@pytest.mark.parametrize(
    "failure",
    [
        PromptError("out of breath"),
        NotAvailable("not installed", hint="apt-get install it"),
        CannotSpeak("no English"),
        ZeroDivisionError("a mistake of a package"),
    ],
)
async def test_the_next_one_speaks_where_one_fails(
    made: Callable[..., Speakers], failure: Exception
) -> None:
    Choir.does["bass"] = failure
    assert await sound(made("bass", "alto")) == "alto"


async def test_the_next_one_speaks_where_one_is_not_there(made: Callable[..., Speakers]) -> None:
    Choir.does["bass version"] = NotAvailable("not installed")
    assert await sound(made("bass", "alto")) == "alto"


async def test_the_next_one_speaks_where_one_hangs(made: Callable[..., Speakers]) -> None:
    Choir.does["bass"] = asyncio.Event()
    seen: list[tuple[str, Outcome]] = []
    first = VoiceSettings(engine="bass", timeout=timedelta(milliseconds=20))
    speakers = made(first, "alto", observe=lambda title, how, seconds: seen.append((title, how)))
    assert await sound(speakers) == "alto"
    assert seen[-1] == ("alto", Outcome.SPOKEN)


async def test_all_reasons_are_told_where_nobody_speaks(made: Callable[..., Speakers]) -> None:
    Choir.does = {"bass": PromptError("out of breath"), "alto": CannotSpeak("no English")}
    with pytest.raises(PromptError, match=r"'en'.*bass: out of breath; alto: no English.*doctor"):
        await sound(made("bass", "alto"))


async def test_a_voice_alone_tells_its_own_reason(made: Callable[..., Speakers]) -> None:
    Choir.does["bass"] = PromptError("out of breath", hint="breathe")
    with pytest.raises(PromptError, match=r"^out of breath \(breathe\)$"):
        await sound(made("bass"))


async def test_nobody_waits_longer_than_set_however_many_hang(
    made: Callable[..., Speakers],
) -> None:
    Choir.does = dict.fromkeys(("bass", "alto", "tenor"), asyncio.Event())
    speakers = made("bass", "alto", "tenor", wait=0.06)
    async with asyncio.timeout(30):
        with pytest.raises(PromptError, match=r"bass: it took longer.*alto: .*tenor: it took"):
            await sound(speakers)
    assert Choir.asked == ["bass", "alto", "tenor"]


async def test_time_is_shared_and_the_last_has_the_rest(made: Callable[..., Speakers]) -> None:
    own = VoiceSettings(engine="alto", timeout=timedelta(seconds=5))
    turns = made("bass", own, "tenor", wait=9).turns("en")
    assert [each.limit for each in turns[:2]] == [3, 5]
    assert [each.last for each in turns] == [False, False, True]


async def test_who_prepares_is_patient(made: Callable[..., Speakers]) -> None:
    gate = Choir.does["bass"] = asyncio.Event()
    first = VoiceSettings(engine="bass", timeout=timedelta(microseconds=1))
    preparing = asyncio.create_task(sound(made(first, "alto"), patient=True))
    while not Choir.asked:
        await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    gate.set()
    assert await preparing == "bass"


async def test_a_voice_that_fails_again_and_again_rests(
    made: Callable[..., Speakers], caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    speakers = made("bass", "alto")
    turn = speakers.turns("en")[0]
    turn.speaker._breaker._time = lambda: now
    Choir.does["bass"] = PromptError("out of breath")
    with caplog.at_level(logging.INFO):
        for _ in range(FAILURES + 2):
            assert await sound(speakers) == "alto"
        assert Choir.asked.count("bass") == FAILURES
        assert turn.speaker.state is BreakerState.OPEN
        now = REST + 1
        Choir.does.clear()
        assert await sound(speakers) == "bass"
    assert "bass is left alone for 30 s" in caplog.text
    assert "bass works again" in caplog.text
    assert "Hello" not in caplog.text


async def test_the_last_one_is_asked_though_it_rests(made: Callable[..., Speakers]) -> None:
    speakers = made("bass")
    Choir.does["bass"] = PromptError("out of breath")
    for _ in range(FAILURES + 2):
        with pytest.raises(PromptError):
            await sound(speakers)
    Choir.does.clear()
    assert await sound(speakers) == "bass"


async def test_what_a_voice_cannot_speak_is_no_failure(
    made: Callable[..., Speakers], caplog: pytest.LogCaptureFixture
) -> None:
    Choir.does["bass"] = CannotSpeak("no English")
    speakers = made("bass", "alto")
    for _ in range(FAILURES + 2):
        await sound(speakers)
    assert Choir.asked.count("bass") == FAILURES + 2
    assert caplog.text.count("does not speak 'en': no English") == 1


async def test_a_text_without_words_lets_no_voice_rest(made: Callable[..., Speakers]) -> None:
    Choir.does["bass"] = PromptError("the voice gave nothing but silence")
    speakers = made("bass", "alto")
    for _ in range(FAILURES + 2):
        await sound(speakers, Spoken(" ... - ?", "", "en"))
    assert Choir.asked.count("bass") == FAILURES + 2


async def test_slow_is_told_once_and_what_comes_at_last_changes_nothing(
    made: Callable[..., Speakers],
) -> None:
    gate = Choir.does["bass"] = asyncio.Event()
    seen: list[Outcome] = []
    speakers = made("bass", wait=60, observe=lambda title, how, seconds: seen.append(how))
    (turn,) = speakers.turns("en")
    asked = asyncio.create_task(
        turn.speaker.speak(await turn.speech(HELLO, 0.0), _same, 0.0, anyway=True)
    )
    while not seen:
        await asyncio.sleep(0)
    gate.set()
    assert await asked == b"bass"
    assert seen == [Outcome.SLOW]


async def _same(raw: bytes) -> bytes:
    return raw


async def test_only_who_knows_marks_is_asked_for_them(made: Callable[..., Speakers]) -> None:
    marked = Spoken("<speak>Hello</speak>", "Hello", "en", markup=True)
    speakers = made("bass", "alto")
    assert await sound(speakers, marked) == "marked"
    assert Choir.asked == []
    assert speakers.markup_problem("en", None) == ""
    assert "bass does not know SSML" in made("bass").markup_problem("en", None)
    assert "bass nor tenor know no SSML" in made("bass", "tenor").markup_problem("en", None)


async def test_a_check_says_who_speaks_or_what_to_do(
    made: Callable[..., Speakers], hum: type[Hum]
) -> None:
    good = await made().check("en")
    assert (good.ok, good.text) == (True, "hum 1, voice low")
    bad = await made(engine="none").check("fr")
    assert not bad.ok
    assert "no voice engine" in bad.text


async def test_a_check_tries_each_voice_of_a_list(made: Callable[..., Speakers]) -> None:
    Choir.does["alto"] = NotAvailable("not installed", hint="install it")
    found = await made("bass", "alto").check("en")
    assert (found.ok, found.text) == (True, "bass 1")
    assert found.missing == ("alto: not installed (install it)",)
    Choir.does["bass"] = PromptError("out of breath")
    found = await made("bass", "alto").check("en")
    assert (found.ok, found.text) == (
        False,
        "bass: out of breath; alto: not installed (install it)",
    )


async def test_voices_of_a_name_of_their_own_are_tried_too(
    made: Callable[..., Speakers], hum: type[Hum]
) -> None:
    found = await made("bass", engine="hum").check_all(["en", "fr"])
    assert [(each.language, each.name, each.ok) for each in found] == [
        ("en", "", True),
        ("fr", "", True),
        ("en", "friendly", True),
    ]


async def test_an_engine_that_needs_settings_is_no_default(made: Callable[..., Speakers]) -> None:
    class Modelled(VoiceSettings):
        model: str

    class Solo(Choir):
        name = "solo"
        settings_model = Modelled

    settings = PromptSettings.model_validate({"engine": "solo"})
    with pytest.raises(ConfigurationError, match=r"solo needs settings: model.*prompts: voices"):
        Speakers(settings, {"solo": Solo}).turns("en")


async def test_what_differs_is_seen_in_how_a_language_sounds(
    made: Callable[..., Speakers],
) -> None:
    one = await made("bass", "alto").sounds_like("en")
    assert one == await made("bass", "alto").sounds_like("en")
    assert one != await made("alto", "bass").sounds_like("en")
    assert one != await made("bass", "alto", loudness=-18).sounds_like("en")
    Choir.does["alto version"] = NotAvailable("not installed")
    assert one != await made("bass", "alto").sounds_like("en")
