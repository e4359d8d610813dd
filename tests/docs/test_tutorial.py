"""The tutorial, followed step by step in a folder of its own.

- ``sh`` blocks are typed. A ``text`` block behind one is what is answered (times differ).
- A ``yaml`` block that begins with ``# tests/calls/…`` is a new file. Any other one changes the
  flow in whose file it stands (``# flows/…``, else ``flows/bank.yaml``): a field or section that
  is there is replaced, a new one is added at the end. After it nothing is found in the flow.
- A ``text`` block behind such a block is what ``ivrkit check`` says of it: the mistake is tried,
  and taken back.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivrkit.cli.main import application
from ivrkit.errors import IvrkitError

from .markdown import ROOT, Block, blocks

PAGE = ROOT / "docs" / "tutorial.md"
BANK = "flows/bank.yaml"
_FILE = re.compile(r"# ((?:flows|tests)/\S+\.yaml|ivrkit\.yaml)\n")
_FIELD = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_SECTION = re.compile(r"^(?=  [a-z][a-z0-9-]*:)", re.MULTILINE)
_TIME = re.compile(r"\d+(?:\.\d+)? m?s\b|^ +\d+\.\d\d ", re.MULTILINE)


def merged(text: str, change: str) -> str:
    """A flow file with the fields and sections of a change put in."""
    fields = _named(_FIELD, text)
    for name, written in _named(_FIELD, change).items():
        if name == "sections" and name in fields:
            old, new = (_named(_SECTION, each) for each in (fields[name], written))
            fields[name] = "".join({**old, **new}.values())
        else:
            fields[name] = written
    last = fields.pop("sections", "")
    return "".join(fields.values()) + last


def _named(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    pieces = [each for each in pattern.split(text) if each]
    return {each.strip().partition(":")[0]: each.rstrip("\n") + "\n" for each in pieces}


class Follower:
    """Somebody who does what the tutorial says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def follow(self, block: Block) -> None:
        if block.kind == "sh":
            self._type(block)
        elif block.kind == "yaml":
            self._write(block)

    def _type(self, block: Block) -> None:
        answer = ""
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == "cd":
                self.folder = self.folder / words[1]
            elif words and words[0] == "ivrkit":
                answer += self.run(words[1:])
        if block.shown is not None:
            assert _timeless(answer) == _timeless(block.shown), block

    def _write(self, block: Block) -> None:
        named = _FILE.match(block.text)
        path = self.folder / (named[1] if named else BANK)
        text = block.text[named.end() :] if named else block.text
        if path.parent.name == "calls":
            path.write_text(text)
            return
        path.parent.mkdir(exist_ok=True)
        before = path.read_text() if path.exists() else ""
        path.write_text(merged(before, text))
        found = self.run(["check", "flows"])
        if block.shown is None:
            assert found.startswith(("1 flow: 0 err", "2 flows: 0 err", "3 flows: 0 err")), found
            assert "0 warnings" in found, f"{block}\n{found}"
            return
        assert block.shown in found, f"{block}\n{found}"
        path.write_text(before)

    def run(self, words: list[str]) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("COLUMNS", "200")
            try:
                result = CliRunner().invoke(application(), words)
            except IvrkitError as error:
                return str(error)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output


def _timeless(text: str) -> str:
    return _TIME.sub("", text).strip()


def test_it_can_be_followed_to_a_bank_whose_scripts_pass(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    for block in blocks(PAGE):
        follower.follow(block)
    assert "failed" not in follower.run(["test", "tests/calls"])
