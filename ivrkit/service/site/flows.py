"""The flows of a site: checked against what exists here, and loaded before the first call."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ivrkit.errors import ConfigurationError, FlowError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.service import Progress, PromptService
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import FlowService
from ivrkit.service.numbers import Numbers
from ivrkit.service.world import SiteWorld, connectors_of, functions_of
from ivrkit.speech.service import SpeechService
from ivrkit.store import Store


def make_flows(
    configuration: Configuration,
    numbers: Numbers,
    prompts: PromptService,
    speech: SpeechService,
    store: Store,
) -> FlowService:
    """The flows, not loaded yet. Raises ConfigurationError when there is no folder of them."""
    if not configuration.flows.is_dir():
        raise ConfigurationError(
            f"there is no folder of flows {configuration.flows}",
            hint="make a project with: ivrkit init",
        )

    def world(names: Collection[str]) -> SiteWorld:
        return SiteWorld(
            flows=names,
            queues=set(configuration.handoff.queues),
            dialplan=set(configuration.dialplan),
            connectors=connectors_of(configuration),
            functions=functions_of(configuration),
            calendars=set(configuration.calendars),
            recognition=speech,
            numbers=numbers.entrances,
            audio=prompts.exists,
            languages=Languages(fallbacks=configuration.prompts.fallbacks),
        )

    return FlowService(configuration.flows, world, prompts, store, named=numbers.needs)


async def load_flows(
    flows: FlowService, numbers: Numbers, progress: Callable[[str], Progress] | None
) -> None:
    """Load them. Raises FlowError, and ConfigurationError when a number names none of them."""
    loaded = await flows.load(progress=progress)
    if loaded.refused:
        raise FlowError(
            "flows with errors are not taken into service\n\n"
            + "\n\n".join(loaded.refused.values()),
            hint="`ivrkit check --config` finds mistakes in flows, `ivrkit doctor` the others",
        )
    unknown = numbers.unknown(loaded.taken + loaded.kept)
    if unknown:
        raise ConfigurationError("; ".join(unknown))
