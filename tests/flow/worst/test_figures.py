"""The worst case of flows, with figures worked out by hand.

English is spoken with 15 characters a second: the texts here are as long as they are for that.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.worst import Figures, Person, Worst
from ivrkit.flow.worst.text import described, duration
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

SECOND = "x" * 15


def worst(text: str, name: str = "bank", world: SiteWorld | None = None, **others: str) -> Worst:
    sources = {each: dedent(other) for each, other in {name: text, **others}.items()}
    loaded = FlowLibrary(reader(), Path("/nonexistent")).load(name, sources)
    assert not loaded.diagnostics.failed, loaded.render()
    return Figures(loaded.flows, world or SiteWorld()).of(name)


def test_what_is_said_and_waited_for() -> None:
    found = worst(
        f"""
        sections:
          main:
            - answer
            - say: {SECOND * 2}
            - wait: 3s
            - say: {{audio: welcome, text: {SECOND}}}
            - say: [{{silence: 500ms}}, {{en: {SECOND}, es: {SECOND * 4}}}]
            - hangup
        """
    )
    assert found.seconds == pytest.approx(2 + 3 + 1 + 0.5 + 4)
    assert found.circle == ()
    assert found.person is None
    assert found.without_person == found.dead_ends == ()


def test_a_recording_is_as_long_as_it_is() -> None:
    world = SiteWorld(lengths=lambda name, language: 7.0 if name == "welcome" else None)
    text = "sections: {main: [{say: {audio: welcome, text: Hello}}, {say: {audio: none}}]}"
    assert worst(text, world=world).seconds == pytest.approx(7)


def test_a_question_with_all_its_attempts() -> None:
    # Silence 3 times and a wrong key 3 times, the last of which ends it: 5 questions, each of
    # 2 s, an entry of 1 s with its key (1 s), and 4 s of waiting; 4 retries of 1 s; 1 s of intro.
    found = worst(
        f"""
        sections:
          main:
            - answer
            - menu:
                intro: {SECOND}
                prompt: {SECOND * 2}
                keys:
                  1: {{say: {SECOND}, to: next}}
                no_input: {SECOND}
                first_digit: 4s
              exits: {{else: hangup}}
        """
    )
    assert found.seconds == pytest.approx(1 + 5 * (2 + 1 + 1 + 4) + 4 * 1)


def test_a_question_for_digits() -> None:
    # total: 2 questions of 1 s, 5 s for the first digit and 5 times 3 s for the others, of which
    # 6 digits or fewer with the hash key are at most 6 + 1 keys.
    found = worst(
        f"""
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: {SECOND}
                digits: 4-6
                attempts: {{total: 2}}
              exits: {{else: hangup}}
            - queue: service
              exits: {{else: hangup}}
        """
    )
    assert found.seconds == pytest.approx(2 * (1 + 5 + 6 * 3))
    assert found.person == Person(0 + 4, 7, pytest.approx(48))
    assert found.without_person == ()


MENUS = f"""
keys: {{0: agent}}
sections:
  main:
    - answer
    - menu:
        prompt: {SECOND}
        attempts: 1
        keys: {{1: more, 2: shut}}
      exits: {{else: hangup}}
  more:
    - menu:
        prompt: {SECOND}
        attempts: 1
        keys: {{"33": agent, 9: main}}
      exits: {{else: hangup}}
  shut:
    - say: {SECOND}
  agent:
    - queue: service
      exits: {{else: hangup}}
