"""Keys and words in, a choice out: the machines behind every menu and every collect.

The rule of this room: everything is a pure function of what was fed. There is no clock, no
``await`` and no telephone here; a timer is a number that the caller of a machine is asked to
arm, and comes back as :class:`TimerDue`. Nothing but ``errors`` is imported.

Waiting follows from the set of entries that are still possible and from nothing else: there
are no modes. What was typed is never shown by ``repr``, because it may be a secret.
"""

from ivrkit.input.attempts import AskAgain, Attempts, GiveUp
from ivrkit.input.buffer import Put, Swallow, TypeAhead
from ivrkit.input.conflicts import Conflict, ConflictKind
from ivrkit.input.entries import Entry, EntrySet, Scope
from ivrkit.input.machine import KeyMachine, TimerDue, TimerName, Timing
from ivrkit.input.patterns import KEYS, UNTYPED, Key, Pattern, key_of, keys_of
from ivrkit.input.states import (
    Chosen,
    DefaultAccepted,
    NoInput,
    NoMatch,
    Restarted,
    State,
    Understood,
    Waiting,
)
from ivrkit.input.words import Hypothesis, SpeechRules, Words

__all__ = [
    "KEYS",
    "UNTYPED",
    "AskAgain",
    "Attempts",
    "Chosen",
    "Conflict",
    "ConflictKind",
    "DefaultAccepted",
    "Entry",
    "EntrySet",
    "GiveUp",
    "Hypothesis",
    "Key",
    "KeyMachine",
    "NoInput",
    "NoMatch",
    "Pattern",
    "Put",
    "Restarted",
    "Scope",
    "SpeechRules",
    "State",
    "Swallow",
    "TimerDue",
    "TimerName",
    "Timing",
    "TypeAhead",
    "Understood",
    "Waiting",
    "Words",
    "key_of",
    "keys_of",
]
