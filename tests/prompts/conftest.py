"""Fixtures of the prompts' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from ivrkit.prompts import audio
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import PromptSettings
from tests.prompts.support import Hum, Names


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def hum() -> type[Hum]:
    Hum.asked = []
    Hum.gate = None
    Hum.failing = None
    return Hum


@pytest.fixture
def settings(tmp_path: Path) -> PromptSettings:
    (tmp_path / "prompts").mkdir()
    return PromptSettings(folder=tmp_path / "prompts", cache=tmp_path / "cache", engine="hum")


@pytest.fixture
async def service(settings: PromptSettings, hum: type[Hum]) -> AsyncIterator[PromptService]:
    made = PromptService(settings, engines={"hum": hum})
    yield made
    await made.close()


@pytest.fixture
def record(settings: PromptSettings) -> Callable[..., Path]:
    """Puts a recording into the project: a tone of so many seconds."""

    def recorded(name: str, seconds: float = 0.5, hertz: int = 440) -> Path:
        path = settings.folder / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        wave = 0.25 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 8000)) / 8000)
        path.write_bytes(audio.written(wave.astype(np.float32)))
        return path

    return recorded
