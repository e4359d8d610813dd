"""Names as they are written, and what is proposed for others."""

from __future__ import annotations

import pytest

from ivrkit.flow.names import kebab, near_language, snake


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Größe", "groesse"),
        ("Gro\u0308ße", "groesse"),
        ("Menü Übersicht", "menue_uebersicht"),
        ("customerName", "customer_name"),
        ("Adiós señor", "adios_senor"),
        ("7up", ""),
        ("日本", ""),
    ],
)
def test_the_nearest_name(text: str, name: str) -> None:
    assert snake(text) == name
    assert kebab(text) == name.replace("_", "-")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("DE", "de"),
        ("en_GB", "en-GB"),
        ("en-gb", "en-GB"),
        ("zh_hans", "zh-Hans"),
        ("english", "en"),
        ("German", "de"),
        ("eng", "en"),
        ("rus", "ru"),
        ("xx", ""),
        ("deutsch", ""),
        ("", ""),
        ("_", ""),
    ],
)
def test_the_language_that_was_meant(text: str, tag: str) -> None:
    assert near_language(text) == tag
