"""What callers have recorded, played back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.call.messages import Message, message_id
from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.spoken_text import TextPrompts


def piece(name: str) -> Piece:
    return Piece("audio", name, dynamic=True)


@pytest.fixture
async def service(tmp_path: Path) -> PromptService:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "c1.2.0.wav").write_bytes(audio.silence(3.0))
    (tmp_path / "secret.wav").write_bytes(audio.silence(1.0))
    settings = PromptSettings(folder=tmp_path / "prompts", cache=tmp_path / "cache")
    return PromptService(settings, messages=tmp_path / "media")


async def test_it_is_a_copy_that_lives_as_long_as_its_playback(
    service: PromptService, tmp_path: Path
) -> None:
    rendered = await service.render([piece(Message("c1.2.0", 3.0).file)], "en")
    (media,) = rendered.media
    assert (media.seconds, rendered.text) == (3.0, "[message]")
    assert media.path.is_relative_to(tmp_path / "cache")
    assert media.path.read_bytes() == (tmp_path / "media" / "c1.2.0.wav").read_bytes()
    rendered.release()
    assert not media.path.exists()
    await service.close()


@pytest.mark.parametrize(
    "name",
    ["media:gone", "media:../secret", "media:/etc/passwd", "media:.hidden", "media:", "media:a/b"],
)
async def test_it_leads_nowhere_else(service: PromptService, name: str) -> None:
    with pytest.raises(PromptError):
        await service.render([piece(name)], "en")
    await service.close()


async def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    service = PromptService(PromptSettings(folder=tmp_path / "p", cache=tmp_path / "c"))
    with pytest.raises(PromptError):
        await service.render([piece("media:c1.2.0")], "en")
    await service.close()


async def test_the_simulator_says_the_same() -> None:
    prompts = TextPrompts()
    assert (await prompts.render([piece("media:c1.2.0")], "en")).text == "[message]"
    with pytest.raises(PromptError):
        await prompts.render([piece("media:../x")], "en")


def test_what_is_a_reference() -> None:
    assert message_id("media:call-1.2.0") == "call-1.2.0"
    assert message_id("welcome") is None
