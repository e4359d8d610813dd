from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivrkit.prompts.tree import fingerprint, names, walk


def test_files_are_found_with_what_differs_when_they_change(tmp_path: Path) -> None:
    (tmp_path / "en/menus").mkdir(parents=True)
    (tmp_path / "en/menus/top.wav").write_bytes(b"one")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/made.wav").write_bytes(b"x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/a.wav").write_bytes(b"x")
    (tmp_path / "en/._top.wav").write_bytes(b"x")
    os.symlink(tmp_path / "nowhere", tmp_path / "en/gone.wav")
    os.symlink(tmp_path, tmp_path / "en/round")
    found = walk(tmp_path, tmp_path / "cache")
    assert "en/menus/top.wav" in found
    assert found["en/menus/top.wav"].size == 3
    assert not any("hidden" in name or "._" in name or "gone" in name for name in found)
    assert "cache/made.wav" not in found
    before = fingerprint(found)
    assert fingerprint(walk(tmp_path, tmp_path / "cache")) == before
    (tmp_path / "en/menus/top.wav").write_bytes(b"other")
    assert fingerprint(walk(tmp_path, tmp_path / "cache")) != before


@pytest.mark.timeout(20)
def test_links_that_lead_back_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/a.wav").write_bytes(b"x")
    os.symlink(tmp_path / "en", tmp_path / "en-GB")
    for name in ("one", "two", "three"):
        os.symlink(tmp_path, tmp_path / "en" / name)
    assert set(walk(tmp_path)) == {"en/a.wav", "en-GB/a.wav"}


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert walk(tmp_path / "none") == {}
    assert names(tmp_path / "none") == set()


def test_names_alone(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab/x.wav").write_bytes(b"")
    assert names(tmp_path) == {"ab/x.wav"}
