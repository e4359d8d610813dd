"""How Asterisk is run: as it is, or locked into the folder that debootstrap filled.

The private Asterisk gets a mount namespace of its own and a root made of an empty tmpfs, the
read-only programs of the set-up folder, and the instance's folder **at the same path as
outside**: a path means the same file to us and to Asterisk. The mounts vanish with the last
process in the namespace, so none can leak, whatever ends it. Several instances share one set-up
folder and cannot change it.
"""

from __future__ import annotations

import shlex
import socket
from collections.abc import Sequence
from pathlib import Path

from ivrkit.testing.asterisk.setup import Installation

HOSTS = "127.0.0.1 localhost\n"


def hosts_file() -> str:
    """``/etc/hosts`` that names this machine.

    Asterisk looks its own host name up for each SIP call; with no name server to answer, an
    unknown one stalls every call.
    """
    return f"{HOSTS}127.0.0.1 {socket.gethostname()}\n"


def start_command(
    installation: Installation, folder: Path, shared: Sequence[Path], arguments: Sequence[str]
) -> list[str]:
    """The command line that becomes Asterisk: each wrapper ``exec`` s the next, no process more.

    ``folder`` is the instance's own (writable), ``shared`` are folders Asterisk may read.
    """
    if installation.root is None:
        return [installation.program, *arguments]
    script = _jail_script(installation.root, folder, shared)
    inside = ["chroot", str(folder / "jail"), installation.program, *arguments]
    script += f"exec {shlex.join(inside)}\n"
    return ["unshare", "--mount", "--propagation", "private", "--", "sh", "-ec", script]


def join_command(installation: Installation, pid: int, arguments: Sequence[str]) -> list[str]:
    """The command line that runs ``asterisk -r…`` beside the running Asterisk ``pid``."""
    if installation.root is None:
        return [installation.program, *arguments]
    enter = ["nsenter", "--target", str(pid), "--mount", "--root", "--wdns=/", "--"]
    return [*enter, installation.program, *arguments]


def _jail_script(root: Path, folder: Path, shared: Sequence[Path]) -> str:
    jail = folder / "jail"
    lines = [f"mount -t tmpfs -o mode=755,size=16m ivrkit {shlex.quote(str(jail))}"]
    for name in ("bin", "sbin", "lib", "lib64"):
        lines.append(f"cp -P {_quoted(root, name)} {_quoted(jail, name)}")
    for name in ("usr", "etc", "var/lib/asterisk"):
        lines += _bind(root / name, jail / name, writable=False)
    lines.append(f"mount --bind {_quoted(folder, 'hosts')} {_quoted(jail, 'etc/hosts')}")
    for name in ("proc", "dev"):
        lines += _bind(Path("/", name), jail / name, writable=True)
    lines.append(f"mkdir -m 1777 {_quoted(jail, 'tmp')}")
    for path in shared:
        lines += _bind(path, _inside(jail, path), writable=False)
    lines += _bind(folder, _inside(jail, folder), writable=True)
    return "\n".join([*lines, ""])


def _bind(source: Path, target: Path, *, writable: bool) -> list[str]:
    quoted = shlex.quote(str(target))
    lines = [f"mkdir -p {quoted}", f"mount --bind {shlex.quote(str(source))} {quoted}"]
    if not writable:
        lines.append(f"mount -o remount,bind,ro {quoted}")
    return lines


def _inside(jail: Path, path: Path) -> Path:
    return jail / path.absolute().relative_to("/")


def _quoted(folder: Path, name: str) -> str:
    return shlex.quote(str(folder / name))
