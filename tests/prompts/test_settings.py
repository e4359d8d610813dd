from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from ivrkit.prompts.settings import PromptSettings


def test_durations_are_written_as_in_flows() -> None:
    settings = PromptSettings.model_validate({"dynamic": {"wait": "1500ms", "keep": "1h"}})
    assert settings.dynamic.wait == timedelta(seconds=1.5)
    assert settings.dynamic.keep == timedelta(hours=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dynamic": {"wait": "soon"}},
        {"dynamic": {"keep": "1s"}},
        {"dynamic": {"megabytes": 0}},
        {"voices": {"en": {"speed": 9}}},
        {"preparing": 0},
        {"folders": "x"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PromptSettings.model_validate(wrong)
