"""``speech`` in ivrkit.yaml: each recogniser has its own settings, each mistake its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.configuration import load_configuration
from ivrkit.speech.recogniser import registry
from ivrkit.speech.recognisers.pocketsphinx import PocketSphinx, PocketSphinxSettings
from ivrkit.speech.recognisers.vosk import Vosk, VoskSettings

GOOD = """\
speech:
  recognisers:
    en: {engine: vosk, model: models/en, rate: 16000}
    en-GB: {engine: pocketsphinx, processes: 3, dictionary: words.dict, acoustic: /srv/en}
  at_once: 50
  threads: 4
  patience: 2s
"""


def test_both_are_found() -> None:
    assert registry()["vosk"] is Vosk
    assert registry()["pocketsphinx"] is PocketSphinx


def test_each_recogniser_has_its_own(tmp_path: Path) -> None:
    file = tmp_path / "ivrkit.yaml"
    file.write_text(GOOD)
    speech = load_configuration(file, {}).speech
    vosk, sphinx = speech.recognisers["en"], speech.recognisers["en-GB"]
    assert vosk == VoskSettings(engine="vosk", model=tmp_path / "models/en", rate=16000)
    assert isinstance(sphinx, PocketSphinxSettings)
    assert (sphinx.acoustic, sphinx.dictionary) == (Path("/srv/en"), tmp_path / "words.dict")
    assert (sphinx.processes, sphinx.even, sphinx.language_model) == (3, 0.6, None)
    assert (speech.at_once, speech.threads, speech.patience.total_seconds()) == (50, 4, 2)


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("{engine: voks, model: x}", ":3:9", "there is no recogniser 'voks': did you mean 'vosk'?"),
        ("{model: x}", ":3:9", "say which recogniser, `engine:` with one of pocketsphinx, vosk"),
        ("vosk", ":3:9", "say which recogniser"),
        ("{engine: vosk}", ":3:5", "the setting 'model' is missing"),
        ("{engine: vosk, model: x, rate: 44100}", ":3:40", "'rate' should be 8000 or 16000"),
        ("{engine: vosk, model: x, modle: y}", ":3:34", "did you mean 'model'?"),
        ("{engine: vosk, model: x, processes: 2}", ":3:34", "there is no setting 'processes' here"),
        ("{engine: pocketsphinx, even: 1}", ":3:38", "'even' should be less than 1"),
    ],
)
def test_mistakes_are_told_at_their_place(tmp_path: Path, line: str, place: str, told: str) -> None:
    file = tmp_path / "ivrkit.yaml"
    file.write_text(f"speech:\n  recognisers:\n    de: {line}\n")
    with pytest.raises(ConfigurationError) as failed:
        load_configuration(file, {})
    assert f"{file}{place}: error" in failed.value.message
    assert told in failed.value.message
