from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.core
from typer.testing import CliRunner

from ivrkit import __version__
from ivrkit.cli.main import application
from tests.cli.conftest import Run


def commands() -> list[tuple[str, ...]]:
    """All there are: a new one is tried by adding its file."""
    return list(below(typer.main.get_group(application())))


def below(group: typer.core.TyperGroup, *names: str) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, typer.core.TyperGroup):
            if command.invoke_without_command:
                yield (*names, name)
            yield from below(command, *names, name)
        else:
            yield (*names, name)


@pytest.mark.parametrize("command", commands(), ids="-".join)
def test_every_command_has_help_with_examples(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(application(), [*command, "--help"])
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert f"ivrkit {' '.join(command)}" in result.output


async def test_the_version(run: Run) -> None:
    done = await run("--version")
    assert (done.status, done.out) == (0, f"ivrkit {__version__}\n")


@pytest.mark.parametrize("arguments", [["chekc"], ["check"], ["check", "--nonsense", "x"]])
async def test_wrong_use_is_status_two(run: Run, arguments: list[str]) -> None:
    done = await run(*arguments)
    assert done.status == 2
    assert "Usage" in done.err


async def test_a_new_project_is_checked_and_tested(run: Run, tmp_path: Path) -> None:
    made = await run("init", "new")
    assert made.status == 0
    assert "ivrkit simulate hello" in made.out
    assert (await run("check", "new/flows")).status == 0
    tested = await run("test", "new/tests/calls")
    assert tested.status == 0
    assert "2 passed" in tested.out
    tested = await run("test", "new/tests/calls", "--restart-inside", "7")
    assert tested.status == 0
    assert "restarts" in tested.out
    again = await run("init", "new")
    assert again.status == 1
    assert "error[configuration]: new is not empty" in again.err


async def test_outcomes_of_scripts_as_json(run: Run) -> None:
    await run("init", "new")
    done = await run("test", "new/tests/calls", "--format", "json")
    found = json.loads(done.out)
    assert (found["passed"], found["failed"], len(found["scripts"])) == (2, 0, 2)


async def test_a_script_that_differs_and_one_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    await run("init", "new")
    script = tmp_path / "new/tests/calls/opening-hours.yaml"
    script.write_text(script.read_text().replace("nine to five", "ten to six"))
    done = await run("test", "new/tests/calls")
    assert done.status == 1
    assert "1 failed" in done.out
    assert "ten to six" in done.out
    script.write_text("script: 1\n")
    done = await run("test", "new/tests/calls")
    assert done.status == 2
    assert "opening-hours.yaml:1:1" in done.err
    assert (await run("test", "new/tests/calls", "--live", "--restart-everywhere")).status == 2
    assert (await run("test", "new/tests/calls", "--live", "--restart-inside", "7")).status == 2


async def test_a_flow_is_simulated_with_keys_from_anywhere(run: Run) -> None:
    await run("init", "new")
    given = await run("simulate", "new/flows/hello.yaml", "--keys", "1 2 1980 1")
    assert given.status == 0
    assert "the flow was over" in given.out
    piped = await run("simulate", "new/flows/hello.yaml", stdin="1 2 1980 1")
    assert piped.out == given.out
    steps = await run("simulate", "new/flows/hello.yaml", "--keys", "q", "--steps")
    assert "step       menu  hello:top/0" in steps.out


async def test_calls_without_an_engine(run: Run) -> None:
    for arguments in (["calls"], ["calls", "show", "abcd"]):
        done = await run(*arguments)
        assert done.status == 1
        assert "error[store]: no engine runs, and there is no store" in done.err
    done = await run("calls", "tail")
    assert done.status == 1
    assert "error[engine_away]: no engine has run here" in done.err


async def test_keys_that_are_none_are_wrong_use(run: Run) -> None:
    done = await run("phone", "800", "--keys", "1 x")
    assert done.status == 2
    assert "'x' is nothing to press" in re.sub(r"[│\s]+", " ", done.err)


async def test_what_doctor_finds_as_json(run: Run, tmp_path: Path, unused_tcp_port: int) -> None:
    (tmp_path / "ivrkit.yaml").write_text(
        f"asterisk: {{url: 'http://127.0.0.1:{unused_tcp_port}'}}\n"
    )
    done = await run("doctor", "--format", "json")
    assert done.status == 1
    found = {each["name"]: each["state"] for each in json.loads(done.out)}
    assert found["asterisk"] == "fail"
    assert found["configuration"] == "ok"
    text = await run("doctor")
    assert text.status == 1
    assert "FAIL     asterisk" in text.out
    assert "→" in text.out
