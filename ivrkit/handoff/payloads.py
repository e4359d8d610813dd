"""The documents that travel with calls: made, stored, and shown to those who ask or are told."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from ivrkit.call.queues import QueueRequest
from ivrkit.call.tracing import TRACEPARENT
from ivrkit.errors import StoreError
from ivrkit.handoff.settings import HandoffSettings
from ivrkit.handoff.webhook import Webhook

logger = logging.getLogger("ivrkit.handoff")


class Stored(Protocol):
    """A document as the store has it; None when it has expired."""

    @property
    def document(self) -> bytes | None: ...


class PayloadStore(Protocol):
    """Where documents are kept. Implemented by the room ``store``."""

    async def put_payload(
        self,
        payload_id: str,
        document: bytes,
        expires: datetime | None = None,
        *,
        call_id: str = "",
    ) -> None: ...

    async def payload(self, payload_id: str) -> Stored | None: ...


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent's screen gets. ``path`` is the way the caller took, ``created`` ISO 8601.
    ``traceparent`` is there where calls are traced (W3C Trace Context)."""

    id: str
    call: str
    flow: str
    queue: str
    payload: Mapping[str, Any]
    path: tuple[str, ...]
    created: str
    traceparent: str | msgspec.UnsetType = msgspec.UNSET


class Payloads:
    """Makes, keeps and pushes documents."""

    def __init__(self, store: PayloadStore, settings: HandoffSettings) -> None:
        self._store = store
        self._keep = settings.keep
        self._webhook = Webhook(settings.webhook) if settings.webhook else None

    async def stop(self) -> None:
        """Let the pushes in progress end, or give them up after a moment."""
        if self._webhook is not None:
            await self._webhook.stop()

    async def make(self, call: str, request: QueueRequest) -> Document:
        """A document of its own id (128 random bits), stored. A store that fails is no reason to
        keep the caller from the agent: the document is still pushed, but cannot be fetched."""
        now = datetime.now(UTC)
        document = Document(
            id=secrets.token_hex(16),
            call=call,
            flow=request.flow,
            queue=request.name,
            payload=request.payload,
            path=request.path,
            created=now.isoformat(timespec="seconds"),
            traceparent=TRACEPARENT.get() or msgspec.UNSET,
        )
        expires = None if self._keep is None else now + self._keep
        try:
            text = msgspec.json.encode(document)
            await self._store.put_payload(document.id, text, expires, call_id=call)
        except StoreError as error:
            logger.error("the payload of call %s could not be stored: %s", call, error)
        return document

    async def document(self, handoff: str) -> Document | None:
        """The document of this id; None when there is none, or when it has expired."""
        stored = await self._store.payload(handoff)
        if stored is None or stored.document is None:
            return None
        return msgspec.json.decode(stored.document, type=Document)

    async def tell(self, event: str, handoff: str, agent: str, known: Document | None) -> None:
        """Push a document: an agent is ``called``, or ``connected``. Returns at once; ``known``
        is the document if it is at hand, else it is read from the store."""
        if self._webhook is None or not handoff:
            return
        try:
            document = known or await self.document(handoff)
        except StoreError as error:
            logger.error("the payload %s could not be read: %s", handoff, error)
            return
        if document is not None:
            self._webhook.push(event, agent, msgspec.to_builtins(document))
