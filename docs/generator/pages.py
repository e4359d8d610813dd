"""From frames to pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from docs.generator import (
    api,
    commands,
    diagnostics,
    figures,
    functions,
    language,
    languages,
    settings,
)

DOCS: Final = Path(__file__).parents[1]
RULES: Final = DOCS / "rules"
NOTICE: Final = "<!-- Made by `make docs` from docs/rules/{name} and the code. Edit these. -->\n\n"
_PLACE: Final = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)

PIECES: Final[Mapping[str, Callable[[], str]]] = {
    "flow-fields": language.flow_fields,
    "verbs": language.verbs,
    "parts": language.parts,
    "entry": language.entry,
    "names": language.names,
    "types": language.types,
    "functions": functions.functions_,
    "function-names": functions.names,
    "diagnostics": diagnostics.diagnostics,
    "settings": settings.settings,
    "figures": figures.figures,
    "routes": api.routes,
    "scopes": api.scopes,
    "commands": commands.commands,
}


@cache
def pages() -> dict[str, str]:
    """All generated pages by the name of their file."""
    framed = {path.name: page(path) for path in sorted(RULES.glob("*.md")) if _is_frame(path)}
    return framed | languages.pages()


def page(path: Path) -> str:
    """A frame with its places filled."""
    text = path.read_text("utf-8")
    return NOTICE.format(name=path.name) + _PLACE.sub(lambda found: PIECES[found[1]](), text)


def _is_frame(path: Path) -> bool:
    return _PLACE.search(path.read_text("utf-8")) is not None
