"""What all parts have in common, over the registry: a part without its example fails here."""

from __future__ import annotations

import pytest
import yaml

from ivrkit.call.prompt import Part
from ivrkit.prompts.part import SayablePart, registry

PARTS = registry()
FORMS = {
    *("text", "audio", "number", "digits", "spell", "money", "date", "time", "silence", "tone"),
    *("phrase", "languages", "ordinal", "duration", "datetime", "count", "ssml"),
}
SHORT = {"languages"}
"""Forms that are recognised by what they hold, and seldom written out."""


def test_the_parts_of_the_language_are_there() -> None:
    assert set(PARTS) >= FORMS


@pytest.mark.parametrize("form", sorted(PARTS))
def test_each_part_has_its_main_field_and_an_example_that_uses_it(form: str) -> None:
    part: type[Part] = PARTS[form]
    assert issubclass(part, SayablePart)
    assert form in part.model_fields
    assert part.model_fields[form].is_required()
    written = yaml.safe_load(part.example)
    known = {info.alias or name for name, info in part.model_fields.items()}
    assert form in SHORT or (form in written and set(written) <= known)
    assert part.__doc__
