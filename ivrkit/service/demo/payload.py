"""Fetches a payload by its id, as an agent's screen does: over HTTP, with a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from ivrkit.service.site import Site


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, and the HTTP status that somebody without a token got instead."""

    address: str
    status: int
    without_token: int
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The document on one line."""
        return json.dumps(self.document.get("payload", self.document), ensure_ascii=False)


async def fetch(site: Site, handoff: str) -> Fetched:
    """Ask the API for the document, with the site's own token and without one."""
    address = f"http://127.0.0.1:{site.api_port}/v1/handoffs/{handoff}"
    with_token = {"Authorization": f"Bearer {site.api.token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(address, headers=with_token) as answer:
            status, document = answer.status, await answer.json()
        async with session.get(address) as answer:
            return Fetched(address, status, answer.status, document)
