from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from ivrkit.testing.audio import write_wave
from ivrkit.testing.scenario import (
    GiveUp,
    HangUp,
    Keys,
    Pause,
    Reinvite,
    Say,
    Step,
    scenario,
)


def actions(*steps: Step, audio: bool = True) -> list[str]:
    """What the caller does once the call is answered."""
    tree = ElementTree.fromstring(scenario(steps, longest=60, audio=audio).encode())
    found = []
    for element in tree:
        found += [f"{each.tag} {next(iter(each.attrib.values()))}" for each in element.iter("exec")]
        if element.tag == "pause":
            found.append("pause " + " ".join(element.attrib.values()))
        elif element.tag == "send":
            found.append((element.text or "").split()[0])
        elif element.tag == "recv" and "request" in element.attrib:
            found.append("await " + element.attrib["request"])
        elif element.tag == "label" and element.attrib["id"] == "over":
            break
    assert found[:3] == ["INVITE", "await BYE", "ACK"]
    return found[3:]


def test_a_caller_listens_until_the_other_side_hangs_up() -> None:
    assert actions(Pause(1.5)) == ["exec quiet.raw,-1,0", "pause 1500", "await BYE"]


def test_each_caller_listens_for_another_time() -> None:
    pauses = actions(Pause(0.5, 2), HangUp(), audio=False)
    assert pauses == ["pause uniform 500 2000", "BYE"]


def test_keys_take_the_place_of_the_audio_for_as_long_as_they_sound() -> None:
    assert actions(Keys("1*#"), HangUp()) == [
        "exec quiet.pcap",
        "exec 1*#",
        "pause 1600",
        "exec quiet.pcap",
        "BYE",
    ]
    assert actions(Keys("1"), HangUp(), audio=False) == ["exec 1", "pause 800", "BYE"]


def test_a_caller_speaks(tmp_path: Path) -> None:
    write_wave(tmp_path / "billing.wav", np.zeros(4000))
    assert actions(Pause(1), Say(tmp_path / "billing.wav"), HangUp()) == [
        "exec quiet.raw,-1,0",
        "pause 1000",
        "exec billing.raw,1,0",
        "pause 500",
        "BYE",
    ]


def test_who_speaks_presses_no_keys(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="either speaks or presses"):
        scenario([Keys("1"), Say(tmp_path / "billing.wav")], longest=60)


def test_the_callers_number_tells_which_of_them_it_is() -> None:
    assert "From: <sip:+4930[call_number]@" in scenario([], longest=1, caller="+4930")


def test_who_gives_up_cancels_the_very_invite() -> None:
    text = scenario([GiveUp(1.5)], longest=60, audio=False)
    tree = ElementTree.fromstring(text.encode())
    (heard,) = (each for each in tree.iter("recv") if each.get("response") == "183")
    assert heard.get("optional") is None
    assert [each.get("milliseconds") for each in tree.iter("pause")] == ["1500"]
    sent = [each.text or "" for each in tree.iter("send")]
    branches = {
        next(line for line in each.splitlines() if line.startswith("Via"))
        for each in sent
        if each.split()[0] in ("INVITE", "CANCEL")
    }
    assert len(branches) == 1


def test_who_waits_for_an_answer_never_gives_up() -> None:
    assert "CANCEL" not in scenario([Pause(1), HangUp()], longest=60)


def test_another_kind_of_audio_is_asked_for_and_refused() -> None:
    steps = Reinvite(), HangUp()
    assert actions(*steps, audio=False) == ["INVITE", "ACK", "BYE"]
    tree = ElementTree.fromstring(scenario(steps, longest=60).encode())
    assert any(each.get("response") == "488" for each in tree.iter("recv"))
