from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivrkit.prompts import audio
from ivrkit.prompts.cache import Speech, StaticCache, digest

HELLO = Speech("Hello.", "en", "hum 1", None, 1.0)


@pytest.mark.parametrize(
    "other",
    [
        replace(HELLO, text="Hello"),
        replace(HELLO, language="fr"),
        replace(HELLO, engine="hum 2"),
        replace(HELLO, voice="low"),
        replace(HELLO, speed=1.1),
    ],
)
def test_all_that_changes_the_sound_changes_the_key(other: Speech) -> None:
    assert other.key != HELLO.key
    assert len(HELLO.key) == 64


def test_texts_do_not_run_into_each_other() -> None:
    assert digest("a", "bc") != digest("ab", "c")


def test_what_is_kept_is_found_by_another_engine(tmp_path: Path) -> None:
    assert StaticCache(tmp_path).find(HELLO.key) is None
    kept = StaticCache(tmp_path).keep(HELLO.key, audio.silence(0.5))
    assert StaticCache(tmp_path).find(HELLO.key) == kept
    assert kept[1] == 0.5


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    cache = StaticCache(tmp_path)
    path, _ = cache.keep(HELLO.key, audio.silence(0.5))
    path.write_bytes(path.read_bytes()[:100])
    assert cache.find(HELLO.key) is None
