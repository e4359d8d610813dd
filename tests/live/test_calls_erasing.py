"""A caller who has left a message: what is kept of him is handed out and erased, live."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Recorded
from ivrkit.service.callers.erasing import erase
from ivrkit.service.callers.exporting import export_caller
from ivrkit.service.configuration import load_configuration
from ivrkit.service.history import list_calls
from ivrkit.store import RecordQuery
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import heard
from tests.live.harness import ALIKE
from tests.live.served import served
from tests.live.test_calls_messages import NUMBERS, kept, speaks

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


async def test_a_caller_and_his_message_are_handed_out_and_erased(
    asterisk: PrivateAsterisk, ari: Any, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 8, numbers=NUMBERS) as (exchange, _),
        exchange.caller() as call,
        exchange.calling("7800") as other,
    ):
        await call.dial("7800")
        busy, _ = await erase(load_configuration(tmp_path), call.phone.name, really=True)
        assert (busy.in_progress, busy.nothing) == ([call.id], True)
        await speaks(call, prompts["two"])
        await call.press("#")
        await call.until(Recorded, by="key", kept=True)
        await call.until_said("Good bye then")
        await call.ends()
        assert heard(kept(tmp_path), prompts["two"]) >= ALIKE
        # What an engine that died has left of his call, and of somebody else's.
        for name in (f"{call.id}.9.0", "somebody.9.0"):
            asterisk.recordings_folder.joinpath(f"{name}.wav").write_bytes(
                prompts["one"].read_bytes()
            )
        configuration = load_configuration(tmp_path)
        target = tmp_path / "caller.zip"
        await export_caller(configuration, call.phone.name, target)
        with zipfile.ZipFile(target) as archive:
            (sound,) = (each for each in archive.namelist() if each.endswith(".wav"))
            archive.extract(sound, tmp_path / "handed-out")
            assert call.id in archive.read("index.txt").decode()
        assert heard(tmp_path / "handed-out" / sound, prompts["two"]) >= ALIKE
        found, note = await erase(configuration, call.phone.name, really=True)
        assert note == ""
        assert (found.calls, found.messages, found.recordings) == (1, 1, 1)
        assert found.in_progress == []
        assert [each.id for each in (await list_calls(configuration, RecordQuery())).calls] == [
            other.id
        ]
        assert list((tmp_path / "state" / "media").glob("*.wav")) == []
        left = [each["name"] for each in await ari.request("GET", "recordings/stored")]
        assert left == ["somebody.9.0"]
        asterisk.recordings_folder.joinpath("somebody.9.0.wav").unlink()
