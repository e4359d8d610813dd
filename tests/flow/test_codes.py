"""Every diagnostic code has an example. Those of reading have a file with one mistake, named like
the code, whose first line says where the mistake is; those of the checks have a sample in
``check/test_samples.py``, with a flow that does not have the mistake beside it."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import ivrkit.flow
import ivrkit.prompts.parts
import ivrkit.steps
from ivrkit.call import Part, Step
from ivrkit.flow import codes
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry

from .check.test_samples import SAMPLES

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE / "mistakes").glob("*.yaml"))
READING = {
    value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)
}
MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(ivrkit.flow.__path__, "ivrkit.flow.")
]
NO_FILE = {codes.UNREADABLE}


@pytest.fixture(scope="module")
def real() -> Reader:
    """A reader of the language with the verbs and parts there are."""
    return Reader(
        Registry.find(Step, "verb", ivrkit.steps),  # type: ignore[type-abstract]
        Registry.find(Part, "form", ivrkit.prompts.parts),  # type: ignore[type-abstract]
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_mistake_gives_its_own_code_and_no_other_at_its_place(real: Reader, path: Path) -> None:
    loaded = FlowLibrary(real, path.parent).load(path.stem)
    place = path.read_bytes().split(b"\n")[0].decode().removeprefix("# ")
    found = [(f"{each.mark.line}:{each.mark.column}", each.code) for each in loaded.diagnostics]
    assert found == [(place, path.stem)]
    assert f"[{path.stem}]" in loaded.render()
    assert "^" in loaded.render()


def test_a_file_that_cannot_be_read(real: Reader, tmp_path: Path) -> None:
    _, found = real.read(tmp_path)
    assert [each.code for each in found] == [codes.UNREADABLE]


def test_every_code_of_reading_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES} | NO_FILE == READING


def test_every_code_of_the_checks_has_a_sample() -> None:
    defined = {
        value
        for module in MODULES
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value in codes.CATALOGUE
    }
    assert {sample.code for sample in SAMPLES} - READING == defined - READING


def test_every_code_says_what_it_is_and_what_to_do() -> None:
    for code in codes.CATALOGUE.values():
        assert code.name == code.name.lower().replace("_", "-")
        assert code.title
        assert code.explanation.endswith(".")


def test_a_code_is_defined_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        codes.define(codes.TAB, "again", "Again.")
