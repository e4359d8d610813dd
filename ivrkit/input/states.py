"""What may have become of a question: the states of the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ivrkit.input.entries import Entry

Reason: TypeAlias = Literal["unknown", "too_short", "too_long", "unsure"]
"""``unsure`` is of words: what was understood is not certain enough, or nothing was."""
By: TypeAlias = Literal["key", "speech"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """More is needed; :meth:`KeyMachine.timers` says for how long to wait."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The restart key: what was typed is dropped, and the machine waits for a first key again.

    It is returned once, by the feed of that key.
    """

    dropped: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry was made. ``rest`` is what stood under the wildcards of its pattern.

    ``swallow``: a terminator that follows the last key within ``between_digits`` still belongs
    to this entry; see :class:`~ivrkit.input.buffer.Swallow`. ``by`` speech: ``said`` is the
    reading that names the entry, ``confidence`` how sure that is.
    """

    entry: Entry
    keys: str = field(repr=False)
    rest: str = field(repr=False)
    by: By = "key"
    swallow: bool = False
    said: str = field(default="", repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Understood:
    """What was said is no entry, but has a ``value``: whatever the question makes of it."""

    value: Any = field(repr=False)
    said: str = field(repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Wrong input. ``keys`` is all that was typed, never cut back, for the record.

    ``too_short``: the entry was not complete. ``too_long``: it went on beyond a complete entry
    and then fit nothing. ``unknown``: no entry begins like this, or nothing that was said means
    anything here. ``unsure``: what was said does, but less surely than the question demands, or
    there were noises only. ``swallow`` as in `Chosen`: the caller's habitual ``#`` behind a wrong
    key is not a second wrong input. ``by`` speech: ``said`` is what was understood.
    """

    keys: str = field(repr=False)
    reason: Reason
    swallow: bool = False
    by: By = "key"
    said: str = field(default="", repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class NoInput:
    """Silence with nothing typed."""


@dataclass(frozen=True, slots=True)
class DefaultAccepted:
    """The terminator alone, where a default is offered."""


State: TypeAlias = Waiting | Restarted | Chosen | Understood | NoMatch | NoInput | DefaultAccepted
"""All of them."""
