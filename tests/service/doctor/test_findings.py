"""Whatever the doctor finds wrong, it says what to do: in every line of its code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ivrkit.service import doctor
from ivrkit.service.doctor.findings import Finding, fail, ok, warning

FILES = sorted(Path(doctor.__path__[0]).glob("*.py"))


def complaints(file: Path) -> list[ast.Call]:
    tree = ast.parse(file.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in (fail.__name__, warning.__name__)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_complaint_has_a_remedy(file: Path) -> None:
    for call in complaints(file):
        where = f"{file.name}:{call.lineno}"
        assert len(call.args) + len(call.keywords) == 3, where
        remedy = call.args[2]
        # Of an error from elsewhere the hint is taken, and something else where it has none.
        if isinstance(remedy, ast.Attribute) and remedy.attr == "hint":
            pytest.fail(f"{where}: `{ast.unparse(remedy)}` may be empty: write `… or '…'`")
        assert not (isinstance(remedy, ast.Constant) and not remedy.value), where


def test_they_are_many() -> None:
    assert sum(len(complaints(file)) for file in FILES) > 40


def test_what_is_well_needs_none() -> None:
    assert ok("store", "fine").remedy == ""
    assert isinstance(fail("store", "away", "start it"), Finding)
