"""The plain Debian that our images begin with, where no container engine is: a folder that
debootstrap fills once, from the mirror that this machine uses, and later runs find again."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivrkit.errors import NotAvailable
from ivrkit.testing.asterisk import apt

HOME_VARIABLE = "IVRKIT_IMAGE_HOME"
"""Environment variable that names the folder of images."""
NO_SERVICES = "#!/bin/sh\nexit 101\n"
"""``policy-rc.d``, as in Debian's images: what is installed is not started."""


def home() -> Path:
    """Where images are kept: ``$IVRKIT_IMAGE_HOME`` or a folder in the user's cache."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).absolute()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ivrkit" / "images"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One at a time: others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def debian(suite: str) -> Path:
    """The folder of a release of Debian, made if it is not there: half a minute to two. Under
    :func:`locked`. Raises NotAvailable, which says what is missing."""
    root = home() / f"debian-{suite}"
    if root.is_dir():
        return root
    mirror = apt.debian_mirror()
    if os.geteuid() != 0 or mirror is None or shutil.which("debootstrap") is None:
        raise NotAvailable(
            "no image can be built: it takes root rights, Debian's package sources in /etc/apt, "
            "and debootstrap"
        )
    for leftover in home().glob("building-*"):
        shutil.rmtree(leftover)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=home()))
    building.chmod(0o755)
    keyring = [f"--keyring={mirror.signed_by}"] if Path(mirror.signed_by).is_file() else []
    wrapped = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--", "debootstrap"]
    done = subprocess.run(
        [*wrapped, "--variant=minbase", *keyring, suite, str(building), mirror.uri],
        env={**os.environ, **apt.proxy_environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(building)
        raise NotAvailable(f"no image can be built: debootstrap failed:\n{done.stdout[-2000:]}")
    policy = building / "usr/sbin/policy-rc.d"
    policy.write_text(NO_SERVICES)
    policy.chmod(0o755)
    for package in (building / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    building.rename(root)
    return root
