"""A program stands in for Piper: it notes how it is called, and answers with a sound."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.voice import CannotSpeak
from ivrkit.prompts.voices.piper import Piper, PiperSettings
from tests.prompts.voices.support import program

STANDS_IN = f"""exec {sys.executable} -c '
import json, sys, wave
asked = sys.argv[1:]
json.dump([asked, sys.stdin.read()], open(sys.argv[2] + ".asked", "w"))
sound = wave.open(asked[asked.index("--output_file") + 1], "wb")
sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(22050)
sound.writeframes(bytes([0, 64]) * 22050)
sound.close()
' "$@" """
ABOUT = {
    "language": {"family": "de", "code": "de_DE"},
    "inference": {"length_scale": 1.2},
    "speaker_id_map": {"anna": 3, "bernd": 4},
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "de_DE-anna-low.onnx"
    path.write_bytes(b"model")
    path.with_name(f"{path.name}.json").write_text(json.dumps(ABOUT))
    return path


@pytest.fixture
async def voice(model: Path, tmp_path: Path) -> AsyncIterator[Callable[..., Piper]]:
    made: list[Piper] = []

    def make(script: str = STANDS_IN, **settings: Any) -> Piper:
        piper = program(tmp_path, script, "piper")
        made.append(Piper(PiperSettings(**{"model": model, "program": piper, **settings})))
        return made[-1]

    yield make
    for each in made:
        await each.close()


def asked(model: Path) -> tuple[list[str], str]:
    options, text = json.loads(Path(f"{model}.asked").read_text())
    return options, text


async def test_a_sentence_is_spoken(voice: Callable[..., Piper], model: Path) -> None:
    samples, rate = audio.read(await voice().speak("Guten\nTag \x07 -x", "de-AT", None, 1.5))
    assert (len(samples), rate) == (22050, 22050)
    options, text = asked(model)
    assert options[:3] == ["--model", str(model), "--output_file"]
    assert options[4:] == ["--length_scale", "0.8000"]
    assert text == "Guten Tag -x\n"


@pytest.mark.parametrize(
    ("settings", "name", "speaker"),
    [({"speaker": 7}, None, "7"), ({"speaker": 7}, "anna", "3"), ({}, "bernd", "4")],
)
async def test_a_model_has_several_speakers(
    voice: Callable[..., Piper], model: Path, settings: dict[str, int], name: str, speaker: str
) -> None:
    await voice(**settings).speak("Ja", "de", name, 1.0)
    assert asked(model)[0][-2:] == ["--speaker", speaker]


async def test_what_it_cannot_speak(voice: Callable[..., Piper]) -> None:
    with pytest.raises(CannotSpeak, match="does not speak 'en'"):
        await voice().speak("Yes", "en", None, 1.0)
    with pytest.raises(CannotSpeak, match=r"no speaker 'carla'.*anna, bernd"):
        await voice().speak("Ja", "de", "carla", 1.0)
    with pytest.raises(CannotSpeak, match="several parts"):
        await voice().speak("x" * 4001, "de", None, 1.0)


async def test_what_it_has(voice: Callable[..., Piper], model: Path) -> None:
    piper = voice()
    assert list(await piper.voices("de")) == ["anna", "bernd"]
    assert list(await piper.voices("fr")) == []
    before = await piper.version()
    model.write_bytes(b"another model")
    assert await piper.version() != before
    assert piper.title == "piper de_DE-anna-low"


async def test_the_config_may_lie_elsewhere(
    voice: Callable[..., Piper], model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "config.json"
    other.write_text("{}")
    await voice(config=other).speak("Oui", "fr", None, 1.0)
    assert asked(model)[0][-2:] == ["--config", str(other)]


async def test_paths_count_from_the_configuration() -> None:
    placed = PiperSettings(model=Path("a.onnx"), config=Path("b.json")).placed(Path("/site"))
    assert (placed.model, placed.config) == (Path("/site/a.onnx"), Path("/site/b.json"))


async def test_what_is_missing_is_named(
    voice: Callable[..., Piper], model: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotAvailable, match=r"no model .*none\.onnx"):
        await voice(model=tmp_path / "none.onnx").version()
    with pytest.raises(NotAvailable, match="pip install piper-tts"):
        await voice(program="no-such-piper").speak("Ja", "de", None, 1.0)
    described = model.with_name(f"{model.name}.json")
    described.write_text("{")
    with pytest.raises(NotAvailable, match="is no JSON"):
        await voice().version()
    described.unlink()
    with pytest.raises(NotAvailable, match=r"\.onnx\.json, which belongs to the model"):
        await voice().version()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("true", "gave no sound"),
        ("printf 'Traceback\\nValueError: bad model\\n' >&2; exit 1", "failed: ValueError: bad"),
    ],
)
async def test_a_program_that_fails(voice: Callable[..., Piper], script: str, reason: str) -> None:
    with pytest.raises(PromptError, match=reason):
        await voice(script).speak("Ja", "de", None, 1.0)
