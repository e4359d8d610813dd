from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts import audio, files


def test_files_are_readable_by_all_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = files.make_folder(tmp_path / "a" / "b")
        files.write(folder / "x.wav", b"sound")
    finally:
        os.umask(before)
    assert (folder / "x.wav").stat().st_mode & 0o777 == 0o644
    assert folder.stat().st_mode & 0o777 == 0o755
    assert folder.parent.stat().st_mode & 0o777 == 0o755
    assert [each.name for each in folder.iterdir()] == ["x.wav"]


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    files.make_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_half_a_file_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    sound = audio.silence(0.1)
    assert not files.whole(path)
    path.write_bytes(sound[:-10])
    assert not files.whole(path)
    path.write_bytes(b"")
    assert not files.whole(path)
    path.write_bytes(sound)
    assert files.whole(path)


def test_what_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PromptError, match=r"prompts\.cache"):
        files.make_folder(tmp_path / "file" / "below")
    with pytest.raises(PromptError, match="cannot be written"):
        files.write(tmp_path / "missing" / "x.wav", b"")
