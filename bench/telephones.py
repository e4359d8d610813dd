"""CPU of the engine and of Asterisk per call, beside bare loops and beside the dialplan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.rows import Benchmark, Row, Tell, rounded
from bench.stage import Stage, Turn
from bench.subjects import (
    ASYNCARI,
    BARE,
    DIALPLAN,
    IVRKIT,
    NODE,
    PLAIN,
    SUBJECTS,
    WITHOUT,
    others,
)

NAME = "telephones"
CALLS, QUICK_CALLS = 300, 20
RATE = 40.0
"""New calls per second."""

Turns = Mapping[str, Sequence[Turn]]


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Everybody takes turns on one Asterisk. Raises IvrkitError when something failed."""
    calls = QUICK_CALLS if quick else CALLS
    subjects = SUBJECTS if quick else (*SUBJECTS, *await others(tell))
    tell("starting Asterisk and the engines")
    async with Stage(folder, subjects) as stage:
        for subject in subjects:
            tell(f"a few calls that do not count: {subject.title}")
            await stage.rehearse(subject, min(40, calls), RATE)
        await stage.hush()
        turns: dict[str, list[Turn]] = {subject.name: [] for subject in subjects}
        for number in range(1, rounds + 1):
            for subject in subjects:
                turn = await stage.turn(subject, calls, RATE)
                turns[subject.name].append(turn)
                tell(
                    f"{number}/{rounds} {subject.title:28} engine {turn.engine:5.2f} ms, "
                    f"Asterisk {turn.asterisk:5.2f} ms"
                )
        data = {
            "asterisk": stage.asterisk.version,
            "load": {"calls": calls, "rounds": rounds, "calls_per_second": RATE},
            "milliseconds_per_call": {
                each.name: {
                    "title": each.title,
                    "engine": [rounded(turn.engine) for turn in turns[each.name]],
                    "asterisk": [rounded(turn.asterisk) for turn in turns[each.name]],
                }
                for each in subjects
            },
        }
    return Benchmark(NAME, "CPU per call of three prompts", "ms", tuple(rows(turns)), data)


def rows(turns: Turns) -> list[Row]:
    """The rows of the design's table, beside the loop as it is usually written (plain asyncio,
    all events) and beside the leanest that can be had (uvloop, an event filter)."""
    return [
        _row(turns, "engine, trace and store on", IVRKIT.name, BARE.name, "engine", 2.0),
        _row(turns, "engine, trace and store off", WITHOUT.name, BARE.name, "engine", 1.3),
        _row(turns, "engine, trace and store on", IVRKIT.name, PLAIN.name, "engine", 2.0),
        _row(turns, "engine, trace and store off", WITHOUT.name, PLAIN.name, "engine", 1.3),
        _row(turns, "Asterisk + engine", IVRKIT.name, DIALPLAN.name, "both", 1.5),
        _row(turns, "Asterisk + bare loop", BARE.name, DIALPLAN.name, "both", None),
        *(
            _row(turns, f"{other}, for comparison", other, BARE.name, "engine", None)
            for other in (NODE, ASYNCARI)
            if other in turns
        ),
    ]


def _row(
    turns: Turns, what: str, name: str, reference: str, figure: str, most: float | None
) -> Row:
    ours = [getattr(turn, figure) for turn in turns[name]]
    theirs = [getattr(turn, figure) for turn in turns[reference]]
    titles = {each.name: each.title for each in SUBJECTS}
    ratios = [one / max(other, 1e-9) for one, other in zip(ours, theirs, strict=True)]
    figures = (rounded(median(ours)), rounded(median(theirs)), rounded(median(ratios)))
    return Row(what, titles[reference], *figures, most)
