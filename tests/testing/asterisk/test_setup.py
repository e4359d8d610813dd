from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing.asterisk import apt, setup

MIRROR = apt.Source("http://mirror.example/debian", ("bookworm",), ("main",))


def quiet(line: str) -> None:
    """Tell nobody."""


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """debootstrap is away; the folders it would have filled."""
    folders: list[Path] = []

    def bootstrap(target: Path, mirror: apt.Source, progress: setup.Progress) -> None:
        assert mirror == MIRROR
        (target / "etc").mkdir()
        folders.append(target)

    monkeypatch.setattr(setup, "_bootstrap", bootstrap)
    monkeypatch.setattr(setup, "_checked_mirror", lambda: MIRROR)
    monkeypatch.setattr(setup, "_version", lambda command: "22.10.1")
    return folders


def test_a_folder_is_built_beside_and_renamed(tmp_path: Path, built: list[Path]) -> None:
    root = tmp_path / "cache" / "asterisk-22"
    told: list[str] = []
    made = setup.set_up(root, told.append)
    assert (made.root, made.version, made.major) == (root, "22.10.1", 22)
    assert built[0] != root
    assert not built[0].exists()
    assert "Asterisk 22.10.1 is ready" in told
    assert setup.in_folder(root) == made


def test_a_folder_that_is_there_is_used_again(tmp_path: Path, built: list[Path]) -> None:
    first = setup.set_up(tmp_path / "a", quiet)
    assert setup.set_up(tmp_path / "a", quiet) == first
    assert len(built) == 1


def test_what_fails_leaves_nothing(
    tmp_path: Path, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "_version", lambda command: "")
    with pytest.raises(NotAvailable, match="does not run"):
        setup.set_up(tmp_path / "a", quiet)
    assert [file.name for file in tmp_path.iterdir()] == ["a.lock"]


def test_what_a_killed_set_up_left_is_removed(tmp_path: Path, built: list[Path]) -> None:
    leftover = tmp_path / "a.building-x"
    leftover.mkdir()
    setup.set_up(tmp_path / "a", quiet)
    assert not leftover.exists()


def test_two_set_ups_at_once_make_one_folder(tmp_path: Path, built: list[Path]) -> None:
    waiting = threading.Event()
    made: list[setup.Installation] = []

    def progress(line: str) -> None:
        if "waiting" in line:
            waiting.set()

    second = threading.Thread(target=lambda: made.append(setup.set_up(tmp_path / "a", progress)))
    with (tmp_path / "a.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second.start()
        assert waiting.wait(10)
        assert made == []
    second.join(10)
    assert len(made) == 1
    assert len(built) == 1


def test_everything_that_is_missing_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(setup.HOME_VARIABLE, str(tmp_path / "asterisk"))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(apt, "debian_mirror", lambda: None)
    with pytest.raises(NotAvailable) as told:
        setup.find(quiet)
    for word in ("root rights", "debootstrap", "nsenter", "setpriv", "package source"):
        assert word in str(told.value)


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17", "22.10.1"),
        ("Asterisk certified/20.7-cert2", "20.7"),
        ("Asterisk 16.28.0~dfsg-0", None),
        ("something else", None),
    ],
)
def test_the_one_on_the_path_must_be_recent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str, found: str | None
) -> None:
    program = tmp_path / "asterisk"
    program.write_text(f"#!/bin/sh\necho '{printed}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    made = setup.on_path()
    assert (made.version if made else None) == found
    if made:
        assert (made.program, made.root) == (str(program), None)


def test_the_folder_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(setup.HOME_VARIABLE, "/srv/asterisk")
    assert setup.home() == Path("/srv/asterisk")
    monkeypatch.delenv(setup.HOME_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert setup.home() == Path("/var/cache/ivrkit/asterisk-22")
