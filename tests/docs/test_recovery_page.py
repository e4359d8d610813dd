"""The tests that docs/recovery.md names are there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "recovery.md").read_text("utf-8")
KILLED = {file.stem for file in (TESTS / "live" / "flows_killed").glob("*.yaml")}


def rows() -> list[str]:
    """What stands in the last column of its tables, under the heads."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and "shown by" not in line]
    return [line.rstrip(" |").rpartition("|")[2] for line in lines]


def test_every_row_names_what_shows_it() -> None:
    for row in rows():
        assert re.findall(r"`[\w.-]+`", row), row


def test_what_is_named_is_there() -> None:
    tests = {
        name
        for folder in ("live", "steps")
        for file in (TESTS / folder).glob("test_*.py")
        for name in re.findall(r"^async def (test_\w+)", file.read_text("utf-8"), re.M)
    }
    for row in rows():
        for name in re.findall(r"`([\w.-]+)`", row):
            is_file = name.endswith(".py") and (TESTS / "live" / name).is_file()
            assert is_file or name in tests or name in KILLED, name
