from __future__ import annotations

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.callers.matching import same_caller, shown_number

FORMS = ["+49301234567", "0049301234567", "0301234567", "49301234567"]
OTHERS = ["+49301234568", "+1301234567", "1234567", "anonymous", "4567", ""]


@pytest.mark.parametrize(
    "asked", ["+49301234567", "+49 (0)30 123-4567", "0049 30 1234567", "49301234567", "030 1234567"]
)
def test_a_number_is_known_however_it_is_written(asked: str) -> None:
    assert same_caller(asked, [*FORMS, *OTHERS]) == sorted(FORMS)


def test_what_has_no_country_is_the_same_text() -> None:
    assert same_caller("1001", ["1001", "+491001", "01001"]) == ["1001"]
    assert same_caller("anonymous", ["anonymous", "+49301234567"]) == ["anonymous"]


def test_numbers_of_countries_without_a_leading_zero() -> None:
    forms = ["+12125550123", "12125550123", "2125550123"]
    assert same_caller("+1 212 555 0123", forms) == sorted(forms)


def test_a_national_number_of_two_countries_has_to_be_named_with_one() -> None:
    with pytest.raises(ConfigurationError, match="2 callers have this number") as caught:
        same_caller("0301234567", ["+49301234567", "+43301234567"])
    assert "+43301234567, +49301234567" in caught.value.hint


def test_nobody_is_not_everybody() -> None:
    with pytest.raises(ConfigurationError, match="nobody is named"):
        same_caller("  ", ["", "+49301234567"])


def test_little_of_a_number_is_shown() -> None:
    assert shown_number("+49301234567") == "…67"
