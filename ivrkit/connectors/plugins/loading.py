"""Imports plug-ins, and calls their functions."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ivrkit.connectors.plugins.arguments import Arguments
from ivrkit.connectors.plugins.results import plain_result
from ivrkit.errors import ConnectorError, IvrkitError, RequestRefused
from ivrkit.plugins import Asked, PluginExit, running


class Plugin:
    """A function of a plug-in, ready to be called. Made on the thread that will call it: importing
    runs the module's own code.

    Raises ConnectorError for a module that cannot be imported, and for a function that is none.
    """

    def __init__(self, folder: Path, module: str, function: str) -> None:
        self._folder = folder
        self.name = f"{module}:{function}"
        found = getattr(self._imported(module), function, None)
        if not callable(found):
            raise ConnectorError(f"{self.name} is no function", hint=f"see {folder}")
        self._function: Callable[..., Any] = found
        self.is_async = inspect.iscoroutinefunction(found)
        self._arguments = Arguments(found, self.name)

    def call(self, given: Mapping[str, Any], asked: Asked) -> Any:
        """Call a plain function. Raises ConnectorError whatever it raises."""
        arguments = self._arguments.converted(given)
        with running(asked):
            try:
                returned = self._function(**arguments)
            except BaseException as error:  # SystemExit too: nothing of a plug-in ends the engine
                raise self._told(error) from None
        return self._plain(returned)

    async def await_(self, given: Mapping[str, Any], asked: Asked) -> Any:
        """Call an async function. Raises ConnectorError whatever it raises."""
        arguments = self._arguments.converted(given)
        with running(asked):
            try:
                returned = await self._function(**arguments)
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                raise self._told(error) from None
        return self._plain(returned)

    def _plain(self, returned: Any) -> Any:
        try:
            return plain_result(returned, self.name)
        except ConnectorError:
            raise
        except Exception as error:  # an object of theirs that does not let itself be read
            raise self._told(error) from None

    def _imported(self, module: str) -> ModuleType:
        try:
            return importlib.import_module(f"{package_of(self._folder)}.{module}")
        except BaseException as error:
            raise self._told(error, "cannot be imported") from None

    def _told(self, error: BaseException, what: str = "failed") -> IvrkitError:
        """An error of a plug-in: its type and place, and never its text, which may hold data."""
        if isinstance(error, PluginExit):
            refused = RequestRefused(str(error) or f"{self.name}: {error.exit}")
            refused.exit = error.exit
            return refused
        kind = type(error).__name__
        return ConnectorError(f"{self.name} {what}: {kind}{self._place(error)}")

    def _place(self, error: BaseException) -> str:
        """Where in the plug-ins it happened: the innermost line of theirs; or what they lack."""
        if isinstance(error, ModuleNotFoundError) and error.name:
            return f", there is no module {error.name}"
        if isinstance(error, SyntaxError) and error.filename:
            return f" in {Path(error.filename).name}, line {error.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(self._folder):
                return f" in {path.relative_to(self._folder)}, line {frame.lineno}"
        return ""


def package_of(folder: Path) -> str:
    """The package as which a folder of plug-ins is imported: a name of its own, so that a plug-in
    hides no installed package of its name. They import each other as ``from . import rates``."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    name = f"ivrkit_plugins_{digest}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name
