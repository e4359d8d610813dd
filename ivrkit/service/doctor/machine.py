"""What the machine gives the engine: room on its disks, open files, rights of folders; and what
runs out with time: certificates, tokens."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning

SOON = timedelta(days=21)
"""How long before its end a certificate or a token is told of."""
LITTLE, TIGHT = 2.0, 0.2
"""Gigabytes that are left on a disk: a warning, a fault."""
FILES_BESIDE = 256
"""Open files besides those of calls: flows, the store, connectors, the API."""
FILES_PER_CALL = 2
"""At the most: a request to a system outside, and the audio of one who is listened to."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_shut(folder: Path) -> bool:
    """Whether a folder is there, and this user may not look into it."""
    return os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK)


def examine_machine(configuration: Configuration) -> Iterator[Finding]:
    """Everything; nothing is changed."""
    now = datetime.now(UTC)
    yield from _disks(configuration)
    yield from _rights(configuration)
    yield from _files(configuration.limits.calls)
    yield from _certificate(configuration, now)
    yield from _tokens(configuration, now)


def _disks(configuration: Configuration) -> Iterator[Finding]:
    """One finding per disk."""
    places: dict[int, tuple[Path, list[str]]] = {}
    wanted = {
        "state and store": configuration.state,
        "messages": configuration.media_folder,
        "prompts": configuration.prompts.cache,
    }
    for what, folder in wanted.items():
        there = next(each for each in (folder, *folder.absolute().parents) if os.path.exists(each))
        places.setdefault(there.stat().st_dev, (there, []))[1].append(what)
    for there, of in places.values():
        free = shutil.disk_usage(there).free / 1e9
        text = f"{free:.1f} GB are free for {', '.join(of)} ({there})"
        remedy = "make room: old logs, the cache of prompts; shorten retention: in ivrkit.yaml"
        if free < TIGHT:
            yield fail("disk", text, remedy)
        elif free < LITTLE:
            yield warning("disk", text, remedy)
        else:
            yield ok("disk", text)


def _rights(configuration: Configuration) -> Iterator[Finding]:
    """What is secret belongs to the engine's user alone."""
    state = configuration.state
    files = [state, configuration.store.key_file, configuration.file]
    if configuration.api.tls is not None:
        files.append(configuration.api.tls.key)
    found = []
    for path in filter(None, files):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue  # told where it is needed
        # The configuration may be read by others: secrets are variables of the environment.
        allowed = stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH
        if mode & OTHERS & ~(allowed if path == configuration.file else 0):
            found.append(path)
            yield warning(
                "rights",
                f"others than its owner get at {path} ({stat.filemode(mode)})",
                f"chmod {'go-w' if path == configuration.file else 'go='} {path}",
            )
    if is_shut(state):
        yield fail(
            "rights",
            f"this user may not look into {state}: store, lease and engine are not asked",
            "run it as the user of the engine (docs/operations.md says how)",
        )
    elif not found:
        yield ok("rights", "what is secret is for its owner alone")


def _files(calls: int) -> Iterator[Finding]:
    if os.name != "posix":
        return
    import resource

    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)  # which `serve` takes
    needed = FILES_BESIDE + FILES_PER_CALL * calls
    if limit != resource.RLIM_INFINITY and limit < needed:
        yield warning(
            "open files",
            f"{limit} may be open here; {calls} calls (limits: calls) may need {needed}",
            "LimitNOFILE=65536 in the unit of systemd, or ulimit -n 65536 before the start",
        )
    else:
        yield ok("open files", f"{limit} may be open, enough for {calls} calls")


def _certificate(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    tls = configuration.api.tls
    if tls is None:
        return
    remedy = "get a new one, then: ivrkit reload"
    try:
        found = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    except (OSError, ValueError) as error:
        yield fail("certificate", f"{tls.certificate} cannot be read: {error}", "check the file")
        return
    ends = found.not_valid_after_utc
    if ends <= now:
        yield fail("certificate", f"that of the API has run out ({ends:%Y-%m-%d})", remedy)
    elif ends - now < SOON:
        yield warning("certificate", f"that of the API runs out on {ends:%Y-%m-%d}", remedy)
    else:
        yield ok("certificate", f"that of the API is good until {ends:%Y-%m-%d}")


def _tokens(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    tokens = configuration.api.tokens
    told = False
    for each in tokens:
        if each.expires is not None and each.expires - now < SOON:
            told = True
            over = each.expires <= now
            text = f"{each.name!r} {'has run' if over else 'runs'} out ({each.expires:%Y-%m-%d})"
            yield warning("tokens", text, "make another with: ivrkit token new; or take it out")
        elif isinstance(each.sha256, tuple) and len(each.sha256) > 1:
            told = True
            yield warning(
                "tokens",
                f"{each.name!r} is being replaced: two are let in",
                "take the old one out as soon as nobody uses it, then: ivrkit reload",
            )
    if tokens and not told:
        yield ok("tokens", f"{len(tokens)}, none of which runs out soon")
