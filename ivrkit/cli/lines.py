"""Lines of a call's timeline on a terminal: coloured, and as readable without colours."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ivrkit.service.timeline import Line, Tone

STYLES = {
    Tone.CALL: "bold",
    Tone.SAID: "cyan",
    Tone.PRESSED: "bold yellow",
    Tone.HANDOFF: "magenta",
    Tone.NOTE: "blue",
    Tone.TROUBLE: "bold red",
    Tone.DETAIL: "dim",
}


def print_line(console: Console, line: Line, call: str = "") -> None:
    """One line; with the beginning of the call's id in front where there are several calls."""
    text = Text()
    if call:
        text.append(f"{call[:8]:<8}  ", style="dim")
    text.append(f"{line.at:7.2f}  ", style="dim")
    text.append(f"{line.word:<9}  ", style=STYLES[line.tone])
    text.append(line.text, style="dim" if line.tone is Tone.DETAIL else "")
    text.rstrip()
    console.print(text, soft_wrap=True)
