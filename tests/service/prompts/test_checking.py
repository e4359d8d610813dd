"""What `prompts check` tells, and what it does not look at twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.prompts import audio
from ivrkit.prompts.ledger import FILE
from ivrkit.service.prompts.findings import KINDS
from tests.prompts.test_audio import tone, wav
from tests.service.prompts.conftest import FLOW, PHRASES, Place


def test_what_a_voice_says_is_no_error(place: Place) -> None:
    assert place.found() == {
        ("error", "missing-text", "es", "main.yaml:8:20"),
        ("note", "missing-words", "en", ""),
        ("note", "missing-words", "es", ""),
        ("note", "spoken", "en", "bank.yaml:3"),
        ("note", "spoken", "en", "bank.yaml:4"),
        ("note", "spoken", "es", "bank.yaml:3"),
        ("note", "spoken", "es", "bank.yaml:4"),
        ("warning", "spoken", "es", "main.yaml:8:12"),
    }
    assert place.check().languages == ["en", "es"]


def test_where_recordings_are_wanted_what_is_missing_is_an_error(place: Place) -> None:
    place.settings = ", recorded: [es]"
    place.record("es/welcome.wav")
    found = {each for each in place.found() if each[0] != "note"}
    assert found == {
        ("error", "missing-text", "es", "main.yaml:8:20"),
        ("error", "missing-words", "es", ""),
        ("error", "missing-recording", "es", "bank.yaml:4"),
        ("error", "missing-recording", "es", "main.yaml:8:12"),
    }
    (finding,) = (each for each in place.findings("missing-recording") if "bank" in each.place)
    assert finding.hint.endswith("prompts/es/goodbye.wav")


@pytest.mark.parametrize(
    ("recorded", "language", "level"),
    [
        ("true", "en", "error"),
        ("[es]", "es", "error"),
        ("[es]", "en", "note"),
        ("false", "en", "note"),
    ],
)
def test_a_phrase_says_whether_it_is_recorded(
    place: Place, recorded: str, language: str, level: str
) -> None:
    place.settings = ", recorded: [en]" if recorded == "false" else ""
    place.write(
        "prompts/bank.yaml", PHRASES.replace("goodbye: {", f"goodbye: {{recorded: {recorded}, ")
    )
    found = {each for each in place.found() if each[2:] == (language, "bank.yaml:4")}
    kind = "spoken" if level == "note" else "missing-recording"
    assert found == {(level, kind, language, "bank.yaml:4")}


def test_texts_that_fall_back_are_no_error(place: Place) -> None:
    place.settings = ", fallback: {zh-HK: [es]}"
    place.write("flows/main.yaml", FLOW.replace("language: es", "language: zh-HK"))
    place.write("prompts/bank.yaml", PHRASES.replace("es: Ad", "fr: Ad"))
    found = place.found()
    assert ("note", "falls-back", "zh-HK", "bank.yaml:3") in found
    assert ("error", "missing-text", "zh-HK", "bank.yaml:4") in found
    place.settings = ""
    assert ("error", "missing-text", "zh-HK", "bank.yaml:3") in place.found()


def test_recordings_that_fall_back(place: Place) -> None:
    place.settings = ", fallback: {es-MX: [es]}"
    place.write("flows/main.yaml", FLOW.replace("language: es", "language: es-MX"))
    place.record("es/goodbye.wav")
    assert ("note", "falls-back", "es-MX", "bank.yaml:4") in place.found()


def test_texts_of_flows_for_several_languages(place: Place) -> None:
    text = "{zh: Ni hao., en: Hello.}"
    place.write("flows/main.yaml", FLOW.replace("Welcome.", text).replace("es\n", "zh-HK\n"))
    assert ("note", "falls-back", "zh-HK", "main.yaml") in place.found()
    (told,) = (each for each in place.findings("falls-back") if "main" in each.place)
    assert told.message == "1 text of the flow falls back to zh"


def test_a_phrase_needs_the_languages_of_the_flows_that_say_it(place: Place) -> None:
    other = "sections: {main: [answer, language: fr, say: {phrase: hello}, hangup]}\n"
    place.write("flows/other.yaml", other)
    place.write("prompts/bank.yaml", PHRASES + "  hello: {en: Hello.}\n")
    found = place.found()
    assert ("error", "missing-text", "fr", "bank.yaml:5") in found
    assert not {each for each in found if each[1:3] == ("missing-text", "es")} - {
        ("error", "missing-text", "es", "main.yaml:8:20")
    }
    assert ("error", "missing-text", "fr", "bank.yaml:3") not in found
    place.settings = ", recorded: [fr]"
    assert ("error", "missing-text", "fr", "bank.yaml:3") in place.found()


def test_of_phrases_that_are_the_same_text_only_the_one_that_is_taken_needs_a_language(
    place: Place,
) -> None:
    other = "  a-welcome: {en: Welcome., fr: Bienvenue.}\n"
    place.write("prompts/bank.yaml", PHRASES + other)
    assert not {each for each in place.found() if each[1:] == ("missing-text", "es", "bank.yaml:5")}


def test_a_language_that_no_call_gets_yet(place: Place) -> None:
    found = place.found("fr")
    assert {each[2] for each in found} == {"fr"}
    assert ("error", "missing-text", "fr", "bank.yaml:3") in found
    assert ("error", "missing-text", "fr", "main.yaml") in found
    assert ("error", "no-rules", "sv", "") in place.found("sv")
    with pytest.raises(ConfigurationError, match="'xx' is not the tag"):
        place.check("xx")


def test_words_that_values_need(place: Place) -> None:
    place.record("es/digits/1.wav")
    (warned, noted) = sorted(
        place.findings("missing-words"), key=lambda each: each.level != "warning"
    )
    assert (str(warned.level), warned.language) == ("warning", "es")  # some are there
    assert "digits/2" in warned.names
    assert "digits/1" not in warned.names
    assert (str(noted.level), noted.language) == ("note", "en")
    assert "digits/1" in noted.names


def test_the_words_of_menus_count(place: Place) -> None:
    menu = "- menu: {prompt: Choose., keys: {7: {say: For more, to: main}}}"
    place.write("flows/main.yaml", FLOW.replace("- answer", f"- answer\n    {menu}"))
    names = {name for each in place.findings("missing-words", "en") for name in each.names}
    assert {"vm-press", "digits/7"} <= names


def test_the_words_of_values_in_phrases_count(place: Place) -> None:
    more = """  owed:
    params: {owed: money}
    en: [You owe, {money: owed, currency: EUR}]
    es: [Debe, {money: owed, currency: EUR}]
