"""Every error ivrkit raises, in one tree.

::

    IvrkitError
    ├── FlowError               a flow file that cannot be used (carries its diagnostics)
    ├── ScriptError             a call script that cannot be used
    ├── ConfigurationError      ivrkit.yaml, the command line or the site
    │   └── NotAvailable        a part that this machine or this site lacks
    ├── ExpressionError         an expression that fails while a call runs
    │   ├── BudgetExceeded      too many steps, too long a text, too large a number
    │   └── SecretLost          a secret that did not survive a restart of the engine
    ├── ValueRejected           a text that is not a value of the type it is meant for
    │   └── ExpressionSyntax    a text that is no expression (in ``expressions``, with its place)
    ├── CarrierError            the telephone side (Asterisk, AGI) refused or did not answer
    │   ├── ChannelGone         the channel is no longer there: a hang-up
    │   └── CarrierUnavailable  Asterisk cannot be reached
    │       ├── CarrierLost     … and that for longer than a call waits for it
    │       └── CarrierRefused  … because it will not have us: waiting does not help
    ├── PromptError             a prompt that cannot be spoken or played
    ├── RecognitionError        speech that cannot be understood: no model, a recogniser that failed
    ├── WorkerError             a worker process that cannot be started, or that says why it fails
    │   └── WorkerLost          one that has ended, or does not speak as it should
    ├── StoreError              the store cannot be read or written
    │   └── LeaseHeld           another engine owns this application name
    ├── HandoffError            a payload that cannot be handed over
    └── ConnectorError          a system outside (database, HTTP, broker …) that failed
        ├── ConnectorTimeout    no answer in time; surely nothing was changed
        │   └── ConnectorBusy   its turn did not come in time
        ├── OutcomeUnknown      a write that may have been done, or not
        ├── ConnectionLost      the connection broke, or could not be made
        ├── ConnectorResting    not asked, because it failed too often just now
        └── RequestRefused      it understood what was asked, and refused

``code`` is stable: programs and tests may rely on it. The text says what to do.
"""

from __future__ import annotations

from typing import ClassVar


class IvrkitError(Exception):
    """Base of all errors. ``code`` is stable, ``hint`` says what to do about it."""

    code: ClassVar[str] = "ivrkit"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class FlowError(IvrkitError):
    """A flow file that cannot be used; ``diagnostics`` tell where and why."""

    code = "flow"

    def __init__(self, message: str, *, hint: str = "", diagnostics: tuple[object, ...] = ()):
        super().__init__(message, hint=hint)
        self.diagnostics = diagnostics


class ScriptError(IvrkitError):
    """A call script that cannot be used."""

    code = "script"


class ConfigurationError(IvrkitError):
    """Something in ``ivrkit.yaml``, on the command line or at the site is wrong."""

    code = "configuration"


class NotAvailable(ConfigurationError):
    """A part that this machine or this site lacks (a program, a module, a connector)."""

    code = "not_available"


class ExpressionError(IvrkitError):
    """An expression that fails while a call runs."""

    code = "expression"


class BudgetExceeded(ExpressionError):
    """An expression that takes too many steps, makes too long a text or too large a number."""

    code = "budget"


class SecretLost(ExpressionError):
    """A secret that did not survive a restart of the engine is read."""

    code = "secret_lost"


class ValueRejected(IvrkitError):
    """A text that is not a value of the type it is meant for."""

    code = "value"


class CarrierError(IvrkitError):
    """The telephone side refused a command or did not answer."""

    code = "carrier"


class ChannelGone(CarrierError):
    """The channel is no longer there. Never a crash: it means that the caller has hung up."""

    code = "channel_gone"


class CarrierUnavailable(CarrierError):
    """Asterisk cannot be reached, or refuses the credentials."""

    code = "carrier_unavailable"


class CarrierLost(CarrierUnavailable):
    """Asterisk has been away for longer than a call waits for it: the call is lost."""

    code = "carrier_lost"


class CarrierRefused(CarrierUnavailable):
    """Asterisk is there and will not have us: waiting does not help."""


class PromptError(IvrkitError):
    """A prompt that cannot be spoken or played."""

    code = "prompt"


class RecognitionError(IvrkitError):
    """Speech cannot be understood: a model is missing, or the recogniser failed."""

    code = "recognition"


class WorkerError(IvrkitError):
    """A worker process cannot be started, or says itself why it cannot work."""

    code = "worker"


class WorkerLost(WorkerError):
    """A worker process has ended, or does not speak as it should."""

    code = "worker_lost"


class StoreError(IvrkitError):
    """The store cannot be read or written."""

    code = "store"


class LeaseHeld(StoreError):
    """Another engine owns this Asterisk application name."""

    code = "lease_held"


class HandoffError(IvrkitError):
    """A payload that cannot be handed over (form, size, characters)."""

    code = "handoff"


class ConnectorError(IvrkitError):
    """A system outside failed. ``exit`` is the exit by which the step is left; ``fails`` says
    that the system itself is in trouble (what its circuit breaker counts), not the request."""

    code = "connector"
    exit: str = "error"
    fails: ClassVar[bool] = True


class ConnectorTimeout(ConnectorError):
    """There was no answer in time. Nothing was changed: it may be asked again."""

    code = "connector_timeout"
    exit = "timeout"


class ConnectorBusy(ConnectorTimeout):
    """Too many asked at once: the turn of this request did not come in time."""

    code = "connector_busy"
    fails = False


class OutcomeUnknown(ConnectorError):
    """A write was sent and nobody knows whether it was done: it must not be sent again blindly."""

    code = "outcome_unknown"
    exit = "unknown"


class ConnectionLost(ConnectorError):
    """The connection broke, or could not be made."""

    code = "connection_lost"


class ConnectorResting(ConnectorError):
    """It was not asked, because it failed too often just now (an open circuit breaker)."""

    code = "connector_resting"
    fails = False


class RequestRefused(ConnectorError):
    """The system works, but refuses this request (a wrong statement, a missing right)."""

    code = "request_refused"
    fails = False
