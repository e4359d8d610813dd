"""Attempts, intro, what starts anew; check and confirmation."""

from __future__ import annotations

from tests.engine.conftest import Bench

MENU = """
    sections:
      main:
        - answer
        - goto: top
      top:
        - menu:
            intro: Welcome.
            prompt: Press one.
            keys:
              1: arrived
              2: again
              3: wrong
              4: next
              5: top
            no_input:
              - Are you there?
              - Hello?
            no_match: That is wrong.
          exits: {no_input: silent, no_match: mistaken}
        - say: Behind the menu.
      arrived:
        - say: Arrived.
      silent:
        - say: You were silent.
      mistaken:
        - say: You were mistaken.
"""


async def test_retry_prompts_are_per_attempt(bench: Bench) -> None:
    await bench.call(MENU)
    assert await bench.ended() == "flow"
    assert bench.heard == [
        "Welcome. Press one.",
        "Are you there? Press one.",
        "Hello? Press one.",
        "You were silent.",
    ]


async def test_silence_and_wrong_input_are_counted_apart(bench: Bench) -> None:
    await bench.call(MENU)
    for _ in range(2):
        await bench.quiet()
        await bench.press("8")
    await bench.quiet()
    await bench.after(5)  # a first silence
    await bench.quiet()
    assert bench.heard[-1] == "Are you there? Press one."
    await bench.press("8")
    await bench.quiet()
    assert bench.heard[-1] == "You were mistaken."


async def test_again_keeps_the_counts_and_says_no_intro(bench: Bench) -> None:
    await bench.call(MENU)
    await bench.quiet()
    await bench.press("8")
    await bench.quiet()
    await bench.press("2")
    await bench.quiet()
    assert bench.heard[-1] == "Press one."
    await bench.press("8")
    await bench.quiet()
    await bench.press("8")
    await bench.quiet()
    assert bench.heard[-1] == "You were mistaken."


async def test_wrong_as_a_target_is_no_match(bench: Bench) -> None:
    await bench.call(MENU)
    await bench.quiet()
    await bench.press("3")
    await bench.quiet()
    assert bench.heard[-1] == "That is wrong. Press one."
    await bench.press("3")
    await bench.quiet()
    await bench.press("3")
    await bench.quiet()
    assert bench.heard[-1] == "You were mistaken."


async def test_next_goes_on_behind_the_menu(bench: Bench) -> None:
    await bench.call(MENU)
    await bench.press("4")
    await bench.quiet()
    assert bench.heard[-1] == "Behind the menu."


async def test_entering_anew_begins_anew(bench: Bench) -> None:
    await bench.call(MENU)
    for keys in ("8", "8", "5"):
        await bench.quiet()
        await bench.press(keys)
    await bench.quiet()
    assert bench.heard[-1] == "Welcome. Press one."
    for _ in range(2):
        await bench.press("8")
        await bench.quiet()
    assert bench.heard[-1] == "That is wrong. Press one."


async def test_the_total_counts_every_question(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press one.
                attempts: {total: 3}
                keys: {1: again}
              exits: {no_input: hangup, no_match: hangup, used_up: enough}
          enough:
            - say: Enough.
        """
    )
    await bench.press("111")
    await bench.quiet()
    assert bench.heard[-1] == "Enough."


async def test_used_up_falls_back_to_the_last_failure(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press one.
                attempts: {total: 2}
                keys: {1: next}
              exits: {no_input: silent, no_match: hangup}
          silent:
            - say: Silent.
        """
    )
    await bench.press("7")
    await bench.after(10)
    await bench.quiet()
    assert bench.heard[-1] == "Silent."


