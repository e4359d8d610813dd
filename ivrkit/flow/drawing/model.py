"""The drawing of a flow: what is shown, and nothing of how. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class BoxKind(StrEnum):
    """What a box stands for."""

    SECTION = "section"
    """A section with its steps."""
    ENTRY = "entry"
    """Where something begins: the call, a section of ``entry``, flow-wide keys, ``on_error``,
    ``on_end``; its steps if they stand there in place."""
    SHARED = "shared"
    """Steps of the flow's own ``exits``."""
    FLOW = "flow"
    """Another flow, folded."""
    END = "end"
    """The call is hung up, the section or the flow is at its end, or it goes back to a question."""


class ArrowKind(StrEnum):
    """Why one goes along an arrow."""

    WAY = "way"
    """A step is left by this way, for good."""
    RUN = "run"
    """A section or a flow is run; it comes back."""
    INTERRUPT = "interrupt"
    """A flow-wide key, an error or the end breaks in."""


class LineKind(StrEnum):
    """What a line of a box is."""

    STEP = "step"
    WAY = "way"
    """The way (a key, an exit, ``then``) by which the steps below, further in, are reached."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box. ``depth`` is how far in it stands; ``path`` is the step's; ``row`` its
    line in the file, from 1 (0: none). ``text`` is bounded."""

    kind: LineKind
    path: str
    text: str
    depth: int = 0
    verb: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its lines. ``flow`` and ``origin`` say what of which flow it is; ``note`` is a
    second, small title. ``missed``: no call of the tests has come here."""

    id: str
    kind: BoxKind
    title: str
    flow: str
    origin: str
    note: str = ""
    lines: Sequence[Line] = ()
    row: int = 0
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow from a box (from the step of this ``path`` in it) to a box, with the ways that
    take it. ``missed``: no call of the tests has taken one of them (``partly``: only some)."""

    source: str
    target: str
    labels: Sequence[str] = ()
    kind: ArrowKind = ArrowKind.WAY
    path: str = ""
    missed: bool = False
    partly: Sequence[str] = ()

    @property
    def label(self) -> str:
        """All its labels."""
        return ", ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture. ``flows`` names the flows that are drawn in it, the first is its own."""

    flow: str
    title: str
    boxes: Sequence[Box] = ()
    arrows: Sequence[Arrow] = ()
    flows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a flow: its name as messages show it, where it lies, and its text.

    ``address`` is a link that opens it in an editor (a line is appended as ``:12``); empty: none.
    """

    file: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """The drawing of a flow, and those of the flows that it runs; ``sources`` by flow."""

    drawings: Sequence[Drawing]
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def main(self) -> Drawing:
        """The drawing that was asked for."""
        return self.drawings[0]
