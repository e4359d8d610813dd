"""``listen``: choices, values, slots, keys beside words, and asking back."""

from __future__ import annotations

import pytest

from ivrkit.call.events import HearingLost, Pressed, Recognised
from ivrkit.call.hearing import Hypothesis, Recognition
from ivrkit.expressions.secrets import MASK
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench

ASKED = """
    language: en
    exits: {no_input: failed, no_match: failed, used_up: failed}
    variables: {entry: %s}
    sections:
      main:
        - answer
        - listen: %s
        - log: "{{ entry }}"
        - hangup
      failed:
        - log: "{{ input.exit }}, {{ input.reason }}, {{ entry == none }}"
        - hangup
"""
CHOICES = "choices: {billing: [billing, my bill], support: {en: [support, help], de: Hilfe}}"
KEYS = "keys: {1: {label: billing, to: next}, 2: {say: For support, label: support, to: next}}"
ASK = "prompt: Yes?"
SURE = "Is that right?"


async def asked(bench: Bench, fields: str, type_: str = "text") -> None:
    await bench.call(ASKED % (type_, f"{{into: entry, {ASK}, {fields}}}"))
    await bench.quiet()


# --- choices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "label"),
    [("billing", "billing"), ("it is about my bill please", "billing"), ("HELP!", "support")],
)
async def test_a_choice_is_made_by_one_of_its_phrases(bench: Bench, said: str, label: str) -> None:
    await asked(bench, CHOICES)
    await bench.say(said)
    assert bench.notes == [label]


async def test_choices_of_a_list_are_said_as_they_are_called(bench: Bench) -> None:
    await asked(bench, "choices: [billing, support]")
    await bench.say("support")
    assert bench.notes == ["support"]


@pytest.mark.parametrize(
    "fields", ["{into: entry, %s}", "{slots: {entry: {%s}}}"], ids=["one", "slots"]
)
async def test_a_recogniser_awaits_phrases_as_they_are_spoken(bench: Bench, fields: str) -> None:
    """Whatever signs and capitals they are written with."""
    choices = 'choices: {lost_card: ["My card, lost!"], other: ["Anything ELSE?"]}'
    await bench.call(ASKED % ("text", fields % choices))
    (ear,) = bench.channel.ears.values()
    assert ear.hearing.grammar.phrases == ("my card lost", "anything else")
    await bench.say("anything else")
    assert bench.notes == ["other"]


