"""How the Asterisk of a site gets at the sound files."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ivrkit.call.prompt import Media
from ivrkit.prompts.delivery import FolderDelivery, HttpDelivery
from ivrkit.service.configuration import Configuration


def delivery_over_http(configuration: Configuration) -> HttpDelivery | None:
    """Who serves the files to an Asterisk elsewhere; None when it reads them itself."""
    url = configuration.media.url
    if url is None:
        return None
    return HttpDelivery(configuration.prompts.cache, url, secrets.token_bytes(32))


def media_uri(configuration: Configuration, http: HttpDelivery | None) -> Callable[[Media], str]:
    """The name under which Asterisk reads a file."""
    if http is not None:
        return http.uri
    return FolderDelivery(configuration.prompts.cache, configuration.media.seen_as).uri
