"""Checking flow files and folders, with or without a configuration beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.errors import ConfigurationError
from ivrkit.flow.closure import SUFFIX, FlowLibrary
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.world import World
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import configured_world, folder_world


@dataclass
class Report:
    """What was found in all files that were looked at; ``flows`` counts those without errors."""

    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    sources: dict[str, str] = field(default_factory=dict)
    files: int = 0

    @property
    def failed(self) -> bool:
        """Whether any of them has an error."""
        return self.diagnostics.failed

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


def check_paths(paths: Sequence[Path], configuration: Configuration | None = None) -> Report:
    """Check flow files, and all flows below folders; with a configuration also whether what they
    name exists at its site.

    Raises:
        ConfigurationError: a path does not exist or is no flow, or a folder holds none.
    """
    report = Report()
    for path in paths:
        for library, name in _flows(path):
            checked = load_checked(library, name, _world(library, configuration))
            report.files += 1
            report.diagnostics.extend(checked.diagnostics)
            for each, file in checked.loaded.files.items():
                report.sources[file] = checked.loaded.sources.get(each, "")
    return report


def _flows(path: Path) -> Iterable[tuple[FlowLibrary, str]]:
    if path.is_dir():
        library = FlowLibrary(reader(), path)
        names = library.names()
        if not names:
            raise ConfigurationError(
                f"{path} holds no flow", hint="flows are files that end with .yaml"
            )
        return [(library, name) for name in names]
    if not path.exists():
        raise ConfigurationError(f"there is no {path}", hint="name a flow file or a folder")
    return [flow_file(path)]


def _world(library: FlowLibrary, configuration: Configuration | None) -> World:
    if configuration is None:
        return folder_world(library.root, library.names())
    return configured_world(configuration, library.names())


def flow_file(path: Path) -> tuple[FlowLibrary, str]:
    """The flow in a file, with the library around it. Raises ConfigurationError when flows do not
    lie in such files."""
    if path.suffix != SUFFIX:
        hint = f"flows are files that end with {SUFFIX}"
        if path.suffix.lower() in (".yml", SUFFIX):
            hint = f"call it {path.with_suffix(SUFFIX).name}"
        raise ConfigurationError(f"{path} is no flow", hint=hint)
    return FlowLibrary.around(reader(), path)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
