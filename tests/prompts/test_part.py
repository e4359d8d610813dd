from __future__ import annotations

import pytest

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Secret
from ivrkit.prompts.part import NOTHING, opened


def test_what_is_spoken_beforehand_knows_nothing_of_a_call() -> None:
    with pytest.raises(KeyError):
        NOTHING.lookup("x")
    with pytest.raises(ExpressionError):
        NOTHING.now()
    with pytest.raises(ExpressionError):
        NOTHING.random()


def test_a_secret_is_opened_only_to_be_spoken() -> None:
    assert opened(Secret("1")) == "1"
    assert opened("1") == "1"