async def test_reprompt_false_does_not_repeat_the_question(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press one.
                keys: {1: {say: For one, to: next}}
                no_match: {say: No., reprompt: false}
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.press("7")
    await bench.quiet()
    assert bench.heard[-1] == "No."


async def test_attempt_and_visit_are_known_in_expressions(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - goto: top
          top:
            - menu:
                prompt:
                  - {text: Welcome., when: visit == 1}
                  - "Attempt {{ attempt }}, visit {{ visits.top }}."
                keys: {1: top}
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.quiet()
    await bench.press("8")
    await bench.quiet()
    await bench.press("1")
    await bench.quiet()
    assert bench.heard == [
        "Welcome. Attempt 1, visit 1.",
        "Welcome. Attempt 2, visit 1.",
        "Attempt 1, visit 2.",
    ]


CHECKED = """
    variables: {code: digits}
    sections:
      main:
        - answer
        - collect:
            into: code
            digits: 4
            prompt: Your code.
            check: code != '0000'
            no_match: Not that one.
          exits: {no_input: hangup, no_match: mistaken}
        - log: "took {{ code }}"
      mistaken:
        - log: "{{ input.reason }} {{ code == none }}"
"""


async def test_a_check_refuses_the_entry(bench: Bench) -> None:
    await bench.call(CHECKED)
    await bench.press("0000")
    await bench.quiet()
    assert bench.heard[-1] == "Not that one. Your code."
    assert bench.variables["code"] is None
    await bench.press("1234")
    assert bench.notes == ["took 1234"]


async def test_a_check_that_fails_every_time(bench: Bench) -> None:
    await bench.call(CHECKED)
    for _ in range(3):
        await bench.press("0000")
    assert bench.notes == ["check true"]


BY_STEPS = """
    variables: {code: digits, name: text}
    data:
      names: {"1111": Ann, "2222": Sam}
    sections:
      main:
        - answer
        - collect:
            into: code
            digits: 4
            prompt: Your code.
            check:
              - if: code not in names
                then:
                  - wrong
              - set: {name: "{{ names[code] }}"}
            no_match: I do not know that.
            confirm: {prompt: "{{ name }}, is that right?", yes: 1, no: 2}
          exits: {no_input: hangup, no_match: hangup}
        - say: "Hello {{ name }}."
"""


async def test_a_check_by_steps_with_a_confirmation(bench: Bench) -> None:
    await bench.call(BY_STEPS)
    await bench.press("9999")
    await bench.quiet()
    assert bench.heard[-1] == "I do not know that. Your code."
    await bench.press("1111")
    await bench.quiet()
    assert bench.heard[-1] == "Ann, is that right?"
    await bench.press("2")
    await bench.quiet()
    assert bench.heard[-1] == "Your code."
    await bench.press("22221")
    await bench.quiet()
    assert bench.heard[-1] == "Hello Sam."


CONFIRMED = """
    variables: {account: digits}
    sections:
      main:
        - answer
        - collect:
            into: account
            digits: 2
            prompt: Your account.
            confirm: true
          exits: {no_input: hangup, no_match: mistaken}
        - say: Thank you.
      mistaken:
        - say: You were mistaken.
"""


async def test_a_confirmation_reads_back(bench: Bench) -> None:
    await bench.call(CONFIRMED)
    await bench.press("12")
    await bench.quiet()
    assert bench.heard[-1].startswith("You entered 12")
    assert bench.heard[-1].endswith("To enter it again, press 2.")
    await bench.press("1")
    await bench.quiet()
    assert bench.heard[-1] == "Thank you."


async def test_silence_repeats_the_confirmation(bench: Bench) -> None:
    await bench.call(CONFIRMED)
    await bench.press("12")
    await bench.quiet()
    first = bench.heard[-1]
    await bench.after(5)
    await bench.quiet()
    assert bench.heard[-2:] == [first, first]


async def test_no_uses_only_the_confirmations_own_attempts(bench: Bench) -> None:
    await bench.call(CONFIRMED)
    for _ in range(2):
        await bench.press("122")
        await bench.quiet()
        assert bench.heard[-1] == "Your account."
    await bench.press("122")
    await bench.quiet()
    assert bench.heard[-1] == "You were mistaken."


async def test_a_default_is_accepted_by_the_terminator_alone(bench: Bench) -> None:
    await bench.call(
        """
        variables: {code: {type: digits, default: "4711"}}
        sections:
          main:
            - answer
            - collect: {into: code, digits: 4, default: code, prompt: Your code.}
              exits: {no_input: hangup, no_match: hangup}
            - log: "{{ code }}"
        """
    )
    await bench.press("#")
    assert bench.notes == ["4711"]


async def test_what_is_secret_is_not_seen(bench: Bench) -> None:
    await bench.call(
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4, prompt: Your pin., check: pin == '1234'}
              exits: {no_input: hangup, no_match: hangup}
            - say: Thank you.
        """
    )
    await bench.press("1234")
    await bench.quiet()
    assert bench.heard[-1] == "Thank you."
    assert bench.pressed == [("••••", "chosen")]
    assert bench.variables["pin"] == "••••"


async def test_a_menu_offers_what_holds(bench: Bench) -> None:
    await bench.call(
        """
        variables: {open: {type: flag, default: false}}
        sections:
          main:
            - answer
            - menu:
                prompt: Please choose.
                attempts: 1
                keys:
                  1: {say: For sales, to: next, when: open}
                  2: {say: For service, to: next}
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.quiet()
    assert bench.heard == ["Please choose. For service, press 2."]
    await bench.press("1")
    assert bench.pressed == [("1", "no_match")]
