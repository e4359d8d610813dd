from __future__ import annotations

import pytest

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Secret
from ivrkit.prompts.language import Languages
from ivrkit.prompts.part import NOTHING, opened, refusal
from tests.prompts.support import part


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


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"currency": "EUR"}, False),
        ({"currency": "EURO"}, True),
        ({}, True),
        ({"currency": "{{ customer.name }}"}, False),
    ],
)
def test_what_is_worked_out_in_the_call_is_not_refused_before_it(
    fields: dict[str, str], refused: bool
) -> None:
    money = part("money", money="customer.balance", **fields)
    assert (refusal(money, Languages().find("en")) is not None) is refused
