from __future__ import annotations

import pytest

from ivrkit.call.hearing import Grammar, Hearing
from ivrkit.connectors.guard import Guard
from ivrkit.errors import PromptError, RequestRefused
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.speakers import Speakers
from ivrkit.service.metrics import Metrics
from ivrkit.speech.service import SpeechService
from ivrkit.speech.settings import SpeechSettings
from tests.connectors.fakes import answers, fails, guarded, request
from tests.prompts.support import Hum
from tests.speech.support import Line, Stub, StubSettings, Told, utterance


@pytest.fixture
def hum() -> type[Hum]:
    Hum.asked, Hum.gate, Hum.failing = [], None, None
    return Hum


async def test_requests_are_counted_by_connector_and_exit() -> None:
    metrics = Metrics()
    _, connector = guarded(answers("well"), fails(RequestRefused("no")))
    guard = Guard(connector, metrics.asked)
    metrics.watch(lambda: [guard.fare])
    await guard.ask(request(parameters={"account": "123456"}))
    for _ in range(2):
        with pytest.raises(RequestRefused):
            await guard.ask(request())
    text = metrics.exposition().decode()
    assert 'ivrkit_connector_requests_total{connector="fake.crm",exit="next"} 1.0' in text
    assert 'ivrkit_connector_requests_total{connector="fake.crm",exit="error"} 2.0' in text
    assert 'ivrkit_connector_seconds_count{connector="fake.crm"} 3.0' in text
    assert 'ivrkit_connector_breaker{connector="fake.crm"} 0.0' in text
    assert 'ivrkit_connector_busy{connector="fake.crm"} 0.0' in text
    assert 'ivrkit_connector_unsent{connector="fake.crm"} 0.0' in text
    assert "123456" not in text


async def test_texts_are_counted_by_voice_and_outcome(hum: type[Hum]) -> None:
    metrics = Metrics()
    speakers = Speakers(PromptSettings(engine="hum"), {"hum": hum}, metrics.spoke)
    metrics.voices(lambda: speakers.speakers)
    (turn,) = speakers.turns("en")

    async def as_it_is(raw: bytes) -> bytes:
        return raw

    async def speak() -> None:
        await turn.sound(await turn.speech(Spoken("Ann Lee", "Ann Lee", "en"), 0.0), as_it_is)

    await speak()
    hum.failing = PromptError("out of breath")
    for _ in range(3):
        with pytest.raises(PromptError):
            await speak()
    text = metrics.exposition().decode()
    assert 'ivrkit_voice_texts_total{outcome="spoken",voice="hum"} 1.0' in text
    assert 'ivrkit_voice_texts_total{outcome="failed",voice="hum"} 3.0' in text
    assert 'ivrkit_voice_seconds_count{voice="hum"} 1.0' in text
    assert 'ivrkit_voice_breaker{voice="hum"} 2.0' in text
    assert "Ann" not in text
    await speakers.close()


async def test_what_callers_say_is_counted_by_language_and_outcome() -> None:
    metrics = Metrics()
    settings = SpeechSettings().model_copy(update={"recognisers": {"en": StubSettings()}})
    speech = SpeechService(settings, metrics.recognised, {"stub": Stub})
    metrics.hear(speech)
    question = Hearing(Grammar("en", ("billing",)))
    line, told = Line(), Told()
    ear = speech.listen(line, "ear", question, told)
    await line.hear(utterance("billing"))
    await told.final()
    speech.listen(line, "ear2", Hearing(Grammar("fr", ("oui",))), told)
    text = metrics.exposition().decode()
    assert 'ivrkit_recognitions_total{language="en",outcome="understood"} 1.0' in text
    assert 'ivrkit_recognitions_total{language="fr",outcome="refused"} 1.0' in text
    assert 'ivrkit_recognition_seconds_count{language="en"} 1.0' in text
    assert "ivrkit_listening 1.0" in text
    assert 'ivrkit_recogniser_breaker{language="en"} 0.0' in text
    assert "billing" not in text
    ear.close()
    await speech.close()
    assert "ivrkit_listening 0.0" in metrics.exposition().decode()
