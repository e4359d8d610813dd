"""What the configuration says of a plug-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from ivrkit.call.settings import Section
from ivrkit.connectors.connector import ConnectorSettings, Place
from ivrkit.connectors.plugins.finding import FOLDER, MODULE, look_for, source_of
from ivrkit.errors import ConfigurationError
from ivrkit.flow.world import Function


class PluginFunctionSettings(Section):
    """A function that flows may call. ``reads`` says that it changes nothing: it may be called
    again."""

    reads: bool = False


def _named(value: Any) -> Any:
    """A list of names is short for names without settings."""
    return {each: {} for each in value} if isinstance(value, list | tuple) else value


class PythonSettings(ConnectorSettings):
    """A plug-in, and those of its functions that flows may call. ``module`` is a module in the
    folder ``plugins`` of the project. ``in`` says where plain functions run: on a ``thread`` of
    the engine, or in a ``process`` of their own, which is killed when the time is over. Of threads
    that do not come to an end ``stuck`` may hang, then nothing is called any more. ``workers``,
    ``megabytes`` and ``environment`` are those of the processes."""

    module: str
    functions: Annotated[dict[str, PluginFunctionSettings], BeforeValidator(_named)] = Field(
        min_length=1
    )
    where: Literal["thread", "process"] = Field(default="thread", alias="in")
    stuck: int = Field(default=5, ge=1, le=100)
    workers: int = Field(default=2, ge=1, le=64)
    megabytes: int = Field(default=1024, ge=64)
    environment: dict[str, SecretStr] = Field(default_factory=dict)

    def offers(self, place: Place) -> Mapping[str, Function]:
        return {
            name: Function(self._arguments(place, name), each.reads)
            for name, each in self.functions.items()
        }

    def reads(self, operation: str) -> bool:
        found = self.functions.get(operation)
        return found is not None and found.reads

    def _arguments(self, place: Place, function: str) -> Mapping[str, bool] | None:
        """What the source says; what is wrong with that is told when the engine starts."""
        try:
            source = source_of(place.project / FOLDER, self.module)
            return look_for(source, function).names
        except ConfigurationError:
            return None

    @field_validator("module")
    @classmethod
    def _a_module(cls, module: str) -> str:
        if not MODULE.fullmatch(module):
            raise ValueError(f"'{module[:60]}' is no module: write scoring for plugins/scoring.py")
        return module

    @field_validator("functions")
    @classmethod
    def _public(
        cls, functions: dict[str, PluginFunctionSettings]
    ) -> dict[str, PluginFunctionSettings]:
        for name in functions:
            if not name.isidentifier() or name.startswith("_"):
                raise ValueError(f"'{name[:60]}' is no function for others to call")
        return functions
