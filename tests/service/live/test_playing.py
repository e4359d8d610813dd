"""The order in which scripts are played live."""

from __future__ import annotations

from pathlib import Path

from ivrkit.qa.reading import read_script
from ivrkit.service.live.playing import length


def seconds(*turns: str) -> float:
    lines = ["script: 1", "name: a call", "flow: shop", "call:", *(f"  - {turn}" for turn in turns)]
    script, diagnostics = read_script(Path("a.yaml"), "\n".join(lines) + "\n")
    assert script is not None, diagnostics
    return length(script)


def test_more_turns_and_longer_waits_take_longer() -> None:
    assert seconds("press: 1", "press: 2") > seconds("press: 1")
    assert seconds("silence: 30s") > seconds("silence: 5s", "press: 1")
    assert seconds("wait: 1m", "hangup") > seconds("silence: 30s", "hangup")