async def test_phrases_of_other_languages_make_nothing(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, no_match: Pardon?")
    await bench.say("Hilfe")
    await bench.quiet()
    assert bench.heard == ["Yes?", "Pardon? Yes?"]


async def test_a_variable_with_choices_is_asked_for_by_them(bench: Bench) -> None:
    await bench.call(ASKED % ("{choice: [billing, support]}", "{into: entry}"))
    await bench.say("support please")
    assert bench.notes == ["support"]


async def test_keys_are_open_at_the_same_time(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, {KEYS}")
    assert bench.heard == ["Yes? For support, press 2."]
    await bench.press("2")
    assert bench.notes == ["support"]


async def test_words_of_a_key_lead_where_the_key_does(bench: Bench) -> None:
    keys = "keys: {1: {words: stop, to: failed}}"
    await asked(bench, f"{CHOICES}, {keys}")
    await bench.say("stop it")
    assert bench.notes == ["chosen, , true"]


async def test_without_a_variable_the_label_is_told(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - listen: {choices: [billing, support]}
            - log: "{{ input.label }} {{ input.said }} {{ input.by }}"
        """
    )
    await bench.say("support please")
    assert bench.notes == ["support support please speech"]


async def test_what_is_no_choice_is_wrong(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, attempts: 1")
    await bench.say("sales")
    assert bench.notes == ["no_match, unknown, true"]


async def test_silence_is_no_input(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, attempts: 1, first_word: 3s")
    await bench.after(2.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["no_input, , true"]


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "said", "value"),
    [
        ("number", "twenty five", "25"),
        ("digits", "one two double three", "1233"),
        ("phone", "plus four nine three oh one two", "+493012"),
        ("date", "the third of April twenty thirty", "2030-04-03"),
        ("time", "half past three", "15:30"),
        ("money", "twelve euros and fifty cents", "12.50"),
        ("flag", "yes please", "true"),
        ("text", "hello there", "hello there"),
    ],
)
@pytest.mark.parametrize("said_by", ["variable", "field"])
async def test_values_of_every_type(
    bench: Bench, said_by: str, type_: str, said: str, value: str
) -> None:
    if said_by == "variable":
        await bench.call(ASKED % (type_, "{into: entry}"))
    else:
        await bench.call(ASKED % (type_, f"{{into: entry, type: {type_}}}"))
    await bench.say(said)
    assert bench.notes == [value]


@pytest.mark.parametrize(
    ("type_", "keys", "value"),
    [("number", "25#", "25"), ("money", "1250#", "12.50"), ("time", "1530", "15:30")],
)
async def test_who_wants_to_types_it(bench: Bench, type_: str, keys: str, value: str) -> None:
    await bench.call(ASKED % (type_, "{into: entry}"))
    await bench.press(keys)
    assert bench.notes == [value]


async def test_a_key_ends_the_listening(bench: Bench) -> None:
    await bench.call(ASKED % ("digits", "{into: entry, digits: 2}"))
    await bench.press("1")
    await bench.say("five six")
    await bench.press("2")
    assert bench.notes == ["12"]


@pytest.mark.parametrize(("said", "told"), [("one two three", "no_match"), ("one two", "12")])
async def test_as_many_digits_are_said_as_are_asked_for(bench: Bench, said: str, told: str) -> None:
    await bench.call(ASKED % ("digits", "{into: entry, digits: 2, attempts: 1}"))
    await bench.say(said)
    assert bench.notes[0].split(",")[0] == told


async def test_the_next_reading_counts_where_the_first_means_nothing(bench: Bench) -> None:
    await bench.call(ASKED % ("number", "{into: entry}"))
    await bench.say(Hypothesis("tree", 0.9), Hypothesis("three", 0.8))
    assert bench.notes == ["3"]


async def test_what_is_secret_is_told_nowhere(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        variables: {pin: {type: digits, secret: true}}
        sections:
          main:
            - answer
            - listen: {into: pin, digits: 4, prompt: Your code., confirm: true}
            - log: "{{ length(pin) }}"
        """
    )
    await bench.quiet()
    await bench.say("four seven one one")
    await bench.quiet()
    assert bench.heard == ["Your code.", SURE]
    assert [each.text for each in bench.of(Recognised)] == [MASK]
    await bench.say("no four seven one two")  # many say it again instead
    assert [each.text for each in bench.of(Recognised)] == [MASK, MASK]
    await bench.quiet()
    await bench.say("four seven one one")
    await bench.quiet()
    await bench.press("4711")
    assert {each.keys for each in bench.of(Pressed)} == {MASK}
    told = [str(each) for each in bench.events]
    assert [each for each in told if "471" in each or "seven" in each] == []


# --- check ------------------------------------------------------------------------------------


async def test_a_condition_decides_what_is_good(bench: Bench) -> None:
    await asked(bench, "check: entry <= 10, no_match: At most ten.", "number")
    await bench.say("twelve")
    await bench.quiet()
    assert bench.heard[-1] == "At most ten. Yes?"
    assert bench.variables["entry"] is None
    await bench.say("nine")
    assert bench.notes == ["9"]


async def test_steps_decide_what_is_good(bench: Bench) -> None:
    steps = "check: [{if: entry == 'billing', then: wrong}], no_match: Not now."
    await asked(bench, f"{CHOICES}, {steps}")
    await bench.say("billing")
    await bench.quiet()
    assert bench.heard[-1] == "Not now. Yes?"
    await bench.say("support")
    assert bench.notes == ["support"]


# --- asking back ------------------------------------------------------------------------------


async def test_a_choice_is_asked_about_whatever_signs_it_is_written_with(bench: Bench) -> None:
    await asked(bench, """choices: {path: ['C: "one" {{ \\']}, confirm: true""")
    await bench.say("c one")
    await bench.quiet()
    assert len(bench.heard) == 2
    await bench.say("yes")
    assert bench.notes == ["path"]


@pytest.mark.parametrize("yes", ["yes", "that's right"])
async def test_it_is_asked_back_and_answered_by_word(bench: Bench, yes: str) -> None:
    await asked(bench, f"{CHOICES}, confirm: true")
    await bench.say("my bill")
    await bench.quiet()
    assert bench.heard[-1] == f"I understood billing. {SURE}"
    await bench.say(yes)
    assert bench.notes == ["billing"]


async def test_no_asks_anew_and_has_a_count_of_its_own(bench: Bench) -> None:
    await asked(bench, "confirm: {attempts: 2}", "number")
    await bench.say("twelve")
    await bench.quiet()
    assert bench.heard[-1] == f"I understood 12. {SURE}"
    await bench.say("no")
    await bench.quiet()
    assert bench.heard[-1] == "Yes?"
    assert bench.variables["entry"] is None
    await bench.say("twenty")
    await bench.quiet()
    await bench.press("2")
    assert bench.notes == ["chosen, , true"]


async def test_only_who_is_not_surely_understood_is_asked(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, confirm: unsure, confidence: 0.7")
    await bench.say(Hypothesis("billing", 0.8))
    assert bench.notes == ["billing"]


async def test_who_is_not_surely_understood_is_asked(bench: Bench) -> None:
    await asked(bench, "confirm: unsure, confidence: 0.7", "flag")
    await bench.say(Hypothesis("yes", 0.6))
    await bench.quiet()
    assert bench.heard[-1] == f"I understood yes. {SURE}"
    await bench.press("1")
    assert bench.notes == ["true"]


async def test_without_asking_back_what_is_unsure_is_wrong(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, confidence: 0.7, attempts: 1")
    await bench.say(Hypothesis("billing", 0.6))
    assert bench.notes == ["no_match, unsure, true"]


async def test_what_was_typed_is_read_back_as_such(bench: Bench) -> None:
    await asked(bench, "confirm: true, digits: 2", "digits")
    await bench.press("12")
    await bench.quiet()
    right = "If that is right, press 1. To enter it again, press 2."
    assert bench.heard[-1] == f"You entered 12. {right}"


async def test_a_question_of_ones_own(bench: Bench) -> None:
    await asked(bench, f'{CHOICES}, confirm: {{prompt: "Really {{{{ entry }}}}?"}}')
    await bench.say("help")
    await bench.quiet()
    assert bench.heard[-1] == "Really support?"


# --- slots ------------------------------------------------------------------------------------

SLOTS = """
    language: en
    exits: {no_input: hangup, no_match: failed}
    variables: {amount: money, day: date}
    sections:
      main:
        - answer
        - listen:
            prompt: Yes?
            slots:
              amount: money
              account: {choices: {savings: [my savings, savings], checking: checking}}
              day: date
            %s
          exits: {partial: rest}
        - log: "{{ amount }} {{ account }} {{ day }}"
        - hangup
      rest:
        - log: "{{ amount == none }} {{ account == none }} {{ day == none }}"
        - hangup
      failed:
        - log: "nothing"
        - hangup
"""


async def test_one_utterance_fills_several_slots(bench: Bench) -> None:
    await bench.call(SLOTS % "")
    await bench.quiet()
    await bench.say("transfer fifty euros to my savings on the third of April twenty thirty")
    assert bench.notes == ["50 savings 2030-04-03"]


@pytest.mark.parametrize(
    ("said", "empty"),
    [
        ("to my savings", "true false true"),
        ("fifty euros tomorrow", "false true false"),
        ("twelve euros fifty to checking", "false false true"),
    ],
)
async def test_what_is_missing_is_none(bench: Bench, said: str, empty: str) -> None:
    await bench.call(SLOTS % "")
    await bench.quiet()
    await bench.say(said)
    assert bench.notes == [empty]


async def test_what_fills_no_slot_is_wrong(bench: Bench) -> None:
    await bench.call(SLOTS % "attempts: 1")
    await bench.quiet()
    await bench.say("good morning")
    assert bench.notes == ["nothing"]


async def test_a_check_that_fails_empties_what_was_filled(bench: Bench) -> None:
    await bench.call(SLOTS % "check: amount < 100")
    await bench.quiet()
    await bench.say("five hundred euros to my savings")
    await bench.quiet()
    assert bench.heard == ["Yes?", "Yes?"]
    assert bench.variables["amount"] is None
    assert bench.variables["account"] is None


async def test_slots_are_asked_back_by_the_flows_own_question(bench: Bench) -> None:
    await bench.call(SLOTS % 'confirm: {prompt: "{{ amount }}?"}')
    await bench.quiet()
    await bench.say("fifty euros to my savings tomorrow")
    await bench.quiet()
    assert bench.heard[-1] == "50?"
    await bench.say("no")
    await bench.quiet()
    assert bench.heard[-1] == "Yes?"
    assert bench.variables["amount"] is None


# --- where nothing is understood --------------------------------------------------------------


@pytest.mark.parametrize("without", ["a recogniser", "the language"])
async def test_the_question_goes_on_with_keys(bench: Bench, without: str) -> None:
    if without == "a recogniser":
        bench.without.add(Recognition)
    else:
        bench.problems["en"] = "there is no model"
    await asked(bench, f"{CHOICES}, {KEYS}")
    assert bench.of(HearingLost)
    await bench.press("1")
    assert bench.notes == ["billing"]


async def test_a_question_that_nobody_could_answer_is_left_at_once(bench: Bench) -> None:
    bench.problems["en"] = "there is no model"
    await asked(bench, CHOICES)
    assert bench.heard == []
    assert bench.notes == ["no_input, , true"]
    assert bench.clock.time() < 1


async def test_an_engine_that_takes_the_call_up_asks_anew(bench: Bench) -> None:
    await asked(bench, f"{CHOICES}, confirm: true")
    await bench.say("my bill")
    await bench.quiet()
    await bench.die()
    await bench.recover()
    await bench.quiet()
    assert bench.heard[-1] == "Yes?"
    await bench.say("support")
    await bench.quiet()
    await bench.say("yes")
    assert bench.notes == ["support"]


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("{into: a, choices: [x], type: number}", "cannot be asked for at once"),
        ("{into: a, slots: [b]}", "name their variables themselves"),
        ("{into: a, type: duration}", "a duration cannot be said"),
        ("{slots: {a: {list: text}}}", "cannot be said"),
        ("{slots: [a, b], confirm: true}", "need a question of their own"),
        ("{choices: {}}", "nothing to choose"),
        ("{slots: []}", "nothing to fill"),
        ("{slots: [A-b]}", "is not the name of a variable"),
        ("{into: a, confirm: perhaps}", "perhaps"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: str, message: str) -> None:
    text = f"sections:\n  main:\n    - answer\n    - listen: {fields}\n"
    _, found = reader().read("main.yaml", text)
    assert any(message in each.message for each in found), [str(each) for each in found]
