"""The unit of systemd, as systemd's own examiners find it."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ivrkit.service.notifying import SPARE_SECONDS

UNIT = Path(__file__).parents[2] / "docker/systemd/ivrkit.service"
MOST_EXPOSED = 2.5
"""By ``systemd-analyze security``: 0 is a service that may do nothing, 10 one that may do all."""

examined = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it can be examined here, where neither the program nor its user is."""
    text = UNIT.read_text("utf-8").replace("/opt/ivrkit/bin/ivrkit", "/bin/true")
    text = re.sub(r"(?m)^(User|Group)=.*$", r"\1=daemon", text)
    file = tmp_path / "ivrkit.service"
    file.write_text(text)
    return file


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
    level = re.search(r"Overall exposure level for ivrkit.service: ([\d.]+)", done.stdout)
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
