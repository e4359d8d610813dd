"""`ivrkit prompts export`: what a translator gets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.translation import po, table
from ivrkit.service.prompts.translation.units import texts_to_translate


class Form(StrEnum):
    """Of the file: PO for translators' programs, CSV for spreadsheets."""

    po = "po"
    csv = "csv"


WRITERS: Final = {Form.po: po.written, Form.csv: table.written}


@dataclass(frozen=True)
class Given:
    """The file, how many texts are in it, how many of them are not translated yet, and what could
    not be put into it."""

    file: bytes
    texts: int
    open: int
    left_out: list[str]


def give(configuration: Configuration, language: str, form: Form) -> Given:
    """The file for a language. Raises ConfigurationError."""
    texts = texts_to_translate(configuration, language)
    units = list(texts.units.values())
    left = sum(not any(each.translation.values()) for each in units)
    return Given(WRITERS[form](units, language), len(units), left, texts.left_out)
