from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.ledger import FILE, Ledger, Looked
from ivrkit.prompts.measuring import Measured
from ivrkit.prompts.tree import Entry

MEASURED = Measured(8000, 1, 1.5, -20.0, -3.0, 0, 0.1, 0.2)
GOOD = Looked((1, 2, 3), "abc", MEASURED)
BAD = Looked((4, 5, 6), "def", None, "no sound", "record it")


def test_what_was_found_out_is_kept(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "cache")
    assert ledger.recordings() == {}
    assert ledger.note("x") == ""
    ledger.put({"en/a.wav": GOOD, "en/b.wav": BAD})
    assert Ledger(tmp_path / "cache").recordings() == {"en/a.wav": GOOD, "en/b.wav": BAD}
    assert ledger.contents() == {"en/a.wav": ((1, 2, 3), "abc")}
    ledger.put({}, gone=["en/b.wav"])
    assert set(ledger.recordings()) == {"en/a.wav"}
    assert GOOD.holds(Entry("x", 1, 2, 3))
    assert not GOOD.holds(Entry("x", 1, 2, 4))


def test_notes_and_what_is_needed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write_note("inputs", "1")
    ledger.write_note("inputs", "2")
    assert ledger.note("inputs") == "2"
    ledger.write_needed(["a", "b"])
    ledger.write_needed(["b", "c"])
    assert ledger.needed() == {"b", "c"}


@pytest.mark.parametrize("broken", [b"", b"no database at all" * 100, b"SQLite format 3\0" * 40])
def test_one_that_is_broken_is_begun_anew(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / FILE).write_bytes(broken)
    ledger = Ledger(tmp_path)
    assert ledger.recordings() == {}
    ledger.put({"a.wav": GOOD})
    assert set(ledger.recordings()) == {"a.wav"}


def test_one_of_another_form_is_begun_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("create table recordings (something)")
        database.execute("pragma user_version = 99")
    database.close()
    ledger = Ledger(tmp_path)
    assert ledger.recordings() == {}
    ledger.put({"a.wav": GOOD})
    assert set(ledger.recordings()) == {"a.wav"}


def test_a_cache_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(PromptError, match=r"ledger\.db cannot be written"):
        Ledger(tmp_path).write_note("a", "b")
