from __future__ import annotations

import pytest

from ivrkit.errors import ExpressionError
from tests.prompts.support import Names, part


def test_a_plain_text_is_static(names: Names) -> None:
    made = part("text", text="Welcome.")
    assert made.static is not None
    assert made.static == made.evaluate(names)
    assert not made.static.dynamic


def test_a_text_with_data_is_dynamic(names: Names) -> None:
    made = part("text", text="Hello {{ customer.name }}.")
    assert made.static is None
    piece = made.evaluate(names)
    assert (piece.value, piece.dynamic) == ("Hello Ann Lee.", True)


def test_a_secret_in_a_text_is_refused(names: Names) -> None:
    with pytest.raises(ExpressionError, match="reveal: true"):
        part("text", text="Your PIN is {{ pin }}.").evaluate(names)
