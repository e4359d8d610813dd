"""Checking flow files and folders, with or without a configuration beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.catalogue import used_by
from ivrkit.flow.check import checks
from ivrkit.flow.closure import SUFFIX, FlowLibrary, Loaded
from ivrkit.flow.codes import CATALOGUE, define
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.silencing import silenced
from ivrkit.flow.world import World
from ivrkit.flow.worst import Figures, Worst
from ivrkit.flow.worst.text import described
from ivrkit.prompts.settings import PromptSettings
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import configured_world, folder_world

UNUSED_PHRASE = define(
    "unused-phrase",
    "A phrase of the catalogue is never said",
    "No flow of the folder names the phrase, and none says one of its texts. Remove it, or say it. "
    "It is looked for where a whole folder of flows is checked.",
)

Worlds = Callable[[Configuration, Collection[str]], World]
"""Makes what a site has, for the names of its flows."""


@dataclass
class Report:
    """What was found in all files that were looked at; ``files`` counts them. ``worst`` are the
    worst cases of those without errors, where they were asked for."""

    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, str] = field(default_factory=dict)
    files: int = 0
    worst: list[Worst] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any of them has an error."""
        return self.diagnostics.failed

    @property
    def warned(self) -> bool:
        """Whether any of them has a warning."""
        return len(self.diagnostics) > len(self.diagnostics.errors)

    def figures(self) -> str:
        """The worst case of each flow."""
        return "\n\n".join(map(described, self.worst))

    def render(self) -> str:
        """Each finding with its source line and a caret."""
        return "\n\n".join(
            render_all([each], self.sources.get(each.mark.file, "")) for each in self.diagnostics
        )

    def summary(self) -> str:
        """One line: how many files, errors and warnings."""
        errors = len(self.diagnostics.errors)
        warnings = len(self.diagnostics) - errors
        return f"{_many(self.files, 'flow')}: {_many(errors, 'error')}, " + _many(
            warnings, "warning"
        )


def check_paths(
    paths: Sequence[Path],
    configuration: Configuration | None = None,
    *,
    worst: bool = False,
    world: Worlds = configured_world,
) -> Report:
    """Check flow files, and all flows below folders; with a configuration also whether what they
    name exists at its site: in the ``world`` that it makes. ``worst``: work the worst cases out
    too.

    Raises:
        ConfigurationError: a path does not exist or is no flow, or a folder holds none; the
            configuration allows a code that does not exist.
    """
    report = Report()
    allowed = _allowed(configuration)
    prompts = None if configuration is None else configuration.prompts
    for path in paths:
        loaded: list[Loaded] = []
        worlds: dict[FlowLibrary, World] = {}
        for library, name in _flows_at(path, prompts):
            if library not in worlds:  # it looks at every recording
                worlds[library] = _world(library, configuration, world)
            there = worlds[library]
            checked = load_checked(library, name, there)
            report.files += 1
            report.diagnostics.extend(
                each
                for each in checked.diagnostics
                if each.severity == "error" or each.code not in allowed
            )
            if worst and checked.version is not None:
                report.worst.append(Figures(checked.version.flows, there).of(name))
            for each, file in checked.loaded.files.items():
                report.sources[file] = checked.loaded.sources.get(each, "")
            report.sources.update(checked.loaded.catalogue.sources)
            loaded.append(checked.loaded)
        if path.is_dir() and UNUSED_PHRASE not in allowed:
            report.diagnostics.extend(_unused_phrases(loaded))
    return report


def _unused_phrases(loaded: Sequence[Loaded]) -> Diagnostics:
    """The phrases that no flow of a folder says, if all of them could be read."""
    found = Diagnostics()
    if any(each.version is None for each in loaded):
        return found
    flows = [flow for each in loaded for flow in each.flows.values()]
    catalogue = loaded[0].catalogue
    said = set(used_by(flows, catalogue.phrases))
    for name in catalogue.phrases:
        phrase = catalogue.phrases.find(name)
        if phrase is not None and name not in said:
            message = f"no flow says the phrase '{name}'"
            found.warning(UNUSED_PHRASE, message, phrase.mark, hint="remove it", path=name)
    return silenced(found, catalogue.sources)


def _allowed(configuration: Configuration | None) -> frozenset[str]:
    """The codes of warnings that nobody wants."""
    allowed = frozenset(configuration.check.allow if configuration is not None else ())
    checks()  # their modules define codes
    for code in sorted(allowed - CATALOGUE.keys()):
        raise ConfigurationError(
            f"check: allow: there is no code '{code}'", hint=did_you_mean(code, CATALOGUE)
        )
    return allowed


def libraries(
    paths: Sequence[Path], prompts: PromptSettings | None
) -> Iterator[tuple[FlowLibrary, str]]:
    """The flows of files and folders. Raises ConfigurationError."""
    for path in paths:
        yield from _flows_at(path, prompts)


def _flows_at(path: Path, prompts: PromptSettings | None) -> Iterable[tuple[FlowLibrary, str]]:
    if path.is_dir():
        library = FlowLibrary(reader(), path, *_place(prompts))
        names = library.names()
        if not names:
            raise ConfigurationError(
                f"{path} holds no flow", hint="flows are files that end with .yaml"
            )
        return [(library, name) for name in names]
    if not path.exists():
        raise ConfigurationError(f"there is no {path}", hint="name a flow file or a folder")
    return [flow_file(path, prompts)]


def _world(library: FlowLibrary, configuration: Configuration | None, made: Worlds) -> World:
    if configuration is None:
        return folder_world(library.root, library.names())
    return made(configuration, library.names())


def flow_file(path: Path, prompts: PromptSettings | None = None) -> tuple[FlowLibrary, str]:
    """The flow in a file, with the library around it. Raises ConfigurationError when flows do not
    lie in such files."""
    if path.suffix != SUFFIX:
        hint = f"flows are files that end with {SUFFIX}"
        if path.suffix.lower() in (".yml", SUFFIX):
            hint = f"call it {path.with_suffix(SUFFIX).name}"
        raise ConfigurationError(f"{path} is no flow", hint=hint)
    return FlowLibrary.around(reader(), path, *_place(prompts))


def _place(prompts: PromptSettings | None) -> tuple[Path | None, Fallbacks]:
    """Where the catalogue lies, and which language stands in for which."""
    return (None, NO_FALLBACKS) if prompts is None else (prompts.folder, prompts.fallbacks)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
