"""The programs on the pages run, and do what the pages say of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import pytest

from docs.generator.samples import WORLD
from ivrkit.flow.check import check_flow
from ivrkit.flow.codes import CATALOGUE
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reader import Reader
from ivrkit.handoff.payloads import Document
from ivrkit.handoff.webhook import signature
from ivrkit.prompts.languages.en import English
from ivrkit.service.registries import parts, verbs

from .markdown import PAGES, ROOT, blocks

ENGINEER, HOUSE = ROOT / "docs" / "engineer.md", ROOT / "docs" / "house.md"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of an example stays: no file, and no diagnostic code."""
    monkeypatch.chdir(tmp_path)
    known = dict(CATALOGUE)
    yield
    CATALOGUE.clear()
    CATALOGUE.update(known)


def run(page: Path) -> dict[str, Any]:
    """Run the programs of a page one after the other; the names they leave."""
    names: dict[str, Any] = {"__name__": "example"}
    for block in blocks(page):
        if block.kind == "python":
            text = "\n" * (block.line - 1) + dedent(block.text)
            exec(compile(text, str(page), "exec", dont_inherit=True), names)
    return names


WITH_PROGRAMS = [page for page in PAGES if any(each.kind == "python" for each in blocks(page))]


@pytest.mark.parametrize("page", WITH_PROGRAMS, ids=lambda page: page.name)
def test_they_run(page: Path) -> None:
    run(page)


def test_the_verb_has_an_example_that_is_read() -> None:
    weekday = run(HOUSE)["Weekday"]
    reader = Reader({**verbs(), "weekday": weekday}, parts())
    text = "sections:\n  main:\n    - weekday: 6\n      exits: {weekend: hangup}\n"
    flow, found = reader.read("main.yaml", text)
    assert [str(each) for each in found] == []
    assert flow is not None


def test_the_part_says_a_number() -> None:
    said = run(HOUSE)["PercentPart"].utterance(Decimal("12.5"), {}, English())
    assert said.text == "12.5 percent"
    assert said.words[-1].text == "percent"


@pytest.mark.parametrize(("entries", "told"), [(5, []), (6, ["long-menu"])])
def test_the_check_finds_long_menus(
    entries: int, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Diagnostics()
    keys = "".join(f"          {n}: {{say: For {n}, to: hangup}}\n" for n in range(1, entries + 1))
    text = f"sections:\n  main:\n    - menu:\n        prompt: Choose.\n        keys:\n{keys}"
    flow, _ = Reader(verbs(), parts()).read("main.yaml", text)
    assert flow is not None
    long_menus = run(HOUSE)["LongMenus"]
    monkeypatch.setattr("ivrkit.flow.check.checks", lambda: {"long_menus": long_menus})
    check_flow(flow, {"main": flow}, WORLD, found=found)
    assert [each.code for each in found] == told


def test_a_signature_is_checked_as_the_page_does() -> None:
    is_genuine = run(ENGINEER)["is_genuine"]
    now, body, secret = int(time.time()), b'{"event":"called"}', "a secret of 16 ch"
    assert is_genuine(secret, signature(secret, now, body), body)
    assert not is_genuine(secret, signature(secret, now - 3600, body), body)
    assert not is_genuine("another", signature(secret, now, body), body)
    assert not is_genuine(secret, "nonsense", body)


def test_the_document_is_as_shown() -> None:
    shown = [each.text for each in blocks(ENGINEER) if each.kind == "json"]
    for text in shown:
        document = msgspec.json.decode(text, type=Document)
        assert msgspec.json.decode(msgspec.json.encode(document)) == msgspec.json.decode(text)
    assert shown


def test_names_of_the_dialplan_are_those_of_the_shipped_one() -> None:
    page = ENGINEER.read_text("utf-8")
    dialplan = (ROOT / "asterisk-conf" / "extensions.conf").read_text("utf-8")
    sent = (ROOT / "ivrkit" / "handoff" / "variables.py").read_text("utf-8")
    contexts = set(re.findall(r"`(ivrkit-[a-z]+)`", page))
    assert contexts
    assert {each for each in contexts if f"[{each}]" not in dialplan} == set()
    variables = set(re.findall(r"`_*(IVRKIT_[A-Z]+(?:_[A-Z]+)*)`", page)) - {"IVRKIT_STORE_KEY"}
    assert {each for each in variables if each not in dialplan + sent} == set()
