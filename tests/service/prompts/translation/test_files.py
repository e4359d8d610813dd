"""PO files and tables: what was written is read back, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError
from ivrkit.service.prompts.translation import po, table
from ivrkit.service.prompts.translation.translated import TranslatedFile
from ivrkit.service.prompts.translation.units import Unit

texts = st.text(st.characters(codec="utf-8"), max_size=60)
FORMS = [po, table]


def unit(name: str, source: str, translation: str) -> Unit:
    place = [("prompts/all file.yaml", 3)]
    return Unit(name, name, (), {"": source}, {"": translation}, False, place, ["flow main"])


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(st.tuples(texts.filter(bool), texts), max_size=4))
@example([("=1+1", "@sum(A1)"), ("'=x", "''"), ("-", "'"), ("\t", "\r\n")])
@example([('"a"\n\\n', "\u2028\x85\x0c\n"), ("100 %", "%s"), ("\ufeff", "\x00")])
def test_any_text_is_read_back(form: object, given_: list[tuple[str, str]]) -> None:
    assert form is po or form is table
    write: Callable[..., bytes] = po.written if form is po else table.written
    read: Callable[..., TranslatedFile] = po.read if form is po else table.read
    units = [unit(f"p{n}", *each) for n, each in enumerate(given_)]
    found = read(write(units, "pt-BR"), "x")
    assert found.language == "pt-BR"
    assert [(each.source[""], each.translation[""]) for each in found.texts] == given_
    assert write(units, "pt-BR") == write(units, "pt-BR")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "zh", "zh-HK", "yue", "id"])
def test_plural_forms_are_those_of_the_language(form: object, language: str) -> None:
    forms = {each: f"text {each}" for each in po.ordered(language)}
    many = Unit("p", "p", (), {"one": "One", "other": "{{ n }}"}, forms, False, [], [])
    for writing, reading in ((po.written, po.read), (table.written, table.read)):
        found = reading(writing([many], language), "x")
        assert found.language == language
        assert found.texts[0].translation == forms


def test_the_header_says_which_number_takes_which_form() -> None:
    assert po.plural_forms("ru").startswith("nplurals=4;")
    assert po.plural_forms("zh") == "nplurals=1; plural=(0);"
    assert "e" not in po.plural_forms("fr").replace("nplurals", "")


def test_what_a_translators_program_makes_of_it() -> None:
    written = po.written([unit("a", "Welcome.", ""), unit("b", "Bye.", "")], "fr").decode()
    done = written.replace('msgid "Welcome."\nmsgstr ""', 'msgid "Welcome."\nmsgstr "Bonjour."')
    done = done.replace('msgctxt "b"', '#, fuzzy\nmsgctxt "b"')
    done += '\n#~ msgid "Old"\n#~ msgstr "Vieux"\n'
    found = po.read(("\ufeff" + done.replace("\n", "\r\n")).encode(), "fr.po")
    first, second = found.texts
    assert (first.translation, first.unsure, second.unsure) == ({"": "Bonjour."}, False, True)
    assert found.obsolete == 1
    assert done.splitlines()[first.line - 1] == 'msgid "Welcome."'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_a_spreadsheet_makes_of_it(separator: str, encoding: str) -> None:
    line = separator.join
    rows = [line(["name", "text", "fr", "unsure"]), line(["a", "Hi", "Çà", "x"])]
    found = table.read("\r\n".join(rows).encode(encoding), "fr.csv")
    assert (found.language, found.texts[0].translation) == ("fr", {"": "Çà"})
    assert (found.texts[0].unsure, found.texts[0].line) == (True, 2)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "＝1", "'=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert table.guarded(text).startswith("'")
    assert table.unguarded(table.guarded(text)) == text


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "needs the columns"),
        (b"a,b\n", "needs the columns"),
        (b"name,text,fr\n\xff", "not UTF-8"),
        (b'name,text,fr\n"a', "no table"),
        (b"name,form,text,fr\na,one,x,y\na,one,x,y\n", "x:3: 'a' has the form 'one' twice"),
        (b"name,form,text,fr\na,lots,x,y\n", "no language has"),
    ],
)
def test_what_is_no_table(raw: bytes, told: str) -> None:
    with pytest.raises(ConfigurationError, match="(?s).*" + told.replace("(", "\\(")):
        table.read(raw, "x")


@pytest.mark.parametrize(
    "raw",
    [b'msgid "a"\n', b'"lost"\n', b"rubbish", b'msgid "a"\nmsgstr "\xff"\n', b'msgstr[x] "a"\n'],
)
def test_what_is_no_po_file(raw: bytes) -> None:
    with pytest.raises(ConfigurationError, match="no PO file"):
        po.read(raw, "x", "fr")


def test_other_plural_forms_than_the_languages() -> None:
    many = Unit("p", "p", (), {"one": "One", "other": "Many"}, {}, False, [], [])
    raw = po.written([many], "ru").replace(b"nplurals=4", b"nplurals=5")
    with pytest.raises(ConfigurationError, match="5 plural forms where ru has 4"):
        po.read(raw, "x")


@given(st.binary(max_size=80))
def test_no_file_makes_them_fail(raw: bytes) -> None:
    for read in (po.read, table.read):
        with suppress(ConfigurationError):
            read(raw, "x", "fr")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "header",
    [
        '"Plural-Forms: nplurals=999999999; plural=(n > 1);\\n"\n',
        '"Plural-Forms: nplu"\r\n"rals= 1_000_000_000; plural=(n > 1);\\n"\n',
        '"Plural-Forms: nplurals*0=9999; nplurals*1=99999; plural=(n > 1);\\n"\n',
        '"Plural-Forms: nplurals=-1; plural=0;\\n"\n',
    ],
)
def test_no_file_makes_as_many_plural_forms_as_it_says(header: str) -> None:
    start = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n' + header
    message = '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'
    with pytest.raises(ConfigurationError, match=r"x.*no PO file"):
        po.read((start + message).encode(), "x")
