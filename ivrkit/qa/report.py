"""What came of the scripts: for people, for programs, and as an exit status."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivrkit.flow.diagnostics import Diagnostic, render
from ivrkit.qa.coverage import Coverage
from ivrkit.qa.outcome import Failure, Outcome
from ivrkit.qa.words import tokens

DIFFERS = "call-differs"
"""The code under which a difference is shown, like the findings in a flow."""
PASSED, FAILED, UNUSABLE = 0, 1, 2
"""Exit status: all scripts passed; one did not; one could not be read, or there was none."""


def exit_status(outcomes: Sequence[Outcome], unreadable: int = 0, *, strict: bool = False) -> int:
    """The exit status of a run. ``strict``: what was given in vain fails too."""
    if unreadable or not outcomes:
        return UNUSABLE
    failed = any(each.failure or (strict and each.unused) for each in outcomes)
    return FAILED if failed else PASSED


def as_json(outcomes: Iterable[Outcome], coverage: Coverage | None = None) -> dict[str, Any]:
    """The whole run as plain data, with the coverage if it was asked for."""
    listed = list(outcomes)
    covered = {} if coverage is None else {"coverage": [f.as_dict() for f in coverage.flows()]}
    return {
        **covered,
        "passed": sum(each.passed for each in listed),
        "failed": sum(each.failure is not None for each in listed),
        "skipped": sum(bool(each.skipped) for each in listed),
        "scripts": [each.as_dict() for each in listed],
    }


def show(outcome: Outcome, console: Console) -> None:
    """One script: a line if it passed, everything that helps if it did not."""
    script = outcome.script
    mark = Text("pass", "green") if outcome.passed else Text("FAIL", "bold red")
    if outcome.skipped:
        mark = Text("skip", "yellow")
    times = f"{outcome.seconds:.1f} s in {outcome.took * 1000:.0f} ms"
    if outcome.restarts:
        times += f", {outcome.restarts} restarts"
    place, name = Text(f" {script.file}"), Text(f"  {script.name}", "bold")
    console.print(Text.assemble(mark, place, name, (f"  ({times})", "dim")))
    if outcome.skipped:
        console.print(Text(f"  {outcome.skipped}", "yellow"))
    if outcome.failure is not None:
        _show_failure(outcome.failure, script.source, console)
    for each in outcome.unused:
        console.print(Text(f"  unused  {each}", "yellow"), soft_wrap=True)


def summary(outcomes: Sequence[Outcome], console: Console) -> None:
    """The last line of a run."""
    passed = sum(each.passed for each in outcomes)
    failed = sum(each.failure is not None for each in outcomes)
    skipped = len(outcomes) - passed - failed
    spoken = sum(each.seconds for each in outcomes)
    took = sum(each.took for each in outcomes)
    style = "red" if failed else "green"
    text = f"{passed} passed"
    text += f", {failed} failed" if failed else ""
    text += f", {skipped} skipped" if skipped else ""
    console.print(
        Text.assemble((text, style), (f": {spoken:.0f} s of calls in {took:.1f} s", "dim"))
    )


def show_coverage(coverage: Coverage, console: Console) -> None:
    """A line per flow, and everything that no call has taken at its place in the file."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("flow")
    for column in ("sections", "ways"):
        table.add_column(column, justify="right")
    for flow in coverage.flows():
        sections, ways = flow.percent
        table.add_row(
            flow.name,
            _part(len(flow.entered), len(flow.sections), sections),
            _part(len(flow.taken), len(flow.ways), ways),
        )
    console.print(table)
    for each in (missed for flow in coverage.flows() for missed in flow.uncovered):
        console.print(Text(f"not covered  {each}", "yellow"), soft_wrap=True)


def _part(covered: int, of: int, percent: float) -> Text:
    style = "green" if covered == of else "yellow"
    # Never 100 % where something is missing.
    return Text(f"{covered} of {of}  {math.floor(percent):3d} %", style)


def _show_failure(failure: Failure, source: str, console: Console) -> None:
    if failure.mark.line:
        found = Diagnostic(DIFFERS, "error", failure.mark, failure.message)
        console.print(Text(render(found, source)))
    else:
        console.print(Text(f"  {failure.message}"))
    if failure.expected or failure.got:
        console.print(Text.assemble(("  expected: ", "bold"), failure.expected))
        got = failure.got or _nearest(failure)
        if got:
            console.print(_laid_beside(failure.expected, got))
    where = f"  at {failure.at:.1f} s"
    where += f" in {failure.place}" if failure.place else ""
    where += f", by {' > '.join(failure.path)}" if failure.path else ""
    console.print(Text(where, "dim"))
    for at, text in failure.heard:
        console.print(Text(f"  {at:7.1f} s  {text}"))
    for error in failure.errors:
        console.print(Text(f"  error {error}", "yellow"))


def _nearest(failure: Failure) -> str:
    """What was heard that is most like what was expected."""
    wanted = tokens(failure.expected)
    rated = [
        (SequenceMatcher(None, wanted, tokens(text)).ratio(), text) for _, text in failure.heard
    ]
    return max(rated, default=(0.0, ""))[1]


def _laid_beside(expected: str, got: str) -> Text:
    """What was got, with the words that were not expected made to stand out."""
    said = got.split()
    line = Text("  instead:  ", "bold")
    wanted = [_plain(each) for each in expected.split()]
    matcher = SequenceMatcher(None, wanted, [_plain(each) for each in said])
    for kind, _, _, first, last in matcher.get_opcodes():
        if first < last:
            line.append(" ".join(said[first:last]) + " ", "" if kind == "equal" else "bold red")
    line.rstrip()
    return line


def _plain(word: str) -> str:
    return " ".join(tokens(word))
