"""What a call is between two steps: plain data, captured after every step."""

from __future__ import annotations

from typing import Any

import msgspec

from ivrkit.call.session import EntryState


class Frame(msgspec.Struct, omit_defaults=True, dict=True):
    """One level of the stack.

    ``kind`` is ``flow`` (own variables; a sub-flow or the flow itself), ``section`` (a section
    that was run) or ``block`` (steps in place, holding on the step below). ``path`` is the path
    of the list of steps, ``index`` the step in it. ``entry`` is the state of that step while it
    is entered. ``reenter``: the block comes back into its holder instead of behind it.
    ``during``: what it holds (steps in place, or a section) runs for the caller while the step
    below goes on. ``into`` receives the whole record of a sub-flow's values. ``variables`` are
    wrapped by :func:`~ivrkit.engine.values.plain`; the session keeps the values themselves beside
    them in the attribute ``live``, which is not saved. ``trail``: of a flow frame, the menus that
    the caller came through.
    """

    kind: str
    flow: str
    path: str
    index: int = 0
    entry: EntryState | None = None
    reenter: bool = False
    during: bool = False
    variables: dict[str, Any] | None = None
    into: str | None = None
    trail: list[Visited] = msgspec.field(default_factory=list)

    @property
    def position(self) -> str:
        """The path of the step."""
        return f"{self.path}/{self.index}"


class Visited(msgspec.Struct):
    """A menu that the caller came through: the frames from the section or flow it stands in up to
    its own. ``within`` are the sections that were run around it, by the entries of the steps that
    run them."""

    within: list[int]
    frames: list[Frame]

    @property
    def position(self) -> str:
        """The path of the menu."""
        return self.frames[-1].position


class SessionState(msgspec.Struct, omit_defaults=True):
    """A captured call.

    Variables and the names that are always there hold values wrapped by
    :func:`~ivrkit.engine.values.plain`. ``buffer`` is sealed. ``arrived`` is on the wall clock
    (ISO), ``started`` on :meth:`Clock.time`. ``idle_steps`` counts steps since the caller was
    last waited for. ``handling_error``: ``on_error`` runs and the caller was not heard since.
    ``away_since``: the call has been in other hands since then, on :meth:`Clock.time`.
    ``ended`` is set once the call is over and ``on_end`` runs; ``closing`` is then the depth of
    the flow whose ``on_end`` it is. ``limited``: ``max_call`` was reached, and ``limit`` is what
    ``on_error`` has left. ``unreadable``: what was saved of the call could not be read, and from
    when it goes on it may take so many seconds. ``ear`` is the name of the one that is open.
    ``tenant`` is whose call it has been since its beginning, if anybody's.
    """

    call: str
    channel: str
    flow: str
    version: str
    caller: str
    number: str
    arrived: str
    started: float
    frames: list[Frame]
    language: str = "en"
    visits: dict[str, int] = msgspec.field(default_factory=dict)
    path: list[str] = msgspec.field(default_factory=list)
    provided: dict[str, Any] = msgspec.field(default_factory=dict)
    buffer: str | None = None
    entered: int = 0
    operations: int = 0
    answered: bool = False
    answered_at: str = ""
    with_agent: bool = False
    handling_error: bool = False
    idle_steps: int = 0
    away_since: float | None = None
    ended: str = ""
    left_in_dialplan: bool = False
    limit: float | None = None
    limited: bool = False
    closing: int | None = None
    ear: str = ""
    unreadable: float = 0.0
    tenant: str = ""


ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(SessionState)
