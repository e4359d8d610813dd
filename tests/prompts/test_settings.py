from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.voices.espeak import EspeakSettings


def test_durations_are_written_as_in_flows() -> None:
    settings = PromptSettings.model_validate({"dynamic": {"wait": "1500ms", "keep": "1h"}})
    assert settings.dynamic.wait == timedelta(seconds=1.5)
    assert settings.dynamic.keep == timedelta(hours=1)


def test_voices_are_one_or_a_list() -> None:
    one = {"voice": "en-us", "program": "bin/espeak-ng"}
    found = PromptSettings.model_validate(
        {"voices": {"en": one, "de": [{"engine": "espeak-ng"}, {"speed": 0.9}]}}
    )
    assert [each.voice for each in found.voices["en"]] == ["en-us"]
    assert [each.speed for each in found.voices["de"]] == [1.0, 0.9]
    assert {type(each) for voices in found.voices.values() for each in voices} == {EspeakSettings}
    assert PromptSettings.model_validate(found.model_dump()) == found


def test_voices_are_told_apart_by_their_engine() -> None:
    with pytest.raises(ValidationError, match="there is no voice engine 'espeak': did you mean"):
        PromptSettings.model_validate({"voices": {"en": [{}, {"engine": "espeak"}]}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"dynamic": {"wait": "soon"}},
        {"dynamic": {"keep": "1s"}},
        {"dynamic": {"megabytes": 0}},
        {"voices": {"en": {"speed": 9}}},
        {"preparing": 0},
        {"folders": "x"},
        {"voices": {"en": []}},
        {"voices": {"en": "espeak-ng"}},
        {"voices": {"en": {"engine": "espeak"}}},
        {"voices": {"en": [{"timeout": "2s"}, {"timeout": "1s"}, {}]}},
        {"voices": {"en": {"timeout": "0s"}}},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PromptSettings.model_validate(wrong)
