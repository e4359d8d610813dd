"""PocketSphinx in its worker processes, with its own English model and flite's voices."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from pathlib import Path

import pytest
import soundfile
import soxr

from ivrkit.call.hearing import Grammar, Hypothesis
from ivrkit.errors import RecognitionError
from ivrkit.speech.pool import Pool
from ivrkit.speech.recogniser import Busy, NothingToHear
from ivrkit.speech.recognisers import pocketsphinx as module
from ivrkit.speech.recognisers.pocketsphinx import PocketSphinx, PocketSphinxSettings
from ivrkit.speech.sphinx import SphinxQuestion
from ivrkit.workers.process import Worker
from tests.speech.support import in_pieces, pcm, silence

pytestmark = pytest.mark.skipif(
    shutil.which("flite") is None,
    reason="NOT TESTED: flite is not installed (apt-get install flite)",
)
OPERATOR = "please transfer me to an operator"
MENU = Grammar("en", phrases=("Billing", "main menu", "sales", "yes", "no", OPERATOR))
DIGITS = Grammar("en", words=("one", "two", "three", "nine", "zero"))


@lru_cache
def spoken(text: str, rate: int = 8000, voice: str = "rms") -> bytes:
    """A text as flite says it, with silence around it."""
    command = ["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"]
    ran = subprocess.run(command, capture_output=True, check=True)
    samples, made = soundfile.read(io.BytesIO(ran.stdout))
    return pcm(silence(0.3, rate), soxr.resample(samples, made, rate), silence(0.8, rate))


def made(pool: Pool, **settings: object) -> PocketSphinx:
    read = PocketSphinxSettings.model_validate({"engine": "pocketsphinx", **settings})
    return PocketSphinx("en", read, pool)


@pytest.fixture
async def sphinx(pool: Pool) -> AsyncIterator[PocketSphinx]:
    found = made(pool)
    await found.start()
    yield found
    await found.close()


async def heard(
    sphinx: PocketSphinx, audio: bytes, grammar: Grammar, alternatives: int = 3
) -> tuple[list[str], Sequence[Hypothesis]]:
    utterance = sphinx.utterance(grammar, alternatives)
    so_far = [await utterance.feed(piece) for piece in in_pieces(audio, sphinx.rate, 0.1)]
    found = await utterance.finish()
    utterance.close()
    return list(dict.fromkeys(text for text in so_far if text)), found


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (MENU, "billing"),
        (MENU, "main menu"),
        (MENU, "sales"),
        (MENU, OPERATOR),
        (DIGITS, "one two three"),
        (DIGITS, "nine zero"),
    ],
)
async def test_texts_are_understood(pool: Pool, rate: int, grammar: Grammar, text: str) -> None:
    sphinx = made(pool, rate=rate, processes=1)
    await sphinx.start()
    so_far, found = await heard(sphinx, spoken(text, rate), grammar)
    await sphinx.close()
    assert found[0].text == text
    assert so_far
    assert 0.6 < found[0].confidence <= 1


async def test_grammars_change_from_question_to_question(sphinx: PocketSphinx) -> None:
    for grammar, text in [(MENU, "billing"), (DIGITS, "nine zero"), (MENU, "sales")] * 2:
        assert (await heard(sphinx, spoken(text), grammar))[1][0].text == text


async def test_several_readings_are_told(sphinx: PocketSphinx) -> None:
    _, found = await heard(sphinx, spoken("one two three"), DIGITS, 4)
    assert list(found) == sorted(found, key=lambda each: -each.confidence)
    assert len({each.text for each in found}) == len(found) <= 4


async def test_anything_can_be_said(sphinx: PocketSphinx) -> None:
    """As far as it goes: on a telephone line that is not far."""
    _, found = await heard(sphinx, spoken("yes"), Grammar("en", free=True))
    assert all(0 <= each.confidence <= 1 for each in found)


async def test_silence_says_nothing(sphinx: PocketSphinx) -> None:
    _, found = await heard(sphinx, pcm(silence(1.5)), DIGITS)
    assert found == []


async def test_more_callers_than_processes_wait_for_their_turn(sphinx: PocketSphinx) -> None:
    texts = ["billing", "sales", "main menu", "billing", "sales"]
    found = await asyncio.gather(*(heard(sphinx, spoken(text), MENU) for text in texts))
    assert [each[1][0].text for each in found] == texts


async def test_who_waits_too_long_for_a_process_is_not_listened_to(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sphinx = made(pool, processes=1)
    await sphinx.start()
    one, other = sphinx.utterance(MENU, 1), sphinx.utterance(MENU, 1)
    await one.feed(spoken("billing")[:8000])
    monkeypatch.setattr(module, "TURN_SECONDS", 0.05)
    with pytest.raises(Busy, match="was free"):
        await other.feed(spoken("sales")[:8000])
    other.close()
    one.close()
    monkeypatch.undo()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"
    await sphinx.close()


async def test_what_is_over_before_its_turn_asks_nothing(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sphinx = made(pool, processes=1)
    await sphinx.start()
    asked: list[str] = []
    ask = module._answered

    async def asking(worker: Worker, question: SphinxQuestion) -> object:
        asked.append(question.do)
        return await ask(worker, question)

    monkeypatch.setattr(module, "_answered", asking)
    for each in [sphinx.utterance(MENU, 1) for _ in range(4)]:
        each.close()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"
    assert asked.count("begin") == 1
    await sphinx.close()


async def test_what_is_begun_and_dropped_leaves_nothing_behind(sphinx: PocketSphinx) -> None:
    for _ in range(5):
        utterance = sphinx.utterance(MENU, 1)
        await utterance.feed(spoken("billing")[:8000])
        utterance.close()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"


async def test_who_gives_up_waiting_leaves_no_answer_for_the_next(sphinx: PocketSphinx) -> None:
    for _ in range(5):
        utterance = sphinx.utterance(MENU, 1)
        feeding = asyncio.create_task(utterance.feed(spoken("billing")))
        await asyncio.sleep(0)
        feeding.cancel()
        utterance.close()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
async def test_one_that_dies_costs_one_recognition(pool: Pool, how: signal.Signals) -> None:
    sphinx = made(pool, processes=1)
    await sphinx.start()
    utterance = sphinx.utterance(MENU, 1)
    await utterance.feed(spoken("billing")[:8000])
    for each in children():
        os.kill(each, how)
    with pytest.raises(RecognitionError, match="PocketSphinx failed"):
        await utterance.finish()
    utterance.close()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"
    await sphinx.close()
    assert children() == []


async def test_one_that_hangs_costs_one_recognition(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sphinx = made(pool, processes=1)
    await sphinx.start()
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.2)
    utterance = sphinx.utterance(MENU, 1)
    await utterance.feed(spoken("billing")[:8000])
    for each in children():
        os.kill(each, signal.SIGSTOP)
    with pytest.raises(RecognitionError, match="hangs"):
        await utterance.finish()
    utterance.close()
    monkeypatch.undo()
    assert (await heard(sphinx, spoken("sales"), MENU))[1][0].text == "sales"
    await sphinx.close()
    assert children() == []


async def test_closing_ends_its_processes(sphinx: PocketSphinx) -> None:
    sphinx.utterance(MENU, 1)
    await asyncio.sleep(0)
    await sphinx.close()
    assert children() == []


async def test_words_that_it_does_not_know(sphinx: PocketSphinx) -> None:
    unknown = {"ivrkit", "größe", "yes(2)", "[unk]"}
    assert sphinx.unknown_words({"billing", "Sales", *unknown}) == unknown


async def test_its_words_are_looked_up_and_not_searched_for(sphinx: PocketSphinx) -> None:
    """A question that awaits numbers asks for dozens, in the engine's loop."""
    assert isinstance(module._words(sphinx._paths.dictionary), frozenset)
    assert module._words.cache_info().currsize


