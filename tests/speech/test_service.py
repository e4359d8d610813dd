"""Ears: what they tell, when they are closed, what goes wrong, and what is given back."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ivrkit.call.hearing import Grammar, Hearing, HearingFailed, Hypothesis, SpeechHeard
from ivrkit.errors import CarrierError, ChannelGone, RecognitionError
from ivrkit.speech import listening
from ivrkit.speech.guard import FAILURES, Outcome
from ivrkit.speech.service import SpeechService
from ivrkit.speech.settings import SpeechSettings
from ivrkit.workers.breaker import BreakerState
from tests.speech.support import Line, Stub, StubSettings, Told, pcm, silence, utterance

QUESTION = Hearing(Grammar("en", phrases=("billing",)))
Make = Callable[..., SpeechService]


@pytest.fixture
def observed() -> list[tuple[str, Outcome]]:
    return []


@pytest.fixture
async def make(stub: type[Stub], observed: list[tuple[str, Outcome]]) -> AsyncIterator[Make]:
    services = []

    def made(languages: str = "en", **settings: Any) -> SpeechService:
        found = SpeechSettings(**settings).model_copy(
            update={"recognisers": {each: StubSettings() for each in languages.split()}}
        )
        service = SpeechService(
            found, lambda language, outcome, _: observed.append((language, outcome)), {"stub": stub}
        )
        services.append(service)
        return service

    yield made
    for each in services:
        await each.close()


def reason(told: Told) -> str:
    (found,) = [each for each in told.events if isinstance(each, HearingFailed)]
    return found.reason


async def settled() -> None:
    """All that is ready has run."""
    for _ in range(20):
        await asyncio.sleep(0)


# ---- what is told ------------------------------------------------------------------------------


async def test_beginning_parts_and_end_are_told_in_order(
    make: Make, line: Line, told: Told, observed: list[tuple[str, Outcome]]
) -> None:
    ear = make().listen(line, "ear", QUESTION, told)
    assert told.events == []
    await line.hear(utterance("billing"))
    assert await told.final() == (Hypothesis("billing", 0.9),)
    assert told.kinds[0] == "began"
    assert set(told.kinds[1:-1]) == {"partial"}
    assert told.kinds[-1] == "final"
    assert observed == [("en", Outcome.UNDERSTOOD)]
    ear.close()


async def test_a_part_is_told_when_it_changes_only(make: Make, line: Line, told: Told) -> None:
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    await told.final()
    parts = [e.hypotheses[0].text for e in told.events if isinstance(e, SpeechHeard)][:-1]
    assert parts == list(dict.fromkeys(parts))


async def test_a_noise_has_a_final_result_without_readings(
    make: Make, line: Line, told: Told, stub: type[Stub], observed: list[tuple[str, Outcome]]
) -> None:
    stub.answers = [()]
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    assert await told.final() == ()
    assert observed == [("en", Outcome.NOTHING)]


async def test_any_number_of_utterances(
    make: Make, line: Line, told: Told, stub: type[Stub]
) -> None:
    stub.answers = [(Hypothesis("one", 0.9),), (), (Hypothesis("three", 0.8),)]
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("one") + utterance("two") + utterance("three"))
    found = [await told.final(count) for count in (1, 2, 3)]
    assert [[each.text for each in readings] for readings in found] == [["one"], [], ["three"]]
    assert [kind for kind in told.kinds if kind != "partial"] == ["began", "final"] * 3


async def test_confidences_are_those_of_this_site(
    make: Make, line: Line, told: Told, stub: type[Stub]
) -> None:
    stub.answers = [(Hypothesis("billing", 0.8), Hypothesis("yes", 0.4))]
    service = make()
    for guard in service.guards:
        guard.recogniser.settings = StubSettings(even=0.8)
    service.listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    assert [each.confidence for each in await told.final()] == [0.5, 0.25]


async def test_silence_tells_nothing(make: Make, line: Line, told: Told) -> None:
    make().listen(line, "ear", QUESTION, told)
    await line.hear(pcm(silence(5)))
    await settled()
    assert told.events == []


@pytest.mark.parametrize(("language", "known"), [("en", True), ("en-GB", True), ("fr", False)])
async def test_wider_languages_stand_in(make: Make, language: str, known: bool) -> None:
    assert (make("en de").problem(language) == "") == known


# ---- closing -----------------------------------------------------------------------------------


async def test_nothing_is_told_once_it_is_closed(make: Make, line: Line, told: Told) -> None:
    service = make()
    ear = service.listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing")[: 2 * 6000])
    await told.until(object)
    ear.close()
    before = list(told.events)
    await settled()
    assert told.events == before
    assert line.taps == {}
    assert line.given_back == ["ear"]
    assert service.listening == 0
    assert Stub.open == 0


async def test_closing_twice_is_harmless(make: Make, line: Line, told: Told) -> None:
    ear = make().listen(line, "ear", QUESTION, told)
    await line.tapped.wait()
    ear.close()
    ear.close()
    await settled()
    ear.close()
    assert line.given_back == ["ear"]


async def test_one_that_is_closed_at_once_takes_nothing(make: Make, line: Line, told: Told) -> None:
    service = make()
    service.listen(line, "ear", QUESTION, told).close()
    await settled()
    assert (line.taps, told.events, service.listening) == ({}, [], 0)


async def test_one_that_is_closed_while_it_opens_is_given_back(
    make: Make, line: Line, told: Told
) -> None:
    line.slow = asyncio.Event()
    ear = make().listen(line, "ear", QUESTION, told)
    await settled()
    ear.close()
    await settled()
    assert line.given_back == ["ear"]


async def test_closing_it_from_what_it_tells(make: Make, line: Line) -> None:
    events: list[object] = []

    def deliver(event: object) -> None:
        events.append(event)
        ear.close()

    service = make()
    ear = service.listen(line, "ear", QUESTION, deliver)
    await line.hear(utterance("billing"))
    await settled()
    assert len(events) == 1
    assert line.given_back == ["ear"]


async def test_audio_that_still_comes_is_dropped(make: Make, line: Line, told: Told) -> None:
    ear = make().listen(line, "ear", QUESTION, told)
    await line.tapped.wait()
    take, _ = line.taps["ear"]
    ear.close()
    take(utterance("billing"))
    await settled()
    assert told.events == []


async def test_the_end_of_the_service_gives_all_back(make: Make) -> None:
    service, lines = make(), [Line(id=str(number)) for number in range(5)]
    for each in lines:
        service.listen(each, f"ear-{each.id}", QUESTION, Told())
        await each.tapped.wait()
    await service.close()
    assert [each.given_back for each in lines] == [[f"ear-{number}"] for number in range(5)]


async def test_five_hundred_ears_leave_nothing_behind(make: Make) -> None:
    service = make()
    gc.collect()
    before = len(asyncio.all_tasks()), _alive()
    for number in range(500):
        line, told = Line(id=str(number)), Told()
        ear = service.listen(line, f"ear{number}", QUESTION, told)
        if number % 3 == 0:
            await line.hear(utterance("billing"))
            await told.final()
        elif number % 3 == 1:
            await line.tapped.wait()
        ear.close()
        await settled()
        assert line.taps == {}
        assert len(line.given_back) <= 1
    assert service.listening == 0
    assert Stub.open == 0
    del line, told, ear
    gc.collect()
    assert (len(asyncio.all_tasks()), _alive()) == before


def _alive() -> int:
    return sum(isinstance(each, listening.Listening | Line) for each in gc.get_objects())


# ---- what goes wrong ---------------------------------------------------------------------------


async def test_a_language_that_nobody_understands(make: Make, line: Line, told: Told) -> None:
    make().listen(line, "ear", Hearing(Grammar("fr", ("oui",))), told)
    assert told.events == []  # not from within
    await told.until(HearingFailed)
    assert "no recogniser understands 'fr'" in reason(told)
    assert "speech: recognisers: fr:" in reason(told)
    assert line.given_back == []


async def test_a_carrier_that_cannot_listen(make: Make, told: Told) -> None:
    make().listen(Line(capabilities=frozenset()), "ear", QUESTION, told)
    await told.until(HearingFailed)
    assert "cannot be listened to" in reason(told)


async def test_a_reason_of_no_interest_is_not_told(make: Make, told: Told) -> None:
    make().listen(Line(capabilities=frozenset()), "ear", QUESTION, told).close()
    await settled()
    assert told.events == []


async def test_a_carrier_that_refuses(make: Make, line: Line, told: Told) -> None:
    line.refusal = CarrierError("no bridge could be made")
    make().listen(line, "ear", QUESTION, told)
    await told.until(HearingFailed)
    assert "no bridge could be made" in reason(told)
    await settled()
    assert line.given_back == ["ear"]


async def test_audio_that_breaks_off_is_told(
    make: Make, line: Line, told: Told, observed: list[tuple[str, Outcome]]
) -> None:
    """And it is no failure of the recogniser."""
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing")[: 2 * 6000])
    await told.until(object)
    take, _ = line.taps["ear"]
    take(b"")
    await told.until(HearingFailed)
    assert reason(told) == "the audio of the call cannot be had: it has broken off"
    await settled()
    assert (line.given_back, Stub.open, observed) == (["ear"], 0, [])


async def test_a_caller_who_has_hung_up_is_no_failure(make: Make, line: Line, told: Told) -> None:
    line.refusal = ChannelGone("gone")
    service = make()
    service.listen(line, "ear", QUESTION, told)
    await settled()
    assert told.events == []
    assert service.listening == 0


@pytest.mark.parametrize("error", [RecognitionError("out of order"), ValueError("a bug")])
async def test_a_recogniser_that_fails_costs_this_question_only(
    make: Make,
    line: Line,
    told: Told,
    stub: type[Stub],
    error: Exception,
    observed: list[tuple[str, Outcome]],
) -> None:
    service = make()
    stub.failing = error
    service.listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    await told.until(HearingFailed)
    assert told.kinds == ["began", "failed"]
    assert observed == [("en", Outcome.FAILED)]
    await settled()
    assert line.given_back == ["ear"]
    stub.failing = None
    second, then = Line(), Told()
    service.listen(second, "ear2", QUESTION, then)
    await second.hear(utterance("billing"))
    assert (await then.final())[0].text == "billing"


async def test_what_was_said_is_in_no_error_of_a_recogniser(
    make: Make, line: Line, told: Told, stub: type[Stub], caplog: pytest.LogCaptureFixture
) -> None:
    stub.failing = KeyError("four seven one one")
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    await told.until(HearingFailed)
    assert "a KeyError at" in caplog.text
    assert "seven" not in caplog.text + reason(told)


async def test_a_recogniser_that_hangs_is_given_up(
    make: Make, line: Line, told: Told, stub: type[Stub]
) -> None:
    stub.hanging = asyncio.Event()
    make(patience="50ms").listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    await told.until(HearingFailed)
    assert "nothing within 0.05 s" in reason(told)


async def test_a_recogniser_that_does_not_keep_up(
    make: Make, line: Line, told: Told, stub: type[Stub]
) -> None:
    """What waits for it is bounded."""
    stub.hanging = asyncio.Event()
    make().listen(line, "ear", Hearing(QUESTION.grammar, longest=60), told)
    for _ in range(25):
        await line.hear(utterance("one two three four")[:16000])
    stub.hanging.set()
    await told.until(HearingFailed)
    assert "does not keep up" in reason(told)


async def test_one_that_fails_again_and_again_rests(
    make: Make,
    stub: type[Stub],
    caplog: pytest.LogCaptureFixture,
    observed: list[tuple[str, Outcome]],
) -> None:
    service = make()
    stub.failing = RecognitionError("out of order")
    for number in range(FAILURES):
        line, told = Line(), Told()
        service.listen(line, f"ear{number}", QUESTION, told)
        await line.hear(utterance("billing"))
        await told.until(HearingFailed)
    (guard,) = service.guards
    assert guard.state is BreakerState.OPEN
    assert [each.message for each in caplog.records if each.levelno == logging.ERROR] == [
        "the recogniser of 'en' is left alone for 30 s"
    ]
    line, told = Line(), Told()
    service.listen(line, "ear", QUESTION, told)
    await told.until(HearingFailed)
    assert "rests" in reason(told)
    assert observed[-1] == ("en", Outcome.REFUSED)


async def test_too_many_at_once_go_on_with_keys(
    make: Make, observed: list[tuple[str, Outcome]]
) -> None:
    service = make(at_once=2)
    lines = [Line(id=str(number)) for number in range(3)]
    tolds = [Told() for _ in lines]
    ears = [
        service.listen(line, f"ear{line.id}", QUESTION, told)
        for line, told in zip(lines, tolds, strict=True)
    ]
    await tolds[2].until(HearingFailed)
    assert "at_once" in reason(tolds[2])
    assert observed == [("en", Outcome.REFUSED)]
    ears[0].close()
    await settled()
    again = Told()
    service.listen(lines[2], "again", QUESTION, again)
    await lines[2].hear(utterance("billing"))
    assert (await again.final())[0].text == "billing"


async def test_the_next_question_of_a_call_takes_the_place_of_the_one_before(
    make: Make, line: Line, observed: list[tuple[str, Outcome]]
) -> None:
    """Though Asterisk is still told to give back what that took."""
    service = make(at_once=1)
    for number in range(3):
        told = Told()
        ear = service.listen(line, f"ear{number}", QUESTION, told)
        line.tapped.clear()
        await line.hear(utterance("billing"))
        assert (await told.final())[0].text == "billing"
        ear.close()
        assert service.listening == 0
    assert ("en", Outcome.REFUSED) not in observed


async def test_a_carrier_that_does_not_give_back_holds_nobody_up(
    make: Make, line: Line, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "UNTAP_SECONDS", 0.01)

    async def never(tap: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(line, "untap", never)
    service = make()
    ear = service.listen(line, "ear", QUESTION, told)
    await line.tapped.wait()
    ear.close()
    await service.close()
    assert not service._ears


# ---- before calls ------------------------------------------------------------------------------


async def test_what_cannot_be_loaded_is_said_and_understands_nothing(
    make: Make, line: Line, told: Told, stub: type[Stub]
) -> None:
    stub.trouble = "the model is broken"
    service = make()
    assert await service.start() == ["speech in 'en': the model is broken"]
    assert service.problem("en") == "the model is broken"
    service.listen(line, "ear", QUESTION, told)
    await told.until(HearingFailed)
    assert reason(told) == "the model is broken"


async def test_words_that_can_never_be_heard(make: Make, stub: type[Stub]) -> None:
    service = make()
    grammar = Grammar("en", phrases=("yes xylo",), words=("xeno", "one"))
    assert service.unknown_words(grammar) == {"xylo", "xeno"}
    assert service.unknown_words(Grammar("fr", ("x",))) == frozenset()
    stub.trouble = "broken"
    assert service.unknown_words(grammar) == frozenset()


async def test_without_the_detector(
    make: Make, line: Line, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivrkit.speech.endpointing.find_spec", lambda name: None)
    service = make()
    assert "pip install 'ivrkit[speech]'" in service.problem("en")
    service.listen(line, "ear", QUESTION, told)
    await told.until(HearingFailed)
    assert "webrtcvad" in reason(told)


async def test_what_is_said_is_in_no_log(
    make: Make, line: Line, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make().listen(line, "ear", QUESTION, told)
    await line.hear(utterance("billing"))
    await told.final()
    assert "billing" not in caplog.text
    assert "billing" not in repr(told.events)
