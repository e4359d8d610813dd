from __future__ import annotations

from collections.abc import Callable

import pytest

from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.markup import parsed
from ivrkit.prompts.plan import Planner, Played, Sound, Spoken, Words, joined, key_of
from ivrkit.prompts.service import planner
from tests.prompts.support import Names, part, prompt


def plan_with(recorded: Callable[[str, str], bool]) -> Planner:
    return planner(None, Languages("EUR"), recorded)


PLAIN = plan_with(lambda language, sound: False)


def plan(*parts: object, planner: Planner = PLAIN) -> list[object]:
    return list(planner.plan(prompt(*parts).evaluate(Names()), "en"))  # type: ignore[arg-type]


def test_a_value_belongs_to_the_sentence_around_it() -> None:
    assert plan("Your balance is", part("money", money="customer.balance"), "today.") == [
        Spoken(
            "Your balance is twelve euros and fifty cents today.",
            "Your balance is 12 euros and 50 cents today.",
            "en",
            dynamic=True,
        )
    ]


def test_a_complete_sentence_stands_alone() -> None:
    assert plan("Welcome.", "How are you?", "Please", "wait") == [
        Spoken("Welcome.", "Welcome.", "en"),
        Spoken("How are you?", "How are you?", "en"),
        Spoken("Please wait", "Please wait", "en"),
    ]


def test_another_voice_speed_or_language_is_another_text() -> None:
    parts = [part("text", text=each, **options) for each, options in (
        ("a", {}), ("b", {"voice": "low"}), ("c", {"speed": "2"}), ("d", {"language": "fr"}),
    )]  # fmt: skip
    assert len(plan(*parts)) == 4


def test_sounds_stand_between_texts() -> None:
    found = plan("One", part("silence", silence="1s"), "two", part("audio", audio="x", text="y"))
    assert [type(each) for each in found] == [Spoken, Sound, Spoken, Played]


def test_a_secret_is_masked_in_what_is_shown_and_all_of_its_sentence_is_secret() -> None:
    (found,) = plan("Your PIN is", part("digits", digits="pin", reveal=True))
    assert found == Spoken(
        "Your PIN is four seven one one", "Your PIN is ••••", "en", dynamic=True, secret=True
    )


def test_words_that_were_all_recorded_are_played() -> None:
    everything = plan_with(lambda language, sound: sound.startswith("digits/"))
    assert plan("It is", part("number", number="21"), planner=everything) == [
        Spoken("It is", "It is", "en"),
        Words(("digits/20", "digits/1"), "21", "en"),
    ]


def test_one_missing_word_leaves_all_to_the_voice() -> None:
    almost = plan_with(lambda language, sound: sound != "digits/20")
    (found,) = plan(part("number", number="21"), planner=almost)
    assert found == Spoken("twenty-one", "21", "en")


def test_an_empty_text_is_nothing() -> None:
    assert plan(part("text", text="  "), "Hello.") == [Spoken("Hello.", "Hello.", "en")]


def test_texts_need_no_say_rules_and_values_do() -> None:
    pieces = prompt("Guten Tag.").evaluate(Names())
    assert PLAIN.plan(pieces, "de") == [Spoken("Guten Tag.", "Guten Tag.", "de")]
    with pytest.raises(PromptError, match="no say rules for the language 'tlh'"):
        PLAIN.plan(prompt(part("number", number="1")).evaluate(Names()), "tlh")


def test_a_part_in_a_language_of_its_own() -> None:
    found = plan("Bonjour.", part("text", text="Salut.", language="fr"))
    assert [each.language for each in found if isinstance(each, Spoken)] == ["en", "fr"]


def test_a_form_that_nobody_knows_is_named() -> None:
    with pytest.raises(PromptError, match=r"'monney'.*did you mean 'money'"):
        PLAIN.plan([Piece("monney", "x")], "en")


def test_a_comma_takes_the_place_of_a_full_stop() -> None:
    assert joined(["For cards.", ", press 1.", "", "Bye."]) == "For cards, press 1. Bye."
    assert joined(["您的余额为", "12元5角", "。", "请稍候"]) == "您的余额为12元5角。请稍候"
    assert joined(["查询余额。", "，请按1。"]) == "查询余额，请按1。"
    assert joined(["안녕", "하세요"]) == "안녕 하세요"


def test_the_key_of_a_prompt_holds_all_that_is_heard() -> None:
    one = part("number", number="1")
    keys = {
        key_of(prompt(each).evaluate(Names()), language)
        for each, language in (
            (one, "en"),
            (one, "fr"),
            (part("number", number="2"), "en"),
            (part("digits", digits="1"), "en"),
            (part("digits", digits="1", group="1"), "en"),
            (part("number", number="1", voice="low"), "en"),
            (part("number", number="1", speed="2"), "en"),
            (part("number", number="1", language="en"), "en"),
        )
    }
    assert len(keys) == 8
    assert None not in keys


def test_what_holds_data_has_no_key() -> None:
    assert key_of(prompt(part("number", number="count")).evaluate(Names()), "en") is None


def test_no_voice_is_given_what_nobody_can_say() -> None:
    names = Names({"name": "A\x00n\x1bn\ufffe\x85 Lee\ttwo"})
    (found,) = PLAIN.plan(prompt(part("text", text="{{ name }}")).evaluate(names), "en")
    assert isinstance(found, Spoken)
    assert found.text.split() == ["A", "n", "n", "Lee", "two"]


@pytest.mark.parametrize(
    "text", ["{{ name }}", "{{ upper(name) }}", "{{ name }}{{ name }}", "{{ part(name, 1, 4) }}"]
)
def test_values_are_never_marks_whatever_is_made_of_them(text: str) -> None:
    names = Names({"name": "A&<break time='9s'/>\x00]]>"})
    (found,) = PLAIN.plan(prompt(part("ssml", ssml=text)).evaluate(names), "en")
    assert isinstance(found, Spoken)
    assert [each.tag for each in parsed(found.text).iter()] == ["speak"]
    assert found.shown.lower().startswith(("a&<", "&"))
