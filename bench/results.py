"""What came of a run: medians, ratios, aims; as a table and as data."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from bench.stage import Turn
from bench.subjects import BARE, DIALPLAN, IVRKIT, PLAIN, SUBJECTS, WITHOUT

FILE = Path(__file__).parent / "results.json"
Turns = Mapping[str, Sequence[Turn]]


@dataclass(frozen=True)
class Row:
    """One comparison. ``measured`` and ``reference`` are milliseconds of CPU per call;
    ``ratio`` is the median of the rounds' own ratios, in which the machine's drift cancels."""

    what: str
    beside: str
    measured: float
    reference: float
    ratio: float
    aim: float | None

    @property
    def met(self) -> bool | None:
        """None where nothing is aimed at."""
        return None if self.aim is None else self.ratio <= self.aim


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
    ]


def _row(turns: Turns, what: str, name: str, reference: str, figure: str, aim: float | None) -> Row:
    ours = [getattr(turn, figure) for turn in turns[name]]
    theirs = [getattr(turn, figure) for turn in turns[reference]]
    titles = {each.name: each.title for each in SUBJECTS}
    ratios = [one / max(other, 1e-9) for one, other in zip(ours, theirs, strict=True)]
    return Row(
        what, titles[reference], _2(median(ours)), _2(median(theirs)), _2(median(ratios)), aim
    )


def _2(figure: float) -> float:
    return round(figure, 2)


def table(found: Sequence[Row]) -> Table:
    """The rows as people read them."""
    shown = Table(title="CPU per call of three prompts", title_justify="left")
    for heading in ("what", "ms", "beside", "ms", "ratio", "aim", ""):
        shown.add_column(heading, justify="left" if heading in ("what", "beside") else "right")
    for row in found:
        verdict = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[row.met]
        aim = "" if row.aim is None else f"{row.aim:g} x"
        shown.add_row(
            row.what,
            f"{row.measured:.2f}",
            row.beside,
            f"{row.reference:.2f}",
            f"{row.ratio:.2f} x",
            aim,
            verdict,
        )
    return shown


def document(
    turns: Turns, *, asterisk: str, calls: int, rounds: int, rate: float
) -> dict[str, Any]:
    """All figures. Of the machine only what is needed to judge them."""
    return {
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "asterisk": asterisk,
        },
        "load": {"calls": calls, "rounds": rounds, "calls_per_second": rate},
        "milliseconds_per_call": {
            each.name: {
                "title": each.title,
                "engine": [_2(turn.engine) for turn in turns[each.name]],
                "asterisk": [_2(turn.asterisk) for turn in turns[each.name]],
            }
            for each in SUBJECTS
        },
        "rows": [{**asdict(row), "met": row.met} for row in rows(turns)],
    }


def write(found: Mapping[str, Any], file: Path) -> None:
    """Keep the figures."""
    file.write_text(json.dumps(found, indent=2) + "\n")
