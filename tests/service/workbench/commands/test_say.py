from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_words_are_said_when_the_call_listens(sit: Sitting) -> None:
    told = await sit("say my pin please")
    assert sit.path == "ask/0"
    assert "not" not in told


async def test_words_in_quotes_are_said(sit: Sitting) -> None:
    await sit('"my pin"')
    assert sit.path == "ask/0"


async def test_what_cannot_be_said_is_told(sit: Sitting) -> None:
    assert "nothing is to be said" in await sit("say")
    assert "nothing is to be said" in await sit('""')
    await sit("1")
    assert "nobody listens to words" in await sit("say my pin")
    await sit("hangup")
    assert "the call is over" in await sit("say my pin")


async def test_a_breakpoint_on_the_way_is_told(sit: Sitting) -> None:
    await sit("break main/2")
    told = await sit("say my pin")
    assert "main/2" in told
    assert "nothing was said" in told


async def test_it_is_said_again_on_the_way_back(sit: Sitting) -> None:
    await sit("say my pin", "back")
    assert sit.bench.held
    await sit("c")
    assert sit.path == "ask/0"
