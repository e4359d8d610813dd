"""Makes a project that works at once: ``ivrkit init``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Final

import yaml

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.service.sample_database import make_database

PROJECTS = Path(__file__).parent / "projects"
EVERY = "every"
HIDDEN = "dot-"
SITE: Final = "template.yaml"
"""What a template puts into the configuration; it is not copied itself."""
DATABASE: Final = ".sql"
"""A script of the folder ``database`` becomes a file of SQLite beside it."""
_FILLED: Final = frozenset({"ivrkit.yaml", "README.md"})
_NO_QUEUES: Final = "# queues:\n#   service: {asterisk: service, headers: [reason]}"
_NO_CONNECTORS: Final = (
    "# The systems outside that flows may ask.\n"
    "# connectors:\n"
    "#   database:\n"
    '#     crm: {connection: "DRIVER={PostgreSQL Unicode};SERVER=db;DATABASE=crm;UID=ivr;"}'
)
_TITLE: Final = re.compile(r"^title: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """A project that can be made. ``number`` reaches its ``flow``, which is called ``title``;
    ``readme`` is what its README says of it alone. With ``connectors`` it asks systems outside."""

    name: str
    title: str
    number: str
    flow: str
    numbers: str
    queues: str
    connectors: str
    readme: str

    @classmethod
    def read(cls, folder: Path) -> Template:
        """The template of a folder of ``projects``."""
        site = yaml.safe_load((folder / SITE).read_text("utf-8"))
        numbers = site["numbers"].rstrip()
        number, flow = numbers.split("\n")[0].split(": ")
        found = _TITLE.search((folder / "flows" / f"{flow}.yaml").read_text("utf-8"))
        title = found.group(1) if found else flow
        return cls(
            folder.name,
            title,
            number,
            flow,
            numbers,
            queues=_section(site, "queues") or _NO_QUEUES,
            connectors=_section(site, "connectors"),
            readme=site.get("readme", ""),
        )

    @property
    def simulate(self) -> str:
        """The command that tries its flow."""
        real = " --real all" if self.connectors else ""
        return f"ivrkit simulate {self.flow}{real}"

    def filled(self, text: str) -> str:
        """A text of every project, for this one."""
        values: Mapping[str, str] = {
            "{title}": self.title,
            "{number}": self.number,
            "{flow}": self.flow,
            "{numbers}": indent(self.numbers, "  "),
            "{queues}": self.queues,
            "{connectors}": self.connectors or _NO_CONNECTORS,
            "{simulate}": self.simulate,
            "{readme}": f"{self.readme}\n" if self.readme else "",
        }
        for name, value in values.items():
            text = text.replace(name, value)
        return text


def _section(site: Mapping[str, str], name: str) -> str:
    """A part of the configuration with its name above it; empty if there is none."""
    return f"{name}:\n{indent(site[name].rstrip(), '  ')}" if name in site else ""


def templates() -> dict[str, Template]:
    """The templates by name."""
    folders = (each for each in sorted(PROJECTS.iterdir()) if (each / SITE).is_file())
    return {folder.name: Template.read(folder) for folder in folders}


def make_project(folder: Path, template: str) -> list[Path]:
    """Make a project in a folder that is empty or does not exist; the files that were made.

    Raises ConfigurationError.
    """
    known = templates()
    if template not in known:
        hint = did_you_mean(template, known) or f"there are {', '.join(known)}"
        raise ConfigurationError(f"there is no template '{template}'", hint=hint)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is not empty", hint="name a folder that does not exist yet"
        )
    made = []
    try:
        for source in (PROJECTS / EVERY, PROJECTS / template):
            for file in _files(source):
                target = folder / _shown(file.relative_to(source))
                target.parent.mkdir(parents=True, exist_ok=True)
                content = file.read_bytes()
                if file.name in _FILLED and file.parent == PROJECTS / EVERY:
                    content = known[template].filled(content.decode()).encode()
                target.write_bytes(content)
                made.append(target)
                if target.suffix == DATABASE:
                    database = target.with_suffix(".db")
                    make_database(target, database)
                    made.append(database)
    except OSError as error:
        raise ConfigurationError(
            f"the project cannot be made: {error.strerror}: {error.filename}",
            hint="check owner and rights of the folder",
        ) from error
    return made


def _files(source: Path) -> Iterator[Path]:
    """The files below a folder, links followed: what the project itself has is there but once."""
    for folder, below, names in os.walk(source, followlinks=True):
        below.sort()
        yield from (Path(folder) / name for name in sorted(names) if name != SITE)


def _shown(path: Path) -> Path:
    """``dot-gitignore`` becomes ``.gitignore``."""
    if path.name.startswith(HIDDEN):
        return path.with_name("." + path.name.removeprefix(HIDDEN))
    return path
