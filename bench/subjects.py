"""Who is measured: the same IVR, run by different programs on one Asterisk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.others import getting
from bench.rows import Tell
from ivrkit.errors import NotAvailable

DIALPLAN_NUMBER = "900"
"""In ``asterisk-conf``: the IVR as the dialplan itself does it."""


@dataclass(frozen=True)
class Subject:
    """``number`` is what its callers dial, ``command`` starts its engine (with ``{folder}`` for
    that of its site); Asterisk itself has none."""

    name: str
    title: str
    number: str
    command: Sequence[str] = ()

    @property
    def application(self) -> str:
        """The name under which it is connected to Asterisk."""
        return f"bench-{self.name}"


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


DIALPLAN = Subject("dialplan", "Asterisk's dialplan", DIALPLAN_NUMBER)
BARE = Subject("bare", "bare loop, uvloop, filter", "910", _python("bench.bare_loop", "uvloop"))
PLAIN = Subject("plain", "bare loop, asyncio", "911", _python("bench.bare_loop", "plain"))
IVRKIT = Subject("ivrkit", "ivrkit", "912", _python("ivrkit", "serve", "--config", "{folder}"))
WITHOUT = Subject(
    "without", "ivrkit, store and trace off", "913", _python("bench.without_store", "{folder}")
)
SUBJECTS = (IVRKIT, BARE, DIALPLAN, WITHOUT, PLAIN)
"""In the order in which they take turns."""
NODE, ASYNCARI = "node", "asyncari"


async def others(tell: Tell) -> tuple[Subject, ...]:
    """Other people's clients, as far as they can be had here; what cannot is told."""
    folder = Path(__file__).parent / "others"
    found: list[Subject] = []
    try:
        path = f"NODE_PATH={await getting.node_client()}"
        node = ("env", path, "node", str(folder / "node_loop.js"))
        found.append(Subject(NODE, f"node {getting.NODE_CLIENT}", "914", node))
    except (NotAvailable, TimeoutError) as error:
        tell(f"SKIPPED: node {getting.NODE_CLIENT}: {error or 'npm takes too long'}")
    try:
        python = (str(await getting.python_client()), str(folder / "asyncari_loop.py"))
        found.append(Subject(ASYNCARI, getting.PYTHON_CLIENT, "915", python))
    except (NotAvailable, TimeoutError) as error:
        tell(f"SKIPPED: {getting.PYTHON_CLIENT}: {error or 'pip takes too long'}")
    return tuple(found)


def dialplan(subjects: Sequence[Subject]) -> str:
    """The numbers of those that have an engine, beside the shipped ones."""
    lines = ["[from-phones](+)"]
    for each in subjects:
        if each.command:
            lines.append(f"exten => {each.number},1,Stasis({each.application},flow=beeps)")
            lines.append(" same => n,Hangup()")
    return "\n".join(lines)
