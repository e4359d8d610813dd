from __future__ import annotations

import pytest

from ivrkit.call.events import Said
from tests.qa.conftest import Play

FLOW = """
    exits: {no_input: silent, no_match: hangup}
    variables: {code: digits, reason: text}
    payload: {code: {type: digits, optional: true}}
    on_end:
      - log: "{{ call.ended }}"
    sections:
      main:
        - answer
        - say: Welcome to Acme Bank.
        - menu:
            prompt: For balances, press 1. For a person, press 2.
            into: reason
            keys: {1: balance, 2: agent}
            no_input: Are you still there?
      balance:
        - collect: {into: code, digits: 4, prompt: Enter your code., confirm: true}
        - say: "Your balance is 12 euros and 50 cents."
      agent:
        - queue: {name: service, payload: {code: "{{ code }}"}}
          exits: {else: hangup}
        - say: Thank you for waiting.
      silent:
        - say: You were silent.
"""

WORDS = """
    exits: {no_input: hangup, no_match: hangup}
    keys: {0: {to: agent, words: agent}}
    sections:
      main:
        - answer
        - say: Welcome to Acme Bank.
        - goto: top
      top:
        - menu:
            prompt: You may say billing or cards, whatever you like, or press a key.
            keys:
              1: {to: bill, words: [billing]}
              2: {to: cards, words: [cards, credit card]}
            no_match: I did not understand.
            MORE
      bill:
        - say: Your bill is paid.
      cards:
        - collect: {into: code, digits: 4, prompt: Your code.}
      agent:
        - record: {into: message}
        - say: Thank you.
    variables: {code: digits}
"""

SPOKEN = {
    "through": """
        - hear: press a key
        - say: billing please
        - hear: Your bill is paid
        - expect: {ended: flow}
    """,
    "impatient": """
        - hear: say billing or cards
        - say: credit card
        - never_hear: press a key
        - hear: Your code
    """,
    "without a word heard": """
        - say: billing
        - hear: Your bill
    """,
    "wrong, then a key": """
        - say: pizza
        - hear: I did not understand
        - press: 1
        - hear: Your bill
    """,
    "not sure": """
        - {say: billing, confidence: 0.4}
        - hear: I did not understand
        - say: [building, {text: billing, confidence: 0.6}]
        - hear: Your bill
    """,
    "noise": """
        - hear: press a key
        - silence: 2s
        - say: {seconds: 200ms}
        - silence: 4s
        - say: billing
        - hear: Your bill
    """,
    "after a silence": """
        - silence: 4s
        - say: {text: well I would like my credit card, seconds: 6s}
        - hear: Your code
    """,
    "a flow-wide key, and a message": """
        - say: agent
        - say: Hello, this is Ann.
        - hear: Thank you
    """,
}


@pytest.mark.parametrize("turns", SPOKEN.values(), ids=SPOKEN.keys())
async def test_words_are_said_to_a_question(play: Play, turns: str) -> None:
    outcome = await play(WORDS.replace("MORE", ""), turns, restart_everywhere=True)
    assert outcome.failure is None, outcome.failure


UNHEARD = {
    "a question of keys": (
        """
        - say: cards
        - say: one two
        """,
        "nobody listens to what is said: the call waits for keys",
    ),
    "the end": (
        """
        - say: billing
        - hear: Your bill is paid
        - say: billing
        """,
        "nobody listens to what is said: the call ended (flow)",
    ),
}


@pytest.mark.parametrize(("turns", "message"), UNHEARD.values(), ids=UNHEARD.keys())
async def test_what_nobody_listens_to_is_told(play: Play, turns: str, message: str) -> None:
    outcome = await play(WORDS.replace("MORE", ""), turns)
    assert outcome.failure is not None
    assert outcome.failure.message == message


async def test_over_a_prompt_that_no_voice_stops_nothing_is_said(play: Play) -> None:
    turns = """
        - hear: say billing
        - say: billing
        - hear: Your bill is paid
    """
    outcome = await play(WORDS.replace("MORE", "barge_in_by: keys"), turns)
    assert outcome.failure is None, outcome.failure
    ends = [each.end for each in outcome.traces[0] if isinstance(each, Said)]
    assert ends == ["finished"] * 3


GOOD = {
    "through": """
        - hear: welcome to ACME bank
        - press: 1
        - section: balance
        - hear: your code
        - press: 0123
        - expect: {variables: {code: 0123, reason: 1}}
        - hear: You entered
        - press: 1
        - hear: Your balance is twelve euros and fifty cents
        - expect: {ended: flow}
    """,
    "impatient": """
        - hear: For balances, press one
        - press: 1
        - never_hear: For a person
        - hear: code
        - hangup
        - expect: {ended: caller}
    """,
    "type-ahead": """
        - press: 1
        - press: "0123"
        - press: 1
        - hear: 12 euros
    """,
    "in one go": """
        - press: "101231"
        - hear: 12 euros
    """,
    "silence": """
        - hear: Welcome
        - silence: 12s
        - hear: Are you still there?
        - hear: For balances
        - silence: 20s
        - hear: You were silent
        - expect: {exit: no_input}
    """,
    "wait and press": """
        - wait: 500ms
        - press: 1
        - never_hear: For balances
        - hear: code
    """,
    "queue": """
        - press: 2
        - queue: {name: service, payload: {}, exit: answered}
        - hear: Thank you for waiting
    """,
    "hang up with the agent": """
        - press: 2
        - queue: {name: service, until: connected}
        - hangup
        - expect: {ended: agent}
    """,
    "hang up in the queue": """
        - press: 2
        - queue: service
        - wait: 2s
        - hangup
        - expect: {ended: caller}
    """,
    "keys of a second call": """
        - hear: Welcome
        - silence: 12s
        - press: 2
        - queue: {name: service, exit: answered}
        - hangup
        - dial: "801"
        - never_hear: Are you still there
        - press: 1
        - hear: code
        - hangup
    """,
    "time between calls": """
        - silence: 40s
        - hear: You were silent
        - wait: 1d
        - dial: "801"
        - press: 1
        - press: "0123"
        - press: 1
        - expect: {ended: flow}
    """,
    "two calls": """
        - hear: Welcome
        - dial: "801"
        - hear: Welcome
        - hangup
    """,
}


