from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.testing.asterisk import apt

DEB822 = """\
# the machine's own
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """\
# deb http://comment.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://list.example/debian bookworm main # the rest
deb http://vendor.example/apt stable-vendor main
"""


@pytest.fixture
def os_release(tmp_path: Path) -> Path:
    file = tmp_path / "os-release"
    file.write_text('PRETTY_NAME="Debian"\nID=debian\nVERSION_CODENAME=bookworm\n')
    return file


def machine(folder: Path, **files: str) -> Path:
    parts = folder / "apt" / "sources.list.d"
    parts.mkdir(parents=True)
    for name, text in files.items():
        (parts / name.replace("_", ".")).write_text(text)
    return folder / "apt"


def test_deb822_sources_are_read(tmp_path: Path, os_release: Path) -> None:
    found = apt.debian_mirror(machine(tmp_path, debian_sources=DEB822), os_release)
    assert found == apt.Source(
        "http://mirror.example/debian",
        ("bookworm", "bookworm-updates"),
        ("main", "contrib"),
        "/usr/share/keyrings/example.gpg",
    )


def test_one_line_sources_are_read(tmp_path: Path, os_release: Path) -> None:
    found = apt.debian_mirror(machine(tmp_path, debian_list=ONE_LINE), os_release)
    assert found == apt.Source("http://list.example/debian", ("bookworm",), ("main",), "/k.gpg")


def test_disabled_and_foreign_sources_are_passed_over(tmp_path: Path, os_release: Path) -> None:
    disabled = DEB822.split("\n\n")[2]
    foreign = ONE_LINE.splitlines()[-1]
    folder = machine(tmp_path, a_sources=disabled, b_list=foreign, c_disabled=ONE_LINE)
    assert apt.debian_mirror(folder, os_release) is None


def test_a_system_that_is_no_debian_has_no_mirror(tmp_path: Path, os_release: Path) -> None:
    os_release.write_text("ID=ubuntu\nVERSION_CODENAME=noble\n")
    text = "deb http://ubuntu.example/ubuntu noble main\n"
    assert apt.debian_mirror(machine(tmp_path, ubuntu_list=text), os_release) is None
    assert apt.release_codename(tmp_path / "missing") == ""
