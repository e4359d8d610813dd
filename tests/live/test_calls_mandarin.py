"""The clinic in English and Mandarin, live: both languages are heard, with dates and amounts, and a
key changes the language in the middle of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivrkit.call.events import Saying
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import read_wave
from tests.live.harness import LiveCall, exchange_of

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PROJECT = Path(__file__).parents[2]
WELCOME = "Lotus Clinic. 莲花诊所。"
WHICH = "For English, press 1. 普通话，请按2。"
MENU = (
    "请选择服务。For English, press 9. 查询预约，请按1。查询账单，请按2。查询价格，请按3。"
    "人工服务，请按0。"
)
OWED, OWED_IN_ENGLISH = "您的应付金额是1280元5角", "The amount due is 1280 yuan and 50 fen"
PRICES = ("门诊每次120元", "针灸每次268元8角", "药茶每杯2元5分")
THERE = 0.01
"""The level (root of the mean square) from which on something is heard."""


def site(asterisk: PrivateAsterisk, folder: Path) -> dict[str, Any]:
    """The project's own flow, with its phrases."""
    flows = folder / "flows"
    flows.mkdir()
    (flows / "lotus-clinic.yaml").symlink_to(PROJECT / "flows/lotus-clinic.yaml")
    return {
        "flows": str(flows),
        "numbers": {"800": "lotus-clinic"},
        "prompts": {
            "cache": str(asterisk.sounds_folder / "cache"),
            "folder": str(PROJECT / "prompts"),
        },
    }


def level(call: LiveCall, text: str) -> float:
    """How loud the loudest tenth of a second of a prompt's file is."""
    (sound,) = call.files(text)
    samples = read_wave(sound)
    tenths = samples[: len(samples) // 800 * 800].reshape(-1, 800)
    return float(np.sqrt(np.mean(tenths**2, axis=1)).max())


@pytest.mark.timeout(180)
async def test_a_call_in_mandarin_changes_to_english_by_a_key(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    async with exchange_of(asterisk, tmp_path / "site", 6, **site(asterisk, tmp_path)) as (
        exchange,
        _,
    ):
        async with exchange.calling("7600") as call:
            await call.until_asked(WHICH)
            await call.press("2")
            await call.until_asked("人工服务，请按0。")
            await call.press("2")
            await call.until_asked("请输入您的四位病历号码。")
            await call.press("1024")
            await call.until_said(OWED)
            await call.until_said("请选择服务。")
            await call.press("3")
            await call.until_said(PRICES[-1])
            await call.until_said("请选择服务。")
            await call.press("1")
            await call.until_said("保留预约，请按1。")
            await call.press("9")
            await call.until_said("How can we help you?")
            await call.press("2")
            await call.until_said(OWED_IN_ENGLISH)
            await call.until_said("How can we help you?")
            await call.hang_up()
            await call.ends("caller")
        said = [text for text, end in call.said() if end == "finished"]
        assert said[:5] == [WELCOME, WHICH, "感谢您的来电。", MENU, "请输入您的四位病历号码。"]
        for text in (OWED, *PRICES, OWED_IN_ENGLISH):
            assert text in said
        assert "您的下次预约是明天上午10:30" in said
        languages = {event.text: event.language for event in call.happened(Saying)}
        assert {languages[text] for text in (OWED, *PRICES, "感谢您的来电。")} == {"zh"}
        assert languages[OWED_IN_ENGLISH] == "en"
        call.listened()
        for text in (OWED, *PRICES, OWED_IN_ENGLISH):
            assert level(call, text) > THERE, text
