"""Catalogue files with other texts, and all else as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reading import plain
from ivrkit.flow.source import compose
from ivrkit.service.prompts.translation.splicing import changed

FILE = """\
# What the bank says.
phrases:
  # At the door.
  welcome:
    en: Welcome.   # said first
    es: "Bienvenido."

  short: {en: Hi., es: Hola.}  # in one line
  long:
    en: |
      A text
      of two lines.
    recorded: [es]
  balance:
    params: {balance: money}
    en:
      - Your balance is
      # the value
      - {money: balance, currency: EUR}
  last:
    en: Bye.
"""


def read(text: str) -> Any:
    found = Diagnostics()
    source = compose("x", text, found)
    assert source is not None, found
    return plain(source.root)["phrases"]


def test_only_what_changes_is_written() -> None:
    new = changed("x", FILE, {"welcome": {"en": "Good day.", "fr": "Bonjour."}})
    lines = [line for line in new.splitlines() if line not in FILE.splitlines()]
    assert lines == ["    en: Good day.   # said first", "    fr: Bonjour."]
    assert len(new.splitlines()) == len(FILE.splitlines()) + 1


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("short", "Salut.", '  short: {en: Hi., es: Hola., fr: "Salut."}  # in one line'),
        ("long", "Deux\nlignes", '    fr: "Deux\\nlignes"'),
        ("welcome", "=1+1", '    fr: "=1+1"'),
        ("welcome", "yes", '    fr: "yes"'),
        ("last", "a: b # c", '    fr: "a: b # c"'),
        (
            "balance",
            ["Solde :", {"money": "balance", "currency": "EUR"}],
            '    fr: ["Solde :", {money: balance, currency: EUR}]',
        ),
    ],
)
def test_a_language_is_added(name: str, value: Any, line: str) -> None:
    new = changed("x", FILE, {name: {"fr": value}})
    assert line in new.splitlines()
    assert read(new)[name]["fr"] == value


def test_a_list_keeps_its_lines_and_comments() -> None:
    english = ["You have", {"money": "balance", "currency": "EUR"}]
    new = changed("x", FILE, {"balance": {"en": english}})
    assert new == FILE.replace("Your balance is", "You have")
    other = changed("x", FILE, {"balance": {"en": "Nothing."}})
    assert "    en: Nothing.\n      # the value\n  last:" in other


def test_a_text_below_a_bar_is_replaced() -> None:
    new = changed("x", FILE, {"long": {"en": "Short."}})
    assert "    en: Short.\n    recorded: [es]" in new


def test_phrases_are_added() -> None:
    new = changed("x", FILE, {"main/hello": {"en": "Hello", "fr": "Allô"}})
    assert new == FILE + "  main/hello:\n    en: Hello\n    fr: Allô\n"
    alone = changed("x", "", {"main/hello": {"en": "Hello"}})
    assert alone == "phrases:\n  main/hello:\n    en: Hello\n"


@pytest.mark.parametrize(
    "text",
    [
        "phrases: {}\n",
        "phrases:\n  welcome: &a {en: A}\n  other: *a\n",
        "phrases: {a: {en: A}}\n",
        "phrases: [a\n",
    ],
)
def test_what_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        changed("x", text, {"welcome": {"en": "B"}})


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
values = st.one_of(texts, st.lists(texts, min_size=1, max_size=3), st.just({"text": "a b: c"}))


@given(st.dictionaries(st.sampled_from(sorted(read(FILE))), values, min_size=1))
def test_any_value_can_be_written_anywhere(given_: dict[str, Any]) -> None:
    for language in ("en", "es", "fr"):
        new = changed("x", FILE, {name: {language: each} for name, each in given_.items()})
        for name, each in given_.items():
            assert read(new)[name][language] == each
        for comment in ("What the bank says", "At the door", "said first", "in one line"):
            assert f"# {comment}" in new
