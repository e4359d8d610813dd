"""Where plug-ins are, and what their functions take: read without running any of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean

FOLDER: Final = "plugins"
MODULE: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the source says that a function takes: ``names``, and whether each is needed. None where
    only running it would tell."""

    names: Mapping[str, bool] | None = field(default=None)


def source_of(folder: Path, module: str) -> Path:
    """The file of a module in the folder of plug-ins. Raises ConfigurationError for one that is not
    there, or leads out of it."""
    if not MODULE.fullmatch(module):
        raise ConfigurationError(
            f"'{module[:60]}' is not the name of a module", hint="write scoring for scoring.py"
        )
    base = folder.joinpath(*module.split("."))
    for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
        if path.is_file():
            if not path.resolve().is_relative_to(folder.resolve()):
                raise ConfigurationError(
                    f"{path} is a link that leads out of {folder}",
                    hint="plug-ins are files of the project: put a copy there",
                )
            return path
    there = sorted(each.stem for each in folder.glob("*.py")) if folder.is_dir() else []
    raise ConfigurationError(
        f"there is no plug-in '{module}' in {folder}",
        hint=did_you_mean(module, there) or f"write it: {base.with_name(f'{base.name}.py')}",
    )


def declared_in(path: Path) -> Mapping[str, Declared]:
    """The functions at the top of a module, and the names that may be some. Raises
    ConfigurationError for a file that is no Python."""
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{path}:{line}" if line else f"{path}"
        raise ConfigurationError(
            f"{place}: {getattr(error, 'msg', None) or error}", hint="it is no Python"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from None
    found: dict[str, Declared] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update({each.asname or each.name: Declared() for each in node.names})
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = Declared()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = _of_definition(node)
    return found


def look_for(path: Path, function: str) -> Declared:
    """What a function takes. Raises ConfigurationError when the module cannot have it."""
    found = declared_in(path)
    if function in found:
        return found[function]
    if "*" in found:
        return Declared()
    raise ConfigurationError(
        f"{path} has no function '{function[:60]}'",
        hint=did_you_mean(function, found) or "functions stand at the top of the module",
    )


def _of_definition(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Declared:
    given = node.args
    if node.decorator_list or given.kwarg or given.posonlyargs:
        return Declared()  # a decorator may take what it likes
    names = [each.arg for each in given.args]
    needed = len(names) - len(given.defaults)
    takes = {name: number < needed for number, name in enumerate(names)}
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        takes[each.arg] = default is None
    return Declared(takes)
