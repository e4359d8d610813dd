from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.service.workbench.running import all_commands, command_of, names
from tests.service.workbench.conftest import Sitting

HERE = Path(__file__).parent


def test_every_command_has_a_test() -> None:
    modules = {type(each).__module__.rpartition(".")[2] for each in all_commands().values()}
    assert {f"test_{each}.py" for each in modules} == {
        path.name for path in (HERE / "commands").glob("test_*.py")
    }


def test_no_two_commands_share_a_name() -> None:
    given = [name for each in all_commands().values() for name in (each.name, *each.aliases)]
    assert sorted(given) == sorted(names())


@pytest.mark.parametrize("line", ["1", "123#", "*31", "0"])
def test_keys_are_pressed(line: str) -> None:
    command, arguments = command_of(line)
    assert (command.name, arguments) == ("press", line)


@pytest.mark.parametrize(("line", "near"), [("stpe", "step"), ("shwo", "show"), ("brake", "break")])
def test_what_is_no_command_is_told_with_the_nearest(line: str, near: str) -> None:
    with pytest.raises(ValueRejected, match=f"no command '{line}'.*'{near}'"):
        command_of(line)


async def test_lines_one_after_the_other(sit: Sitting) -> None:
    await sit.ask("# a comment", "", "step", "", "nonsense", "", "quit", "step")
    assert sit.path == "main/2"
    assert sit.desk.failures == 1
    assert sit.desk.over
