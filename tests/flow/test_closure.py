from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import FlowError
from ivrkit.flow import codes
from ivrkit.flow.closure import FlowLibrary, from_sources, hash_of
from ivrkit.flow.reader import Reader

BANK = """\
flow: bank
sections:
  main:
    - run: {flow: library/survey}
    - if: a
      then:
        - run: {flow: library/survey}
"""
SURVEY = """\
flow: library/survey
sections:
  main:
    - answer
    - run: {flow: bank}
"""


@pytest.fixture
def library(reader: Reader, tmp_path: Path) -> FlowLibrary:
    root = tmp_path / "flows"
    (root / "library").mkdir(parents=True)
    (root / "bank.yaml").write_text(BANK)
    (root / "library" / "survey.yaml").write_text(SURVEY)
    (root / "other.yaml").write_text("sections: {main: []}")
    return FlowLibrary(reader, root)


def test_a_version_is_a_flow_with_all_that_it_runs(library: FlowLibrary) -> None:
    version = library.load("bank").required()
    assert version.name == "bank"
    assert sorted(version.flows) == ["bank", "library/survey"]
    assert version.sources == {"bank": BANK, "library/survey": SURVEY}
    assert version.hash == hash_of({"bank": BANK, "library/survey": SURVEY})
    assert version.flow.name == "bank"
    assert version.steps("bank", "main/1/then").nodes[0].path == "main/1/then/0"
    assert version.steps("library/survey", "main").nodes[0].step.verb == "answer"


def test_the_hash_changes_with_any_source_and_with_its_name(library: FlowLibrary) -> None:
    one = library.load("bank").required().hash
    two = library.load("bank", {"library/survey": SURVEY + "# more\n"}).required().hash
    assert one != two
    assert len(one) == 64
    assert hash_of({"a": "bc"}) != hash_of({"ab": "c"})
    assert hash_of({"a": "1", "b": "2"}) == hash_of({"b": "2", "a": "1"})


def test_the_names_of_a_library_are_its_paths(library: FlowLibrary) -> None:
    assert library.names() == ["bank", "library/survey", "other"]


def test_the_library_around_a_file(
    reader: Reader, library: FlowLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, name = FlowLibrary.around(reader, library.path("library/survey"))
    assert (found.root, name) == (library.root.absolute(), "library/survey")
    monkeypatch.chdir(library.root / "library")
    found, name = FlowLibrary.around(reader, Path("survey.yaml"))
    assert (found.path(name), name) == (Path("../library/survey.yaml"), "library/survey")
    found, name = FlowLibrary.around(reader, tmp_path / "elsewhere" / "x.yaml")
    assert (found.root.name, name) == ("elsewhere", "x")


def test_a_flow_that_is_run_and_does_not_exist_is_told_where_it_is_run(
    library: FlowLibrary,
) -> None:
    loaded = library.load("bank", {"library/survey": "sections: {main: [{run: {flow: bnk}}]}"})
    assert loaded.version is None
    (found,) = loaded.diagnostics
    assert found.code == codes.UNKNOWN_FLOW
    assert (found.mark.line, found.mark.column, found.mark.length) == (1, 32, 3)
    assert found.hint == "did you mean 'bank'?"
    assert "    1 | sections: {main: [{run: {flow: bnk}}]}" in loaded.render()


def test_findings_of_all_files_are_told_at_once(library: FlowLibrary) -> None:
    (library.root / "bank.yaml").write_text(BANK.replace("if:", "iff:"))
    assert [each.code for each in library.load("bank").diagnostics] == [codes.UNKNOWN_VERB]
    (library.root / "bank.yaml").write_text(BANK)
    (library.root / "library" / "survey.yaml").write_text("sections: {main: [aswer]}")
    loaded = library.load("bank")
    assert "survey.yaml:1:19: error[unknown-verb]" in loaded.render()
    with pytest.raises(FlowError, match="unknown-verb") as raised:
        loaded.required()
    assert len(raised.value.diagnostics) == 1


@pytest.mark.parametrize("name", ["nothing", "../bank", "/etc/passwd", ""])
def test_a_flow_that_does_not_exist(library: FlowLibrary, name: str) -> None:
    loaded = library.load(name)
    assert [each.code for each in loaded.diagnostics] == [codes.UNKNOWN_FLOW]


def test_a_version_is_made_again_of_its_stored_sources(
    reader: Reader, library: FlowLibrary
) -> None:
    version = library.load("bank").required()
    again = from_sources(reader, "bank", dict(version.sources))
    assert again.hash == version.hash
    assert again.lists.keys() == version.lists.keys()
    assert again.steps("bank", "main/1/then").path == "main/1/then"


def test_stored_sources_that_are_not_all_or_not_good(reader: Reader) -> None:
    with pytest.raises(FlowError, match="lacks 'library/survey'"):
        from_sources(reader, "bank", {"bank": BANK})
    with pytest.raises(FlowError, match="unknown-verb"):
        from_sources(reader, "bank", {"bank": "sections: {main: [aswer]}"})


def test_only_what_the_flow_runs_belongs_to_its_hash(reader: Reader) -> None:
    sources = {"bank": BANK, "library/survey": SURVEY, "unused": "sections: {main: []}"}
    assert "unused" not in from_sources(reader, "bank", sources).sources


def test_a_file_whose_name_is_no_flow_s_is_told(library: FlowLibrary) -> None:
    (library.root / "Big File.yaml").write_text("sections: {main: []}")
    (found,) = library.load("Big File").diagnostics
    assert found.code == codes.BAD_NAME
    assert found.hint == "call the file big-file.yaml"


def test_a_file_that_ends_otherwise_is_told(library: FlowLibrary) -> None:
    (library.root / "clinic.yml").write_text("sections: {main: []}")
    (found,) = library.load("clinic").diagnostics
    assert found.code == codes.UNKNOWN_FLOW
    assert found.hint == f"call the file {library.root / 'clinic.yml'} clinic.yaml"
