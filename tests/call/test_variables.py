from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.variables import LONGEST, accepted, decoded, encoded
from ivrkit.errors import ValueRejected


@pytest.mark.parametrize(
    ("value", "travels"),
    [
        ("Ann Lee", "Ann Lee"),
        ('a,b;"c"=<d>', 'a,b;"c"=<d>'),
        ("Müller", "M%C3%BCller"),
        ("100%", "100%25"),
        ("", ""),
    ],
)
def test_what_is_not_printable_ascii_is_encoded(value: str, travels: str) -> None:
    assert encoded("x", value) == travels


@pytest.mark.parametrize("value", ["a\r\nb", "\t", "\x00", "\x7f", "\x85"])
def test_control_characters_are_refused(value: str) -> None:
    for function in (accepted, encoded):
        with pytest.raises(ValueRejected, match="control character"):
            function("x", value)


def test_what_is_too_long_is_refused_as_it_travels() -> None:
    assert accepted("x", "ü" * LONGEST) == "ü" * LONGEST
    with pytest.raises(ValueRejected, match="characters"):
        encoded("x", "ü" * 50)
    with pytest.raises(ValueRejected, match="256"):
        accepted("x", "a" * (LONGEST + 1))


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=20))
def test_nothing_is_lost(value: str) -> None:
    travels = encoded("x", value)
    assert decoded(travels) == value
    assert travels.isascii()
    assert travels.isprintable()
