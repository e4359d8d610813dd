"""The store of a site, and the folder in which it keeps what is its own."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from ivrkit.errors import ConfigurationError
from ivrkit.service.configuration import Configuration
from ivrkit.service.site.condition import Condition
from ivrkit.store import MemoryLimits, MessageLimits, Observer, Store


def make_private(folder: Path) -> None:
    """The state folder: for this user alone. Raises ConfigurationError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(
            f"the state folder {folder} cannot be this user's own: {error.strerror or error}",
            hint="check whose it is, or name another under state: in ivrkit.yaml",
        ) from error


def make_store(configuration: Configuration, condition: Condition) -> Store:
    """The store that the configuration names, not opened yet."""
    observer = Observer(
        alarm=lambda text: condition.trouble("store", text),
        clear=lambda text: condition.trouble("store", ""),
        wanted=lambda owner: condition.wanted.set(),
        lost=lambda error: condition.is_lost(),
    )
    keys = configuration.store_keys()
    return Store(
        configuration.store_url,
        key=keys[0] if keys else None,
        old_keys=keys[1:],
        retention=configuration.kept(),
        power_safe=configuration.store.power_safe,
        observer=observer,
        media=configuration.media_folder,
        limits=MessageLimits(configuration.messages.most, configuration.messages.megabytes),
        memory=MemoryLimits(**configuration.memory.model_dump()),
    )


def owner() -> str:
    """Who this engine is for others: its machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"
