"""A telephone in the terminal, in virtual time: no Asterisk, no waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from ivrkit.call.events import TraceEvent
from ivrkit.errors import ConfigurationError, ValueRejected
from ivrkit.qa.given import Given
from ivrkit.qa.workbench import Workbench
from ivrkit.service.checking import flow_file
from ivrkit.service.keypad import KEYS
from ivrkit.service.scripts import FlowBook, configuration_for

SECOND, SILENCE, HANG_UP = " ", ".", "q"
"""Besides keys: let a second pass; be silent until something happens."""
STEP = 0.25
Show = Callable[[TraceEvent], None]


async def written(text: str) -> AsyncIterator[str]:
    """What is pressed, known beforehand; space between it means nothing. Raises ValueRejected."""
    keys = "".join(text.split()).lower()
    for key in keys:
        if key.upper() not in KEYS and key not in (SILENCE, HANG_UP):
            raise ValueRejected(
                f"'{key}' is nothing to press",
                hint="keys are 0-9 * # A-D; a full stop is silence, q hangs up",
            )
    for key in keys:
        yield key


async def simulate(
    target: str,
    config: Path | None,
    typed: AsyncIterator[str],
    show: Show,
    *,
    caller: str = "",
) -> int:
    """Call a flow (its name or file) or a number, and press what is typed until the call is over.

    What is typed counts when the call listens; until then time passes. Returns 0 when the call
    did not end by an error, else 1. Raises FlowError, ConfigurationError.
    """
    book, flow, number = _target(target, config)
    bench = Workbench(book.scene(), Given())
    bench.watch(show)
    try:
        await bench.start(flow, number=number, caller=caller)
        if await _listens(bench):
            async for key in typed:
                await _do(bench, key)
                if key == HANG_UP or not await _listens(bench):
                    break
            else:
                await bench.hang_up()
    finally:
        await bench.close()
    return 1 if bench.situation.ended == "error" else 0


async def _listens(bench: Workbench) -> bool:
    """Let time pass until the call waits for keys; False when it is over."""
    return await bench.until_listening() and bench.situation.ended is None


async def _do(bench: Workbench, key: str) -> None:
    if key.upper() in KEYS:
        await bench.press(key.upper())
    elif key == SECOND:
        await bench.pass_time(1.0)
    elif key == SILENCE:
        while bench.situation.listening:
            await bench.pass_time(STEP)
    elif key == HANG_UP:
        await bench.hang_up()


def _target(target: str, config: Path | None) -> tuple[FlowBook, str, str]:
    """The flows, and which flow or number of them is meant."""
    path = Path(target)
    if path.suffix:
        if not path.is_file():
            raise ConfigurationError(f"there is no file {path}", hint="name a flow or its file")
        library, name = flow_file(path)
        configuration = configuration_for(path, config)
        configuration = configuration.model_copy(update={"flows": library.root})
        return FlowBook(configuration), name, ""
    book = FlowBook(configuration_for(Path.cwd() / "here", config))
    is_number = target in book.configuration.numbers or set(target) <= KEYS | {"+"}
    return book, "" if is_number else target, target if is_number else ""
