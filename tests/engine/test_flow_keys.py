"""Flow-wide keys, shortcuts, and the reserved words."""

from __future__ import annotations

from tests.engine.conftest import Bench

BANK = """
    keys:
      0: {say: For a person, to: agent}
      9: again
    shortcuts:
      "*31": cards
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - menu:
            prompt: Top.
            keys: {1: deep, 2: inside}
      deep:
        - menu:
            prompt: Deep.
            keys:
              1:
                - menu:
                    prompt: Deeper.
                    keys: {1: main}
      inside:
        - run: {flow: inner}
        - say: Back from the inner flow.
      cards:
        - say: Cards.
      agent:
        - say: A person.
"""
INNER = {
    "inner": """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - menu:
            prompt: Inner.
            keys: {1: next}
        - say: Inner goes on.
    """
}


async def test_a_flow_wide_key_is_announced_and_leads_away(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.quiet()
    assert bench.heard == ["Top. For a person, press 0."]
    await bench.press("0")
    await bench.quiet()
    assert bench.heard[-1] == "A person."


async def test_a_shortcut_leads_away_from_a_deep_menu(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.press("11")
    await bench.quiet()
    assert bench.heard[-1].startswith("Deeper.")
    await bench.press("*31")
    await bench.quiet()
    assert bench.heard[-1] == "Cards."
    assert await bench.ended() == "flow"


async def test_a_flow_wide_key_leaves_the_flow_that_is_run(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.press("2")
    await bench.quiet()
    await bench.press("0")
    await bench.quiet()
    assert bench.heard[-1] == "A person."
    assert await bench.ended() == "flow"
    assert "Back from the inner flow." not in bench.heard


async def test_a_shortcut_leaves_the_flow_that_is_run(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.press("2*31")
    await bench.quiet()
    assert bench.heard[-1] == "Cards."


async def test_the_menu_of_the_inner_flow_comes_back(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.press("21")
    await bench.quiet()
    await bench.quiet()
    assert bench.heard[-2:] == ["Inner goes on.", "Back from the inner flow."]


async def test_again_as_a_flow_wide_key_puts_the_question_again(bench: Bench) -> None:
    await bench.call(BANK, flows=INNER)
    await bench.quiet()
    await bench.press("9")
    await bench.quiet()
    assert bench.heard == ["Top. For a person, press 0."] * 2


async def test_flow_keys_false_accepts_only_its_own_answers(bench: Bench) -> None:
    await bench.call(
        """
        keys: {0: agent}
        sections:
          main:
            - answer
            - menu:
                prompt: Only one.
                flow_keys: false
                attempts: 1
                keys: {1: next}
              exits: {no_input: hangup, no_match: sorry}
          sorry:
            - say: Sorry.
          agent:
            - say: A person.
        """
    )
    await bench.press("0")
    await bench.quiet()
    assert bench.heard[-1] == "Sorry."


async def test_in_a_collect_a_flow_wide_key_counts_only_alone(bench: Bench) -> None:
    flow = """
        keys: {0: agent}
        sections:
          main:
            - answer
            - collect: {into: code, digits: 4, prompt: Your code.}
              exits: {no_input: hangup, no_match: hangup}
            - say: Thank you.
          agent:
            - say: A person.
    """
    await bench.call(flow)
    await bench.press("0123")
    await bench.quiet()
    assert bench.heard[-1] == "Thank you."
    assert bench.variables["code"] == "0123"


async def test_in_a_collect_a_flow_wide_key_typed_alone(bench: Bench) -> None:
    await bench.call(
        """
        keys: {0: agent}
        sections:
          main:
            - answer
            - collect: {into: code, digits: 4, prompt: Your code.}
              exits: {no_input: hangup, no_match: hangup}
          agent:
            - say: A person.
        """
    )
    await bench.press("0")
    await bench.after(3)
    await bench.quiet()
    assert bench.heard[-1] == "A person."
