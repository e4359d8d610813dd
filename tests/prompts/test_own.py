from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.own import OwnFolder

DYING = """
import os, pathlib, sys
from ivrkit.prompts.own import OwnFolder
own = OwnFolder(pathlib.Path(sys.argv[1]))
(own.private / "secret.wav").write_bytes(b"x")
print(own.path, flush=True)
os._exit(9)
"""


def test_others_cannot_list_what_was_said_to_callers(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path)
    assert own.private.stat().st_mode & 0o777 == 0o711
    assert own.dynamic.stat().st_mode & 0o777 == 0o711
    own.close()


def test_closing_erases_it(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path)
    (own.dynamic / "x.wav").write_bytes(b"x")
    own.close()
    own.close()
    assert list((tmp_path / "own").iterdir()) == []


def test_one_engine_leaves_the_other_alone(tmp_path: Path) -> None:
    first, second = OwnFolder(tmp_path), OwnFolder(tmp_path)
    assert first.path != second.path
    assert first.private.is_dir()
    first.close()
    assert second.private.is_dir()
    second.close()


def test_what_a_dead_engine_left_is_erased_at_the_next_start(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", DYING, tmp_path], capture_output=True, text=True)
    left = Path(dead.stdout.strip())
    assert dead.returncode == 9
    assert (left / "private" / "secret.wav").exists()
    own = OwnFolder(tmp_path)
    assert not left.exists()
    own.close()


def test_a_cache_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PromptError, match=r"prompts\.cache"):
        OwnFolder(tmp_path / "file")
