"""Hands calls to agents, together with what is known about the caller, and to parts of the
dialplan.

Implements the ports ``Queues`` and ``Dialplan``. A payload travels by reference: a document under
a random id, the id on the call, a few named fields beside it. A result is read from the channel's
variables and never from an event, so that it is the same after a restart of the engine. Nothing
of a flow or a caller stands in an argument of a dialplan application.
"""

from ivrkit.handoff.asterisk_dialplan import AsteriskDialplan
from ivrkit.handoff.asterisk_queue import AsteriskQueues
from ivrkit.handoff.dialplan_settings import DialplanSettings
from ivrkit.handoff.payloads import Payloads, PayloadStore
from ivrkit.handoff.settings import HandoffSettings, QueueSettings, WebhookSettings

__all__ = [
    "AsteriskDialplan",
    "AsteriskQueues",
    "DialplanSettings",
    "HandoffSettings",
    "PayloadStore",
    "Payloads",
    "QueueSettings",
    "WebhookSettings",
]