"""


def test_keys_and_time_to_a_person() -> None:
    # Fewest: 0 at once. Most: 1 and 33. A question lasts 1 s and 5 s of waiting, that for 33
    # another 3 s. The circle main > more > main is gone round once.
    found = worst(MENUS)
    assert found.person == Person(1, 3, pytest.approx(6 + 9))
    assert found.seconds == pytest.approx(6 + 9 + 1)
    assert found.circle == ("main", "more", "main")
    assert found.without_person == ("shut",)
    assert found.dead_ends == ()


def test_who_says_nothing_needs_no_key() -> None:
    found = worst(MENUS.replace("exits: {else: hangup}", "exits: {else: agent}", 1))
    assert found.person is not None
    assert found.person.fewest_keys == 0


def test_a_circle_past_a_counter_is_bounded() -> None:
    text = """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 to hear this again.
                keys: {1: count}
              exits: {else: hangup}
          count:
            - if: visit > 3
              then: hangup
            - goto: main
        """
    assert worst(text).circle == ()
    assert worst(text.replace("visit > 3", "call.from == '1'")).circle == ("main", "count", "main")


def test_again_is_a_circle_and_wrong_is_none() -> None:
    text = """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 to hear this again.
                keys: {1: again}
              exits: {else: hangup}
        """
    assert worst(text).circle == ("main",)
    assert worst(text.replace("1: again", "1: wrong")).circle == ()
    total = text.replace("keys:", "attempts: {total: 3}\n                keys:")
    assert worst(total).circle == ()


def test_a_way_that_goes_back_leads_to_the_menus_before() -> None:
    found = worst(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 for news, or 2 for a person.
                keys: {1: news, 2: agent}
              exits: {else: hangup}
          news:
            - say: There is nothing new.
            - back
          agent:
            - queue: service
              exits: {else: hangup}
        """
    )
    assert found.circle == ("main", "news", "main")
    assert found.without_person == found.dead_ends == ()


def test_rounds_of_a_loop_are_counted() -> None:
    text = f"""
        sections:
          main:
            - repeat: 4
              do:
                - say: {SECOND}
                - say: {SECOND}
            - say: {SECOND}
        """
    found = worst(text)
    assert found.seconds == pytest.approx(4 * 2 + 1)
    assert found.circle == ()


def test_sections_and_flows_that_are_run() -> None:
    part = f"""
        outcomes: [refused]
        sections:
          main:
            - collect: {{into: pin, prompt: {SECOND}, digits: 4, attempts: 1}}
              exits: {{else: refused}}
          refused:
            - return: {{exit: refused}}
        """
    found = worst(
        f"""
        sections:
          main:
            - answer
            - run: greeting
            - run: greeting
            - run: {{flow: login}}
              exits: {{refused: hangup}}
            - queue: service
              exits: {{else: hangup}}
          greeting:
            - say: {SECOND}
        """,
        login=part,
    )
    # Two greetings, and a question of 1 s, 5 s and three times 3 s for 4 digits.
    assert found.seconds == pytest.approx(1 + 1 + (1 + 5 + 9))
    assert found.person == Person(0, 4, pytest.approx(17))


def test_a_person_behind_a_flow_that_is_run() -> None:
    part = """
        sections:
          main:
            - menu: {prompt: Now press 22., keys: {"22": next}}
              exits: {else: hangup}
            - queue: service
              exits: {else: hangup}
        """
    text = """
        sections:
          main:
            - answer
            - menu: {prompt: Now press 1., keys: {1: next}}
              exits: {else: hangup}
            - run: {flow: agent}
        """
    found = worst(text, agent=part)
    assert found.person is not None
    assert found.person[:2] == (3, 3)


def test_a_circle_of_a_flow_that_is_run() -> None:
    part = """
        sections:
          main:
            - menu: {prompt: Now press 1., keys: {1: again}}
              exits: {else: return}
        """
    text = "sections: {main: [answer, {run: {flow: part}}]}"
    assert worst(text, part=part).circle == ("part: main",)


def test_a_flow_that_runs_itself() -> None:
    text = "sections: {main: [{say: Hello}, {run: {flow: bank}}]}"
    assert worst(text).circle == ("bank",)


def test_a_section_that_runs_itself() -> None:
    text = (
        f"sections: {{main: [{{run: again-and}}], again-and: [{{say: {SECOND}}}, {{run: main}}]}}"
    )
    assert worst(text).seconds == pytest.approx(1)


