from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.qa.reading import load_script
from ivrkit.qa.simulating import play_simulated
from tests.qa.conftest import scene
from tests.service.workbench.conftest import FLOW, SURVEY, Sitting


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_what_is_saved_passes(sit: Sitting) -> None:
    assert "ivrkit test first.yaml" in await sit("2", "time +1s", "5", "save first.yaml")
    script = load_script("first.yaml")
    assert script.name == "first"
    outcome = await play_simulated(script, scene({"main": FLOW, "survey": SURVEY}))
    assert outcome.failure is None


async def test_nothing_is_written_over_unasked(sit: Sitting, folder: Path) -> None:
    (folder / "first.yaml").write_text("mine")
    assert "is there already" in await sit("c", "save first.yaml")
    assert (folder / "first.yaml").read_text() == "mine"
    await sit("save! first.yaml")
    assert load_script("first.yaml").turns


async def test_what_cannot_be_saved_is_told(sit: Sitting) -> None:
    assert "say which file" in await sit("save")
    assert "cannot be written" in await sit("save none/first.yaml")
    assert "by hand" in await sit("set reason = 'x'", "save first.yaml")
