"""The API of a site."""

from __future__ import annotations

from ivrkit.call.settings import secret_texts
from ivrkit.prompts.delivery import HttpDelivery
from ivrkit.service.api.access import Access
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.live import Control, LiveCalls
from ivrkit.service.api.server import BACKEND, make_app
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import Tokens, local_token, own_token, replace_local_token
from ivrkit.service.configuration import Configuration
from ivrkit.service.logs import hide
from ivrkit.store import Store


class SiteApi:
    """The API: whom it lets in, and where it listens. Both can be renewed while it runs.

    ``token`` is the one of this machine's own tools, which stands in the state folder.
    """

    def __init__(
        self,
        configuration: Configuration,
        store: Store,
        calls: LiveCalls,
        control: Control,
        media: HttpDelivery | None = None,
    ) -> None:
        self._settings = configuration.api
        self._state = configuration.state
        self.token = local_token(self._state)
        self._access = Access(
            self._tokens(self._settings), self._settings.limits, certificates=_asked(self._settings)
        )
        self._app = make_app(store, calls, self._access, control)
        if media is not None:
            self._app.add_routes(media.routes())
        self._server = ApiServer(self._app, self._settings)

    async def start(self) -> int:
        """Listen; the answer is the port. Raises ConfigurationError."""
        return await self._server.start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._server.stop()

    async def renew(self, settings: ApiSettings) -> int:
        """Take tokens, limits and certificates as they are now; the answer is how many tokens
        there are. Who is not let in any more is let out at once.

        Raises ConfigurationError; then nothing has changed.
        """
        self.token = local_token(self._state)
        tokens = self._tokens(settings)
        await self._server.renew(settings)
        self._settings = settings
        self._let_in(tokens)
        return len(tokens)

    def rotate_local_token(self) -> None:
        """Another token for this machine's own tools; the one before is refused from now on.
        Raises ConfigurationError; then the one before stays."""
        self.token = replace_local_token(self._state)
        self._let_in(self._tokens(self._settings))

    def _let_in(self, tokens: Tokens) -> None:
        limits = self._settings.limits
        self._access.renew(tokens, limits, certificates=_asked(self._settings))
        self._app[BACKEND].tail.check()

    def _tokens(self, settings: ApiSettings) -> Tokens:
        hide([self.token, *secret_texts(settings)])  # the log tells none, were it asked to
        return Tokens([*settings.configured_tokens(), own_token(self.token)])


def _asked(settings: ApiSettings) -> bool:
    """Whether clients show certificates."""
    return settings.tls is not None and settings.tls.client_ca is not None