@pytest.mark.parametrize("turns", GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("restart", [False, True], ids=["whole", "restarts"])
async def test_a_call_that_is_as_the_script_says(play: Play, turns: str, restart: bool) -> None:
    outcome = await play(FLOW, turns, restart_everywhere=restart)
    assert outcome.failure is None
    assert bool(outcome.restarts) is restart


BAD = {
    "not heard": ("- hear: Good morning", "this was not heard"),
    "after the end": ("- press: 1\n- hear: code\n- silence: 60s\n- press: 1", "the call was over"),
    "never": ("- never_hear: press 2\n- silence: 1s", "should never be"),
    "more keys": (
        '- press: 1\n- hear: code\n- press: "01"\n- hear: Your balance',
        "the call waits for keys that may follow 01 (`wait: 3s`)",
    ),
    "order": ("- hear: press 2\n- hear: press 1\n- hangup", "waits for keys"),
    "section": ("- press: 1\n- hear: code\n- section: agent\n- hangup", "was not reached"),
    "ended": ("- hangup\n- expect: {ended: flow}", "ended otherwise"),
    "exit": ("- press: 1\n- expect: {exit: no_match}", "left by 'no_match'"),
    "not silent": ("- expect: {ended: flow}", "waits for keys"),
    "variables": ("- press: 1\n- expect: {variables: {reason: 2}}", "variables differ"),
    "payload": ("- press: 2\n- queue: {name: service, payload: {code: 1}}", "is another"),
    "queue": ("- press: 2\n- queue: sales", "was not handed to the queue 'sales'"),
    "queue exit": ("- press: 2\n- queue: {name: service, exit: full}", "was left"),
    "hangup": ("- silence: 60s\n- hangup", "the call was over"),
}


@pytest.mark.parametrize(("turns", "message"), BAD.values(), ids=BAD.keys())
async def test_a_call_that_is_not_as_the_script_says(play: Play, turns: str, message: str) -> None:
    outcome = await play(FLOW, turns)
    assert outcome.failure is not None
    assert message in outcome.failure.message
    assert outcome.failure.mark.line >= 5


async def test_a_failure_shows_what_was_heard_and_where(play: Play) -> None:
    outcome = await play(FLOW, "- hear: Welcome\n- press: 1\n- hear: Good morning")
    failure = outcome.failure
    assert failure is not None
    assert failure.expected == "Good morning"
    assert [text for _, text in failure.heard] == ["Enter your code."]
    assert failure.path == ("main", "balance")
    assert failure.mark.line == 7


async def test_what_a_script_does_not_give_fails_it_by_name(play: Play) -> None:
    outcome = await play(
        FLOW.replace("- answer", "- if: queues.service.waiting > 3\n          then: agent"),
        "- hear: sorry",
    )
    assert outcome.failure is not None
    assert "the figures of the queue 'service'" in outcome.failure.message


async def test_an_unknown_flow_fails_the_script(play: Play) -> None:
    outcome = await play(FLOW, "- hangup\n- flow: nowhere\n- hear: nothing")
    assert outcome.failure is not None
    assert "no flow 'nowhere'" in outcome.failure.message


async def test_the_clock_and_the_queue_are_given(play: Play) -> None:
    outcome = await play(
        """
        sections:
          main:
            - answer
            - say: "{{ now }}"
            - queue: service
              exits: {unstaffed: nobody, else: hangup}
            - say: "{{ handoff.agent }} talked for {{ handoff.talk_time }}"
            - queue: service
              exits: {unstaffed: nobody, else: hangup}
          nobody:
            - say: Nobody is here.
        """,
        """
        - hear: 2026-03-02
        - queue: {name: service, exit: answered}
        - hear: PJSIP/7 talked for 90s
        - queue: {name: service, exit: unstaffed}
        - hear: Nobody is here
        """,
        given="""
        clock: 2026-03-02T10:00:00+01:00
        queue.service:
          - answered: {agent: PJSIP/7, talk: 90s}
            after: 10s
          - unstaffed: true
        """,
        restart_everywhere=True,
    )
    assert outcome.failure is None


async def test_a_wait_goes_on_when_the_call_is_over(play: Play) -> None:
    flow = """
        sections:
          main:
            - answer
            - say: [{date: today, style: short}]
    """
    outcome = await play(
        flow,
        """
        - hear: March
        - wait: 2d
        - dial: "801"
        - hear: March 4
        """,
        given="clock: 2026-03-02T10:00:00+01:00",
    )
    assert outcome.failure is None
