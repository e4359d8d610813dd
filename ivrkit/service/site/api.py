"""The API of a site."""

from __future__ import annotations

from ivrkit.prompts.delivery import HttpDelivery
from ivrkit.service.api.live import LiveCalls
from ivrkit.service.api.server import ApiServer, make_app
from ivrkit.service.api.tokens import Token, Tokens, TokenScope, digest
from ivrkit.service.configuration import Configuration
from ivrkit.store import Store


def make_api(
    configuration: Configuration,
    store: Store,
    calls: LiveCalls,
    media: HttpDelivery | None,
    token: str,
) -> ApiServer:
    """The API, not listening yet. ``token`` is the one of this machine's own tools."""
    own = Token("local", digest(token), frozenset(TokenScope))
    app = make_app(store, calls, Tokens([*configuration.tokens(), own]))
    if media is not None:
        app.add_routes(media.routes())
    return ApiServer(app, configuration.api.host, configuration.api.port)
