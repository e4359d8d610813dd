from __future__ import annotations

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.part import Made, SayablePart
from tests.prompts.support import PARTS, Names, part


def made(form: str, **fields: str) -> Made:
    kind = PARTS[form]
    assert issubclass(kind, SayablePart)
    heard = kind.heard(part(form, **fields).evaluate(Names()), lambda: pytest.fail("no rules"))
    assert isinstance(heard, Made)
    return heard


def test_silence_is_as_long_as_said() -> None:
    sound = made("silence", silence="500ms")
    assert sound.seconds == 0.5
    assert audio.seconds(sound.make()) == 0.5


def test_a_tone_has_its_usual_length_or_the_one_said() -> None:
    assert made("tone", tone="busy").seconds == 4.0
    sound = made("tone", tone="busy", length="1500ms")
    assert audio.seconds(sound.make()) == sound.seconds == 1.5


def test_names_tell_sounds_apart() -> None:
    names = {
        made("tone", tone="busy").name,
        made("tone", tone="dial").name,
        made("tone", tone="busy", length="1s").name,
        made("silence", silence="1s").name,
    }
    assert len(names) == 4


@pytest.mark.parametrize("length", ["0s", "1ms", "121s", "1h"])
def test_a_length_without_measure_is_refused(length: str) -> None:
    with pytest.raises(PromptError, match="wait"):
        made("silence", silence=length)


def test_what_is_written_is_static_and_what_is_computed_is_not() -> None:
    assert part("silence", silence="1s").static is not None
    assert part("tone", tone="busy", length="1s").static is not None
    assert part("tone", tone="{{ account }}").static is None


def test_a_tone_that_does_not_exist_is_told_when_it_is_read() -> None:
    with pytest.raises(ValueError, match="there is no tone 'piep'; hint: there are: beep"):
        part("tone", tone="piep")
