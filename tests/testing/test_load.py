from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing.audio import write_wave
from ivrkit.testing.load import (
    HangUp,
    Keys,
    Load,
    Pause,
    Say,
    Step,
    place,
    read_statistics,
    scenario,
)

COLUMNS = "StartTime;CurrentTime;TotalCallCreated;CurrentCall;SuccessfulCall(C);FailedCall(C);"


def actions(*steps: Step) -> list[str]:
    tree = ElementTree.fromstring(scenario(Load("801", 1, 1, steps)).encode())
    found = []
    for element in tree.iter():
        if element.tag in ("pause", "exec"):
            found.append(f"{element.tag} {next(iter(element.attrib.values()))}")
        elif element.tag == "send":
            found.append((element.text or "").split()[0])
        elif element.tag == "recv" and "request" in element.attrib:
            found.append("await " + element.attrib["request"])
    return found


def test_a_caller_listens_until_the_other_side_hangs_up() -> None:
    assert actions(Pause(1.5)) == [
        "INVITE",
        "ACK",
        "exec quiet.raw,-1,0",
        "pause 1500",
        "await BYE",
        "SIP/2.0",
    ]


def test_keys_take_the_place_of_the_audio_for_as_long_as_they_sound() -> None:
    assert actions(Keys("1*#"), HangUp()) == [
        "INVITE",
        "ACK",
        "exec quiet.pcap",
        "exec 1*#",
        "pause 1600",
        "exec quiet.pcap",
        "BYE",
    ]


def test_a_caller_speaks(tmp_path: Path) -> None:
    write_wave(tmp_path / "billing.wav", np.zeros(4000))
    assert actions(Pause(1), Say(tmp_path / "billing.wav"), HangUp()) == [
        "INVITE",
        "ACK",
        "exec quiet.raw,-1,0",
        "pause 1000",
        "exec billing.raw,1,0",
        "pause 500",
        "BYE",
    ]


def test_who_speaks_presses_no_keys(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="either speaks or presses"):
        scenario(Load("801", 1, 1, [Keys("1"), Say(tmp_path / "billing.wav")]))


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
