"""Every diagnostic code: a file that has the mistake, what is said of it, and the mended file.

The samples are those that the tests of reading and checking use; what is missing there, and the
cures of reading, stand in ``docs/rules/cures.md``.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent
from typing import Final, NamedTuple

from docs.generator.markdown import block
from docs.generator.samples import findings, shown
from ivrkit.flow.check import checks
from ivrkit.flow.codes import CATALOGUE, Code

ROOT: Final = Path(__file__).parents[2]
READING: Final = ROOT / "tests" / "flow" / "mistakes"
CHECKS: Final = ROOT / "tests" / "flow" / "check" / "test_samples.py"
CURES: Final = ROOT / "docs" / "rules" / "cures.md"
_HEADING: Final = re.compile(r"^## (\S+)$", re.MULTILINE)
_BLOCK: Final = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
HARD_TO_SHOW: Final = frozenset({"not-utf8", "too-large", "unreadable", "missing-port"})
"""Mistakes that no sample on a page can have."""


class Sample(NamedTuple):
    """A mistake and the mended file."""

    bad: str
    good: str


def diagnostics() -> str:
    """All codes, in the order of the alphabet."""
    checks()  # their modules define codes
    found = samples()
    return "\n\n".join(_entry(CATALOGUE[name], found.get(name)) for name in sorted(CATALOGUE))


def samples() -> dict[str, Sample]:
    """The samples by code; of a code of the checks, the first pair."""
    found = {}
    mended = _cures()
    for path in sorted(READING.glob("*.yaml")):
        if path.stem in mended:
            _, _, bad = path.read_text("utf-8").partition("\n")
            found[path.stem] = Sample(bad, mended[path.stem][-1])
    for code, blocks in mended.items():
        if len(blocks) == 2:
            found[code] = Sample(*blocks)
    for code, bad, good in _samples_of_checks():
        found.setdefault(code, Sample(bad, good))
    return found


def _cures() -> dict[str, list[str]]:
    pieces = _HEADING.split(CURES.read_text("utf-8"))[1:]
    return {
        code: _BLOCK.findall(text) for code, text in zip(pieces[::2], pieces[1::2], strict=True)
    }


def _samples_of_checks() -> list[tuple[str, str, str]]:
    """The pairs of the table ``SAMPLES``, read and not imported: it is a test's. Those that need
    a site or other flows around them are left out."""
    tree = ast.parse(CHECKS.read_text("utf-8"))
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "SAMPLES"
    )
    assert isinstance(table, ast.List)
    rows = [
        [dedent(ast.literal_eval(each)).strip("\n") for each in row.args]
        for row in table.elts
        if isinstance(row, ast.Call) and len(row.args) == 3 and not row.keywords
    ]
    return [(code, bad.replace("  # here", ""), good) for code, bad, good in rows]


def _entry(code: Code, sample: Sample | None) -> str:
    pieces = [f"### {code.name}", f"**{code.title}.** {code.explanation}"]
    if sample is not None:
        said = shown(findings(sample.bad), sample.bad)
        pieces += [block(sample.bad), block(said, "text"), "Better:", block(sample.good)]
    return "\n\n".join(pieces)