"""
    place.write("prompts/bank.yaml", PHRASES + more)
    said = "- say: {phrase: owed, with: {owed: 5}}"
    place.write("flows/main.yaml", FLOW.replace("- hangup", f"{said}\n    - hangup"))
    messages = [each.message for each in place.findings("missing-words", "es")]
    assert any(each.startswith("money: ") for each in messages)


def test_texts_without_a_name_in_a_recorded_language(place: Place) -> None:
    place.settings = ", recorded: [en]"
    place.write("flows/main.yaml", FLOW.replace("Welcome.", "Good day."))
    (found,) = place.findings("unrecordable")
    assert "'Good day.' has no name" in found.message


def test_what_nobody_needs(place: Place) -> None:
    place.write("prompts/bank.yaml", PHRASES + "  unsaid: {en: Never., es: Nunca.}\n")
    place.record("en/forgotten.wav")
    place.record("en/digits/1.wav")
    place.record("en/unsaid.wav")
    found = place.found()
    assert ("warning", "unsaid-phrase", "", "bank.yaml:5") in found
    assert ("warning", "unused-recording", "en", "forgotten.wav") in found
    assert len([each for each in found if each[1] == "unused-recording"]) == 1
    worked_out = FLOW.replace("audio: jingle", 'audio: "{{ language }}"')
    place.write("flows/main.yaml", worked_out)
    assert place.findings("unused-recording") == []


def test_a_phrase_is_recorded_in_a_language(place: Place) -> None:
    place.record("welcome.wav")
    (unused,) = place.findings("unused-recording")
    assert unused.hint == "put it into the folder of its language: en/welcome.wav"


def test_texts_without_a_name_are_those_of_the_language(place: Place) -> None:
    flow = """language: en
sections:
  main:
    - answer
    - language: es
    - say:
        - {en: Hello., es: Hola.}
        - {count: "1 + 1", one: {en: cat, es: gato}, other: {en: cats, es: gatos}}
        - {text: Guten Tag., language: de}
    - hangup
