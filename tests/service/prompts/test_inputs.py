from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ivrkit.prompts.recordings import Recordings
from ivrkit.service.prompts.inputs import inputs_of, plainly
from tests.service.prompts.conftest import FLOW, PHRASES, Place


def inputs(place: Place, **options: Any) -> str:
    configuration = place.configuration
    recordings = Recordings.of(configuration.prompts)
    return inputs_of([configuration.flows], configuration, recordings, **options)


def test_as_long_as_nothing_changes_they_are_the_same(place: Place) -> None:
    assert inputs(place) == inputs(place)


CHANGES: list[Callable[[Place], object]] = [
    lambda place: place.write("flows/main.yaml", FLOW + "# more"),
    lambda place: place.write("flows/other.yaml", FLOW),
    lambda place: place.write("prompts/bank.yaml", PHRASES + "# more"),
    lambda place: setattr(place, "settings", ", currency: EUR"),
    lambda place: place.record("en/other.wav"),
    lambda place: place.record("en/jingle.wav").unlink(),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("sounds", [True, False])
def test_every_change_shows(place: Place, change: Callable[[Place], object], sounds: bool) -> None:
    before = inputs(place, sounds=sounds)
    change(place)
    assert inputs(place, sounds=sounds) != before


def test_what_is_in_a_recording_does_not_change_texts(place: Place) -> None:
    before, with_sounds = inputs(place, sounds=False), inputs(place)
    place.record("en/jingle.wav", b"other")
    assert inputs(place, sounds=False) == before
    assert inputs(place) != with_sounds


@given(st.sets(st.text(max_size=3)), st.dictionaries(st.text(max_size=3), st.integers()))
def test_order_does_not_matter(some: set[str], pairs: dict[str, int]) -> None:
    backwards = dict(reversed(pairs.items()))
    assert plainly([some, pairs]) == plainly([some.copy(), backwards])


def test_secrets_do_not_show() -> None:
    assert "hidden" not in plainly({"a": [SecretStr("hidden")]})
