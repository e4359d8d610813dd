"""``back``: the menu from which the caller came, with what stood around it."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

TREE = """
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: back}
    variables: {code: digits}
    sections:
      main:
        - answer
        - goto: top
      top:
        - menu:
            prompt: Top.
            keys: {1: left, 2: right, 3: info}
      left:
        - menu:
            prompt: Left.
            keys: {1: deep, 2: top, 8: back}
      right:
        - menu:
            prompt: Right.
            keys: {1: deep, 2: code}
      deep:
        - menu:
            prompt: Deep.
            keys:
              1: left
              2:
                - say: Noted.
                - back
      code:
        - collect: {into: code, digits: 4, prompt: Code., intro: New.}
      info:
        - say: {prompt: Info., barge_in: false}
        - back
"""


async def walk(bench: Bench, keys: str, flow: str = TREE) -> list[str]:
    """What is heard when these keys are pressed one after the other."""
    await bench.call(flow)
    for key in keys:
        await bench.quiet()
        await bench.press(key)
    await bench.quiet()
    return " ".join(bench.heard).split()


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        ("18", "Top. Left. Top."),
        ("19", "Top. Left. Top."),
        ("119", "Top. Left. Deep. Left."),
        ("1199", "Top. Left. Deep. Left. Top."),
        ("219", "Top. Right. Deep. Right."),
        ("2199", "Top. Right. Deep. Right. Top."),
        ("112", "Top. Left. Deep. Noted. Left."),
        # A menu that is in the trail cuts it back.
        ("1119", "Top. Left. Deep. Left. Top."),
        ("1229", "Top. Left. Top. Right. Top."),
        # A section with nothing around, and a question that is no menu: to the last menu.
        ("3", "Top. Info. Top."),
    ],
)
async def test_the_way_back(bench: Bench, keys: str, heard: str) -> None:
    assert await walk(bench, keys) == heard.split()


async def test_a_question_that_is_no_menu_leads_to_the_last_menu(bench: Bench) -> None:
    await walk(bench, "229")
    await bench.after(4)
    await bench.quiet()
    assert " ".join(bench.heard).split() == ["Top.", "Right.", "New.", "Code.", "Right."]


async def test_with_no_menu_before_the_question_begins_again(bench: Bench) -> None:
    heard = await walk(
        bench, "99", TREE.replace("prompt: Top.", "prompt: Top.\n            intro: Hello.")
    )
    assert heard == ["Hello.", "Top."] * 3


async def test_a_trail_does_not_grow(bench: Bench) -> None:
    await walk(bench, "112" * 12 + "1")
    (runner,) = bench.simulation.engine.live().values()
    positions = [each.position for each in runner.stack.frames[0].trail]
    assert positions == ["top/0", "left/0"]


async def test_a_menu_in_a_loop_comes_back_with_its_round(bench: Bench) -> None:
    heard = await walk(
        bench,
        "219",
        """
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: back}
    sections:
      main:
        - answer
        - each: desk in ['Cards', 'Loans', 'Funds']
          do:
            - menu:
                prompt: "{{ desk }}."
                keys: {1: detail, 2: next}
            - say: "Behind {{ loop.index }}."
      detail:
        - menu: {prompt: Detail., keys: {1: next}}
    """,
    )
    assert heard == ["Cards.", "Behind", "1.", "Loans.", "Detail.", "Loans."]
    await bench.press("2")
    await bench.quiet()
    assert " ".join(bench.heard).split()[-3:] == ["Behind", "2.", "Funds."]


async def test_what_was_run_is_no_way_back(bench: Bench) -> None:
    heard = await walk(
        bench,
        "1119",
        """
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: back}
    sections:
      main:
        - answer
        - menu: {prompt: First., keys: {1: second}}
      second:
        - run: question
        - menu: {prompt: Second., keys: {1: third}}
      third:
        - menu: {prompt: Third., keys: {1: next}}
      question:
        - menu: {prompt: Question., keys: {1: next}}
    """,
    )
    assert heard == ["First.", "Question.", "Second.", "Third.", "Second."]
    await bench.press("9")
    await bench.quiet()
    assert " ".join(bench.heard).split()[-1] == "First."


async def test_inside_of_what_is_run_it_leads_out(bench: Bench) -> None:
    heard = await walk(
        bench,
        "199",
        """
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: back}
    sections:
      main:
        - answer
        - menu: {prompt: First., keys: {1: second}}
      second:
        - run: question
      question:
        - menu: {prompt: Question., keys: {1: next}}
    """,
    )
    assert heard == ["First.", "Question.", "First.", "First."]


async def test_from_a_flow_that_is_run_to_the_menu_that_led_there(bench: Bench) -> None:
    await bench.call(
        """
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: back}
    sections:
      main:
        - answer
        - menu: {prompt: First., keys: {1: second}}
      second:
        - run: {flow: part}
    """,
        flows={
            "part": """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - menu: {prompt: Part., keys: {1: other, 8: back}}
      other:
        - menu: {prompt: Other., keys: {1: next, 8: back}}
    """
        },
    )
    for key in "1889":
        await bench.quiet()
        await bench.press(key)
    await bench.quiet()
    assert " ".join(bench.heard).split() == ["First.", "Part.", "Part.", "Part.", "First."]


async def test_nowhere_to_go_is_an_error(bench: Bench) -> None:
    await bench.call("""
    on_error: sorry
    sections:
      main:
        - answer
        - if: visits.main == 1
          then: back
        - log: behind
      sorry:
        - log: sorry
    """)
    await bench.ended()
    assert bench.notes == ["sorry"]


async def test_the_trail_survives_the_engine(bench: Bench) -> None:
    await walk(bench, "11")
    await bench.die()
    await bench.recover()
    await bench.quiet()
    await bench.press("9")
    await bench.quiet()
    await bench.press("9")
    await bench.quiet()
    assert " ".join(bench.heard).split()[-2:] == ["Left.", "Top."]


@pytest.mark.parametrize("restart", [False, True])
async def test_an_earlier_round_has_its_item_again(bench: Bench, restart: bool) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - each: item in ['a', 'b']
              do:
                - if: item == 'a'
                  then:
                    - menu: {prompt: "First {{ item }} {{ loop.index }}.", keys: {1: [{log: on}]}}
                  else:
                    - menu: {prompt: "Second {{ item }} {{ loop.index }}.", keys: {2: back}}
        """
    )
    await bench.quiet()
    await bench.press("1")
    await bench.quiet()
    assert bench.heard == ["First a 1.", "Second b 2."]
    if restart:
        await bench.die()
        await bench.recover()
        await bench.quiet()
    await bench.press("2")
    await bench.quiet()
    assert bench.heard[-1] == "First a 1."
    await bench.press("1")
    await bench.quiet()
    assert bench.heard[-1] == "Second b 2."