"""
    place.write("flows/main.yaml", flow)
    place.settings = ", recorded: [es, de]"
    named = {(each.language, each.message.split("'")[1]) for each in place.findings("unrecordable")}
    assert named == {("es", "Hola."), ("es", "gato"), ("es", "gatos"), ("de", "Guten Tag.")}
    assert {each.place.rsplit("/")[-1] for each in place.findings("unrecordable")} == {
        "main.yaml:7:28",
        "main.yaml:8:47",
        "main.yaml:8:76",
        "main.yaml:7:11",
    }


def test_recordings_of_others_may_be_unused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package/conf-full.wav").write_bytes(audio.written(tone(440, 0.5)))
    (tmp_path / "prompts/es").symlink_to(tmp_path / "package")
    assert place.findings("unused-recording") == []


LOUD = np.clip(tone(100, 1.0, amplitude=2.0), -1, 1)
NOTHING = np.zeros(4000, dtype=np.float32)


@pytest.mark.parametrize(
    ("name", "sound", "level", "kind"),
    [
        ("en/a.wav", b"no sound at all", "error", "unreadable"),
        ("en/a.mp3", b"", "error", "unreadable"),
        ("en/a.wav", wav(NOTHING, 8000), "error", "silent"),
        ("en/a.wav", wav(tone(440, 0.5, 6000), 6000), "warning", "low-rate"),
        ("en/a.wav", wav(tone(440, 0.5), 8000, channels=2), "note", "channels"),
        ("en/a.wav", wav(LOUD, 8000), "warning", "clipping"),
        ("en/a.wav", wav(tone(440, 0.5, amplitude=0.01), 8000), "warning", "loudness"),
        ("en/a.wav", wav(np.concatenate([tone(440, 0.5), NOTHING.repeat(5)]), 8000), "warning",
         "silence"),
        ("en/a.wav", wav(np.concatenate([NOTHING.repeat(3), tone(440, 0.5)]), 8000), "warning",
         "silence"),
        ("en/ä b.wav", None, "error", "bad-name"),
        ("xx/a.wav", None, "error", "bad-name"),
        ("en/jingle.mp3", None, "warning", "hidden"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(
    place: Place, name: str, sound: bytes | None, level: str, kind: str
) -> None:
    path = place.record(name, sound)
    language = "en" if name.startswith("en") else ""
    assert (level, kind, language, path.name) in place.found()
    (found,) = (each for each in place.findings(kind) if each.place == str(path))
    assert found.message
    assert found.hint or level == "note"


@pytest.mark.parametrize(
    ("more", "line", "told"),
    [("  bad: {xx: x}\n", 5, "no 'xx' [unknown-field]"), ("  worse: [\n", 6, "[yaml-syntax]")],
)
def test_a_broken_catalogue_is_told_at_its_place(
    place: Place, more: str, line: int, told: str
) -> None:
    place.write("prompts/bank.yaml", PHRASES + more)
    report = place.check()
    found = [each for each in report.findings if f"bank.yaml:{line}:" in each.place]
    assert [(each.kind, told in each.message, bool(each.hint)) for each in found] == [
        ("mistake", True, True)
    ]
    assert report.failed


def test_a_language_is_that_of_the_flows_which_get_it(place: Place) -> None:
    other = 'language: en\nsections: {main: [answer, {say: {number: "3"}}, hangup]}'
    place.write("flows/other.yaml", other)
    place.write("flows/main.yaml", FLOW.replace('    - say: {number: "calls + 1"}\n', ""))
    words = place.findings("missing-words")
    assert [each.language for each in words] == ["en"]


def test_queues_and_connectors_are_for_another_check(place: Place) -> None:
    place.settings = "}\nqueues: {service: {}"
    flow = FLOW.replace("- hangup", "- queue: sales\n      exits: {else: hangup}")
    place.write("flows/main.yaml", flow)
    assert place.findings("mistake") == []


def test_every_kind_is_known(place: Place) -> None:
    assert {each.kind for each in place.check().findings} <= set(KINDS)


def test_nothing_is_looked_at_twice(
    place: Place, counted: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        place.record(f"en/r{number}.wav")
    first = place.check()
    assert counted() == 6
    assert place.check() == first
    assert counted() == 0
    place.record("en/r3.wav", audio.written(tone(300, 0.25)))
    monkeypatch.setattr("ivrkit.service.prompts.checking.read_project", _never)
    place.check()
    assert counted() == 1
    monkeypatch.undo()


def _never(*_: object) -> None:
    raise AssertionError("the flows were read again")


def test_what_changes_is_looked_at_again(place: Place, counted: Callable[[], int]) -> None:
    assert not place.findings("unused-recording")
    place.record("en/more.wav")
    assert place.findings("unused-recording")
    assert counted() == 2
    place.write("flows/main.yaml", FLOW.replace("audio: jingle", "audio: more"))
    (unused,) = place.findings("unused-recording")
    assert "en/jingle" in unused.message
    place.settings = ", recorded: [es]"
    assert place.findings("missing-recording")
    place.record("en/jingle.wav").unlink()
    assert not place.findings("unused-recording")
    assert counted() == 0
    place.check(again=True)
    assert counted() == 1


def test_a_lost_ledger_is_no_loss(place: Place, counted: Callable[[], int]) -> None:
    first = place.check()
    ledger = place.root / "cache/prompts" / FILE
    ledger.write_bytes(b"rubbish" * 500)
    counted()
    assert place.check() == first
    assert counted() == 1


def test_a_file_that_may_not_be_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.suffix == ".wav":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert ("error", "unreadable", "en", "jingle.wav") in place.found()
    monkeypatch.undo()
    assert not place.findings("unreadable")


def test_a_report_is_plain_data(place: Place) -> None:
    report = place.check()
    assert json.loads(msgspec.json.encode(report))["languages"] == ["en", "es"]
