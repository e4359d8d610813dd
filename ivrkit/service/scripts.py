"""Call scripts of a site: which there are, which flows they call, and playing them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ivrkit.call.events import Arrived
from ivrkit.call.opening import Calendars
from ivrkit.engine.engine import Start
from ivrkit.errors import ConfigurationError, FlowError, ScriptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.language import Languages
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.connectors import Site
from ivrkit.qa.coverage import Coverage
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.reading import load_script
from ivrkit.qa.script import Dial, Script
from ivrkit.qa.simulated_line import Scene
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.configuration import FILE, Configuration, load_configuration
from ivrkit.service.connecting import environment, scripted_connectors
from ivrkit.service.flows import load_checked
from ivrkit.service.numbers import Numbers
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld, connectors_of
from ivrkit.testing.clock import START, VirtualClock


class FlowBook:
    """The flows and numbers of a configuration, for calls that are not placed by telephone.

    Flows are read and checked when they are first called. ``site`` tells of the connectors.
    """

    def __init__(self, configuration: Configuration, site: Site | None = None) -> None:
        self.configuration = configuration
        self.site = site or Site(configuration.connectors.by_kind())
        self._numbers = Numbers(configuration)
        prompts = configuration.prompts
        self._library = FlowLibrary(
            reader(), configuration.flows, prompts.folder, prompts.fallbacks
        )
        self._calendars = Calendars(configuration.calendars)
        self._versions: dict[str, FlowVersion] = {}
        # One for all calls: what is the same in every call is worded once.
        self._prompts = TextPrompts(currency=prompts.currency, fallbacks=prompts.fallbacks)

    def start(self, dial: Dial) -> Start:
        """Where a call begins. Raises ScriptError, FlowError with the findings."""
        if dial.flow:
            return self._start(dial.flow, dial.section or "main", dial.arguments)
        chosen = self._numbers.choose(dial.number, ())
        if chosen.flow is None:
            raise ScriptError(
                f"a call to {dial.number} reaches no flow: {chosen.note}",
                hint=f"list it under numbers: in {FILE}, or write `flow:` instead of `dial:`",
            )
        section = dial.section or chosen.section
        return self._start(chosen.flow, section, {**chosen.values, **dial.arguments})

    def _start(self, name: str, section: str, arguments: Mapping[str, Any]) -> Start:
        """A flow at one of its sections; a script may try any of them."""
        version = self.version(name)
        if section not in version.flow.sections:
            raise ScriptError(
                f"the flow '{name}' has no section '{section}'",
                hint=did_you_mean(section, version.flow.sections),
            )
        return Start(version, section, arguments)

    def version(self, name: str) -> FlowVersion:
        """A flow, ready to run. Raises FlowError."""
        if name not in self._versions:
            world = SiteWorld(
                flows=self._library.names(),
                queues=set(self.configuration.queues) or None,
                dialplan=set(self.configuration.dialplan) or None,
                connectors=_connectors(self.configuration),
                languages=Languages(fallbacks=self.configuration.prompts.fallbacks),
                calendars=set(self.configuration.calendars) or None,
            )
            checked = load_checked(self._library, name, world)
            if checked.version is None:
                raise FlowError(f"the flow '{name}' has errors\n{checked.render()}")
            self._versions[name] = checked.version
        return self._versions[name]

    def scene(self) -> Scene:
        """The scene for simulated calls."""

        def clock(start: datetime | None) -> VirtualClock:
            return VirtualClock(start or START)

        return Scene(clock, self._prompts, self.start, {Calendars: self._calendars}, self.site)


@dataclass
class Run:
    """What came of a run. ``unreadable`` are the complaints about scripts that cannot be used."""

    outcomes: list[Outcome] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)

    def scripts(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Script]]:
        """The scripts of these paths; which of them cannot be read is noted. Raises
        ConfigurationError."""
        for path in find_scripts(paths):
            try:
                yield path, load_script(path)
            except ScriptError as error:
                self.unreadable.append(error.message)

    def add(self, outcome: Outcome, book: FlowBook) -> None:
        """One script was played, with the flows of this book."""
        self.outcomes.append(outcome)
        for events in outcome.traces:
            arrived = events[0] if events else None
            if isinstance(arrived, Arrived):
                self.coverage.add(book.version(arrived.flow), events)


def _connectors(configuration: Configuration) -> Mapping[str, Mapping[str, bool]] | None:
    """The connectors, if a site has any at all."""
    found = connectors_of(configuration)
    return found if any(found.values()) else None


def find_scripts(paths: Sequence[Path]) -> list[Path]:
    """The scripts that are named, and all those below folders. Raises ConfigurationError."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"there is no {path}", hint="name a call script or a folder")
        below = sorted(each for each in path.rglob("*.yaml") if each.name != FILE)
        found += below if path.is_dir() else [path]
    if not found:
        raise ConfigurationError(
            f"there are no call scripts in {', '.join(map(str, paths))}",
            hint="scripts are files that end with .yaml and begin with `script: 1`",
        )
    return found


def configuration_for(path: Path, config: Path | None, real: Collection[str] = ()) -> Configuration:
    """The configuration that was named, else that of the project in which a file lies. ``real``
    are the connectors that are really asked, with the secrets of the environment."""
    variables = environment(real)
    if config is not None:
        return load_configuration(config, variables)
    for folder in path.absolute().parents:
        if (folder / FILE).is_file():
            return load_configuration(folder, variables)
    return Configuration().placed(Path())


async def play_scripts(
    paths: Sequence[Path],
    config: Path | None,
    *,
    restart_everywhere: bool = False,
    restart_inside: int | None = None,
    show: Callable[[Outcome], None],
    real: Collection[str] = (),
) -> Run:
    """Play scripts in the simulator, one after the other; each outcome is shown as it comes.
    ``real`` are the connectors (``database.crm``, or ``all``) that are really asked. For the
    restarts see :func:`~ivrkit.qa.simulating.play_simulated`.

    Raises ConfigurationError.
    """
    run = Run()
    async with AsyncExitStack() as stack:
        shelf = _Shelf(config, real, stack)
        for path, script in run.scripts(paths):
            book = await shelf.book(path)
            outcome = await play_simulated(
                script,
                book.scene(),
                restart_everywhere=restart_everywhere,
                restart_inside=restart_inside,
            )
            run.add(outcome, book)
            show(outcome)
    return run


class _Shelf:
    """The flows of every project of which scripts are played."""

    def __init__(self, config: Path | None, real: Collection[str], stack: AsyncExitStack) -> None:
        self._config = config
        self._real = real
        self._stack = stack
        self._books: dict[Path, FlowBook] = {}
        self._around: dict[Path, FlowBook] = {}

    async def book(self, script: Path) -> FlowBook:
        """The flows of the project in which a script lies. Raises ConfigurationError."""
        found = self._around.get(script.parent)
        if found is not None:
            return found
        configuration = configuration_for(script, self._config, self._real)
        found = self._books.get(configuration.flows.absolute())
        if found is None:
            site = await self._stack.enter_async_context(
                scripted_connectors(configuration, self._real)
            )
            found = self._books[configuration.flows.absolute()] = FlowBook(configuration, site)
        self._around[script.parent] = found
        return found
