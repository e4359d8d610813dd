"""Functions of telephone numbers. The plans of the countries are those of libphonenumber."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.typed_text import read_phone

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LINES: Final = {
    0: "fixed",
    1: "mobile",
    2: "fixed_or_mobile",
    3: "toll_free",
    4: "premium",
    5: "shared_cost",
    6: "voip",
    7: "personal",
    8: "pager",
    9: "company",
    10: "voicemail",
}
"""The kinds of lines by libphonenumber's numbers for them."""


@function("phone(number: text, country: text?) -> flag")
def phone(number: str, country: str | None) -> bool:
    """Whether a text is a telephone number: 2 to 15 digits, separators do not matter (E.164).

    With a country (``'DE'``, ``'49'``) it must be a number that the country's plan has; one with
    ``+`` in front belongs to the country that it names.

    Example: ``phone('+49 (0)30 1234')`` is ``true``.
    Example: ``phone('030 1234', 'DE')`` is ``true``.
    Example: ``phone('030 1', 'DE')`` is ``false``.
    """
    try:
        bare = read_phone(number)
    except ValueRejected:
        return False
    return country is None or _known(bare, country) is not None


@function("e164(number: text, country: text?) -> text")
def e164(number: str, country: str | None) -> str:
    """A telephone number without separators; with a country, national ones made whole.

    With a calling code (``'49'``) ``00`` in front becomes ``+``, a single ``0`` the code. With a
    country (``'IT'``) the number is read as it is dialled there.

    Example: ``e164('030 12-34', '49')`` is ``'+49301234'``.
    Example: ``e164('06 1234 5678', 'IT')`` is ``'+390612345678'``.
    """
    bare = read_phone(number)
    if country and not country.isdigit():
        import phonenumbers

        found = _parsed(bare, country)
        if found is None:
            raise ExpressionError("this is no telephone number of that country")
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if bare.startswith("00"):
        return read_phone(f"+{bare[2:]}")
    if country and bare.startswith("0"):
        return read_phone(f"+{country}{bare[1:]}")
    return bare


@function("phone_line(number: text, country: text?) -> text")
def phone_line(number: str, country: str | None) -> str | None:
    """What kind of line a number is: fixed, mobile, fixed_or_mobile, toll_free, premium,
    shared_cost, voip, personal, pager, company, voicemail; none for a number that no plan has.

    Example: ``phone_line('+49 151 23456789')`` is ``'mobile'``.
    """
    import phonenumbers

    found = _known(number, country)
    return _LINES.get(phonenumbers.number_type(found)) if found else None


@function("phone_country(number: text, country: text?) -> text")
def phone_country(number: str, country: str | None) -> str | None:
    """The country of a number (ISO 3166-1, two letters); none for a number that no plan has.

    Example: ``phone_country('+44 20 7946 0958')`` is ``'GB'``.
    """
    import phonenumbers

    found = _known(number, country)
    return phonenumbers.region_code_for_number(found) if found else None


@function("format_phone(number: text, country: text?, abroad: flag?) -> text")
def format_phone(number: str, country: str | None, abroad: bool | None) -> str:
    """A number in the groups in which its country writes it, with ``abroad=true`` as from abroad.

    A number that no plan has stays as it is.

    Example: ``format_phone('+493012345678')`` is ``'030 12345678'``.
    Example: ``format_phone('+442079460958', abroad=true)`` is ``'+44 20 7946 0958'``.
    """
    import phonenumbers

    found = _known(number, country)
    if found is None:
        return number
    forms = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(found, forms.INTERNATIONAL if abroad else forms.NATIONAL)


def _known(number: str, country: str | None) -> PhoneNumber | None:
    """The number if a plan has it."""
    import phonenumbers

    found = _parsed(number, country)
    return found if found is not None and phonenumbers.is_valid_number(found) else None


def _parsed(number: str, country: str | None) -> PhoneNumber | None:
    import phonenumbers

    region = None if country is None else _region(country)
    try:
        return phonenumbers.parse(read_phone(number), region)
    except (phonenumbers.NumberParseException, ValueRejected):
        return None


def _region(country: str) -> str:
    """The country that is meant by its letters or its calling code."""
    import phonenumbers

    name = country.upper()
    if country.isascii() and country.isdigit() and len(country) <= 3:
        name = phonenumbers.region_code_for_country_code(int(country))
    if name not in phonenumbers.SUPPORTED_REGIONS:
        raise ExpressionError("there is no such country", hint="write 'DE' or '49'")
    return name
