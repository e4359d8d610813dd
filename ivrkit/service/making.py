"""Makes a project that works at once: ``ivrkit init``."""

from __future__ import annotations

from pathlib import Path

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean

PROJECTS = Path(__file__).parent / "projects"
EVERY = "every"
HIDDEN = "dot-"


def templates() -> list[str]:
    """The names of the templates."""
    folders = (each.name for each in PROJECTS.iterdir() if each.is_dir())
    return sorted(name for name in folders if name != EVERY and not name.startswith("_"))


def make_project(folder: Path, template: str) -> list[Path]:
    """Make a project in a folder that is empty or does not exist; the files that were made.

    Raises ConfigurationError.
    """
    if template not in templates():
        hint = did_you_mean(template, templates()) or f"there are {', '.join(templates())}"
        raise ConfigurationError(f"there is no template '{template}'", hint=hint)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is not empty", hint="name a folder that does not exist yet"
        )
    made = []
    try:
        for source in (PROJECTS / EVERY, PROJECTS / template):
            for file in sorted(each for each in source.rglob("*") if each.is_file()):
                target = folder / _shown(file.relative_to(source))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
                made.append(target)
    except OSError as error:
        raise ConfigurationError(
            f"the project cannot be made: {error.strerror}: {error.filename}",
            hint="check owner and rights of the folder",
        ) from error
    return made


def _shown(path: Path) -> Path:
    """``dot-gitignore`` becomes ``.gitignore``."""
    if path.name.startswith(HIDDEN):
        return path.with_name("." + path.name.removeprefix(HIDDEN))
    return path
