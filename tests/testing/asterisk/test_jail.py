from __future__ import annotations

import socket
from pathlib import Path

from ivrkit.testing.asterisk import jail
from ivrkit.testing.asterisk.setup import Installation

PRIVATE = Installation("/usr/sbin/asterisk", "22.10.1", Path("/c/asterisk-22"))
ON_PATH = Installation("/usr/sbin/asterisk", "20.15.0")


def test_the_one_on_the_path_is_started_as_it_is() -> None:
    started = jail.start_command(ON_PATH, Path("/i"), [], ["-f"])
    assert started == ["/usr/sbin/asterisk", "-f"]
    assert jail.join_command(ON_PATH, 7, ["-rx", "x"]) == ["/usr/sbin/asterisk", "-rx", "x"]


def test_the_private_one_cannot_change_what_it_shares() -> None:
    *_, script = jail.start_command(PRIVATE, Path("/i"), [Path("/my prompts")], ["-f"])
    lines = script.splitlines()
    for name in ("usr", "etc", "my prompts"):
        mounted = next(number for number, line in enumerate(lines) if f"/i/jail/{name}" in line)
        assert "remount,bind,ro" in lines[mounted + 2]
    assert "mount --bind /i /i/jail/i" in lines
    assert not any("ro /i/jail/i" in line for line in lines)
    assert lines[-1] == "exec chroot /i/jail /usr/sbin/asterisk -f"


def test_the_machine_knows_its_own_name() -> None:
    assert f"127.0.0.1 {socket.gethostname()}\n" in jail.hosts_file()
