from __future__ import annotations

import pytest

from ivrkit.call.prompt import Prompt
from ivrkit.errors import PromptError
from ivrkit.expressions import Expression
from ivrkit.prompts.announcement import announcement, apology, confirmation
from ivrkit.prompts.language import Languages
from ivrkit.prompts.spoken_text import TextPrompts
from tests.prompts.support import Names, part, prompt


async def heard(said: Prompt) -> str:
    return (await TextPrompts().render(said.evaluate(Names()), "en")).text


@pytest.mark.parametrize(
    ("say", "key", "text"),
    [
        ("For balances", "1", "For balances, press 1."),
        ("For balances.", "1", "For balances, press 1."),
        ("For a person,", "0", "For a person, press 0."),
        ("To go back", "*", "To go back, press star."),
        ("For help", "#", "For help, press hash."),
        ("For the desk", "*31", "For the desk, press star 3 1."),
    ],
)
async def test_an_entry_is_announced(say: str, key: str, text: str) -> None:
    assert await heard(announcement(prompt(say), key)) == text


async def test_a_recorded_entry_is_announced() -> None:
    said = prompt(part("audio", audio="for-balances", text="For balances"))
    assert await heard(announcement(said, "1")) == "For balances, press 1."


@pytest.mark.parametrize("pattern", ["1X", "[1-5]", "NXX.", ""])
def test_a_pattern_has_no_key_to_press(pattern: str) -> None:
    said = prompt("For extensions, dial the number.")
    assert announcement(said, pattern) is said


async def test_the_key_is_said_as_its_entry_is() -> None:
    said = announcement(
        prompt(part("text", text="Hello", voice="low", speed="0.5", language="en-GB")), "1"
    )
    text, press = said.evaluate(Names())
    assert (press.voice, press.speed, press.language) == (text.voice, text.speed, text.language)


async def test_the_key_of_an_entry_that_is_not_said_is_not_said() -> None:
    said = announcement(prompt(part("text", text="For cards", when="count > 5")), "1")
    assert await heard(said) == ""


def test_an_announcement_is_static() -> None:
    assert all(each.static for each in announcement(prompt("For cards"), "1").parts)


async def test_the_apology_is_that_of_the_language() -> None:
    assert "sorry" in await heard(apology(Languages(), "en-GB"))
    with pytest.raises(PromptError):
        apology(Languages(), "tlh")


@pytest.mark.parametrize(("kind", "style"), [("phone", {"style": "phone"}), ("digits", {})])
def test_a_telephone_number_is_read_back_as_people_say_it(kind: str, style: dict[str, str]) -> None:
    said = confirmation(Languages(), Expression.parse("account"), kind, "1", "2", "fr")
    digits = next(each for each in said.parts if each.form == "digits")
    assert digits.evaluate(Names()).options == style
