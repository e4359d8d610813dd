"""Translations go out and come back into the catalogue."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError
from ivrkit.service.prompts.translation import po
from ivrkit.service.prompts.translation.giving import Form, give
from ivrkit.service.prompts.translation.taking import Taken, take
from ivrkit.service.prompts.translation.units import Unit, texts_to_translate
from tests.service.prompts.conftest import Place

FLOW = """\
language: en
variables: {name: text, due: {type: money, default: 3}}
sections:
  main:
    - answer
    - say: Welcome.
    - say: ["Dear {{ name }}, you owe", {money: due, currency: EUR}]
    - say: {phrase: balance, with: {amount: "{{ due }}"}}
    - say: {en: One moment., es: Un momento.}
    - say: {phrase: goodbye}
    - hangup
"""
PHRASES = """\
phrases:
  # Said at the very end; callers are in a hurry.
  goodbye: {en: Goodbye., es: Adiós.}
  balance:
    params: {amount: money}
    en: [Your balance is, {money: amount, currency: EUR}]
  waiting:
    params: {n: number}
    en: {count: n, zero: Nobody waits., one: One waits., other: "{{ n }} wait."}
  several:
    en: [One., Two.]
  odd:
    en: Plain.
    fr: {text: Simple., voice: anna}
"""


@pytest.fixture
def bank(place: Place) -> Place:
    place.write("flows/main.yaml", FLOW)
    place.write("prompts/bank.yaml", PHRASES)
    return place


def units(place: Place, language: str = "fr") -> dict[str, Unit]:
    return texts_to_translate(place.configuration, language).units


def back(
    place: Place,
    translations: dict[str, str | dict[str, str]],
    *,
    form: str = "po",
    **options: bool,
) -> Taken:
    """Translate some texts, and take them."""
    found = units(place)
    for name, text in translations.items():
        found[name].translation = {"": text} if isinstance(text, str) else text
    path = place.root / "fr.po"
    path.write_bytes(po.written(found.values(), "fr"))
    return take(place.configuration, path)


def test_every_text_is_there_with_its_place(bank: Place) -> None:
    found = units(bank)
    assert list(found) == [
        "balance",
        "goodbye",
        "several#0",
        "several#1",
        "waiting#zero",
        "waiting",
        "main/welcome",
        "main/dear-name-you-owe",
    ]
    bye = found["goodbye"]
    assert bye.comments == ["Said at the very end; callers are in a hurry."]
    assert bye.places == [("prompts/bank.yaml", 3), ("flows/main.yaml", 10)]
    assert bye.contexts == ["flow main, section main; before it: [languages]"]
    before = found["main/dear-name-you-owe"].contexts
    assert before == ["flow main, section main; before it: Welcome."]
    left_out = texts_to_translate(bank.configuration, "fr").left_out
    assert left_out == [
        "prompts/bank.yaml:12: the phrase 'odd' is another sort of prompt in fr than in en"
    ]


def test_translations_are_written_and_callers_hear_them(bank: Place) -> None:
    taken = back(
        bank,
        {
            "goodbye": "Au revoir.",
            "balance": "Votre solde est de {money: amount, currency: EUR}.",
            "main/welcome": "Bienvenue.",
            "main/dear-name-you-owe": "Cher {{ name }}, vous devez",
            "waiting": {"one": "Un attend.", "other": "{{ n }} attendent."},
            "waiting#zero": "Personne n'attend.",
        },
    )
    assert (taken.new, taken.changed, taken.open, taken.refused) == (6, 0, 2, [])
    taken.write()
    text = (bank.root / "prompts/bank.yaml").read_text()
    assert '  goodbye: {en: Goodbye., es: Adiós., fr: "Au revoir."}\n' in text
    assert "# Said at the very end" in text
    assert "    fr: [Votre" not in text
    line = '    fr: ["Votre solde est de", {money: amount, currency: EUR}, "."]\n'
    assert line in text
    made = (bank.root / "prompts/main.yaml").read_text()
    assert made == (
        "phrases:\n  main/welcome:\n    en: Welcome.\n    fr: Bienvenue.\n"
        '  main/dear-name-you-owe:\n    en: "Dear {{ name }}, you owe"\n'
        '    fr: "Cher {{ name }}, vous devez"\n'
    )
    missing = bank.findings("missing-text", "fr")
    assert all("welcome" not in each.message for each in missing)
    again = back(bank, {})
    assert (again.files, again.same, again.new) == ([], 6, 0)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("balance", "Votre solde", "{money: amount, currency: EUR} is missing"),
        ("balance", "{money: amount, currency: USD}", "currency: USD} is not in the text"),
        ("balance", "{money: amount, currency: EUR}x", "write one space"),
        ("balance", "{money: amount, currency: EUR", "is missing"),
        ("main/dear-name-you-owe", "Cher {{ nom }}", "{{ name }} is missing, {{ nom }} is not"),
        ("goodbye", "Salut {{ name }}", "{{ name }} is not in the text"),
    ],
)
def test_what_changes_a_value_is_refused(bank: Place, name: str, text: str, told: str) -> None:
    taken = back(bank, {name: text, "main/welcome": "Bienvenue."})
    (refused,) = taken.refused
    assert told in refused
    assert refused.startswith(f"{bank.root}/fr.po:")
    assert taken.new == 1
    assert [each.path.name for each in taken.files] == ["main.yaml"]


def test_what_is_left_out_is_told(bank: Place) -> None:
    path = bank.root / "fr.po"
    path.write_bytes(give(bank.configuration, "fr", Form.po).file)
    text = path.read_text()
    text = text.replace('msgctxt "goodbye"', 'msgctxt "godbye"')
    text = text.replace('msgid "Welcome."\nmsgstr ""', 'msgid "Welcome!"\nmsgstr "Oui"')
    text = text.replace('msgid "One."\nmsgstr ""', 'msgid "One."\nmsgstr "Un."')
    text = text.replace("#. flow main, section main; before it: Welcome.", "#, fuzzy")
    text = text.replace('you owe"\nmsgstr ""', 'you owe"\nmsgstr "Cher {{ name }}"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "Un"')
    path.write_text(text)
    taken = take(bank.configuration, path)
    told = "\n".join(each.partition(" ")[2] for each in sorted(taken.left_out))
    assert "there is no text 'godbye': did you mean 'goodbye'?" in told or "goodbye" in told
    assert "'main/welcome' has another text by now: export it again" in told
    assert "'several' is not complete: 1 of the 2 texts are translated" in told
    assert "'main/dear-name-you-owe' is marked as not sure (fuzzy)" in told
    assert "'waiting' is not complete: other is missing" in told
    assert (taken.files, taken.new, taken.refused) == ([], 0, [])
    assert take(bank.configuration, path, unsure=True).new == 1


def test_a_translation_that_the_catalogue_cannot_hold_is_refused(bank: Place) -> None:
    bank.write("prompts/bank.yaml", "phrases:\n  loud: {en: [{ssml: A <break/> b}, C.]}\n")
    taken = back(bank, {"loud#0/ssml": "A <break", "loud#1": "C."})
    (refused,) = taken.refused
    assert "'loud'" in refused
    assert (taken.new, taken.files) == (0, [])


def test_the_language_must_be_known_and_be_another(bank: Place) -> None:
    for language, told in (("en", "are written in en"), ("e", "not the tag")):
        with pytest.raises(ConfigurationError, match=told):
            give(bank.configuration, language, Form.po)
    path = bank.root / "fr.po"
    path.write_bytes(give(bank.configuration, "fr", Form.po).file)
    with pytest.raises(ConfigurationError, match="is for fr, not for de"):
        take(bank.configuration, path, "de")
    path.write_bytes(path.read_bytes().replace(b'"Language: fr\\n"\n', b""))
    with pytest.raises(ConfigurationError, match="does not say its language"):
        take(bank.configuration, path)
    assert take(bank.configuration, path, "fr").open == 8
    with pytest.raises(ConfigurationError, match="no file of translations"):
        take(bank.configuration, bank.root / "fr.txt")


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(
    lambda text: not set("{}") & set(text) and text.strip()
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(Form)), texts, texts)
@example(Form.csv, "=1+1\n'x'", '"\\n"')
@example(Form.po, "'=a, \u2028b", "#~ é\r\n\t")
def test_a_text_comes_back_as_it_went(bank: Place, form: Form, first: str, second: str) -> None:
    bank.write("prompts/bank.yaml", PHRASES)
    (bank.root / "prompts/main.yaml").unlink(missing_ok=True)
    back(bank, {"goodbye": first, "main/welcome": second}).write()
    found = units(bank)
    assert found["goodbye"].translation == {"": first}
    assert found["main/welcome"].translation == {"": second}
    path = bank.root / f"again.{form}"
    exported = give(bank.configuration, "fr", form).file
    path.write_bytes(exported)
    taken = take(bank.configuration, path)
    assert (taken.files, taken.same, taken.refused, taken.left_out) == ([], 2, [], [])
    taken.write()
    assert give(bank.configuration, "fr", form).file == exported
