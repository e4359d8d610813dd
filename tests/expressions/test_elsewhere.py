"""Functions by the names that they have elsewhere."""

from __future__ import annotations

import pytest

from ivrkit.expressions.elsewhere import _ELSEWHERE, what_is_meant
from ivrkit.expressions.functions.registry import functions


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("substr", "write part(text, from, length)"),
        ("strftime", "write format_date(day, 'DD.MM.YYYY')"),
        ("uper", "did you mean 'upper'?"),
    ],
)
def test_what_is_meant_is_told(name: str, hint: str) -> None:
    assert what_is_meant(name, functions()) == hint


def test_no_function_of_ours_is_called_so() -> None:
    assert not _ELSEWHERE.keys() & functions().keys()
