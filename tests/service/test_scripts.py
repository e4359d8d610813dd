from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError, FlowError, ScriptError
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.script import Dial
from ivrkit.service.configuration import load_configuration
from ivrkit.service.connecting import AnyVariable
from ivrkit.service.scripts import (
    FlowBook,
    configuration_for,
    find_scripts,
    play_scripts,
)

FLOW = """
    ivrkit: 1
    flow: short
    language: en
    sections:
      main: [answer, {say: Welcome.}, {goto: other}]
      other: [answer, {say: Another.}, hangup]
"""
SCRIPT = """
    script: 1
    dial: "800"
    call:
      - hear: Welcome
      - expect: {ended: flow}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "ivrkit.yaml", "asterisk: {password: '${NOBODY_HAS_SET_THIS}'}\n"
          "numbers: {800: short, 801: {flow: short, section: other}, 802: none}\n")  # fmt: skip
    write(tmp_path / "flows/short.yaml", FLOW)
    write(tmp_path / "tests/calls/good.yaml", SCRIPT)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return path


def book(project: Path) -> FlowBook:
    return FlowBook(load_configuration(project, AnyVariable()))


async def play(*paths: Path) -> tuple[list[Outcome], list[str]]:
    shown: list[Outcome] = []
    run = await play_scripts(paths, None, restart_everywhere=False, show=shown.append)
    assert shown == run.outcomes
    return run.outcomes, run.unreadable


async def test_scripts_find_the_project_around_them(project: Path) -> None:
    outcomes, unreadable = await play(project / "tests")
    assert [outcome.passed for outcome in outcomes] == [True]
    assert unreadable == []


async def test_scripts_that_cannot_be_used_stop_no_others(project: Path) -> None:
    write(project / "tests/calls/broken.yaml", "script: 1\ndial: 8\ncall:\n  - haer: x\n")
    outcomes, unreadable = await play(project / "tests/calls")
    assert len(outcomes) == 1
    assert len(unreadable) == 1
    assert "broken.yaml:4:5" in unreadable[0]
    assert "did you mean 'hear'" in unreadable[0]


async def test_a_flow_with_errors_fails_the_script(project: Path) -> None:
    write(project / "flows/short.yaml", FLOW.replace("answer", "anser"))
    outcomes, _ = await play(project / "tests/calls")
    assert outcomes[0].failure is not None
    assert "did you mean 'answer'" in outcomes[0].failure.message


def test_where_a_call_begins(project: Path) -> None:
    flows = book(project)
    assert flows.start(Dial(number="800")).section == "main"
    assert flows.start(Dial(number="801")).section == "other"
    assert flows.start(Dial(flow="short", section="other")).version.name == "short"
    with pytest.raises(ScriptError, match="a call to 555 reaches no flow"):
        flows.start(Dial(number="555"))
    with pytest.raises(FlowError):
        flows.start(Dial(number="802"))


def test_a_call_begins_at_a_section_that_there_is(project: Path) -> None:
    book = FlowBook(load_configuration(project, AnyVariable()))
    with pytest.raises(ScriptError, match="has no section 'othr'"):
        book.start(Dial(flow="short", section="othr"))


def test_scripts_are_found_below_folders(project: Path) -> None:
    assert [path.name for path in find_scripts([project / "tests"])] == ["good.yaml"]
    assert find_scripts([project]) == [
        project / "flows/short.yaml",
        project / "tests/calls/good.yaml",
    ]
    with pytest.raises(ConfigurationError, match="there is no"):
        find_scripts([project / "nowhere"])
    (project / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no call scripts"):
        find_scripts([project / "empty"])


def test_a_named_configuration_beats_the_project(project: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other" / "ivrkit.yaml", "numbers: {900: short}\n")
    found = configuration_for(project / "tests/calls/good.yaml", other)
    assert list(found.numbers) == ["900"]
