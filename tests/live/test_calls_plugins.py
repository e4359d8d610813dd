"""Libraries and plug-ins, live: a caller hears what a function in C and one in Python give, the one
in C crashes in the middle of his call, and the next call works."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.connectors.tariff import build
from tests.live.harness import Ears, exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """\
ivrkit: 1
flow: post
language: en
variables: {sum: number, word: text, crashed: number}
exits: {no_input: bye, no_match: bye}
on_error: failed
sections:
  main:
    - answer
    - native: {library: tariff, function: add, with: {a: 40, b: 2}, into: sum}
      exits: {unknown: failed}
    - python: {plugin: words, function: shout, with: {word: parcel, times: "{{ sum }}"}, into: word}
      exits: {unknown: failed}
    - say: "The library has reckoned {{ sum }}, the program has made {{ word }} of it."
    - menu:
        prompt: Press one to crash the library.
        keys: {1: crash, 2: bye}
  crash:
    - native: {library: tariff, function: crash, with: {how: 0}, into: crashed}
      exits: {unknown: unsure}
    - goto: failed
  unsure:
    - say: We do not know whether it was done.
    - native: {library: tariff, function: add, with: {a: 1, b: 2}, into: sum}
      exits: {unknown: failed}
    - say: "And yet it reckons {{ sum }} again."
    - hangup
  failed:
    - say: It has failed.
    - hangup
  bye:
    - say: Good bye.
    - hangup
"""
PLUGIN = """\
import time


def shout(word: str, times: int) -> str:
    time.sleep(0.2)  # as plain functions do
    return f"{times} {word}s"
"""
A, B, HOW = ({"name": name, "type": "int32"} for name in ("a", "b", "how"))
CONNECTORS = {
    "native": {
        "tariff": {
            "library": "libtariff.so",
            "functions": {
                "add": {"parameters": [A, B], "returns": "int32"},
                "crash": {"parameters": [HOW], "returns": "int32"},
            },
        }
    },
    "python": {"words": {"module": "words", "functions": ["shout"]}},
}


async def test_a_crash_costs_a_step_and_not_the_call(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/words.py").write_text(PLUGIN)
    build(tmp_path)
    own = own_flows(tmp_path, {"post": FLOW}, CONNECTORS)
    async with exchange_of(asterisk, tmp_path, 9, **own) as (exchange, _):
        async with exchange.calling("7900") as call:
            await call.until_asked("Press one to crash")
            # What is made of data is not kept for long.
            spoken = [shutil.copy(each, tmp_path) for each in call.files("The library")]
            await call.press("1")
            await call.ends()
        async with exchange.calling("7900") as following:
            await following.until_asked("Press one to crash")
            await following.press("2")
            await following.ends()
    result = "The library has reckoned 42, the program has made 42 parcels of it."
    assert [text for text, _ in call.said()] == [
        result,
        "Press one to crash the library.",
        "We do not know whether it was done.",
        "And yet it reckons 3 again.",
    ]
    assert [each.exit for each in call.happened(Asked)] == ["next", "next", "unknown", "next"]
    assert following.said()[-1] == ("Good bye.", "finished")
    assert set(finished(result)) <= set(following.said())
    for each in (call, following):
        ears = Ears(each.phone.recording())
        for file in spoken:
            ears.hear(Path(file), result)
