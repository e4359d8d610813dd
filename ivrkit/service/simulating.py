"""A telephone in the terminal, in virtual time: no Asterisk, no waiting. Keys alone, or with the
commands of the workbench."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from ivrkit.call.events import TraceEvent
from ivrkit.errors import ConfigurationError, ScriptError, ValueRejected
from ivrkit.qa.given import Given
from ivrkit.qa.script import Dial
from ivrkit.qa.workbench import Workbench
from ivrkit.service.checking import flow_file
from ivrkit.service.configuration import Configuration
from ivrkit.service.connecting import scripted_connectors
from ivrkit.service.keypad import KEYS, QUOTE
from ivrkit.service.scripts import FlowBook, configuration_for
from ivrkit.service.workbench import Desk, run_workbench
from ivrkit.service.workbench.desk import Tell
from ivrkit.service.workbench.prompting import typed_lines
from ivrkit.service.workbench.running import piped_lines

SECOND, SILENCE, HANG_UP, COMMANDS = " ", ".", "q", ":"
"""Besides keys: let a second pass; be silent until something happens; go on with commands."""
STEP = 0.25
Show = Callable[[TraceEvent], None]


async def written(text: str) -> AsyncGenerator[str, None]:
    """What is pressed, and said (in quotes), known beforehand; space between it means nothing.
    Raises ValueRejected."""
    typed: list[str] = []
    for number, piece in enumerate(text.split(QUOTE)):
        typed += [QUOTE + piece] if number % 2 else "".join(piece.split()).lower()
    if text.count(QUOTE) % 2:
        raise ValueRejected("what is said has no end", hint=f'write "{typed[-1][1:]}" in quotes')
    for key in typed:
        if key[0] != QUOTE and key.upper() not in KEYS and key not in (SILENCE, HANG_UP):
            raise ValueRejected(
                f"'{key}' is nothing to press",
                hint='keys are 0-9 * # A-D; "words" are said, a full stop is silence, q hangs up',
            )
    for key in typed:
        yield key


async def simulate(
    target: str,
    config: Path | None,
    typed: AsyncGenerator[str, None],
    show: Show,
    *,
    caller: str = "",
    tell: Tell = print,
    lines: Callable[[Desk], AsyncIterator[str]] = typed_lines,
    real: Collection[str] = (),
) -> int:
    """Call a flow (its name or file) or a number, and press (and say) what is typed until the call
    is over.

    What is typed counts when the call listens; until then time passes. ``:`` goes on with the
    commands of the workbench, in ``lines``. ``real`` are the connectors that are really asked.
    Returns 0 when the call did not end by an error, else 1. Raises FlowError, ConfigurationError.
    """
    async with _bench(target, config, caller, real) as (bench, dial):
        bench.watch(show)
        await bench.place(dial)
        if await _pressed(bench, typed, tell):
            await typed.aclose()
            desk = Desk(bench, dial, tell)
            await run_workbench(desk, lines(desk))
    return 1 if bench.situation.ended == "error" else 0


async def _pressed(bench: Workbench, typed: AsyncIterator[str], tell: Tell) -> bool:
    """Do what is typed until the call is over; True if it is to go on with commands."""
    if not await _listens(bench):
        return False
    async for key in typed:
        if key == COMMANDS:
            return True
        await _do(bench, key, tell)
        if key == HANG_UP or not await _listens(bench):
            return False
    await bench.hang_up()
    return False


async def debug(
    target: str,
    config: Path | None,
    show: Show,
    *,
    caller: str = "",
    tell: Tell = print,
    lines: Callable[[Desk], AsyncIterator[str]] = piped_lines,
    real: Collection[str] = (),
) -> int:
    """Call a flow or a number and do what the commands say; the call is held in front of its
    first step. Returns 0 when every command could be done, else 1. Raises as :func:`simulate`."""
    async with _bench(target, config, caller, real) as (bench, dial):
        bench.watch(show)
        desk = Desk(bench, dial, tell)
        await desk.call()
        await run_workbench(desk, lines(desk))
    return 1 if desk.failures else 0


@asynccontextmanager
async def _bench(
    target: str, config: Path | None, caller: str, real: Collection[str]
) -> AsyncIterator[tuple[Workbench, Dial]]:
    """A workbench, and the call that is meant."""
    configuration, dial = _target(target, config, caller, real)
    async with scripted_connectors(configuration, real) as site:
        bench = Workbench(FlowBook(configuration, site).scene(), Given(open=True))
        try:
            yield bench, dial
        finally:
            await bench.close()


async def _listens(bench: Workbench) -> bool:
    """Let time pass until the call waits for keys; False when it is over."""
    return await bench.until_listening() and bench.situation.ended is None


async def _do(bench: Workbench, key: str, tell: Tell) -> None:
    if key.upper() in KEYS:
        await bench.press(key.upper())
    elif key.startswith(QUOTE):
        await _said(bench, key.removeprefix(QUOTE), tell)
    elif key == SECOND:
        await bench.pass_time(1.0)
    elif key == SILENCE:
        while bench.situation.listening:
            await bench.pass_time(STEP)
    elif key == HANG_UP:
        await bench.hang_up()


async def _said(bench: Workbench, text: str, tell: Tell) -> None:
    try:
        await bench.say(text)
    except ScriptError as error:
        tell(f"✗ {error.message}" + (f"\n  {error.hint}" if error.hint else ""))


def _target(
    target: str, config: Path | None, caller: str, real: Collection[str]
) -> tuple[Configuration, Dial]:
    """The site, and the call that is meant."""
    path = Path(target)
    if path.suffix:
        if not path.is_file():
            raise ConfigurationError(f"there is no file {path}", hint="name a flow or its file")
        library, name = flow_file(path)
        configuration = configuration_for(path, config, real)
        configuration = configuration.model_copy(update={"flows": library.root})
        return configuration, Dial(flow=name, caller=caller)
    configuration = configuration_for(Path.cwd() / "here", config, real)
    is_number = target in configuration.numbers or set(target) <= KEYS | {"+"}
    number, flow = (target, "") if is_number else ("", target)
    return configuration, Dial(number=number, flow=flow, caller=caller)
