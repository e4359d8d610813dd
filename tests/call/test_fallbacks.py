from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks

TAGS = st.sampled_from(["zh", "zh-HK", "zh-Hant-TW", "yue", "en", "en-GB", "ca", "es"])


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("en", ("en",)),
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-Hant", "zh", "en")),
        ("zh-HK", ("zh-HK", "yue", "zh", "en")),
        ("ca-ES", ("ca-ES", "ca", "es-ES", "es")),
        ("a", ("a", "b")),
    ],
)
def test_what_is_declared_comes_in_place_of_the_wider(tag: str, chain: tuple[str, ...]) -> None:
    declared = {
        "zh-HK": ["yue", "zh"],
        "zh": ["en"],
        "ca": ["es-ES"],
        "a": ["b"],
        "b": ["a"],
    }
    assert Fallbacks(declared).chain(tag) == chain


def test_without_a_declaration_the_wider_stand_in() -> None:
    assert NO_FALLBACKS.chain("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh")
    assert not NO_FALLBACKS
    assert Fallbacks({"en": ["es"]})


@given(st.dictionaries(TAGS, st.lists(TAGS, max_size=4)), TAGS)
def test_a_chain_begins_with_the_tag_and_ends(declared: dict[str, list[str]], tag: str) -> None:
    chain = Fallbacks(declared).chain(tag)
    assert chain[0] == tag
    assert len(set(chain)) == len(chain)
