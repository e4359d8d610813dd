"""Checks of numbers that carry a check digit, and of forms."""

from __future__ import annotations

import re
from typing import Final

from ivrkit.expressions.functions.registry import function

_IBAN_FORMS: Final = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 "
    "DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 "
    "IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 "
    "MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 "
    "SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
_IBAN_LENGTHS: Final = {each[:2]: int(each[2:]) for each in _IBAN_FORMS.split()}
"""The length per country, from the registry of ISO 13616."""
_LONGEST_IBAN: Final = 34
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


@function("luhn(number: text) -> flag")
def luhn(number: str) -> bool:
    """Whether the check digit of a card or account number is right (ISO/IEC 7812-1, annex B).

    Spaces and dashes do not matter.

    Example: ``luhn('4111 1111 1111 1111')`` is ``true``.
    """
    digits = number.replace(" ", "").replace("-", "")
    if not 2 <= len(digits) <= 64 or not digits.isascii() or not digits.isdigit():
        return False
    doubled = [int(each) * (2 if n % 2 else 1) for n, each in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


@function("iban(number: text) -> flag")
def iban(number: str) -> bool:
    """Whether an IBAN has the length of its country and the right check digits (ISO 13616).

    Example: ``iban('DE89 3704 0044 0532 0130 00')`` is ``true``.
    """
    bare = number.replace(" ", "").upper()
    if not bare.isascii() or not bare.isalnum() or not 15 <= len(bare) <= _LONGEST_IBAN:
        return False
    if not bare[:2].isalpha() or not bare[2:4].isdigit():
        return False
    if len(bare) != _IBAN_LENGTHS.get(bare[:2], len(bare)):
        return False
    return int("".join(str(int(each, 36)) for each in bare[4:] + bare[:4])) % 97 == 1


@function("email(text: text) -> flag")
def email(text: str) -> bool:
    """Whether a text has the form of an e-mail address (RFC 5321): one mailbox, one domain.

    Example: ``email('ann.lee@example.com')`` is ``true``.
    """
    mailbox, _, domain = text.rpartition("@")
    return (
        len(mailbox) <= 64
        and len(domain) <= 253
        and _MAILBOX.fullmatch(mailbox) is not None
        and _DOMAIN.fullmatch(domain) is not None
    )


@function("is_digits(text: text) -> flag")
def is_digits(text: str) -> bool:
    """Whether a text is made of the digits 0 to 9 only, one at least.

    Example: ``is_digits('0123')`` is ``true``.
    """
    return text.isascii() and text.isdigit()
