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
from ivrkit.service.checking import UNUSED_PHRASE

ROOT: Final = Path(__file__).parents[2]
READING: Final = ROOT / "tests" / "flow" / "mistakes"
CHECKS: Final = ROOT / "tests" / "flow" / "check" / "test_samples.py"
LINTS: Final = CHECKS.with_name("lint_samples.py")
CURES: Final = ROOT / "docs" / "rules" / "cures.md"
_HEADING: Final = re.compile(r"^## (\S+)$", re.MULTILINE)
_BLOCK: Final = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
HARD_TO_SHOW: Final = frozenset(
    {"not-utf8", "too-large", "unreadable", "missing-port", "no-entrance", UNUSED_PHRASE}
)
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
    """The pairs of the tables ``SAMPLES`` and ``LINTS``, read and not imported: they are a test's.
    Those that need a site or other flows around them are left out."""
    found = []
    for path, name in ((CHECKS, "SAMPLES"), (LINTS, "LINTS")):
        for row in _rows(path, name):
            values = row.args if isinstance(row, ast.Call) else getattr(row, "elts", [])
            if len(values) == 3 and not getattr(row, "keywords", ()):
                code, bad, good = (dedent(ast.literal_eval(each)).strip("\n") for each in values)
                found.append((code, bad.replace("  # here", ""), good))
    return found


def _rows(path: Path, name: str) -> list[ast.expr]:
    """The rows of a table of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name
    )
    assert isinstance(table, ast.List)
    return table.elts


def _entry(code: Code, sample: Sample | None) -> str:
    pieces = [f"### {code.name}", f"**{code.title}.** {code.explanation}"]
    if sample is not None:
        said = shown(findings(sample.bad), sample.bad)
        pieces += [block(sample.bad), block(said, "text"), "Better:", block(sample.good)]
    return "\n\n".join(pieces)
