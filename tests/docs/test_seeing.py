"""The page about seeing a flow: what it shows is what comes of what it says."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivrkit.cli.main import application
from ivrkit.service.workbench.running import names

from .markdown import ROOT, blocks

PAGE = ROOT / "docs" / "seeing.md"
PROMPT = "ivrkit> "


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the flow of the page."""
    flow = next(each for each in blocks(PAGE) if each.text.startswith("# flows/shop.yaml\n"))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "shop.yaml").write_text(flow.text.partition("\n")[2])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(line: str, stdin: str = "") -> str:
    """What a command line prints."""
    arguments = shlex.split(line)
    assert arguments[0] == "ivrkit"
    return CliRunner().invoke(application(), arguments[1:], input=stdin).output


def sessions() -> list[str]:
    return [each.text for each in blocks(PAGE) if each.kind == "text" and PROMPT in each.text]


def test_pictures(shop: Path) -> None:
    for block in blocks(PAGE):
        if block.kind == "sh" and "graph" in block.text:
            printed = "".join(map(typed, block.text.splitlines()))
            assert printed == (block.shown or "")
    assert {path.name for path in shop.glob("shop.*")} == {"shop.html", "shop.svg", "shop.dot"}


@pytest.mark.parametrize("number", range(2))
def test_sessions(number: int) -> None:
    shown = sessions()[number]
    commands = [line[len(PROMPT) :] for line in shown.splitlines() if line.startswith(PROMPT)]
    printed = typed("ivrkit simulate shop --workbench", "\n".join(commands) + "\n")
    assert printed == shown.replace(PROMPT, "> ")


def test_what_is_saved(shop: Path) -> None:
    commands = [line[len(PROMPT) :] for line in sessions()[1].splitlines() if PROMPT in line]
    typed("ivrkit simulate shop --workbench", "\n".join(commands) + "\n")
    script = next(each for each in blocks(PAGE) if each.text.startswith("# nobody-here.yaml\n"))
    assert (shop / "nobody-here.yaml").read_text() == script.text.partition("\n")[2]
    assert "1 passed" in typed("ivrkit test nobody-here.yaml")


def test_every_command_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    table = text[text.index("| command | does |") : text.index("`back` plays")]
    missing = {each.name for each in names().values()} - {"save!"}
    assert {name for name in missing if f"`{name}" not in table} == set()
