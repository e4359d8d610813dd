from __future__ import annotations

import errno
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports

SINGLE = """
from ivrkit.testing import ports
print(*(ports.free_ports(3) for _ in range(60)))
"""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the turns of these tests are, whose own are nobody else's."""
    monkeypatch.setattr(ports.tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path


def test_what_starts_at_the_same_time_gets_different_ports(kept: Path) -> None:
    """Nobody listens yet where the others look."""
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", SINGLE], env={"TMPDIR": str(kept)}, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    found = [int(port) for each in asking for port in each.communicate()[0].split()]
    assert len(found) == 3 * 60
    assert all(other - one >= 3 for one, other in pairwise(sorted(found)))


@pytest.mark.parametrize("content", [b"", b"99999", b"nonsense", b"-7", b"\xff\xfe7"])
def test_a_turn_that_is_nonsense_is_a_new_one(
    monkeypatch: pytest.MonkeyPatch, kept: Path, content: bytes
) -> None:
    monkeypatch.setattr(ports, "_is_free", lambda port: True)
    ports.free_ports(1)
    (file,) = kept.iterdir()
    file.write_bytes(content)
    first = ports.free_ports(1)
    assert first in ports.SINGLE_PORTS
    assert ports.free_ports(1) == first + 1


def test_without_a_place_for_turns(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    monkeypatch.setattr(ports.tempfile, "gettempdir", lambda: str(kept / "none"))
    assert ports.free_ports(2) in ports.SINGLE_PORTS


@pytest.mark.usefixtures("kept")
def test_where_no_file_can_be_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(ports.fcntl, "flock", flock)
    assert ports.free_ports(2) in ports.SINGLE_PORTS


def test_a_turn_is_no_link_to_the_file_of_somebody(kept: Path) -> None:
    ports.free_ports(1)
    (file,) = kept.iterdir()
    mine = kept / "mine"
    mine.write_text("keep")
    file.unlink()
    file.symlink_to(mine)
    assert ports.free_ports(1) in ports.SINGLE_PORTS
    assert mine.read_text() == "keep"


@pytest.mark.usefixtures("kept")
def test_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind((ports.LOOPBACK, 0))
        first = taken.getsockname()[1]
        monkeypatch.setattr(ports, "SINGLE_PORTS", range(first, first + 1))
        with pytest.raises(NotAvailable, match=f"no 1 free ports in a row from {first}"):
            ports.free_ports(1)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: socket.SocketKind
) -> None:
    first = ports.free_ports(4)
    monkeypatch.setattr(ports.tempfile, "gettempdir", lambda: str(tmp_path))
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((ports.LOOPBACK, first + 1))
        monkeypatch.setattr(ports, "SINGLE_PORTS", range(first, first + 4))
        assert ports.free_ports(2) == first + 2


def test_audio_of_asterisk_phones_and_load_never_meets() -> None:
    places = (ports.ASTERISK_RTP, ports.PHONE_RTP, ports.LOAD_RTP)
    for within in places:
        first, last = ports.rtp_range(within, 200)
        assert first % 2 == 0
        assert (first in within, last in within) == (True, True)
        assert last - first == 199
    assert len({port for within in places for port in within}) == sum(map(len, places))


@pytest.mark.usefixtures("kept")
def test_stretches_lie_beside_one_another_until_all_have_had_their_turn() -> None:
    stretches = ports.Stretches(range(29000, 29100))
    first = [stretches.take(20) for _ in range(20)]
    assert all(each % 2 == 0 and each + 20 <= 29100 for each in first)
    assert all(abs(one - other) >= 20 for one, other in pairwise(first))
    assert stretches.take(500) == 29000


@pytest.mark.usefixtures("kept")
def test_a_stretch_with_a_port_in_use_is_passed_over() -> None:
    within = range(29200, 29260)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((ports.LOOPBACK, 29225))
        stretches = ports.Stretches(within)
        assert all(not each <= 29225 < each + 20 for each in (stretches.take(20) for _ in range(9)))
        assert stretches.take(60) == 29200  # there is no other
