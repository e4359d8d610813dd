"""Drawings of flows: boxes of steps and the arrows between them.

There is one drawing model (:mod:`~ivrkit.flow.drawing.model`), made by one walk over the ways of
the control-flow graph, and every format is made of it alone: nothing here knows a verb, and no
format looks into a flow. Adding a format is adding a file to ``formats/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ivrkit.flow.drawing import formats
from ivrkit.flow.drawing.format import Format
from ivrkit.flow.drawing.making import atlas_of
from ivrkit.flow.drawing.model import Atlas, Drawing
from ivrkit.flow.registry import Registry

__all__ = ["ENTRY_POINTS", "Atlas", "Drawing", "Format", "atlas_of", "drawing_formats"]

ENTRY_POINTS = "ivrkit.drawings"


@cache
def drawing_formats() -> Mapping[str, type[Format]]:
    """All formats by name (entry point group ``ivrkit.drawings``)."""
    return Registry.find(Format, "name", formats, ENTRY_POINTS)  # type: ignore[type-abstract]
