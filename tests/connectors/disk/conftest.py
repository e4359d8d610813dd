"""A root in a temporary folder, and what is asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.requests.file import Action, FileRequest, form_of
from ivrkit.connectors.connector import Place
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.file import FileConnector
from ivrkit.connectors.guard import Guard


def asked(action: str, path: str = "", **parameters: Any) -> FileRequest:
    """A request."""
    common = {
        name: parameters.pop(name)
        for name in ("replace", "form", "seconds", "repeatable")
        if name in parameters
    }
    common.setdefault("form", form_of(path))
    return FileRequest(
        connector="orders",
        operation=f"{action} a file",
        action=Action(action),
        reads=action in ("read", "list"),
        parameters={"path": path, **parameters},
        **common,
    )


class Root:
    """A root and its connector, behind its guard."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.settings = FileSettings(root=folder, **settings)
        self.connector = FileConnector("orders", self.settings, Place(folder.parent))
        self.guard = Guard(self.connector)

    async def ask(self, action: str, path: str = "", **parameters: Any) -> Any:
        """Ask, as a step would."""
        return await self.guard.ask(asked(action, path, **parameters))

    def text(self, path: str) -> str:
        """What a file holds."""
        return (self.folder / path).read_text("utf-8")

    def names(self) -> list[str]:
        """All that is in the root, but for the lock file."""
        found = (each.relative_to(self.folder).as_posix() for each in self.folder.rglob("*"))
        return sorted(name for name in found if name != ".ivrkit-lock")


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path / "data")
