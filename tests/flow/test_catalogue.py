"""The catalogue of phrases: reading it, and what a version keeps of it."""

from __future__ import annotations

import gc
from pathlib import Path
from textwrap import dedent

import pytest

from ivrkit.call.fallbacks import Fallbacks
from ivrkit.call.locale import Phrases
from ivrkit.flow import codes
from ivrkit.flow.catalogue import SOURCE, Catalogue, CatalogueFolder, read_catalogue
from ivrkit.flow.closure import FlowLibrary, from_sources
from ivrkit.flow.languages import languages_of, languages_written
from ivrkit.service.registries import reader

FLOW = """
sections:
  main:
    - answer
    - say: Welcome to Acme Bank.
    - say: {phrase: goodbye}
    - language: es
"""
PHRASES = """
phrases:
  welcome:
    en: Welcome to Acme Bank.
    es: Bienvenido a Acme Bank.
  goodbye:
    en: [Goodbye., {phrase: name}]
    es: Adiós.
  name: {en: Acme Bank, es: Acme Bank}
  unsaid: {en: Never.}
"""


def read(tmp_path: Path, *texts: str) -> Catalogue:
    files = []
    for number, text in enumerate(texts):
        files.append(tmp_path / f"{number}.yaml")
        files[-1].write_text(dedent(text))
    return read_catalogue(reader(), files)


def found(catalogue: Catalogue) -> list[tuple[str, int, int]]:
    return [(each.code, each.mark.line, each.mark.column) for each in catalogue.diagnostics]


@pytest.fixture
def library(tmp_path: Path) -> FlowLibrary:
    (tmp_path / "flows").mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "flows/main.yaml").write_text(FLOW)
    (tmp_path / "prompts/bank.yaml").write_text(PHRASES)
    return FlowLibrary(reader(), tmp_path / "flows")


def test_phrases_of_several_files(tmp_path: Path) -> None:
    catalogue = read(tmp_path, PHRASES, "ivrkit: 1\nphrases: {menu/top: {en: {audio: top}}}")
    assert not catalogue.diagnostics.failed
    assert sorted(catalogue.phrases) == ["goodbye", "menu/top", "name", "unsaid", "welcome"]
    welcome = catalogue.phrases.find("welcome")
    assert welcome is not None
    assert sorted(welcome.prompts) == ["en", "es"]
    assert (welcome.mark.line, welcome.marks["es/0/text"].line) == (3, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phrase: {}", [(codes.UNKNOWN_FIELD, 1, 1)]),
        ("phrases:\n  Bad Name: {en: x}", [(codes.BAD_NAME, 2, 3)]),
        ("phrases:\n  a: {en: x}\n  a: {en: y}", [(codes.DUPLICATE_KEY, 3, 3)]),
        ("phrases:\n  a: {xx: x}", [(codes.UNKNOWN_FIELD, 2, 7)]),
        ("phrases:\n  a: {param: {n: text}, en: x}", [(codes.UNKNOWN_FIELD, 2, 7)]),
        ("phrases:\n  a: {params: {n: tekst}, en: x}", [(codes.BAD_TYPE, 2, 19)]),
        ("phrases:\n  a:", [(codes.WRONG_FORM, 2, 3)]),
        ("phrases:\n  a: {params: {n: text}}", [(codes.WRONG_FORM, 2, 3)]),
        ("phrases:\n  a: {en: {mony: 1}}", [(codes.UNKNOWN_PART, 2, 12)]),
        ("phrases:\n  a: {en: '{{ 1 + }}'}", [(codes.BAD_EXPRESSION, 2, 19)]),
        ("phrases: [a]", [(codes.WRONG_FORM, 1, 10)]),
        ("phrases:\n  a: {en: {phrase: a}}", [(codes.BAD_VALUE, 2, 3)]),
        ("phrases:\n  a: {en: {phrase: '{{ x }}'}}", [(codes.BAD_VALUE, 2, 11)]),
    ],
)
def test_a_mistake_is_told_once_at_its_place(
    tmp_path: Path, text: str, expected: list[tuple[str, int, int]]
) -> None:
    catalogue = read(tmp_path, text)
    assert found(catalogue) == expected


def test_the_rest_of_a_file_with_a_mistake_is_there(tmp_path: Path) -> None:
    catalogue = read(tmp_path, "phrases:\n  a: {xx: x}\n  b: {en: x}\n")
    assert list(catalogue.phrases) == ["b"]


def test_a_name_in_two_files_is_told_of(tmp_path: Path) -> None:
    catalogue = read(tmp_path, "phrases: {a: {en: x}}", "phrases: {a: {en: y}}")
    assert [each.mark.file for each in catalogue.diagnostics] == [str(tmp_path / "1.yaml")]


def test_a_folder_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    folder = CatalogueFolder(reader(), tmp_path / "prompts")
    assert len(folder.read().phrases) == 0
    (tmp_path / "prompts/es").mkdir(parents=True)
    (tmp_path / "prompts/es/a.yaml").write_text("phrases: {a: {es: Hola}}")
    assert list(folder.read().phrases) == ["a"]
    assert folder.read() is folder.read()


# ---- versions ------------------------------------------------------------------------------------


