"""The log: where it goes, how a line looks, and what never stands in one.

Whoever logs uses Python's ``logging`` and knows nothing of this. Lines that are written on behalf
of a call carry its id, which the engine binds once in the call's task (``structlog.contextvars``).
"""

from ivrkit.service.logs.configuring import configure_logs
from ivrkit.service.logs.masking import hide
from ivrkit.service.logs.settings import LogSettings

__all__ = ["LogSettings", "configure_logs", "hide"]
