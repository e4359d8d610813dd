"""Vosk, with the small model of the tests."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ivrkit.call.hearing import Grammar, Hypothesis
from ivrkit.errors import RecognitionError
from ivrkit.speech.pool import Pool
from ivrkit.speech.recogniser import NothingToHear
from ivrkit.speech.recognisers import vosk as module
from ivrkit.speech.recognisers.vosk import Vosk, VoskSettings
from tests.speech.support import copied, in_pieces, noise, pcm, said, silence, utterance

MENU = Grammar("en", phrases=("Billing", "main menu", "yes", "no"))
ANYTHING = Grammar("en", free=True)


def made(folder: Path, pool: Pool, rate: int = 8000) -> Vosk:
    return Vosk("en", VoskSettings(engine="vosk", model=folder, rate=rate), pool)


@pytest.fixture
async def vosk(toy: Path, pool: Pool) -> AsyncIterator[Vosk]:
    found = made(toy, pool)
    await found.start()
    yield found
    await found.close()


async def heard(
    vosk: Vosk, audio: bytes, grammar: Grammar, alternatives: int = 3
) -> tuple[list[str], Sequence[Hypothesis]]:
    """What was understood meanwhile, and in the end."""
    spoken = vosk.utterance(grammar, alternatives)
    so_far = [await spoken.feed(piece) for piece in in_pieces(audio, vosk.rate, 0.1)]
    found = await spoken.finish()
    spoken.close()
    return list(dict.fromkeys(text for text in so_far if text)), found


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (MENU, "billing"),
        (MENU, "main menu"),
        (Grammar("en", words=("one", "two", "three")), "three two one"),
        (Grammar("en", ("sales",), ("one", "two")), "one two two"),
        (Grammar("en", ("sales",), ("one", "two")), "sales"),
        (ANYTHING, "please transfer me to an operator"),
    ],
)
async def test_texts_are_understood(
    toy: Path, pool: Pool, rate: int, grammar: Grammar, text: str
) -> None:
    vosk = made(toy, pool, rate)
    await vosk.start()
    so_far, found = await heard(vosk, utterance(text, rate), grammar)
    assert found[0].text == so_far[-1] == text
    assert found[0].confidence > 0.8


async def test_what_is_said_grows(vosk: Vosk) -> None:
    so_far, _ = await heard(vosk, utterance("one two three"), ANYTHING)
    assert so_far == ["one", "one two", "one two three"]


async def test_a_pause_ends_nothing(vosk: Vosk) -> None:
    """Vosk ends a part by itself there."""
    audio = pcm(silence(0.3), said("one two"), silence(0.9), said("three four"), silence(1))
    so_far, found = await heard(vosk, audio, ANYTHING)
    assert found[0].text == so_far[-1] == "one two three four"


async def test_several_readings_are_told(vosk: Vosk) -> None:
    mumbled = np.concatenate([silence(0.3), said("no"), silence(0.8)])
    audio = pcm(mumbled + noise(3, 0.02)[: len(mumbled)])
    _, found = await heard(vosk, audio, ANYTHING, 5)
    assert len(found) > 1
    assert list(found) == sorted(found, key=lambda each: -each.confidence)
    assert len((await heard(vosk, audio, ANYTHING, 1))[1]) == 1


async def test_what_is_not_in_the_grammar_is_not_sure(vosk: Vosk) -> None:
    _, found = await heard(vosk, utterance("one two three four"), MENU)
    assert all(each.confidence < 0.3 for each in found)


async def test_silence_says_nothing(vosk: Vosk) -> None:
    assert await heard(vosk, pcm(silence(1.5)), MENU) == ([], ())


async def test_nothing_at_all_says_nothing(vosk: Vosk) -> None:
    spoken = vosk.utterance(MENU, 3)
    assert await spoken.finish() == ()


async def test_words_that_it_does_not_know(vosk: Vosk) -> None:
    assert vosk.unknown_words({"billing", "Sales", "invoice", "größe"}) == {"invoice", "größe"}


async def test_words_are_looked_up_in_their_list_before_it_is_loaded(
    toy: Path, tmp_path: Path, pool: Pool
) -> None:
    """A check does so, which needs nothing else of a model that may be very large."""
    model = tmp_path / "model"
    copied(toy, model)
    (model / "am" / "final.mdl").write_bytes(b"")
    vosk = made(model, pool)
    found = vosk.unknown_words({"billing", "Sales", "invoice", "größe", "0", ""})
    assert found == {"invoice", "größe", "0", ""}


async def test_languages_without_spaces_are_told_in_the_words_of_the_model(
    toy: Path, tmp_path: Path, pool: Pool
) -> None:
    model = tmp_path / "model"
    copied(toy, model)
    (model / "graph" / "words.txt").write_text("查询 1\n余额 2\n余 3\n我 4\nVIP 5\n")
    found = made(model, pool).unknown_words({"查询余额", "我查询余额", "查询卡", "卡", "余额"})
    assert found == {"查询卡", "卡"}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("查询余额", "查询 余额"),
        ("查询 余额", "查询 余额"),
        ("余余额", "余 余额"),
        ("查询卡", "查询卡"),
        ("billing 查询余额", "billing 查询 余额"),
    ],
)
def test_a_text_in_the_words_of_a_model(text: str, known: str) -> None:
    assert module.fitted(text, {"查询", "余额", "余", "bill", "ing"}.__contains__) == known


async def test_a_model_without_a_list_is_loaded_for_it(
    toy: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool
) -> None:
    """The small ones have none."""
    monkeypatch.setattr(module, "_vocabulary", lambda folder: None)
    found = made(toy, pool).unknown_words({"billing", "invoice"})
    assert found == {"invoice"}


async def test_phrases_that_it_does_not_know_are_left_out(
    vosk: Vosk, capfd: pytest.CaptureFixture[str]
) -> None:
    grammar = Grammar("en", phrases=("invoice please", "billing"))
    _, found = await heard(vosk, utterance("billing"), grammar)
    assert found[0].text == "billing"
    assert capfd.readouterr().err == ""


async def test_a_grammar_of_which_it_knows_nothing(vosk: Vosk) -> None:
    with pytest.raises(NothingToHear, match="none of the words"):
        vosk.utterance(Grammar("en", phrases=("invoice", "größe")), 3)


async def test_many_at_once_share_one_model(vosk: Vosk) -> None:
    texts = ["billing", "main menu", "yes", "no"] * 2
    found = await asyncio.gather(*(heard(vosk, utterance(text), MENU) for text in texts))
    assert [each[1][0].text for each in found] == texts


# ---- models that are none ----------------------------------------------------------------------


async def test_a_folder_that_is_not_there(tmp_path: Path, pool: Pool) -> None:
    vosk = made(tmp_path / "gone", pool)
    assert "there is no folder" in vosk.problem()
    assert "https://alphacephei.com/vosk/models" in vosk.problem()
    with pytest.raises(RecognitionError, match="there is no folder"):
        await vosk.start()
    with pytest.raises(RecognitionError, match="there is no folder"):
        vosk.utterance(MENU, 3)


async def test_a_folder_that_is_no_model(tmp_path: Path, pool: Pool) -> None:
    assert "is no Vosk model" in made(tmp_path, pool).problem()


async def test_a_folder_around_the_model(toy: Path, tmp_path: Path, pool: Pool) -> None:
    shutil.copytree(toy, tmp_path / "models" / "small")
    found = made(tmp_path / "models", pool).problem()
    assert f"did you mean {tmp_path / 'models' / 'small'}?" in found


@pytest.mark.parametrize("missing", ["graph/Gr.fst", "graph/HCLr.fst", "am/final.mdl"])
async def test_a_model_of_which_a_file_is_missing(
    toy: Path, tmp_path: Path, pool: Pool, missing: str
) -> None:
    model = tmp_path / "model"
    copied(toy, model)
    (model / missing).unlink()
    vosk = made(model, pool)
    assert vosk.problem()
    with pytest.raises(RecognitionError):
        await vosk.start()


async def test_a_model_that_is_cut_off(toy: Path, tmp_path: Path, pool: Pool) -> None:
    model = tmp_path / "model"
    copied(toy, model)
    whole = (model / "am/final.mdl").read_bytes()
    (model / "am/final.mdl").write_bytes(whole[: len(whole) // 4])
    vosk = made(model, pool)
    assert vosk.problem() == ""
    with pytest.raises(RecognitionError, match="cannot be loaded"):
        await vosk.start()
    assert "download it again" in vosk.problem()


async def test_it_is_not_loaded_in_the_loop(toy: Path, pool: Pool) -> None:
    with pytest.raises(RecognitionError, match="not loaded yet"):
        made(toy, pool).utterance(MENU, 3)


async def test_without_the_package(toy: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivrkit.speech.recognisers.vosk.find_spec", lambda name: None)
    assert "pip install 'ivrkit[vosk]'" in made(toy, pool).problem()


def test_a_relative_folder_counts_from_the_configuration() -> None:
    settings = VoskSettings(engine="vosk", model=Path("models/en"))
    assert settings.placed(Path("/srv/ivr")).model == Path("/srv/ivr/models/en")


# ---- models that know that there are words which they do not know --------------------------------


@pytest.fixture
async def modest(toy: Path, tmp_path: Path, pool: Pool) -> Vosk:
    """The same model, for which `repeat` is `[unk]`."""
    model = tmp_path / "modest"
    copied(toy, model)
    words = model / "graph" / "words.txt"
    words.write_text(words.read_text().replace("\nrepeat ", "\n[unk] "))
    found = made(model, pool)
    await found.start()
    return found


async def test_what_it_does_not_know_is_nothing(modest: Vosk) -> None:
    so_far, found = await heard(modest, utterance("repeat"), MENU)
    assert (so_far, found) == ([], ())


async def test_more_may_be_said_around_what_is_awaited(modest: Vosk) -> None:
    so_far, found = await heard(modest, utterance("repeat billing"), MENU)
    assert so_far[-1] == found[0].text == "billing"
    assert 0.5 < found[0].confidence < 0.8
