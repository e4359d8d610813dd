"""Find an Asterisk on this machine, or set a private one up.

The ``asterisk`` on the PATH is taken when it is recent enough. Where there is none, Debian's
packages are unpacked by ``debootstrap`` into a folder of their own, which later runs reuse;
the machine itself is left as it is.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivrkit.errors import NotAvailable
from ivrkit.testing.asterisk import apt

OLDEST_MAJOR = 20
"""The oldest Asterisk branch that ivrkit runs on."""

HOME_VARIABLE = "IVRKIT_ASTERISK_HOME"
"""Environment variable that names the folder of the private Asterisk."""

SUITE = "sid"
"""The Debian suite that has Asterisk 22; the stable releases since 12 have none."""

PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-gsm",
    "asterisk-core-sounds-en-wav",
    "asterisk-moh-opsound-wav",
)

TOOLS = ("debootstrap", "unshare", "nsenter", "setpriv", "chroot", "mount")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Installation:
    """An Asterisk that can be started. ``root`` is None for the one on the PATH."""

    program: str
    version: str
    root: Path | None = None

    @property
    def major(self) -> int:
        """The branch: 22 for 22.10.1."""
        return int(self.version.split(".")[0])


def home() -> Path:
    """The folder of the private Asterisk: ``$IVRKIT_ASTERISK_HOME`` or one in the user's cache."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ivrkit" / "asterisk-22"


def find(progress: Progress = print) -> Installation:
    """The Asterisk of this machine, set up first if need be (about a minute, 500 MB).

    Raises NotAvailable, which names everything that is missing.
    """
    return on_path() or in_folder(home()) or set_up(home(), progress)


def on_path() -> Installation | None:
    """The ``asterisk`` on the PATH, if it is recent enough."""
    program = shutil.which("asterisk")
    version = _version([program, "-V"]) if program else ""
    if not program or not version or int(version.split(".")[0]) < OLDEST_MAJOR:
        return None
    return Installation(program, version)


def in_folder(root: Path) -> Installation | None:
    """The private Asterisk that an earlier set-up has left in ``root``."""
    stamp = root / "etc" / "ivrkit-asterisk-version"
    if not stamp.is_file():
        return None
    missing = _missing_tools(TOOLS[1:])
    if missing:
        raise NotAvailable(f"The private Asterisk in {root} cannot be started: {missing}.")
    return Installation("/usr/sbin/asterisk", stamp.read_text().strip(), root)


def set_up(root: Path, progress: Progress = print) -> Installation:
    """Bootstrap Asterisk 22 into ``root``. Two set-ups at once wait for each other.

    The folder appears complete or not at all: it is built beside ``root`` and renamed.
    Raises NotAvailable when this machine cannot do it.
    """
    mirror = _checked_mirror()
    root.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(root.with_name(root.name + ".lock"), progress):
        ready = in_folder(root)
        if ready:
            return ready
        for leftover in root.parent.glob(root.name + ".building-*"):
            shutil.rmtree(leftover)
        building = Path(tempfile.mkdtemp(prefix=root.name + ".building-", dir=root.parent))
        building.chmod(0o755)  # mkdtemp's 0700 would keep Asterisk's own user out
        progress(f"Setting up a private Asterisk in {root} (about 500 MB, one to three minutes)")
        try:
            _bootstrap(building, mirror, progress)
            _finish(building)
            building.rename(root)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    installation = in_folder(root)
    assert installation is not None, "the folder was renamed a moment ago"
    progress(f"Asterisk {installation.version} is ready")
    return installation


def _checked_mirror() -> apt.Source:
    missing = []
    if os.geteuid() != 0:
        missing.append("root rights (debootstrap needs them)")
    tools = _missing_tools(TOOLS)
    if tools:
        missing.append(tools)
    mirror = apt.debian_mirror()
    if mirror is None:
        missing.append("a Debian package source in /etc/apt (this is no Debian system?)")
    if missing or mirror is None:
        raise NotAvailable(
            "No Asterisk: there is none on the PATH of version "
            f"{OLDEST_MAJOR} or later, and a private one cannot be set up for want of "
            + "; ".join(missing),
            hint="install Asterisk 20 or later, or run as root on Debian with debootstrap",
        )
    return mirror


def _missing_tools(tools: tuple[str, ...]) -> str:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return f"missing programs: {', '.join(missing)}" if missing else ""


@contextmanager
def _only_one(lock: Path, progress: Progress) -> Iterator[None]:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another set-up of the private Asterisk is at work: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _bootstrap(target: Path, mirror: apt.Source, progress: Progress) -> None:
    """Run debootstrap in mount and process namespaces of its own.

    debootstrap mounts /proc in its target; whatever ends it, the mounts and the programs it has
    started go with the namespaces. It dies with the thread that called it.
    """
    keyring = [f"--keyring={mirror.signed_by}"] if Path(mirror.signed_by).is_file() else []
    command = [
        *(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "--",
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--",
        ),
        *("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", *keyring),
        *(SUITE, str(target), mirror.uri),
    ]
    environment = {**os.environ, **apt.proxy_environment()}
    tail: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None, "asked for above"
        last = ""
        for line in process.stdout:
            tail = [*tail[-9:], line.rstrip()]
            last = _report_phase(line, last, progress)
    if process.returncode != 0:
        log = target / "debootstrap" / "debootstrap.log"
        told = log.read_text(errors="replace").splitlines()[-10:] if log.is_file() else tail
        raise NotAvailable(
            "No Asterisk: debootstrap failed:\n  " + "\n  ".join(told),
            hint="is the package mirror of /etc/apt reachable?",
        )


def _report_phase(line: str, last: str, progress: Progress) -> str:
    """Of debootstrap's hundreds of lines, tell each phase once."""
    match = re.match(r"I: (Retrieving|Extracting|Unpacking|Configuring) ", line)
    phase = match[1] if match else last
    if phase != last:
        progress(f"  {phase.lower()} packages")
    return phase


def _finish(root: Path) -> None:
    """Drop what was only needed to build, and stamp the folder with Asterisk's version."""
    for package in (root / "var" / "cache" / "apt" / "archives").glob("*.deb"):
        package.unlink()
    version = _version(["chroot", str(root), "/usr/sbin/asterisk", "-V"])
    if not version:
        raise NotAvailable("No Asterisk: the one that was set up does not run.")
    # Each instance mounts its own file over this one.
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
    (root / "etc" / "ivrkit-asterisk-version").write_text(version + "\n")


def _version(command: list[str]) -> str:
    """``22.10.1`` from ``Asterisk 22.10.1+dfsg…``; empty when the program does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    match = re.match(r"Asterisk (?:certified/)?(\d+\.\d+[\d.]*)", done.stdout)
    return match[1].rstrip(".") if match else ""
