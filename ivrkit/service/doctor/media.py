"""Whether Asterisk can play what the engine has spoken: something is really played."""

from __future__ import annotations

from datetime import timedelta

import aiohttp

from ivrkit.call.prompt import Piece
from ivrkit.errors import CarrierError, IvrkitError
from ivrkit.prompts.delivery import FolderDelivery
from ivrkit.prompts.service import PromptService
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.service.doctor.probe import Probe

QUIET = Piece("silence", timedelta(milliseconds=100))
NAME = "prompts"


async def examine_media(configuration: Configuration, probe: Probe) -> Finding:
    """Make a sound file as the engine does, and let Asterisk play it to nobody."""
    if configuration.media.url is not None:
        return await _over_http(configuration.media.url)
    cache = configuration.prompts.cache
    try:
        uri = await _quiet_file(configuration)
    except (IvrkitError, OSError) as error:
        return fail(NAME, f"no sound file can be made in {cache}: {error}", "check its rights")
    if not await probe.exists("ivrkit-phone", "901"):
        return warning(
            NAME,
            "not tried: the number 901 of the shipped dialplan is missing",
            "take over the contexts ivrkit-phone and ivrkit-check",
        )
    try:
        came = await probe.play(uri)
    except CarrierError as error:
        return warning(NAME, f"not tried: {error.message}", error.hint or "see Asterisk's log")
    if came == "done":
        return ok(NAME, f"Asterisk plays what lies in {cache}")
    return fail(
        NAME,
        f"Asterisk cannot play what lies in {cache} ({came})",
        "let Asterisk's user read that folder and those above it; where Asterisk sees it under "
        "another path, name that under media: seen_as; on another machine use media: url",
    )


async def _quiet_file(configuration: Configuration) -> str:
    prompts = PromptService(configuration.prompts)
    try:
        rendered = await prompts.render([QUIET], "en")
        delivery = FolderDelivery(configuration.prompts.cache, configuration.media.seen_as)
        return delivery.uri(rendered.media[0])
    finally:
        await prompts.close()


async def _over_http(url: str) -> Finding:
    """The engine refuses an address it has not signed: that shows that it is there."""
    limit = aiohttp.ClientTimeout(total=5)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(f"{url.rstrip('/')}/0-00/cache/none.wav") as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return warning(
            NAME,
            f"nobody answers at {url}: {error or 'no answer in time'}",
            "start the engine; Asterisk must reach this address",
        )
    if status == 403:
        return ok(NAME, f"the engine serves sound files at {url} (tried from this machine)")
    return warning(NAME, f"{url} answers {status}: that is not the engine", "check media: url")
