"""The contracts: what a step, an exit, a target, a prompt and a call are, and the ports.

Data and protocols only. Nothing here runs a flow, waits, or talks to anybody; every room below
is written against these names, and a step sees the world through :class:`Call` alone.
"""

from ivrkit.call.call import Answer, Call, Keys, Question
from ivrkit.call.channel import (
    Arrival,
    CallChannel,
    Channel,
    ChannelEvent,
    ChannelLocation,
    HungUp,
    KeyPressed,
    PartyProgress,
    PlaybackEnded,
    Returned,
)
from ivrkit.call.clock import Clock
from ivrkit.call.exits import Exit, ExitSpec, Invocation
from ivrkit.call.kinds import Kind
from ivrkit.call.prompt import Media, Part, Piece, Played, Prompt, Prompts, Rendered
from ivrkit.call.session import EntryState, Session
from ivrkit.call.step import Assignment, Form, Node, Step
from ivrkit.call.targets import NOWHERE, Branch, Jump, Mark, Reserved, Target, Word

__all__ = [
    "NOWHERE",
    "Answer",
    "Arrival",
    "Assignment",
    "Branch",
    "Call",
    "CallChannel",
    "Channel",
    "ChannelEvent",
    "ChannelLocation",
    "Clock",
    "EntryState",
    "Exit",
    "ExitSpec",
    "Form",
    "HungUp",
    "Invocation",
    "Jump",
    "KeyPressed",
    "Keys",
    "Kind",
    "Mark",
    "Media",
    "Node",
    "Part",
    "PartyProgress",
    "Piece",
    "PlaybackEnded",
    "Played",
    "Prompt",
    "Prompts",
    "Question",
    "Rendered",
    "Reserved",
    "Returned",
    "Session",
    "Step",
    "Target",
    "Word",
]
