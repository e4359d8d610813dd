"""Languages, live: one call that changes its language, recordings and voices heard in both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivrkit.call.events import Saying
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import heard, read_wave, write_wave
from tests.live.harness import exchange_of, finished

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """
ivrkit: 1
flow: embassy
language: en
variables: {waiting: {type: number, default: 3}}
sections:
  main:
    - answer
    - run: greeting
    - menu:
        prompt: {en: Do you speak English?, es: ¿Habla usted español?}
        keys:
          1: {say: To go on in Spanish, to: spanish}
          2: {say: To go on in English, to: hangup}
      exits: {else: hangup}
  spanish:
    - language: es-MX
    - run: greeting
    - say: Nobody has translated this.
    - hangup
  greeting:
    - say: Welcome to the embassy of the republic.
    - say: {phrase: place, with: {number: "{{ waiting }}"}}
"""
PHRASES = """
phrases:
  welcome:
    en: Welcome to the embassy of the republic.
    es: Bienvenido a la embajada de la república.
  place:
    params: {number: number}
    en: [Your place in the queue is number, {number: number}]
    es: [Su lugar en la cola es el número, {number: number}]
"""


def record(path: Path) -> None:
    """A recording as a studio sends it: 44.1 kHz, two channels, quiet, silence in front."""
    rate = 44100
    time = np.arange(2 * rate) / rate
    sweep = np.sin(2 * np.pi * (300 * time + 300 * time**2)) * (1 + np.sin(2 * np.pi * 3 * time))
    one = np.concatenate([np.zeros(rate // 5), 0.05 * sweep])
    path.parent.mkdir(parents=True)
    soundfile.write(path, np.column_stack([one, one]), rate, subtype="PCM_24")


async def test_a_call_changes_its_language(asterisk: PrivateAsterisk, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/embassy.yaml").write_text(FLOW)
    studio = tmp_path / "prompts/es/welcome.flac"
    record(studio)
    (tmp_path / "prompts/embassy.yaml").write_text(PHRASES)
    own = {
        "flows": str(tmp_path / "flows"),
        "numbers": {"800": "embassy"},
        "prompts": {
            "cache": str(asterisk.sounds_folder / "cache"),
            "folder": str(tmp_path / "prompts"),
        },
    }
    async with exchange_of(asterisk, tmp_path / "site", 6, **own) as (exchange, _):
        async with exchange.calling("7600") as call:
            await call.until_asked("To go on in English, press 2.")
            await call.press("1")
            await call.ends()
        welcome, spanish = (
            "Welcome to the embassy of the republic.",
            "Bienvenido a la embajada de la república.",
        )
        assert call.said() == [
            *finished(
                welcome,
                "Your place in the queue is number 3",
                "Do you speak English? To go on in Spanish, press 1. To go on in English, press 2.",
                spanish,
                "Su lugar en la cola es el número 3",
                "Nobody has translated this.",
            )
        ]
        languages = [event.language for event in call.happened(Saying)]
        assert languages == ["en", "en", "en", "es-MX", "es-MX", "en"]
        call.listened()
        recording = call.phone.recording()
        # The studio's own file, brought to the telephone by another way than the engine's.
        samples, rate = soundfile.read(studio)
        plain = tmp_path / "studio.wav"
        write_wave(
            plain,
            np.interp(np.arange(0, 2.2, 1 / 8000), np.arange(len(samples)) / rate, samples[:, 0]),
        )
        assert heard(recording, plain) > 0.8
        (played,) = call.files(spanish)
        (spoken,) = call.files(welcome)
        level = [np.sqrt(np.mean(read_wave(each)[2000:] ** 2)) for each in (played, spoken)]
        assert 0.5 < level[0] / level[1] < 2.0
