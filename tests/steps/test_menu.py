"""``menu``: what is offered, announced and chosen."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_the_variable_receives_the_label_or_the_keys(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        variables: {wish: text}
        sections:
          main:
            - answer
            - menu: {into: wish, keys: {1: {label: cards, to: next}, 2X: next}}
            - log: "{{ wish }} {{ input.label }} {{ input.rest }}"
            - goto: main
        """
    )
    await bench.press("1")
    await bench.press("27")
    assert bench.notes == ["cards cards ", "27 2X 7"]


async def test_entries_are_announced_in_the_order_of_the_file(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - menu:
                prompt: Please choose.
                keys:
                  2: {say: For cards, to: next}
                  1: {say: For balances, to: next}
                  3: next
        """
    )
    await bench.quiet()
    assert bench.heard == ["Please choose. For cards, press 2. For balances, press 1."]


async def test_what_is_offered_may_differ_with_the_attempt(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - menu:
                prompt: Please choose.
                keys:
                  1: next
                  2: {say: For a person, to: person, when: attempt >= 2}
          person:
            - say: A person.
        """
    )
    await bench.press("2")
    await bench.quiet()
    assert bench.heard == ["Please choose. For a person, press 2."]
    await bench.press("2")
    await bench.quiet()
    assert bench.heard[-1] == "A person."


async def test_a_branch_ends_behind_the_menu(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - menu: {keys: {1: [{say: One.}]}}
            - say: Behind.
        """
    )
    await bench.press("1")
    await bench.quiet()
    await bench.quiet()
    assert bench.heard == ["One.", "Behind."]
