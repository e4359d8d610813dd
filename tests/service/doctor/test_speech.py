"""What the doctor says about recognisers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.speech import examine_speech
from tests.speech.support import NO_TOY, TOY, copied


async def findings(**recognisers: Any) -> list[Finding]:
    configuration = Configuration.model_validate({"speech": {"recognisers": recognisers}})
    return [found async for found in examine_speech(configuration)]


async def test_where_nobody_is_listened_to_there_is_nothing_to_say() -> None:
    assert await findings() == []


@pytest.mark.skipif(not TOY.is_dir(), reason=NO_TOY)
async def test_a_model_that_works() -> None:
    (found,) = await findings(en={"engine": "vosk", "model": str(TOY)})
    assert (found.name, found.state) == ("speech en", State.OK)
    assert found.text.startswith("vosk, loaded in ")


@pytest.mark.skipif(not TOY.is_dir(), reason=NO_TOY)
@pytest.mark.parametrize("part", ["graph/Gr.fst", "graph/HCLr.fst", "am/final.mdl"])
async def test_a_model_that_is_cut_off(tmp_path: Path, part: str) -> None:
    """Some of them end the process that loads them."""
    model = tmp_path / "model"
    copied(TOY, model)
    whole = (model / part).read_bytes()
    (model / part).write_bytes(whole[: len(whole) // 3])
    (found,) = await findings(en={"engine": "vosk", "model": str(model)})
    assert found.state is State.FAIL
    assert "model" in found.text


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (found,) = await findings(de={"engine": "vosk", "model": str(tmp_path / "gone")})
    assert found.state is State.FAIL
    assert "there is no folder" in found.text
    assert "speech: recognisers: de:" in found.remedy


async def test_the_model_that_pocketsphinx_brings() -> None:
    (found,) = await findings(en={"engine": "pocketsphinx"})
    assert (found.state, found.text[:12]) == (State.OK, "pocketsphinx")


async def test_without_the_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivrkit.speech.endpointing.find_spec", lambda name: None)
    found = (await findings(en={"engine": "pocketsphinx"}))[0]
    assert (found.name, found.state) == ("speech", State.FAIL)
    assert "pip install" in found.text
