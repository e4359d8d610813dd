"""``language``: what is said from here on is said in it."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Failed, Said
from tests.engine.conftest import Bench

FLOW = """
    variables: {wish: {type: text, default: %s}}
    sections:
      main:
        - say: Hello.
        - language: %s
          exits: {error: other}
        - say: "{{ language }}"
      other:
        - say: Sorry.
"""


async def spoken(bench: Bench, wish: str, language: str) -> list[tuple[str, str]]:
    """What was said, with its language."""
    await bench.call(FLOW % (wish, language))
    await bench.ended()
    return [(each.text, each.language) for each in bench.of(Said)]


@pytest.mark.parametrize("language", ["en-GB", '{language: "{{ wish }}", among: [en, en-GB]}'])
async def test_it_changes_the_language_of_the_call(bench: Bench, language: str) -> None:
    assert await spoken(bench, "en-GB", language) == [("Hello.", "en"), ("en-GB", "en-GB")]


async def test_what_is_not_possible_is_an_error(bench: Bench) -> None:
    told = await spoken(bench, "xx", '{language: "{{ wish }}", among: [en]}')
    assert told == [("Hello.", "en"), ("Sorry.", "en")]
    assert "'xx'" in bench.of(Failed)[0].message


async def test_keys_typed_ahead_stay(bench: Bench) -> None:
    await bench.call("""
    variables: {code: digits}
    sections:
      main:
        - answer
        - say: {prompt: Hello., barge_in: false}
        - language: en-GB
        - collect: {into: code, digits: 2}
          exits: {no_input: hangup, no_match: hangup}
        - log: "{{ code }}"
    """)
    await bench.press("42")
    await bench.ended()
    assert bench.notes == ["42"]
