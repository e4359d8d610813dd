"""The log of requests to the API: at debug level, without what stands in queries."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

ACCESS = logging.getLogger("ivrkit.access")


class AccessLog(AbstractAccessLogger):
    """One line per request: who from, what, its answer and how long it took. A query may hold a
    caller's number, a header a token: neither is told."""

    @property
    def enabled(self) -> bool:
        """Whether anybody wants to know."""
        return self.logger.isEnabledFor(logging.DEBUG)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self.logger.debug(
            "%s %s %s %d %d bytes %.1f ms",
            request.remote or "-",
            request.method,
            request.rel_url.raw_path,
            response.status,
            response.body_length,
            time * 1000,
        )
