"""What there is in this installation: verbs and prompt parts, built in and from packages."""

from __future__ import annotations

from functools import cache

from ivrkit import steps
from ivrkit.call.prompt import Part
from ivrkit.call.step import Step
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.prompts.part import registry as prompt_parts


@cache
def verbs() -> Registry[Step]:
    """The verbs, by name (entry point group ``ivrkit.steps``)."""
    return Registry.find(Step, "verb", steps, "ivrkit.steps")  # type: ignore[type-abstract]


@cache
def parts() -> Registry[Part]:
    """The prompt parts, by name (entry point group ``ivrkit.parts``)."""
    return prompt_parts()


@cache
def reader() -> Reader:
    """The reader of flow files with all of them."""
    return Reader(verbs(), parts())
