"""The unit of systemd, as systemd's own examiners find it."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from ivrkit.service.notifying import SPARE_SECONDS

UNIT = Path(__file__).parents[2] / "docker/systemd/ivrkit.service"
MOST_EXPOSED = 2.5
"""By ``systemd-analyze security``: 0 is a service that may do nothing, 10 one that may do all."""

examined = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


TAKES_OVER = " serve --take-over "


def next_unit() -> str:
    """The copy that docs/upgrading.md makes of the unit."""
    page = (UNIT.parents[2] / "docs/upgrading.md").read_text("utf-8")
    (edit,) = re.findall(r"^sed '(.*)' /etc/systemd/system/ivrkit.service", page, re.M)
    done = subprocess.run(["sed", edit, UNIT], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(params=["ivrkit", "ivrkit-next"])
def unit(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A unit as it can be examined here, where neither the program nor its user is."""
    text = UNIT.read_text("utf-8") if request.param == "ivrkit" else next_unit()
    text = text.replace("/opt/ivrkit/bin/ivrkit", "/bin/true")
    text = re.sub(r"(?m)^(User|Group)=.*$", r"\1=daemon", text)
    file = tmp_path / f"{request.param}.service"
    file.write_text(text)
    return file


def test_the_unit_of_a_take_over_differs_in_that_alone() -> None:
    own, other = UNIT.read_text("utf-8").splitlines(), next_unit().splitlines()
    (differs,) = [(was, now) for was, now in zip(own, other, strict=True) if was != now]
    assert differs[0].startswith("ExecStart=")
    assert differs[1] == differs[0].replace(" serve ", TAKES_OVER)


def test_commands_run_as_the_service_does(tmp_path: Path) -> None:
    """Its user, its secrets and its folder."""
    fake = tmp_path / "systemd-run"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(
        [UNIT.with_name("ivrkit"), "calls", "show", "4f 1c"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    words = done.stdout.splitlines()
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    service = parser["Service"]
    given = dict(pairwise(words))
    assert given["--uid"] == service["User"]
    assert given["--gid"] == service["Group"]
    assert given["--working-directory"] == service["WorkingDirectory"]
    assert f"EnvironmentFile={service['EnvironmentFile']}" in words
    assert words[-4:] == [service["ExecStart"].split()[0], "calls", "show", "4f 1c"]


@examined
def test_systemd_understands_every_line(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if str(unit) in line]
    assert (done.returncode, told) == (0, [])


@examined
def test_it_may_do_little(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(rf"Overall exposure level for {unit.name}: ([\d.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) <= MOST_EXPOSED, done.stdout


def test_what_serve_promises_the_unit_relies_on() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    service = parser["Service"]
    assert service["Type"] == "notify"
    # One from which another engine has taken over ends with status 0: it stays away.
    assert service["Restart"] == "on-failure"
    assert int(service["TimeoutStopSec"]) >= SPARE_SECONDS
    assert "serve --config /etc/ivrkit" in service["ExecStart"]
    assert "-HUP" in service["ExecReload"]
