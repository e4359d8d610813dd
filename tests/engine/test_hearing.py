"""Questions that listen: what stops the prompt, what wins, and what becomes of the ear."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pytest

import ivrkit.prompts.parts
import ivrkit.steps
from ivrkit.call import Call, Exit, Part, Step
from ivrkit.call.events import (
    EarOpened,
    HearingLost,
    Interrupted,
    Listening,
    Pressed,
    Recognised,
)
from ivrkit.call.hearing import END_SILENCE, Grammar, Hypothesis, Recognition
from ivrkit.expressions.secrets import MASK
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.steps.asking import Asking
from ivrkit.steps.hearing import HearingStep, speech
from tests.engine.conftest import Bench

FLOW = """
    language: en
    keys:
      0: {{to: agent, words: [agent, a person]}}
      9: {{to: again, words: {{en: repeat, de: noch einmal}}}}
    shortcuts:
      "*31": {{to: cards, words: lost card}}
    variables: {{choice: text}}
    sections:
      main:
        - answer
        - goto: top
      top:
        - menu:
            prompt: How can we help you today, dear caller?
            into: choice
            keys:
              1: {{to: billing, words: [billing, my bill], label: billing}}
              2: {{to: cards, words: {{en: cards, de: Karten}}}}
              3: again
              4: wrong
            no_input: Are you there?
            no_match: That is wrong.
            {more}
          exits: {{no_input: silent, no_match: mistaken}}
      billing:
        - if: input.by == 'speech'
          then:
            - log: "{{{{ input.said }}}} {{{{ input.confidence }}}} {{{{ choice }}}}"
          else:
            - log: "{{{{ input.by }}}} {{{{ choice }}}}"
        - say: Your bill.
      cards:
        - say: Your cards.
      agent:
        - say: A person.
      silent:
        - say: You were silent.
      mistaken:
        - say: You were mistaken.
