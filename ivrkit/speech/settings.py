"""The settings of this room, as ``ivrkit.yaml`` has them under ``speech``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ivrkit.call.settings import Duration, Section
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.speech.recogniser import RecogniserSettings, registry


def _engine(value: Any) -> Any:
    """The name of the recogniser that settings are for."""
    return value.get("engine") if isinstance(value, Mapping) else getattr(value, "engine", None)


def _known(value: Any) -> Any:
    name = _engine(value)
    if name is None:
        known = ", ".join(sorted(registry()))
        raise ValueError(f"say which recogniser, `engine:` with one of {known}")
    if name not in registry():
        hint = did_you_mean(str(name), registry())
        raise ValueError(f"there is no recogniser '{name}'" + (f": {hint}" if hint else ""))
    return value


def _settings() -> Any:
    """The settings of any recogniser that there is: which model it is, ``engine`` tells."""
    models = [Annotated[each.settings_model, Tag(name)] for name, each in registry().items()]
    any_of_them: Any = reduce(or_, models)
    return Annotated[any_of_them, Discriminator(_engine), BeforeValidator(_known)]


if TYPE_CHECKING:
    ConfiguredRecogniser = RecogniserSettings
else:
    ConfiguredRecogniser = _settings()


class SpeechSettings(Section):
    """Who understands callers, by language tag: ``recognisers: {en: {engine: vosk, model: …}}``. A
    call in ``en-GB`` is understood by ``en`` where it has none of its own.

    ``at_once`` is how many questions may listen at the same time; the others go on with keys.
    ``threads`` (by default as many as the machine has cores) recognise; a recogniser that gives
    nothing for ``patience`` has failed.
    """

    recognisers: dict[str, ConfiguredRecogniser] = Field(default_factory=dict)
    at_once: int = Field(default=30, ge=1)
    threads: int | None = Field(default=None, ge=1, le=64)
    patience: Duration = timedelta(seconds=5)

    def placed(self, folder: Path) -> Self:
        """The same with its paths counted from a folder."""
        found = {language: each.placed(folder) for language, each in self.recognisers.items()}
        return self.model_copy(update={"recognisers": found})
