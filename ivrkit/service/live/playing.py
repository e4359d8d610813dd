"""Plays scripts on a live site, many at once: real time passes anyway."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ivrkit.qa.live_line import play_live
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.script import Script, Silence, Wait
from ivrkit.service.configuration import Configuration
from ivrkit.service.live.site import ScriptedSite, scripted_site
from ivrkit.service.scripts import Run, configuration_for
from ivrkit.service.site import Tell

AT_ONCE = 64
"""Calls; ``agents.MEMBERS`` are more."""
TURN_SECONDS = 3.0
"""What a turn takes about, with the prompt before it."""


async def play_scripts_live(
    paths: Sequence[Path],
    config: Path | None,
    *,
    show: Callable[[Outcome], None],
    tell: Tell,
    real: Collection[str] = (),
) -> Run:
    """Play scripts on a private Asterisk; each outcome is shown when its call is over. ``real`` are
    the connectors that are really asked.

    Raises NotAvailable where no Asterisk can be had, ConfigurationError, FlowError.
    """
    run = Run()
    sites: dict[Path, list[Script]] = {}
    configurations: dict[Path, Configuration] = {}
    for path, script in run.scripts(paths):
        configuration = configuration_for(path, config, real)
        configurations[configuration.flows.absolute()] = configuration
        sites.setdefault(configuration.flows.absolute(), []).append(script)
    for folder, scripts in sites.items():
        with _temporary() as made:
            async with scripted_site(configurations[folder], made, tell, real) as site:
                for outcome in await _play_all(scripts, site, show):
                    run.add(outcome, site.book)
    return run


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ivrkit-test-") as made:
        yield Path(made).resolve()


async def _play_all(
    scripts: Sequence[Script], site: ScriptedSite, show: Callable[[Outcome], None]
) -> list[Outcome]:
    """All of them, the long ones first: in the end nothing waits for one that began late."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(script: Script) -> Outcome:
        async with turns:
            outcome = await play_live(script, site)
        show(outcome)
        return outcome

    ordered = sorted(scripts, key=length, reverse=True)
    return list(await asyncio.gather(*(one(script) for script in ordered)))


def length(script: Script) -> float:
    """About how many seconds a script takes."""
    waits = sum(turn.seconds for turn in script.turns if isinstance(turn, Silence | Wait))
    return waits + TURN_SECONDS * len(script.turns)
