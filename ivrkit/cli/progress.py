"""How far something long has come, for people who wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivrkit.cli.output import ERR

Tell = Callable[[str], Callable[[int, int], None]]
"""Takes what is done, and gives what is to be called with how much of it is."""


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar for each thing that is done, on standard error where that is a terminal; it goes when
    all is over."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bars:

        def tell(what: str) -> Callable[[int, int], None]:
            bar = bars.add_task(what, total=None, visible=False)

            def told(done: int, of: int) -> None:
                bars.update(bar, completed=done, total=of, visible=done < of)

            return told

        yield tell
