"""The call: eight members, and no ninth. A step sees the world through them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, TypeVar

from ivrkit.call.channel import CallChannel
from ivrkit.call.clock import Clock
from ivrkit.call.events import TraceEvent
from ivrkit.call.hearing import Hearing
from ivrkit.call.prompt import Played, Prompt
from ivrkit.call.session import Session
from ivrkit.call.targets import Word
from ivrkit.expressions.values import Value
from ivrkit.input.entries import Entry
from ivrkit.input.machine import Timing

PortT = TypeVar("PortT")
SpeechBargeIn: TypeAlias = Literal["speech", "words", "none"]
"""What of the caller's voice stops a prompt: its first sound, words that mean something to the
question, or nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked once: prompts, then keys or words; whichever is complete first is the answer.

    ``entries`` are the step's own; the engine adds flow-wide keys and shortcuts unless
    ``flow_keys`` is False. ``secret`` keeps what was typed out of trace and log, ``stored`` False
    out of the store too. ``announce`` makes the flow-wide keys that have a ``say`` part of the
    prompt (menus).

    ``hearing`` None: there are keys only. Else it says how to listen; the engine adds to its
    grammar the ``words`` of the entries that hold, and the call's language where it names none.
    Where nothing can be heard, the question goes on with keys. ``confidence``: what is less sure is
    no match (reason ``unsure``), unless the question ``confirms`` what is doubtful itself.
    ``understand`` gives the value of what was said and names no entry, None where it has none.
    """

    prompts: Sequence[Prompt]
    entries: Sequence[Entry]
    timing: Timing
    terminator: str | None = None
    restart: str | None = None
    default: bool = False
    barge_in: bool = True
    flow_keys: bool = True
    collecting: bool = False
    announce: bool = False
    secret: bool = False
    stored: bool = True
    hearing: Hearing | None = None
    confidence: float = 0.0
    confirms: bool = False
    speech_barge_in: SpeechBargeIn = "words"
    understand: Callable[[str], Value] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    ``result`` is ``chosen``, ``understood`` (words that name no entry: ``value`` is what
    ``understand`` has made of them), ``default``, ``no_input``, ``no_match`` or ``word`` (a
    flow-wide key whose target is a reserved word: the asking step does it). A flow-wide key or
    shortcut that leads elsewhere is an interrupt and never arrives here. ``by`` is key or speech;
    ``said`` is the reading that counts, and ``confidence`` how sure it is (1 for keys).
    """

    result: str
    entry: Entry | None = None
    keys: str = ""
    rest: str = ""
    reason: str = ""
    by: str = "key"
    word: Word | None = None
    said: str = ""
    confidence: float = 1.0
    value: Value = None


class Keys(Protocol):
    """The type-ahead buffer and the collector."""

    async def ask(self, question: Question) -> Answer:
        """Say the prompts (unless keys are waiting), take keys, and tell what came of it."""

    def flush(self) -> None:
        """Empty the type-ahead buffer."""

    @property
    def waiting(self) -> bool:
        """True while keys are in the buffer."""


class Call(Protocol):
    """What a step may ask of the world."""

    @property
    def id(self) -> str: ...

    @property
    def channel(self) -> CallChannel: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def session(self) -> Session: ...

    @property
    def keys(self) -> Keys: ...

    async def say(self, prompt: Prompt, *, barge_in: bool = True) -> Played:
        """Say a prompt. Keys pressed meanwhile stop it and wait in the buffer; with ``barge_in``
        False it is played to its end, even over a full buffer."""

    def trace(self, event: TraceEvent) -> None:
        """Tell that something happened."""

    def use(self, port: type[PortT]) -> PortT:
        """The service behind a port that the verb declared in ``needs``."""