"""
QUESTION = "How can we help you today, dear caller?"


def flow(more: str = "flush: false") -> str:
    return FLOW.format(more=more)


def sure(text: str, confidence: float) -> Hypothesis:
    return Hypothesis(text, confidence)


def ears(bench: Bench) -> list[str]:
    """The names of those that are open."""
    return [name for name, each in bench.channel.ears.items() if each.is_open]


# ---- what is said ------------------------------------------------------------------------------


async def test_a_word_chooses_an_entry(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.say(sure("billing please", 0.8), sure("building", 0.3))
    assert bench.notes == ["billing please 0.8 billing"]
    assert bench.pressed == []
    (event,) = bench.of(Recognised)
    assert (event.text, event.confidence, event.result, event.label) == (
        "billing please",
        0.8,
        "chosen",
        "billing",
    )
    assert event.alternatives == (("building", 0.3),)
    await bench.quiet()
    assert bench.heard == [QUESTION, "Your bill."]
    assert ears(bench) == []


async def test_an_entry_without_a_label_gives_its_key(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.say("cards")
    assert bench.variables["choice"] == "2"


async def test_words_are_those_of_the_language_of_the_call(bench: Bench) -> None:
    text = flow().replace("- goto: top", "- language: de\n        - goto: top")
    await bench.call(text)
    await bench.quiet()
    (ear,) = bench.channel.ears.values()
    assert ear.hearing.grammar.language == "de"
    phrases = {"billing", "my bill", "karten", "agent", "a person", "noch einmal", "lost card"}
    assert set(ear.hearing.grammar.phrases) == phrases
    await bench.say("Karten")
    assert bench.heard[-1] == "Your cards."


async def test_a_flow_wide_key_may_be_said(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.say("a person please")
    assert [each.result for each in bench.of(Recognised)] == ["key"]
    assert [each.by for each in bench.of(Interrupted)] == ["key"]
    assert bench.heard[-1] == "A person."


async def test_a_shortcut_may_be_said(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.say("lost card")
    assert [each.by for each in bench.of(Interrupted)] == ["shortcut"]
    assert bench.heard[-1] == "Your cards."


async def test_again_may_be_said(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.say("repeat")
    assert [each.result for each in bench.of(Recognised)] == ["key"]
    await bench.quiet()
    assert bench.heard == [QUESTION, QUESTION]
    await bench.say("my bill")
    assert bench.notes == ["my bill 1 billing"]


async def test_what_means_nothing_is_wrong_input(bench: Bench) -> None:
    await bench.call(flow())
    for _ in range(3):
        await bench.quiet()
        await bench.say("pizza")
    await bench.quiet()
    assert [each.reason for each in bench.of(Recognised)] == ["unknown"] * 3
    asked = [f"That is wrong. {QUESTION}"] * 2
    assert bench.heard == [QUESTION, *asked, "You were mistaken."]


async def test_what_is_not_sure_enough_is_wrong_input(bench: Bench) -> None:
    await bench.call(flow("confidence: 0.7"))
    await bench.quiet()
    await bench.say(sure("billing", 0.69))
    assert [each.reason for each in bench.of(Recognised)] == ["unsure"]
    await bench.quiet()
    await bench.say(sure("billing", 0.7))
    assert bench.notes


async def test_silence_is_no_input_though_somebody_listens(bench: Bench) -> None:
    await bench.call(flow())
    assert await bench.ended() == "flow"
    assert bench.heard[-1] == "You were silent."
    assert [each.result for each in bench.of(Pressed)] == ["no_input"] * 3
    assert len(bench.of(EarOpened)) == 3


async def test_who_speaks_is_waited_for(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.after(4.5)
    await bench.say("well I would like to see my bill", seconds=4)
    assert bench.notes == ["well I would like to see my bill 1 billing"]


async def test_noises_are_overheard_for_a_while(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    for _ in range(4):
        await bench.after(3)
        await bench.say(seconds=0.2)
    results = [(each.result, each.reason) for each in bench.of(Recognised)]
    assert results == [("ignored", "")] * 3 + [("no_match", "unsure")]


# ---- the prompt --------------------------------------------------------------------------------


async def test_words_that_count_stop_the_prompt(bench: Bench) -> None:
    await bench.call(flow())
    await bench.speak("pizza", seconds=0.5)
    await bench.after(0.5 + END_SILENCE)
    assert bench.said == []
    await bench.speak("billing please", seconds=0.5)
    await bench.after(0.5)
    assert bench.said == []  # so far it might be anything
    await bench.after(END_SILENCE)
    assert bench.said[0] == (QUESTION, "barge_in")
    assert bench.notes == ["billing please 1 billing"]
    assert [each.result for each in bench.of(Recognised)] == ["ignored", "chosen"]


async def test_any_speech_stops_the_prompt(bench: Bench) -> None:
    await bench.call(flow("barge_in_by: speech"))
    await bench.after(0.5)
    await bench.speak("pizza")
    assert bench.said == [(QUESTION, "barge_in")]
    await bench.after(1 + END_SILENCE)
    assert [each.result for each in bench.of(Recognised)] == ["no_match"]


@pytest.mark.parametrize("more", ["barge_in_by: keys", "barge_in: false"])
async def test_a_prompt_that_no_voice_stops(bench: Bench, more: str) -> None:
    await bench.call(flow(more))
    await bench.say("billing", seconds=0.5)
    await bench.quiet()
    assert bench.said == [(QUESTION, "finished")]
    assert bench.of(Recognised) == []
    await bench.say("billing", seconds=0.5)
    assert bench.notes == ["billing 1 billing"]


async def test_what_begins_over_the_prompt_may_end_behind_it(bench: Bench) -> None:
    await bench.call(flow())
    length = bench.last_heard().length
    await bench.after(length - 0.5)
    await bench.say("I would like to have my bill", seconds=8)
    assert bench.said[0] == (QUESTION, "finished")
    assert bench.notes == ["I would like to have my bill 1 billing"]


async def test_the_ear_does_not_delay_the_prompt(bench: Bench) -> None:
    await bench.call(flow())
    assert bench.of(EarOpened)[0].at == 0
    assert bench.last_heard().at == 0
    assert [each.at for each in bench.of(Listening)] == []


# ---- keys and words ----------------------------------------------------------------------------


async def test_a_key_is_quicker_than_the_word(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.speak("billing")
    await bench.after(1)
    await bench.press("2")
    assert ears(bench) == []
    await bench.after(2)
    assert bench.pressed == [("2", "chosen")]
    assert bench.notes == []
    assert bench.heard[-1] == "Your cards."


async def test_a_word_is_quicker_than_the_key(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.speak("billing")
    await bench.after(1 + END_SILENCE)
    await bench.press("2")
    assert bench.notes == ["billing 1 billing"]
    assert bench.pressed == []


async def test_a_key_ends_the_listening_also_when_it_is_wrong(bench: Bench) -> None:
    await bench.call(flow().replace("2: {to: cards", "22: {to: cards"))
    await bench.quiet()
    await bench.press("2")
    await bench.say("billing")
    assert bench.of(Recognised) == []
    await bench.after(2)
    assert bench.pressed == [("2", "no_match")]


async def test_who_has_typed_ahead_is_not_listened_to(bench: Bench) -> None:
    await bench.call(flow().replace("- goto: top", "- {say: Welcome.}\n        - goto: top"))
    await bench.press("2")
    assert bench.of(EarOpened) == []
    assert bench.pressed == [("2", "chosen")]


# ---- what breaks in ----------------------------------------------------------------------------


async def test_hanging_up_closes_the_ear(bench: Bench) -> None:
    await bench.call(flow())
    await bench.speak("billing")
    await bench.hang_up()
    assert ears(bench) == []
    assert bench.events[-1].ended == "caller"  # type: ignore[attr-defined]


async def test_a_recogniser_that_fails_leaves_the_keys(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.speak("billing", seconds=9)
    (ear,) = bench.channel.ears.values()
    ear.fail("the model is gone")
    await bench.after(4.9)
    assert [each.reason for each in bench.of(HearingLost)] == ["the model is gone"]
    assert ears(bench) == []
    await bench.press("1")
    assert bench.notes == ["key billing"]


async def test_what_cannot_be_heard_is_told_once(bench: Bench) -> None:
    problem = {"en": "there is no model for en"}
    bench.problems.update(problem)
    await bench.call(flow())
    assert await bench.ended() == "flow"
    assert [each.reason for each in bench.of(HearingLost)] == ["there is no model for en"]
    assert bench.of(EarOpened) == []
    assert bench.heard[-1] == "You were silent."


async def test_a_site_without_a_recogniser(bench: Bench) -> None:
    bench.without.add(Recognition)
    await bench.call(flow())
    await bench.quiet()
    await bench.say("billing")
    assert [each.reason for each in bench.of(HearingLost)] == ["this site has no recogniser"]
    await bench.press("1")
    assert bench.notes == ["key billing"]


async def test_a_menu_without_words_does_not_listen(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu: {prompt: Press one., keys: {1: next}}
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.quiet()
    assert bench.of(EarOpened) == []
    assert bench.of(HearingLost) == []


async def test_another_engine_replaces_the_ear_that_was_left_behind(bench: Bench) -> None:
    await bench.call(flow())
    await bench.quiet()
    await bench.speak("billing", seconds=9)
    (left_behind,) = ears(bench)
    ear = bench.channel.ears[left_behind]
    ear.close = lambda: None  # type: ignore[method-assign]
    await bench.die()
    del ear.close
    assert ears(bench) == [left_behind]
    await bench.recover()
    assert ears(bench) == [left_behind]
    assert bench.channel.ears[left_behind] is not ear
    assert not ear.is_open
    await bench.quiet()
    await bench.say("billing")
    assert bench.notes == ["billing 1 billing"]
    assert bench.failures == []


async def test_each_question_has_an_ear_of_its_own(bench: Bench) -> None:
    await bench.call(flow())
    names = set()
    for _ in range(3):
        await bench.quiet()
        names.update(ears(bench))
        await bench.after(5)
    assert len(names) == 3


# ---- secrets -----------------------------------------------------------------------------------


class Whisper(HearingStep):
    """Asks for something secret."""

    verb: ClassVar[str] = "whisper"
    example: ClassVar[str] = "- whisper"

    async def run(self, call: Call) -> Exit:
        asking = Asking(call, self)
        answer = await asking.ask(
            (),
            secret=True,
            speech=speech(
                call,
                self,
                grammar=Grammar("de", words=("vier", "acht")),
                understand={"vier acht": Decimal(48)}.get,
            ),
        )
        call.session.set("got", f"{answer.result} {answer.value} {answer.by}")
        return Exit()


async def test_what_is_secret_is_not_told(bench: Bench) -> None:
    verbs = Registry.find(Step, "verb", ivrkit.steps)  # type: ignore[type-abstract]
    parts = Registry.find(Part, "form", ivrkit.prompts.parts)  # type: ignore[type-abstract]
    bench.reader = Reader({**verbs, "whisper": Whisper}, parts)
    await bench.call(
        """
        variables: {got: text, said: {type: text, secret: true}}
        sections:
          main:
            - answer
            - whisper: {prompt: Your code.}
            - set: {said: "{{ input.said }}"}
        """
    )
    await bench.quiet()
    (ear,) = bench.channel.ears.values()
    assert ear.hearing.grammar == Grammar("de", words=("vier", "acht"))
    await bench.say(sure("vier acht", 0.9), sure("vier", 0.5))
    (event,) = bench.of(Recognised)
    assert (event.text, event.result, event.alternatives) == (MASK, "understood", ())
    assert bench.variables == {"got": "understood 48 speech", "said": MASK}


# ---- at the same instant, and in between -------------------------------------------------------


@pytest.mark.parametrize("more", ["barge_in_by: keys", "barge_in: false"])
async def test_who_began_over_a_prompt_that_no_voice_stops_is_heard_out(
    bench: Bench, more: str
) -> None:
    await bench.call(flow(more))
    await bench.after(bench.last_heard().length - 0.5)
    await bench.say("billing", seconds=8)
    assert bench.said[0] == (QUESTION, "finished")
    assert bench.notes == ["billing 1 billing"]


async def test_who_begins_to_speak_at_the_last_instant_is_heard(bench: Bench) -> None:
    """As a key that is pressed then."""
    await bench.call(flow())
    await bench.quiet()
    await bench.clock.sleep(5)
    await bench.say("billing")
    assert bench.pressed == []
    assert bench.notes == ["billing 1 billing"]


@pytest.mark.parametrize("heard", [False, True])
async def test_a_noise_is_nobody_who_was_heard(bench: Bench, heard: bool) -> None:
    """What fails again while an error is handled ends the call, if nobody was heard meanwhile."""
    await bench.call(
        """
        on_error: sorry
        variables: {number: number}
        sections:
          main:
            - answer
            - goto: broken
          broken:
            - set: {number: "{{ 1 / 0 }}"}
          sorry:
            - menu:
                prompt: Sorry.
                attempts: 1
                keys: {1: {to: hangup, words: goodbye}}
              exits: {else: broken}
        """
    )
    await bench.quiet()
    for _ in range(4):
        await bench.say(*(["pizza"] if heard else []))
    await bench.quiet()
    assert (bench.heard.count("Sorry.") > 1) == heard


async def test_keys_before_a_question_that_has_none_are_wrong_input(bench: Bench) -> None:
    """They do not stand in its way for ever."""
    await bench.call(
        """
        variables: {topic: text}
        sections:
          main:
            - answer
            - say: Welcome to our service.
            - listen: {into: topic, prompt: What is it?, choices: {billing: billing}}
              exits: {no_input: silent, no_match: mistaken}
            - log: "{{ topic }}"
          silent:
            - say: You were silent.
          mistaken:
            - say: You were mistaken.
        """
    )
    await bench.press("2")
    assert bench.pressed == [("2", "no_match")]
    await bench.quiet()
    assert bench.heard[-1] == "What is it?"
    await bench.say("billing")
    assert bench.notes == ["billing"]


async def test_a_secret_choice_is_not_told(bench: Bench) -> None:
    await bench.call(
        """
        variables: {topic: {type: text, secret: true}}
        sections:
          main:
            - answer
            - listen: {into: topic, prompt: What is it?, choices: {illness: [my illness]}}
              exits: {no_input: hangup, no_match: hangup}
            - log: "{{ topic }}"
        """
    )
    await bench.quiet()
    await bench.say("my illness")
    (event,) = bench.of(Recognised)
    assert (event.text, event.label) == (MASK, MASK)
    assert "illness" not in repr(bench.events)
    assert b"illness" not in b"".join(bench.keeper.captures.values())


async def test_a_secret_choice_is_neither_read_back_nor_stored(bench: Bench) -> None:
    await bench.call(
        """
        variables: {topic: {type: text, secret: true}}
        sections:
          main:
            - answer
            - listen:
                into: topic
                prompt: What is it?
                choices: {illness: [my illness]}
                confirm: true
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.quiet()
    await bench.say("my illness")
    await bench.quiet()
    assert len(bench.heard) == 2
    assert "illness" not in bench.heard[-1]
    (capture,) = bench.keeper.captures.values()
    assert b"illness" not in capture
