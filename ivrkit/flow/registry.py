"""One registry for everything that is chosen by its key: verbs, prompt parts, field readings,
languages, voices, connectors. Built-in ones are found by looking into the folder, others by
entry points, so adding one means adding one file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from types import ModuleType
from typing import Generic, TypeVar

from ivrkit.errors import ConfigurationError

T = TypeVar("T")


class Registry(Mapping[str, type[T]], Generic[T]):
    """Classes by their name.

    ``kind`` is the base class, ``attribute`` the class variable that holds the name (``verb``).
    Two classes of one name are a ConfigurationError that names both.
    """

    def __init__(self, kind: type[T], attribute: str) -> None:
        self.kind = kind
        self.attribute = attribute
        self._classes: dict[str, type[T]] = {}

    @classmethod
    def find(
        cls, kind: type[T], attribute: str, folder: ModuleType, group: str = ""
    ) -> Registry[T]:
        """All classes in the modules of a package, and those of an entry point group."""
        registry = cls(kind, attribute)
        for module in pkgutil.iter_modules(folder.__path__):
            if module.name.startswith("__"):
                continue
            found = importlib.import_module(f"{folder.__name__}.{module.name}")
            for candidate in vars(found).values():
                if isinstance(candidate, type) and candidate.__module__ == found.__name__:
                    registry.add(candidate)
        for point in entry_points(group=group) if group else ():
            registry.add(point.load())
        return registry

    def add(self, candidate: type) -> None:
        """Add a class if it is one of this kind with a name of its own."""
        name = vars(candidate).get(self.attribute)
        if not (isinstance(name, str) and issubclass(candidate, self.kind)):
            return
        other = self._classes.get(name)
        if other is not None and other is not candidate:
            raise ConfigurationError(
                f"two {self.attribute}s are called {name!r}: {_where(other)} and "
                f"{_where(candidate)}",
                hint="remove one of the packages that bring them",
            )
        self._classes[name] = candidate

    def __getitem__(self, name: str) -> type[T]:
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)


def _where(found: type) -> str:
    return f"{found.__module__}.{found.__qualname__}"
