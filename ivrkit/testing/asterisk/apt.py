"""Where this machine gets its Debian packages from: read from apt's own configuration.

A private Asterisk is bootstrapped from the mirror the machine already uses, so nothing but apt
decides where software comes from. Both forms of apt's source lists are read: one-line
(``sources.list(5)``, ``*.list``) and deb822 (``*.sources``).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APT_FOLDER = Path("/etc/apt")
OS_RELEASE = Path("/etc/os-release")


@dataclass(frozen=True)
class Source:
    """One line's worth of package source."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""


def debian_mirror(apt: Path = APT_FOLDER, os_release: Path = OS_RELEASE) -> Source | None:
    """The source that serves the main archive of this machine's own Debian release, if any."""
    codename = release_codename(os_release)
    wanted = {codename, "stable", "testing", "unstable", "sid"} - {""}
    for source in sources(apt):
        fetchable = source.uri.startswith(("http://", "https://", "file:"))
        if fetchable and "main" in source.components and wanted & set(source.suites):
            return source
    return None


def release_codename(os_release: Path = OS_RELEASE) -> str:
    """``bookworm`` on Debian 12; empty where the system is no Debian (``os-release(5)``)."""
    if not os_release.is_file():
        return ""
    pairs = re.findall(r'^(\w+)="?([^"\n]*)"?$', os_release.read_text(), flags=re.M)
    values = dict(pairs)
    return values.get("VERSION_CODENAME", "") if values.get("ID") == "debian" else ""


def sources(apt: Path = APT_FOLDER) -> Iterator[Source]:
    """All package sources that apt would use, in the order in which it reads the files."""
    parts = apt / "sources.list.d"
    files = [apt / "sources.list", *(sorted(parts.iterdir()) if parts.is_dir() else ())]
    for file in files:
        if file.suffix == ".list" and file.is_file():
            yield from _one_line_sources(file.read_text())
        elif file.suffix == ".sources" and file.is_file():
            yield from _deb822_sources(file.read_text())


def proxy_environment() -> dict[str, str]:
    """``http_proxy`` and ``https_proxy`` as apt has them, for the programs debootstrap calls."""
    found = {}
    for scheme in ("http", "https"):
        key = f"Acquire::{scheme}::Proxy"
        command = ["apt-config", "shell", "PROXY", key]
        try:
            printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
        except FileNotFoundError:
            return {}
        match = re.fullmatch(r"PROXY='(.+)'\n?", printed)
        if match and match[1] not in ("DIRECT", "false"):
            found[f"{scheme}_proxy"] = match[1]
    return found


def _one_line_sources(text: str) -> Iterator[Source]:
    pattern = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suites>.+)")
    for line in text.splitlines():
        match = pattern.match(line.split("#")[0].strip())
        if match is None:
            continue
        suite, *components = match["suites"].split()
        options = dict(re.findall(r"(\S+?)=(\S+)", match["options"] or ""))
        yield Source(match["uri"], (suite,), tuple(components), options.get("signed-by", ""))


def _deb822_sources(text: str) -> Iterator[Source]:
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = {
            name.lower(): value.strip()
            for name, value in re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", "\n".join(lines), re.M)
        }
        if "deb" not in fields.get("types", "").split() or fields.get("enabled") == "no":
            continue
        signed_by = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            yield Source(
                uri,
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                signed_by if "\n" not in signed_by else "",
            )
