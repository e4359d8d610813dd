"""Drawings of the flows of a site."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.closure import FlowLibrary, Loaded
from ivrkit.flow.drawing import atlas_of, drawing_formats
from ivrkit.flow.drawing.model import Source
from ivrkit.service.checking import flow_file
from ivrkit.service.registries import reader
from ivrkit.service.scripts import configuration_for


def draw(
    target: str,
    config: Path | None,
    form: str,
    *,
    unfold: bool = False,
    links: bool = False,
    coverage: Path | None = None,
) -> str:
    """Draw a flow (its name or file) in a format. ``links``: with addresses that open the source
    in an editor (they name the folders of this machine). ``coverage``: a file that ``ivrkit test
    --coverage --format json`` has made; what no call has taken is red.

    Raises ConfigurationError (no such flow or format, with the nearest), FlowError with what is
    wrong with the flow, NotAvailable for a format whose package is missing.
    """
    formats = drawing_formats()
    if form not in formats:
        near = did_you_mean(form, formats) or f"formats are {', '.join(sorted(formats))}"
        raise ConfigurationError(f"there is no format '{form[:40]}'", hint=near)
    library, name = _flow(target, config)
    loaded = library.load(name)
    missed = _missed(coverage) if coverage is not None else {}
    sources = _sources(loaded, links=links)
    atlas = atlas_of(loaded.required(), sources, unfold=unfold, missed=missed)
    return formats[form]().render(atlas)


def _flow(target: str, config: Path | None) -> tuple[FlowLibrary, str]:
    path = Path(target)
    if path.suffix:
        if not path.is_file():
            raise ConfigurationError(f"there is no file {path}", hint="name a flow or its file")
        return flow_file(path)
    library = FlowLibrary(reader(), configuration_for(Path.cwd() / "here", config).flows)
    names = library.names()
    if target not in names:
        near = did_you_mean(target, names) or "name a flow or its file"
        raise ConfigurationError(f"there is no flow '{target[:60]}'", hint=near)
    return library, target


def _sources(loaded: Loaded, *, links: bool) -> dict[str, Source]:
    return {
        name: Source(
            _shown(Path(file)),
            loaded.sources.get(name, ""),
            f"vscode://file{Path(file).absolute().as_posix()}" if links else "",
        )
        for name, file in loaded.files.items()
    }


class _Untaken(msgspec.Struct):
    path: str
    way: str = ""


class _Covered(msgspec.Struct):
    flow: str
    uncovered: list[_Untaken]


class _Run(msgspec.Struct):
    """What a run of call scripts tells of the flows they went through."""

    coverage: list[_Covered]


def _missed(file: Path) -> dict[str, set[tuple[str, str]]]:
    """What no call of a run of scripts has taken, by flow."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=_Run)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(
            f"{file} does not tell which ways were taken: {error}",
            hint=f"make it: ivrkit test tests/calls --coverage --format json > {file}",
        ) from error
    return {each.flow: {(one.path, one.way) for one in each.uncovered} for each in found.coverage}


def _shown(file: Path) -> str:
    """A file as it is looked for from here; its folder's name is enough elsewhere."""
    if not file.is_absolute():
        return file.as_posix()
    if file.is_relative_to(Path.cwd()):
        return file.relative_to(Path.cwd()).as_posix()
    return f"{file.parent.name}/{file.name}"
