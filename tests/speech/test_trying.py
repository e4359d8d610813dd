"""Recognisers that are tried in another process."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.speech import trying
from ivrkit.speech.recognisers.pocketsphinx import PocketSphinxSettings
from ivrkit.speech.recognisers.vosk import VoskSettings
from ivrkit.speech.trying import proven, tried
from tests.speech.support import copied

OWN = PocketSphinxSettings(engine="pocketsphinx")


async def test_one_that_works() -> None:
    found = await tried("en", OWN)
    assert found.problem == ""
    assert found.megabytes > 10


async def test_one_that_does_not(tmp_path: Path) -> None:
    found = await tried("en", VoskSettings(engine="vosk", model=tmp_path))
    assert "is no Vosk model" in found.problem


async def test_one_that_ends_the_process(toy: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    copied(toy, model)
    (model / "conf" / "mfcc.conf").write_text("--sample-frequency=0\n")
    found = await tried("en", VoskSettings(engine="vosk", model=model))
    assert "ended the process by SIGABRT" in found.problem


async def test_one_that_takes_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "LONGEST", 0.01)
    found = await tried("en", OWN)
    assert "was not loaded within" in found.problem


async def test_one_that_was_proven_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "_PROVEN", set())
    assert await proven("en", OWN) == ""

    async def never(*_: object) -> None:
        pytest.fail("it was tried again")

    monkeypatch.setattr(trying, "tried", never)
    assert await proven("en", OWN) == ""