def test_a_dead_end() -> None:
    found = worst(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 to go round.
                keys: {1: trap}
              exits: {else: hangup}
          trap:
            - say: You are in a circle.
            - goto: trap
        """
    )
    assert found.dead_ends == ("trap",)


def test_max_call_and_the_text() -> None:
    found = worst("max_call: 20m\n" + dedent(MENUS), name="bank")
    assert described(found).splitlines()[1:] == [
        "  longest call    16s if each circle is gone round once; no bound but max_call (20m): "
        "main > more > main",
        "  to a person     1 to 3 keys, at most 15s",
        "  no person from  shut",
        "  dead ends       none",
        "  asks            queue.service",
    ]


def asking(fields: str) -> str:
    return f"""
        variables: {{name: text}}
        on_error: agent
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select name from customers where number = 1
                take: value
                into: name
{fields}
              exits: {{not_found: next}}
            - say: {SECOND}
            - hangup
          agent: [queue: service]
        """


def test_a_system_outside_does_not_answer() -> None:
    configured = SiteWorld(patience={"database": {"crm": 12.0, "other": 30.0}})
    assert worst(asking("")).seconds == pytest.approx(ConnectorSettings().timeout.seconds + 1)
    assert worst(asking(""), world=configured).seconds == pytest.approx(12 + 1)
    timed = asking("                timeout: 3s")
    assert worst(timed, world=configured).seconds == pytest.approx(3 + 1)


@pytest.mark.parametrize("what", [f"[{{say: {SECOND * 9}}}]", "please-wait"])
def test_what_is_heard_meanwhile_takes_no_time_of_its_own(what: str) -> None:
    fields = f"                timeout: 6s\n                meanwhile: {{after: 1s, do: {what}}}"
    text = asking(fields) + f"  please-wait: [{{say: {SECOND * 9}}}]\n"
    assert worst(text).seconds == pytest.approx(6 + 1)


def test_a_person_whom_only_failures_lead_to() -> None:
    found = worst(asking(""))
    assert found.person is None
    assert "  to a person     only where something fails" in described(found)
    running = "sections: {main: [{run: {flow: inner}}, hangup]}"
    assert worst(running, "outer", inner=asking("")).only_failing


def test_what_a_flow_asks_of_the_world_around() -> None:
    outer = """
        sections:
          main:
            - answer
            - dialplan: barrier
              exits: {else: next}
            - run: {flow: inner}
            - hangup
        """
    found = worst(outer, "outer", inner=asking(""))
    assert found.asks == ("database.crm", "dialplan.barrier", "queue.service")
    assert worst("sections: {main: [answer, hangup]}").asks == ()


def test_durations() -> None:
    assert [duration(each) for each in (0.2, 59.6, 3725, 7200)] == ["0s", "1m", "1h 2m 5s", "2h"]


def test_a_question_that_may_be_put_again_is_put_as_often_as_total_allows() -> None:
    # 4 questions of 1 s and 4 s of waiting; what stands behind the key takes 2 s each time.
    found = worst(
        f"""
        sections:
          main:
            - answer
            - menu:
                prompt: {SECOND}
                keys:
                  1:
                    - wait: 2s
                    - again
                attempts: {{each: 1, total: 4}}
                first_digit: 4s
              exits: {{else: hangup}}
        """
    )
    assert found.seconds == pytest.approx(4 * (1 + 4) + 4 * 2)
    assert found.circle == ()


def test_what_checks_an_entry_runs_in_every_attempt() -> None:
    # 1 question of silence and 2 wrong ones of 1 s, 4 s of waiting and 3 s for the second digit.
    found = worst(
        f"""
        sections:
          main:
            - answer
            - collect:
                into: code
                digits: 2
                prompt: {SECOND}
                check:
                  - wait: 5s
                  - if: code != '12'
                    then: wrong
                attempts: 2
                first_digit: 4s
              exits: {{else: hangup}}
        """
    )
    assert found.seconds == pytest.approx(3 * (1 + 4 + 3) + 2 * 5)


@pytest.mark.parametrize(
    ("fields", "fewest", "most"),
    [
        ("into: day", 8, 8),
        ("into: when, confirm: true", 5, 5),
        ("into: amount", 1, 13),
        ("into: code, digits: 4, confirm: {wanted: false}", 4, 4),
        ("into: code, digits: 4-6, confirm: {prompt: Press 1}", 5, 8),
    ],
)
def test_keys_of_a_type_and_of_its_confirmation(fields: str, fewest: int, most: int) -> None:
    found = worst(
        f"""
        variables: {{day: date, when: time, amount: money, code: digits}}
        sections:
          main:
            - answer
            - collect: {{{fields}, prompt: Type it.}}
              exits: {{else: hangup}}
            - queue: service
              exits: {{else: hangup}}
        """
    )
    assert found.person is not None
    assert found.person[:2] == (fewest, most)


def test_who_returns_from_a_section_may_reach_a_person() -> None:
    found = worst(
        """
        sections:
          main:
            - answer
            - run: tips
            - queue: service
              exits: {else: hangup}
            - run: tips-again
          tips:
            - say: Tip one.
            - run: more
          more:
            - say: Tip two.
          tips-again:
            - say: Tip three.
        """
    )
    assert found.without_person == ("tips-again",)
    assert found.dead_ends == ()
