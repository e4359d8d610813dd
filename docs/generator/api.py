"""The routes of the API, from its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from docs.generator.markdown import code, table
from ivrkit.service.api import routes as table_of
from ivrkit.service.api.tokens import TokenScope


def routes() -> str:
    """Method and path, the scope that a token needs, and what it is for."""
    rows = (
        (code(f"{each.method} {each.path}"), code(each.scope) if each.scope else "open", each.text)
        for each in table_of.routes()
    )
    return table(("route", "scope", "what it is for"), rows)


SCOPES: Final[Mapping[str, str]] = {
    "calls:read": "see calls and their traces; the flows in service, which no tenant may",
    "calls:control": "end calls",
    "handoff:read": "read payloads",
    "tail": "follow calls as they happen",
    "metrics:read": "read figures, and how the systems outside fare; no tenant may",
    "audit:read": "read who did what",
    "engine:control": "reload, drain and end the engine, replace its own token; no tenant may",
    "erase": "count and erase all that is kept of a caller; no tenant may",
}


def scopes() -> str:
    """All scopes."""
    return table(("scope", "allows to"), ((code(each), SCOPES[each]) for each in TokenScope))
