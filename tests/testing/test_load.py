from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing.load import (
    Callers,
    Crowd,
    Keys,
    Load,
    LoadResult,
    place,
    read_statistics,
)

COLUMNS = "StartTime;CurrentTime;TotalCallCreated;CurrentCall;SuccessfulCall(C);FailedCall(C);"


def test_statistics_are_sums_over_the_whole_run(tmp_path: Path) -> None:
    file = tmp_path / "statistics.csv"
    start = "2026-01-01\t00:00:00\t100.5"
    file.write_text(
        f"{COLUMNS}\n"
        f"{start};2026-01-01\t00:00:01\t101.5;5;5;0;0;\n"
        f"{start};2026-01-01\t00:00:04\t104.0;9;0;7;2;\n"
    )
    result = read_statistics(file, "why")
    assert (result.calls, result.succeeded, result.failed) == (9, 7, 2)
    assert (result.seconds, result.most_at_once, result.errors) == (3.5, 5, "why")


def test_no_statistics_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(COLUMNS + "\n")
    with pytest.raises(CarrierError, match="no statistics"):
        read_statistics(tmp_path / "empty")


async def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailable, match="apt-get install sip-tester"):
        await place(Load("801", 1, 1), 5060, tmp_path)


async def test_keys_need_root_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "sipp"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(NotAvailable, match="root rights"):
        await place(Load("801", 1, 1, (Keys("1"),)), 5060, tmp_path)


def test_what_has_become_of_each_caller_is_read_while_they_telephone(tmp_path: Path) -> None:
    callers = Callers(Load("801", 3, 1, caller="+4930"), 5060, tmp_path)
    assert callers.happened() == {}
    assert callers.numbers == ["+49301", "+49302", "+49303"]
    (tmp_path / "callers").write_text("1 answered\n3 refused 486\n1 bye\n2")
    assert callers.happened() == {"+49301": ["answered", "bye"], "+49303": ["refused 486"]}


def test_a_crowd_adds_its_loads_up() -> None:
    one = LoadResult(3, 2, 1, 4.5, 2, answered=2, refused=1, bye_received=2, errors="a\n")
    other = LoadResult(1, 1, 0, 5.5, 1, answered=1, bye_sent=1, unexpected=1, errors="b\n")
    assert one + other == LoadResult(4, 3, 1, 5.5, 3, 3, 1, 2, 1, 1, "a\nb\n")


async def test_loads_of_a_crowd_have_numbers_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sipp"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with Crowd(5060, tmp_path) as crowd:
        for _ in range(2):
            await crowd.call(Load("801", 1, 1))
        numbers = [number for callers in crowd.loads for number in callers.numbers]
        with pytest.raises(CarrierError, match="0 of 1 were answered"):
            await crowd.until_answered()
    assert numbers == ["+49555101", "+49555111"]
