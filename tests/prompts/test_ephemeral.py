from __future__ import annotations

import gc
from pathlib import Path

from ivrkit.prompts import audio
from ivrkit.prompts.ephemeral import Ephemeral

SOUND = audio.silence(0.1)


def test_files_are_deleted_when_released(tmp_path: Path) -> None:
    owner = Ephemeral(tmp_path)
    media = [owner.write(SOUND, "••••"), owner.write(SOUND, "••••")]
    assert all(each.path.exists() for each in media)
    assert media[0].path != media[1].path
    owner.release()
    owner.release()
    assert list(tmp_path.iterdir()) == []


def test_files_are_deleted_when_nobody_holds_them(tmp_path: Path) -> None:
    owner = Ephemeral(tmp_path)
    owner.write(SOUND, "••••")
    del owner
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_what_comes_after_the_release_does_not_stay(tmp_path: Path) -> None:
    owner = Ephemeral(tmp_path)
    owner.release()
    owner.write(SOUND, "••••")
    assert list(tmp_path.iterdir()) == []
