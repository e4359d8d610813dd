from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from ivrkit.call.events import Ended, HandedOff, Pressed, Saying, TraceEvent
from ivrkit.errors import ConfigurationError, FlowError, ScriptError, ValueRejected
from ivrkit.service.making import make_project
from ivrkit.service.simulating import debug, simulate, written
from ivrkit.service.workbench import Desk

PROJECT = Path(__file__).parents[2]


async def typed(keys: str) -> AsyncGenerator[str, None]:
    for key in keys:
        yield key


async def run(target: str, keys: str, caller: str = "") -> tuple[int, list[TraceEvent]]:
    seen: list[TraceEvent] = []
    status = await simulate(target, PROJECT, typed(keys), seen.append, caller=caller)
    return status, seen


async def test_a_whole_call_by_hand_with_the_real_database(tmp_path: Path) -> None:
    make_project(tmp_path / "new", "bank")
    seen: list[TraceEvent] = []
    status = await simulate(
        "bank", tmp_path / "new", typed("1123456#105"), seen.append, real=["database.crm"]
    )
    assert status == 0
    said = " ".join(event.text for event in seen if isinstance(event, Saying))
    assert "Ann Lee, your balance is 12 euros and 50 cents" in said
    keys = [event.keys for event in seen if isinstance(event, Pressed)]
    assert keys == ["1", "123456", "1", "0", "5"]
    assert [event.state for event in seen if isinstance(event, HandedOff)][-1] == "back"
    assert isinstance(seen[-1], Ended)
    assert seen[-1].ended == "flow"


async def test_money_is_really_sent_and_shown_among_the_last_payments(tmp_path: Path) -> None:
    make_project(tmp_path / "new", "bank")
    seen: list[TraceEvent] = []
    keys = typed("5123456#12580654321#9#1452580654321#9999#11123456#1")
    await simulate("bank", tmp_path / "new", keys, seen.append, real=["database.crm"])
    with closing(sqlite3.connect(tmp_path / "new/database/bank.db")) as database:
        found = database.execute("select number, balance from accounts order by number").fetchall()
        sent = database.execute("select account, amount from payments where purpose = 'transfer'")
        assert (found, sent.fetchall()) == (
            [("123456", 3.5), ("654321", 1213.07)],
            [("123456", -9)],
        )
    said = " ".join(event.text for event in seen if isinstance(event, Saying))
    assert "You have sent 9 euros" in said
    assert "minus 690 euros rent" in said
    assert "There is not enough money in your account" in said
    assert "Ann Lee, your balance is 3 euros and 50 cents" in said


async def test_a_number_and_a_file_are_flows_too() -> None:
    for target in ("800", str(PROJECT / "flows/bank.yaml")):
        _, seen = await run(target, "q")
        assert any(isinstance(e, Saying) and "Acme Bank" in e.text for e in seen)
        assert [event.ended for event in seen if isinstance(event, Ended)] == ["caller"]


async def test_silence_lets_time_pass() -> None:
    _, seen = await run("bank", " . .")
    silent = [event for event in seen if isinstance(event, Pressed) and event.result == "no_input"]
    assert len(silent) == 2


async def test_when_nothing_is_left_to_press_the_caller_hangs_up() -> None:
    _, seen = await run("bank", "2")
    assert [event.ended for event in seen if isinstance(event, Ended)] == ["caller"]


async def test_what_cannot_be_called_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="a call to 555 reaches no flow"):
        await run("555", "")
    with pytest.raises(ConfigurationError, match="there is no file"):
        await run(str(tmp_path / "none.yaml"), "")
    (tmp_path / "bad.yaml").write_text("ivrkit: 1\nflow: bad\nlanguage: en\nsections: {}\n")
    with pytest.raises(FlowError, match="has errors"):
        await run(str(tmp_path / "bad.yaml"), "")


async def test_a_file_that_is_no_flow_is_told(tmp_path: Path) -> None:
    (tmp_path / "bank.yml").write_text("sections: {main: [answer]}\n")
    with pytest.raises(ConfigurationError, match=r"bank\.yml is no flow"):
        await run(str(tmp_path / "bank.yml"), "")


async def test_keys_known_beforehand() -> None:
    assert [key async for key in written("1 23# a. q")] == list("123#a.q")


async def test_words_known_beforehand() -> None:
    typed = [key async for key in written('1 "My balance" . "x"2')]
    assert typed == ["1", '"My balance', ".", '"x', "2"]


async def test_words_without_an_end_are_told() -> None:
    with pytest.raises(ValueRejected, match="has no end") as caught:
        _ = [key async for key in written('1 "balance')]
    assert caught.value.hint == 'write "balance" in quotes'


async def test_words_where_nobody_listens_are_told() -> None:
    told: list[str] = []
    typed = written('"balance" q')
    assert await simulate("bank", PROJECT, typed, lambda _: None, tell=told.append) == 0
    assert "nobody listens to what is said" in told[0]


@pytest.mark.parametrize("text", ["1x", "1,2", "star", "ä"])
async def test_what_is_no_key_is_told(text: str) -> None:
    with pytest.raises(ValueRejected, match="is nothing to press"):
        _ = [key async for key in written(text)]


def commands(*lines: str) -> Callable[[Desk], AsyncIterator[str]]:
    async def each(desk: Desk) -> AsyncIterator[str]:
        for line in lines:
            yield line

    return each


async def test_commands_instead_of_keys() -> None:
    told: list[str] = []
    seen: list[TraceEvent] = []
    lines = commands("step", "where", "quit", "step")
    status = await debug("bank", PROJECT, seen.append, caller="1", tell=told.append, lines=lines)
    assert status == 0
    assert "[the call begins]" in told[0]
    assert "main/1" in told[1]
    assert not any(isinstance(event, Saying) for event in seen)


async def test_a_command_that_could_not_be_done_is_a_status() -> None:
    told: list[str] = []
    lines = commands("nonsense")
    assert await debug("bank", PROJECT, print, tell=told.append, lines=lines) == 1
    assert "no command 'nonsense'" in told[-1]


async def test_a_colon_goes_on_with_commands() -> None:
    told: list[str] = []
    seen: list[TraceEvent] = []
    status = await simulate(
        "bank",
        PROJECT,
        typed("2:1"),
        seen.append,
        tell=told.append,
        lines=commands("where 0", "hangup"),
    )
    assert status == 0
    assert told[0].startswith("card-menu/0")
    assert [event.ended for event in seen if isinstance(event, Ended)] == ["caller"]
