"""The whole way, from the audio of a line to what was said, with a real model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.call.hearing import Grammar, Hearing, HearingFailed, SpeechHeard
from ivrkit.speech.service import SpeechService
from ivrkit.speech.settings import SpeechSettings
from tests.speech.support import Line, Told, copied, cough, keys, pcm, said, silence, utterance

OPERATOR = "please transfer me to an operator"
MENU = Grammar("en", phrases=("billing", "main menu", "support", OPERATOR))
DIGITS = Grammar("en", words=("zero", "one", "two", "three", "four", "five"))
ANYTHING = Grammar("en", free=True)


@pytest.fixture
async def service(toy: Path) -> AsyncIterator[SpeechService]:
    settings = {"recognisers": {"en": {"engine": "vosk", "model": str(toy)}}}
    made = SpeechService(SpeechSettings.model_validate(settings))
    assert await made.start() == []
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (MENU, "billing"),
        (MENU, "main menu"),
        (MENU, OPERATOR),
        (DIGITS, "one two three"),
        (DIGITS, "five"),
        (ANYTHING, "sales"),
        (ANYTHING, "repeat that please"),
    ],
)
async def test_what_is_said_is_understood(
    service: SpeechService, line: Line, told: Told, grammar: Grammar, text: str
) -> None:
    ear = service.listen(line, "ear", Hearing(grammar), told)
    await line.hear(utterance(text))
    found = await told.final()
    ear.close()
    assert found[0].text == text
    assert found[0].confidence > 0.8
    assert told.kinds[0] == "began"
    assert told.kinds[-1] == "final"


async def test_what_is_said_so_far_is_told(service: SpeechService, line: Line, told: Told) -> None:
    service.listen(line, "ear", Hearing(DIGITS), told)
    await line.hear(utterance("one two three four five"))
    await told.final()
    so_far = [e.hypotheses[0].text for e in told.events if isinstance(e, SpeechHeard)]
    assert so_far[-1] == "one two three four five"
    assert all(so_far[-1].startswith(text) for text in so_far[:1])


async def test_several_things_are_said_one_after_the_other(
    service: SpeechService, line: Line, told: Told
) -> None:
    service.listen(line, "ear", Hearing(MENU), told)
    await line.hear(utterance("billing") + utterance("support"))
    first, second = await told.final(1), await told.final(2)
    assert (first[0].text, second[0].text) == ("billing", "support")


async def test_what_no_question_awaits_is_nothing(
    service: SpeechService, line: Line, told: Told
) -> None:
    service.listen(line, "ear", Hearing(MENU), told)
    await line.hear(utterance("one two three four five six seven"))
    assert all(each.confidence < 0.3 for each in await told.final())


async def test_a_cough_is_nothing(service: SpeechService, line: Line, told: Told) -> None:
    service.listen(line, "ear", Hearing(MENU), told)
    await line.hear(pcm(silence(0.5), cough(), silence(1.2)))
    assert told.events == []


async def test_the_sound_of_keys_is_nothing_and_disturbs_nothing(
    service: SpeechService, line: Line, told: Told
) -> None:
    service.listen(line, "ear", Hearing(MENU), told)
    await line.hear(pcm(silence(0.3), keys("123456#"), silence(1.5)))
    assert told.events == []
    await line.hear(pcm(keys("12"), silence(0.2), said("billing"), silence(1.2)))
    assert [each.text for each in await told.final()] == ["billing"]


async def test_eight_callers_are_understood_at_once(service: SpeechService) -> None:
    texts = ["billing", "support", "main menu", OPERATOR] * 2

    async def call(number: int, text: str) -> str:
        line, told = Line(), Told()
        service.listen(line, f"ear{number}", Hearing(MENU), told)
        await line.hear(utterance(text))
        return (await told.final())[0].text

    found = await asyncio.gather(*(call(*each) for each in enumerate(texts)))
    assert found == texts


async def test_a_model_that_would_end_the_engine_is_found_before(
    toy: Path, tmp_path: Path, line: Line, told: Told
) -> None:
    """libvosk loads it without a complaint, and crashes with the first question."""
    model = tmp_path / "model"
    copied(toy, model)
    whole = (model / "graph/HCLr.fst").read_bytes()
    (model / "graph/HCLr.fst").write_bytes(whole[: len(whole) // 3])
    settings = {"recognisers": {"en": {"engine": "vosk", "model": str(model)}}}
    service = SpeechService(SpeechSettings.model_validate(settings))
    (problem,) = await service.start()
    assert "speech in 'en': " in problem
    assert "vosk cannot use the model" in problem
    assert service.problem("en") in problem
    service.listen(line, "ear", Hearing(MENU), told)
    assert isinstance(await told.until(HearingFailed), HearingFailed)
    await service.close()
