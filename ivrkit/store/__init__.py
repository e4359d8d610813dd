"""What outlives a process: captures of sessions, traces, records, payloads, flow versions, leases,
what flows remember, what callers record, what connectors send later.

One database: a file of SQLite, or PostgreSQL. One thread writes, in batches, and nobody else does;
reading has threads of its own. Nothing here knows what a capture means, runs a flow or talks to
Asterisk. A store that fails stops no call: it raises only where somebody waits for it.
"""

from ivrkit.store.audit import AuditEntry, AuditQuery
from ivrkit.store.callers import CallerData, Holdings
from ivrkit.store.flow_versions import StoredFlow
from ivrkit.store.memories import KeptMemory, MemoryLimits
from ivrkit.store.messages import MessageLimits
from ivrkit.store.payloads import StoredPayload
from ivrkit.store.records import CallRecord, RecordQuery
from ivrkit.store.retention import Erased, Retention
from ivrkit.store.sealing import Sealer, read_keys
from ivrkit.store.sessions import Origin
from ivrkit.store.store import Observer, Store
from ivrkit.store.writer import Statistics

__all__ = [
    "AuditEntry",
    "AuditQuery",
    "CallRecord",
    "CallerData",
    "Erased",
    "Holdings",
    "KeptMemory",
    "MemoryLimits",
    "MessageLimits",
    "Observer",
    "Origin",
    "RecordQuery",
    "Retention",
    "Sealer",
    "Statistics",
    "Store",
    "StoredFlow",
    "StoredPayload",
    "read_keys",
]
