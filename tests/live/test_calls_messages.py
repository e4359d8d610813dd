"""Messages, live: what a caller says is recorded, kept, played back, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivrkit.call.events import Recorded, Recording
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import RATE, heard, read_wave, write_wave
from tests.live.harness import ALIKE, Ears, Exchange, LiveCall, exchange_of
from tests.live.served import served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

NUMBERS = {"800": "letter"}
SPEAK = "Please speak now"
TONE = 0.8
"""Seconds that a caller waits before he speaks: the tone is to be over."""


@asynccontextmanager
async def office(asterisk: PrivateAsterisk, folder: Path, number: int) -> AsyncIterator[Exchange]:
    async with exchange_of(asterisk, folder, number, numbers=NUMBERS) as (exchange, _):
        yield exchange


def seconds(wave: Path) -> float:
    return len(read_wave(wave)) / RATE


async def speaks(call: LiveCall, wave: Path) -> None:
    """Say something after the tone, to its end; and then nothing, for baresip ends a call whose
    file has come to its end."""
    await call.until_said(SPEAK)
    await call.until(Recording)
    spoken = call.phone.recording().with_name("spoken.wav")
    write_wave(spoken, np.concatenate([read_wave(wave), np.zeros(120 * RATE)]))
    await asyncio.sleep(TONE)
    await call.phone.say(spoken)
    await asyncio.sleep(seconds(wave))


def kept(folder: Path) -> Path:
    (file,) = (folder / "state" / "media").glob("*.wav")
    return file


async def test_what_was_said_is_kept_and_played_back(
    asterisk: PrivateAsterisk, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with office(asterisk, tmp_path, 2) as exchange, exchange.calling("7200") as call:
        await speaks(call, prompts["two"])
        await call.press("#")
        await call.until(Recorded, by="key", kept=True)
        await call.until_said("Good bye then")
        await call.ends()
    assert heard(kept(tmp_path), prompts["two"]) >= ALIKE
    Ears(call.phone.recording()).hear(prompts["two"], "the message")
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600


async def test_silence_ends_it_and_who_says_nothing_has_left_nothing(
    asterisk: PrivateAsterisk, ari: Any, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with (
        office(asterisk, tmp_path, 3) as exchange,
        exchange.calling("7300") as talker,
        exchange.calling("7300") as silent,
    ):
        await speaks(talker, prompts["one"])
        recorded = await talker.until(Recorded, by="silence", kept=True)
        assert recorded.seconds == pytest.approx(seconds(prompts["one"]) + TONE, abs=1.5)
        await silent.until_said("Nothing was heard")
        await silent.ends()
        await talker.ends()
    assert heard(kept(tmp_path), prompts["one"]) >= ALIKE
    assert await ari.request("GET", "recordings/stored") == []


async def test_who_hangs_up_is_remembered_with_what_he_said(
    asterisk: PrivateAsterisk, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with office(asterisk, tmp_path, 4) as exchange, exchange.caller() as call:
        await call.dial("7400")
        await speaks(call, prompts["two"])
        await call.hang_up()
        await call.ends("caller")
        assert call.noted() == ["letter: caller"]
        assert heard(kept(tmp_path), prompts["two"]) >= ALIKE
        del exchange.traces.calls[call.id]
        again = LiveCall(call.phone, exchange.traces, exchange.cache)
        await again.dial("7400")
        await again.until_said("Last time you have said")
        await again.until_said("That was all of it")
        await again.ends()
        Ears(again.phone.recording()).hear(prompts["two"], "the message of the first call")
        assert next(text for text, _ in again.said()).endswith("[message]")


async def test_a_recording_outlives_the_engine(
    asterisk: PrivateAsterisk, ari: Any, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 5, numbers=NUMBERS) as (exchange, engine),
        exchange.calling("7500") as ended,
        exchange.calling("7500") as going,
    ):
        await asyncio.gather(speaks(ended, prompts["one"]), speaks(going, prompts["three"]))
        await engine.kill()
        await ended.press("#")  # Asterisk ends it by itself, and nobody hears of it
        await engine.start()
        await asyncio.gather(
            ended.until(Recorded, by="gap", kept=True), going.until(Recorded, kept=True)
        )
        await asyncio.gather(ended.ends(), going.ends())
    for call, wave in ((ended, prompts["one"]), (going, prompts["three"])):
        Ears(call.phone.recording()).hear(wave, "the message")
    assert await ari.request("GET", "recordings/stored") == []


async def test_who_hangs_up_while_no_engine_is_there_has_left_a_message(
    asterisk: PrivateAsterisk, ari: Any, prompts: dict[str, Path], tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 6, numbers=NUMBERS) as (exchange, engine),
        exchange.caller() as call,
    ):
        await call.dial("7600")
        await speaks(call, prompts["two"])
        await engine.kill()
        await call.hang_up()
        await engine.start()
        await call.until(Recorded, by="hangup", kept=True)
        await call.ends("lost")
        assert call.noted() == ["letter: lost"]
    assert heard(kept(tmp_path), prompts["two"]) >= ALIKE
    assert await ari.request("GET", "recordings/stored") == []
