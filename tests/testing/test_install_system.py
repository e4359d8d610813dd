"""``.ci/install-system.sh`` against a machine made of stubs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "install-system.sh"
WANTED = (
    *("espeak-ng", "flite", "baresip", "sipp", "setpriv", "debootstrap"),
    *("chromium-headless-shell", "dot", "npm"),
    *("rabbitmqctl", "mosquitto"),
    *("cc", "curl", "jq", "promtool", "pg_createcluster", "mariadbd", "isql", "odbcinst"),
)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that is the whole PATH: the tools of the script, and all programs it wants."""
    for name in ("sh", "env", "mktemp", "rm", "cat", "id", "tee", "chmod"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    for name in WANTED:
        program(tmp_path / name, "exit 0")
    for name in ("en_US", "it_IT"):
        sounds(tmp_path, name).mkdir(parents=True)
        (sounds(tmp_path, name) / "1.wav").touch()
    return tmp_path


def sounds(machine: Path, name: str) -> Path:
    return machine / "sounds" / name / "digits"


def program(file: Path, text: str) -> None:
    file.write_text(f"#!{shutil.which('sh')}\n{text}\n")
    file.chmod(0o755)


def run(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The folders of system programs, which the script adds, are those of the machine too.
    script = SCRIPT.read_text().replace(":/usr/sbin:/sbin", "")
    script = script.replace("/usr/sbin/", f"{machine}/")
    script = script.replace("/usr/share/asterisk/", f"{machine}/")
    return subprocess.run(
        [str(machine / "sh"), "-c", script, "install-system.sh", *arguments],
        env={"PATH": str(machine), "TMPDIR": str(machine), "STUB": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )


def calls(machine: Path) -> list[str]:
    file = machine / "calls"
    return file.read_text().splitlines() if file.is_file() else []


def is_root(machine: Path, *, root: bool) -> None:
    (machine / "id").unlink()
    program(machine / "id", f"echo {0 if root else 1000}")


def with_apt(machine: Path, exit_status: int = 0) -> None:
    program(machine / "apt-get", f'echo "$@" >>"$STUB/calls"; echo told; exit {exit_status}')


def test_it_is_silent_when_nothing_is_missing(machine: Path) -> None:
    with_apt(machine)
    done = run(machine)
    assert (done.returncode, done.stdout, done.stderr, calls(machine)) == (0, "", "", [])


def test_root_gets_what_is_missing_and_no_more(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=True)
    (machine / "sipp").unlink()
    (machine / "baresip").unlink()
    done = run(machine)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Installing baresip-core sip-tester\n"
    assert calls(machine) == ["install -y -q --no-install-recommends baresip-core sip-tester"]


def test_an_asterisk_of_the_machine_s_own_needs_no_debootstrap(machine: Path) -> None:
    (machine / "debootstrap").unlink()
    program(machine / "asterisk", "exit 0")
    assert run(machine).returncode == 0


def test_the_demo_gets_no_servers(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=True)
    for name in ("cc", "mariadbd", "rabbitmqctl", "sipp", "baresip"):
        (machine / name).unlink()
    program(machine / "odbcinst", '[ "$4" = FreeTDS ]')
    assert run(machine, "demo").returncode == 0
    assert calls(machine) == ["install -y -q --no-install-recommends baresip-core libsqliteodbc"]


def test_drivers_that_odbc_does_not_know(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=True)
    program(machine / "odbcinst", '[ "$4" = FreeTDS ]')
    assert run(machine).returncode == 0
    wanted = "libsqliteodbc odbc-postgresql odbc-mariadb"
    assert calls(machine) == [f"install -y -q --no-install-recommends {wanted}"]


def test_recordings_of_a_language(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=True)
    (sounds(machine, "it_IT") / "1.wav").unlink()
    assert run(machine).returncode == 0
    assert calls(machine) == ["install -y -q --no-install-recommends asterisk-core-sounds-it-wav"]


def test_without_rights_it_says_what_to_do(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=False)
    (machine / "sipp").unlink()
    done = run(machine)
    assert done.returncode == 1
    assert done.stderr == (
        "Please install as root: apt-get install --no-install-recommends sip-tester\n"
    )


def test_sudo_is_used_where_it_asks_nothing(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=False)
    program(machine / "sudo", 'echo "sudo $*" >>"$STUB/calls"; shift; "$@"')
    (machine / "debootstrap").unlink()
    assert run(machine).returncode == 0
    assert "install -y -q --no-install-recommends debootstrap" in calls(machine)


def test_a_machine_without_apt_is_told_the_names(machine: Path) -> None:
    (machine / "espeak-ng").unlink()
    done = run(machine)
    assert done.returncode == 1
    assert done.stderr == "Please install these programs (Debian's names): espeak-ng\n"


def test_old_lists_are_renewed_and_a_failure_is_shown(machine: Path) -> None:
    with_apt(machine, exit_status=100)
    is_root(machine, root=True)
    (machine / "sipp").unlink()
    done = run(machine)
    assert done.returncode == 1
    assert [line.split()[0] for line in calls(machine)] == ["install", "update", "install"]
    assert done.stderr == "told\nCould not install: sip-tester\n"


def test_services_are_not_started_and_the_machine_stays_as_it_was(machine: Path) -> None:
    program(machine / "apt-get", 'cat "$STUB/policy-rc.d" >>"$STUB/calls"')
    is_root(machine, root=True)
    (machine / "mosquitto").unlink()
    assert run(machine).returncode == 0
    assert calls(machine) == ["#!/bin/sh", "exit 101"]
    assert not (machine / "policy-rc.d").exists()


def test_a_policy_of_the_machine_s_own_stays(machine: Path) -> None:
    with_apt(machine)
    is_root(machine, root=True)
    program(machine / "policy-rc.d", "exit 0")
    (machine / "mosquitto").unlink()
    assert run(machine).returncode == 0
    assert (machine / "policy-rc.d").read_text().endswith("exit 0\n")


def test_it_can_be_run_as_it_is() -> None:
    assert os.access(SCRIPT, os.X_OK)
