"""Phrases, translations and plural forms, checked over a catalogue."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from ivrkit.flow.closure import FlowLibrary
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  balance:
    params: {amount: money}
    en: ["Your balance is", {money: amount, currency: EUR}]
    es: ["Su saldo es de", {money: amount, currency: EUR}]
  english-only: {en: Only in English.}
  hello: {en: "Hello {{ name }}.", es: "Hola {{ nombre }}."}
  callers:
    params: {number: number}
    en: {count: number, one: One., other: "{{ n }}."}
    es: {count: number, one: Uno., few: Pocos.}
"""
HEAD = """
variables: {name: {type: text, default: Ann}, amount: {type: money, default: "1.50"}}
sections:
  main:
    - answer
    - language: es
    - say: {en: Welcome., es: Bienvenido.}
"""


def findings(tmp_path: Path, step: str) -> list[tuple[str, str, int]]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/all.yaml").write_text(PHRASES)
    text = HEAD + "    - " + dedent(step).replace("\n", "\n      ")
    (tmp_path / "flows/main.yaml").write_text(text)
    library = FlowLibrary(reader(), tmp_path / "flows")
    checked = load_checked(library, "main", SiteWorld(flows=["main"]))
    found = (each for each in checked.diagnostics if each.code != "unused")
    return [(each.code, Path(each.mark.file).name, each.mark.line) for each in found]


@pytest.mark.parametrize(
    "step",
    [
        "say: Welcome.",
        "say: {phrase: welcome}",
        'say: {phrase: balance, with: {amount: "{{ amount }}"}}',
        "say: {phrase: balance, with: {amount: 2}}",
        'say: {phrase: "{{ name }}", among: [welcome, hello]}',
        "say: {digits: name}",
        'say: "{{ name }}"',
        "say: {text: Only here., language: en}",
    ],
)
def test_nothing_is_wrong_with(tmp_path: Path, step: str) -> None:
    if "hello" in step:
        assert [code for code, _, _ in findings(tmp_path, step)] == ["undefined-name"] * 2
    else:
        assert findings(tmp_path, step) == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("say: {phrase: welcom}", ("unknown-phrase", "main.yaml", 8)),
        (
            'say: {phrase: "{{ name }}", among: [welcome, nowhere]}',
            ("unknown-phrase", "main.yaml", 8),
        ),
        ("say: {phrase: balance}", ("missing-argument", "main.yaml", 8)),
        (
            'say: {phrase: balance, with: {amount: "{{ today }}"}}',
            ("wrong-type", "main.yaml", 8),
        ),
        ("say: {phrase: balance, with: {amount: x}}", ("wrong-type", "main.yaml", 8)),
        (
            "say: {phrase: welcome, with: {amount: 2}}",
            ("unknown-argument", "main.yaml", 8),
        ),
        ("say: {phrase: english-only}", ("missing-translation", "main.yaml", 8)),
        ("say: Nowhere else.", ("missing-translation", "main.yaml", 8)),
        ("say: {en: One., fr: Un.}", ("missing-translation", "main.yaml", 8)),
        ('say: "Hello {{ name }}."', ("undefined-name", "all.yaml", 9)),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    tmp_path: Path, step: str, expected: tuple[str, str, int]
) -> None:
    assert expected in findings(tmp_path, step)


def test_plural_forms_of_a_phrase_are_told_of_in_the_catalogue(tmp_path: Path) -> None:
    found = findings(tmp_path, "say: {phrase: callers, with: {number: 3}}")
    assert found == [("missing-plural", "all.yaml", 13), ("unused-plural", "all.yaml", 13)]


def test_plural_forms_of_a_text_per_language(tmp_path: Path) -> None:
    found = findings(
        tmp_path,
        """\
        say:
          en: {count: 3, one: One., other: Some.}
          es: {count: 3, one: Uno.}
        """,
    )
    assert [code for code, _, _ in found] == ["missing-plural"]
