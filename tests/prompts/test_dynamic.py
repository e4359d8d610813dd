from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.prompts import audio
from ivrkit.prompts.dynamic import DynamicCache

SOUND = audio.silence(0.5)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def cache(folder: Path, clock: Clock, most: float = 1e9) -> DynamicCache:
    return DynamicCache(folder, 600, most, clock)


def put(cache: DynamicCache, key: str) -> Path:
    media = cache.write(key, SOUND, "text")
    cache.add(key, media, len(SOUND))
    return media.path


def test_a_sound_is_found_until_it_was_not_used_for_long(tmp_path: Path, clock: Clock) -> None:
    kept = cache(tmp_path, clock)
    path = put(kept, "a")
    clock.now += 500
    assert kept.find("a") is not None
    clock.now += 500
    kept.sweep()
    assert path.exists()
    clock.now += 101
    kept.sweep()
    assert kept.find("a") is None
    assert not path.exists()


def test_room_is_made_by_what_was_used_longest_ago(tmp_path: Path, clock: Clock) -> None:
    kept = cache(tmp_path, clock, most=2.5 * len(SOUND))
    put(kept, "a")
    put(kept, "b")
    clock.now += 70
    assert kept.find("a")
    clock.now += 1
    put(kept, "c")
    assert [key for key in "abc" if kept.find(key)] == ["a", "c"]
    assert sorted(each.stem for each in tmp_path.iterdir()) == ["a", "c"]


def test_what_may_still_be_played_stays(tmp_path: Path, clock: Clock) -> None:
    kept = cache(tmp_path, clock, most=1)
    put(kept, "a")
    clock.now += 59
    put(kept, "b")
    assert len(kept) == 2
    clock.now += 2
    kept.sweep()
    assert [each.stem for each in tmp_path.iterdir()] == ["b"]


def test_what_is_forgotten_is_not_found_and_goes_when_nobody_hears_it(
    tmp_path: Path, clock: Clock
) -> None:
    kept = cache(tmp_path, clock)
    old = put(kept, "a")
    clock.now += 61
    now = put(kept, "b")
    kept.forget()
    assert kept.find("a") is None
    assert kept.find("b") is None
    assert (old.exists(), now.exists(), len(kept)) == (False, True, 1)
    clock.now += 61
    kept.sweep()
    assert (now.exists(), len(kept)) == (False, 0)


def test_what_is_made_anew_while_it_is_forgotten_stays(tmp_path: Path, clock: Clock) -> None:
    kept = cache(tmp_path, clock)
    path = put(kept, "a")
    kept.forget()
    clock.now += 61
    put(kept, "a")
    kept.sweep()
    assert path.exists()
    assert kept.find("a") is not None
