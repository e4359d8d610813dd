"""What a site speaks with and what understands its callers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from ivrkit.prompts.service import PromptService
from ivrkit.service.configuration import Configuration
from ivrkit.service.metrics import Metrics
from ivrkit.speech.service import SpeechService

LOG = logging.getLogger(__name__)


def make_prompts(configuration: Configuration, metrics: Metrics) -> PromptService:
    """What says prompts; its voices are counted."""
    prompts = PromptService(
        configuration.prompts, messages=configuration.media_folder, observe=metrics.spoke
    )
    metrics.voices(lambda: prompts.speakers)
    return prompts


async def load_recognisers(
    speech: SpeechService, prompts: PromptService, languages: Iterable[str]
) -> None:
    """Load what understands callers; where that fails, they go on with keys."""
    for problem in await speech.start():
        LOG.warning("%s: callers go on with keys", problem)
    for language in languages:
        await asyncio.to_thread(prompts.understanding.prepare, language)
