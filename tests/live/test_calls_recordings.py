"""Recordings alone: what Asterisk's own sounds say in two languages, where no voice speaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Said, Saying
from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.recordings import FOLDER
from ivrkit.prompts.voices.espeak import EspeakNg
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import read_wave
from tests.live.harness import Ears, exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SOUNDS = Path("/usr/share/asterisk/sounds")
"""Where Debian's packages of recordings are; ``.ci/install-system.sh`` installs them."""
FLOW = """
ivrkit: 1
flow: account
language: en
variables:
  balance: {type: money, default: 1234}
  due: {type: date, default: 2026-03-02}
sections:
  main:
    - answer
    - run: account
    - language: it
    - run: account
    - hangup
  account:
    - say: [{audio: vm-youhave}, {money: balance, currency: USD}]
    - say: {date: due}
"""
WORDS = {
    "en": "vm-youhave digits/1 digits/thousand digits/2 digits/hundred digits/30 digits/4 "
    "digits/dollars digits/day-1 digits/mon-2 digits/h-2 digits/20 digits/20 digits/6",
    "it": "vm-youhave digits/thousand digits/2 digits/hundred digits/30 digits/4 digits/dollars "
    "digits/day-1 digits/2 digits/mon-2 digits/2 digits/thousands digits/20 digits/6",
}


def recordings(language: str) -> Path:
    """The folder of Asterisk's recordings of a language."""
    found = [each for each in SOUNDS.glob(f"{language}_*") if (each / "digits/1.wav").is_file()]
    assert found, (
        f"there are no recordings in {SOUNDS}: install asterisk-core-sounds-{language}-wav "
        "(make test does, by .ci/install-system.sh)"
    )
    return found[0]


async def test_a_balance_and_a_date_are_heard_from_recordings_alone(
    asterisk: PrivateAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak = EspeakNg.speak
    apologies = {Languages().find(language).apology for language in WORDS}

    async def mute(self: EspeakNg, text: str, *how: Any) -> bytes:
        if text in apologies:  # spoken before any call, and heard in none that goes well
            return await speak(self, text, *how)
        raise PromptError("there is no voice here")

    monkeypatch.setattr(EspeakNg, "speak", mute)
    folder = tmp_path / "prompts"
    folder.mkdir()
    for language in WORDS:
        (folder / language).symlink_to(recordings(language))
    own = own_flows(tmp_path, {"account": FLOW}, {})
    own["prompts"] = {"cache": str(asterisk.sounds_folder / "cache"), "folder": str(folder)}
    async with exchange_of(asterisk, tmp_path / "site", 6, **own) as (exchange, _):
        async with exchange.calling("7600") as call:
            await call.ends()
        assert call.said() == [
            *finished(
                "[vm-youhave] 1234 dollars",
                "Monday, March 2nd, 2026",
                "[vm-youhave] 1234 dollari",
                "lunedì 2 marzo 2026",
            )
        ]
        assert [event.language for event in call.happened(Saying)] == ["en", "en", "it", "it"]
        # What Asterisk was told to play are copies of recordings, and the pauses between them.
        played = [call.file(name) for event in call.happened(Said) for name in event.media]
        copies = [each for each in played if each.is_relative_to(exchange.cache / FOLDER)]
        assert len(copies) == sum(len(words.split()) for words in WORDS.values())
        assert all(not read_wave(each).any() for each in played if each not in copies)
        # The caller has heard the very files of the packages, each complete and in this order.
        ears = Ears(call.phone.recording())
        for language, words in WORDS.items():
            for word in words.split():
                ears.hear(recordings(language) / f"{word}.wav", word)
