"""What came of a run, as a table and as data."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.rows import Benchmark

FILE = Path(__file__).parent / "results.json"


def table(found: Benchmark) -> Table:
    """The rows as people read them."""
    shown = Table(title=f"{found.title} ({found.unit})", title_justify="left")
    for heading in ("what", "figure", "beside", "figure", "ratio", "aim", ""):
        shown.add_column(heading, justify="left" if heading in ("what", "beside") else "right")
    for row in found.rows:
        verdict = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[row.met]
        figures = (f"{row.measured:,.2f}", row.beside, f"{row.reference:,.2f}")
        shown.add_row(row.what, *figures, f"{row.ratio:.2f} x", row.aim, verdict)
    return shown


def document(found: Sequence[Benchmark], before: Mapping[str, Any]) -> dict[str, Any]:
    """All figures: those of this run, and of benchmarks that it left out those of ``before``. Of
    the machine only what is needed to judge them."""
    benchmarks = dict(before.get("benchmarks", {}))
    for each in found:
        benchmarks[each.name] = {
            "title": each.title,
            "unit": each.unit,
            "rows": [{**asdict(row), "met": row.met} for row in each.rows],
            **each.data,
        }
    return {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "benchmarks": benchmarks,
    }


def read(file: Path) -> dict[str, Any]:
    """The figures that are there; nothing if there are none."""
    if not file.is_file():
        return {}
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def write(found: Mapping[str, Any], file: Path) -> None:
    """Keep the figures."""
    file.write_text(json.dumps(found, indent=2) + "\n")
