from __future__ import annotations

import pytest

from ivrkit.call.prompt import Piece
from ivrkit.errors import ExpressionError
from ivrkit.prompts.part import Recording, SayablePart
from tests.prompts.support import PARTS, Names, part


def heard(name: str, **fields: str) -> object:
    form = PARTS["audio"]
    assert issubclass(form, SayablePart)
    piece = part("audio", audio=name, **fields).static
    assert piece is not None
    return form.heard(piece, lambda: pytest.fail("a recording needs no say rules"))


def test_a_recording_and_its_text() -> None:
    assert heard("welcome", text="Welcome.") == Recording("welcome", (Piece("text", "Welcome."),))
    assert heard("welcome") == Recording("welcome")


def test_the_extension_may_be_written() -> None:
    assert heard("en/welcome.wav") == Recording("en/welcome")


def test_a_computed_name_is_dynamic(names: Names) -> None:
    made = part("audio", audio="{{ customer.name }}", text="Hello.")
    assert made.static is None
    assert made.evaluate(names).dynamic
    assert part("audio", audio="x", text="{{ customer.name }}").static is None


def test_a_secret_is_no_name(names: Names) -> None:
    with pytest.raises(ExpressionError, match="no secrets"):
        part("audio", audio="{{ pin }}").evaluate(names)