def test_a_version_holds_what_its_flows_say_and_nothing_else(library: FlowLibrary) -> None:
    version = library.load("main").required()
    assert sorted(version.phrases) == ["goodbye", "name", "welcome"]
    assert library.is_current(version)


def test_its_hash_changes_with_the_texts_that_it_uses(library: FlowLibrary, tmp_path: Path) -> None:
    file = tmp_path / "prompts/bank.yaml"
    version = library.load("main").required()
    file.write_text(PHRASES.replace("Never.", "Not ever."))
    assert library.load("main").required().hash == version.hash
    assert library.is_current(version)
    file.write_text(PHRASES.replace("Adiós.", "Hasta luego."))
    assert not library.is_current(version)
    assert library.load("main").required().hash != version.hash


def test_it_keeps_its_wording_in_the_store(library: FlowLibrary, tmp_path: Path) -> None:
    version = library.load("main").required()
    (tmp_path / "prompts/bank.yaml").unlink()
    assert library.load("main").required().hash != version.hash
    stored = from_sources(reader(), "main", dict(version.sources))
    assert stored.hash == version.hash
    welcome = stored.phrases.find("welcome")
    assert welcome is not None
    assert welcome.prompts["es"].only_text == "Bienvenido a Acme Bank."


def test_a_flow_that_says_nothing_of_it_is_as_before(library: FlowLibrary, tmp_path: Path) -> None:
    (tmp_path / "flows/plain.yaml").write_text("sections: {main: [hangup]}")
    assert SOURCE not in library.load("plain").required().sources


def test_a_broken_catalogue_makes_no_version(library: FlowLibrary, tmp_path: Path) -> None:
    (tmp_path / "prompts/bank.yaml").write_text("phrases: {a: {xx: x}}")
    loaded = library.load("main")
    assert loaded.version is None
    assert "bank.yaml:1:15" in loaded.render()
    assert "^" in loaded.render()


def test_the_languages_of_a_flow(library: FlowLibrary, tmp_path: Path) -> None:
    flow = FLOW.replace("say: {phrase: goodbye}", "say: {en: Bye., fr: Salut.}")
    (tmp_path / "flows/main.yaml").write_text(flow)
    version = library.load("main").required()
    assert languages_of("main", version.flows) == ["en", "es"]
    assert languages_written(version.flow) == ["en", "fr"]


def test_who_speaks_a_phrase_and_whether_it_is_recorded(tmp_path: Path) -> None:
    catalogue = read(
        tmp_path,
        """
        phrases:
          a: {en: A., voice: anna, recorded: true}
          b: {en: B., es: B., voice: {es: carmen}, recorded: [es]}
          c: {en: C., recorded: false}
          d: {en: D.}
        """,
    )
    assert not catalogue.diagnostics.failed
    a, b, c, d = (catalogue.phrases.find(name) for name in "abcd")
    assert a is not None
    assert b is not None
    assert c is not None
    assert d is not None
    assert (a.voice("en"), a.voice("fr"), b.voice("en"), b.voice("es"), d.voice("en")) == (
        "anna", "anna", None, "carmen", None,
    )  # fmt: skip
    assert [a.wants_recording("fr"), c.wants_recording("en"), d.wants_recording("en")] == [
        True, False, None,
    ]  # fmt: skip
    assert [b.wants_recording(tag) for tag in ("es", "es-MX", "en")] == [True, True, False]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("voice: [a]", codes.WRONG_FORM),
        ("voice: {xx: a}", codes.BAD_NAME),
        ("voice: {en: [a]}", codes.WRONG_FORM),
        ("recorded: perhaps", codes.WRONG_FORM),
        ("recorded: {en: true}", codes.WRONG_FORM),
        ("recorded: [xx]", codes.BAD_NAME),
        ("xx: Unknown.", codes.UNKNOWN_FIELD),
        ("klingon: Qapla.", codes.UNKNOWN_FIELD),
    ],
)
def test_what_a_phrase_cannot_say(tmp_path: Path, field: str, code: str) -> None:
    catalogue = read(tmp_path, f"phrases:\n  a:\n    en: A.\n    {field}\n")
    assert [each.code for each in catalogue.diagnostics] == [code]
    assert all(each.mark.line == 4 and each.hint for each in catalogue.diagnostics)


def test_nothing_is_kept_of_versions_that_were_replaced(
    library: FlowLibrary, tmp_path: Path
) -> None:
    file = tmp_path / "flows/main.yaml"
    text, found = file.read_text(), []
    for number in range(5):
        file.write_text(f"{text}\ntitle: Number {number}\n")
        assert library.is_current(library.load("main").required())
        gc.collect()
        found.append(sum(isinstance(each, Phrases) for each in gc.get_objects()))
    assert found[1:] == found[:1] * 4


def test_a_version_keeps_which_language_stands_in(tmp_path: Path, library: FlowLibrary) -> None:
    plain = library.load("main").required()
    declared = FlowLibrary(
        reader(), tmp_path / "flows", tmp_path / "prompts", Fallbacks({"ca": ["es"]})
    )
    version = declared.load("main").required()
    assert version.hash != plain.hash
    again = from_sources(reader(), "main", version.sources)
    assert again.hash == version.hash
    assert again.phrases.fallbacks.chain("ca") == ("ca", "es")
    assert declared.is_current(version)
    assert not declared.is_current(plain)
    assert len(again.phrases) == len(version.phrases)