async def test_a_grammar_of_which_it_knows_nothing(sphinx: PocketSphinx) -> None:
    with pytest.raises(NothingToHear):
        sphinx.utterance(Grammar("en", phrases=("ivrkit",)), 1)


async def test_before_it_is_started(pool: Pool) -> None:
    with pytest.raises(RecognitionError, match="not started"):
        made(pool).utterance(MENU, 1)


@pytest.mark.parametrize(
    ("language", "settings", "told"),
    [
        ("de", {}, "no model for 'de'"),
        ("en", {"acoustic": "/nowhere"}, "belong together"),
        ("de", {"acoustic": "/nowhere", "dictionary": "/nowhere.dict"}, "there is no /nowhere"),
    ],
)
async def test_a_model_that_is_not_there(
    pool: Pool, language: str, settings: dict[str, str], told: str
) -> None:
    read = PocketSphinxSettings.model_validate({"engine": "pocketsphinx", **settings})
    sphinx = PocketSphinx(language, read, pool)
    assert told in sphinx.problem()
    with pytest.raises(RecognitionError, match=told):
        await sphinx.start()


async def test_a_folder_that_is_no_model(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("yes Y EH S\n")
    sphinx = made(pool, acoustic=str(tmp_path), dictionary=str(tmp_path / "words"))
    with pytest.raises(RecognitionError, match="cannot be started"):
        await sphinx.start()
    assert "cannot be started" in sphinx.problem()


def children() -> list[int]:
    """The recognisers that this process has started and that are still there: servers of other
    tests may run beside them."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(each) for each in listed.split() if b"ivrkit.speech.sphinx" in command(each)]


def command(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
