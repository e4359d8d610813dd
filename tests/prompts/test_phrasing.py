"""What a call hears in its language: maps, phrases, counts, and the way back to the flow's own."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from ivrkit.call.locale import NO_PHRASES, Locale
from ivrkit.call.prompt import Prompt
from ivrkit.errors import ExpressionError, PromptError
from ivrkit.flow.catalogue import read_catalogue
from ivrkit.flow.languages import prompts_of
from ivrkit.prompts.preparing import static_runs
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.service.registries import reader
from tests.prompts.support import Hum, Names

PHRASES = """
phrases:
  welcome: {en: Welcome to Acme., es: Bienvenido a Acme.}
  balance:
    params: {amount: money, name: {type: text, optional: true}}
    en: ["Your balance is", {money: amount, currency: EUR}]
    es: ["Su saldo es de", {money: amount, currency: EUR}]
  hello: {en: "Hello {{ customer.name }}.", es: "Hola, {{ customer.name }}."}
  for-cards: {en: For cards, es: Para tarjetas}
  english: {en: English only.}
  callers: {en: "{{ n }} callers.", es: "{{ n }} llamadas."}
  nobody: {en: Nobody., es: Nadie.}
"""


@pytest.fixture
def phrases(tmp_path: Path) -> object:
    file = tmp_path / "all.yaml"
    file.write_text(PHRASES)
    return read_catalogue(reader(), [file]).phrases


def said(text: str) -> Prompt:
    """The prompt of a `say`."""
    body = "sections:\n  main:\n    - say:\n" + indent(dedent(text).strip(), " " * 10)
    flow, found = reader().read("main.yaml", body)
    assert flow is not None, [str(each) for each in found]
    (prompt,) = prompts_of(flow)
    return prompt


async def heard(text: str, language: str, phrases: object, **values: object) -> str:
    names = Names()
    names.values.update(values)  # type: ignore[arg-type]
    locale = Locale(language, "en", phrases)  # type: ignore[arg-type]
    pieces = said(text).evaluate(names, locale)
    rendered = await TextPrompts().render(pieces, language)
    return f"{rendered.language}: {rendered.text}"


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("Welcome to Acme.", "Welcome to Acme.", "es-MX: Bienvenido a Acme."),
        ("{phrase: welcome}", "Welcome to Acme.", "es-MX: Bienvenido a Acme."),
        ("Not there.", "Not there.", "en: Not there."),
        (
            '"Hello {{ customer.name }}."',
            "Hello Ann Lee.",
            "es-MX: Hola, Ann Lee.",
        ),
        (
            'phrase: balance\nwith: {amount: "{{ customer.balance }}"}',
            "Your balance is 12 euros and 50 cents",
            "es-MX: Su saldo es de 12 euros con 50 céntimos",
        ),
        ("{en: Good day., es: Buenos días., fr: Bonjour.}", "Good day.", "es-MX: Buenos días."),
        ("{en: Good day., fr: Bonjour.}", "Good day.", "en: Good day."),
        (
            "\n- Not there\n- {number: 3}",
            "Not there 3",
            "en: Not there 3",
        ),
        (
            "\n- Welcome to Acme.\n- {number: 1.5}",
            "Welcome to Acme. 1.5",
            "es-MX: Bienvenido a Acme. 1,5",
        ),
        ("{text: Bonjour., language: fr}", "fr: Bonjour.", "fr: Bonjour."),
        ("{phrase: welcome, language: es}", "es: Bienvenido a Acme.", "es: Bienvenido a Acme."),
        ("{phrase: welcome, language: en}", "en: Welcome to Acme.", "en: Welcome to Acme."),
        (
            "languages: {en: Good day., es: Buenos días.}\nlanguage: es",
            "es: Buenos días.",
            "es: Buenos días.",
        ),
        (
            "- {phrase: english, language: en}\n- {number: 1.5}",
            "en: English only. 1.5",
            "en: English only. 1,5",
        ),
        ("{phrase: english}", "English only.", "en: English only."),
        (
            'count: count\nzero: Nobody.\none: One.\nother: "{{ n }} callers."',
            "3 callers.",
            "en: 3 callers.",
        ),
        (
            'count: count\nzero: Nobody.\nother: "{{ n }} callers."',
            "3 callers.",
            "es-MX: 3 llamadas.",
        ),
        ('count: "0"\nzero: Nobody.\nother: Some.', "Nobody.", "en: Nobody."),
        ("{audio: x, text: Welcome to Acme.}", "Welcome to Acme.", "es-MX: Bienvenido a Acme."),
        ("{ordinal: 2}", "2nd", "es-MX: 2.º"),
        (
            "{duration: \"duration('90s')\"}",
            "1 minute and 30 seconds",
            "es-MX: 1 minuto y 30 segundos",
        ),
        (
            "{datetime: moment, style: short}",
            "March 2nd at 2:05 PM",
            "es-MX: 2 de marzo a las 2:05 de la tarde",
        ),
        ("{ssml: 'Wait <break time=\"1s\"/> &amp; see'}", "Wait & see", "en: Wait & see"),
    ],
)
async def test_a_prompt_in_two_languages(
    phrases: object, text: str, english: str, spanish: str
) -> None:
    assert (await heard(text, "en-GB", phrases)).removeprefix("en-GB: ") == english
    assert await heard(text, "es-MX", phrases) == spanish


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{phrase: nowhere}", "no phrase 'nowhere'"),
        ("phrase: '{{ account }}'\namong: [welcome]", "not among"),
        ("{phrase: balance}", "needs a value for 'amount'"),
        ("phrase: balance\nwith: {amount: '{{ account ~ \"x\" }}'}", "amount"),
        ("phrase: balance\nwith: {amount: '{{ pin }}'}", "secret"),
        ("{count: pin, other: x}", "secret"),
        ("{count: account, other: x}", "no number"),
        ("{count: count, one: x}", "no text for 3"),
    ],
)
async def test_what_fails_in_a_call(phrases: object, text: str, problem: str) -> None:
    with pytest.raises((ExpressionError, PromptError), match=problem):
        await heard(text, "en", phrases)


async def test_a_phrase_knows_its_parameters_only(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("phrases: {a: {params: {x: text}, en: '{{ account }}'}}")
    phrases = read_catalogue(reader(), [file]).phrases
    with pytest.raises(ExpressionError, match="account"):
        await heard("{phrase: a, with: {x: y}}", "en", phrases)


async def test_a_phrase_is_said_as_its_part_says(phrases: object) -> None:
    locale = Locale("es", "en", phrases)  # type: ignore[arg-type]
    (piece,) = said("{phrase: welcome, voice: low, speed: 0.5}").evaluate(Names(), locale)
    (text,) = piece.fallback
    assert (piece.form, piece.value, piece.voice) == ("phrase", "welcome", "low")
    assert (text.value, text.voice, text.speed) == ("Bienvenido a Acme.", "low", 0.5)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Welcome to Acme.", {("phrase", "welcome")}),
        ("{en: Good day., es: Buenos días.}", {("text", "Buenos días.")}),
        ("{en: Good day., fr: Bonjour.}", {("text", "Good day.")}),
        (
            "phrase: '{{ account }}'\namong: [welcome, nobody]",
            {("text", "Bienvenido a Acme."), ("text", "Nadie.")},
        ),
        ("phrase: balance\nwith: {amount: 1}", {("text", "Su saldo es de")}),
        ("count: count\nzero: Nobody.\nother: '{{ n }} callers.'", {("phrase", "nobody")}),
        ("\n- {en: {text: Hi., when: vip}, es: {text: Hola., when: vip}}", {("text", "Hola.")}),
        ("{ssml: 'a <break/>'}", {("ssml", "a <break/>")}),
    ],
)
def test_what_is_spoken_beforehand_for_a_language(
    phrases: object, text: str, values: set[tuple[str, str]]
) -> None:
    locale = Locale("es", "en", phrases)  # type: ignore[arg-type]
    runs = list(static_runs(said(text), locale))
    assert {(piece.form, piece.value) for run in runs for piece in run} == values
    if "Good day" in {piece.value for run in runs for piece in run}:
        assert runs[0][0].language == "en"


# ---- with sound ----------------------------------------------------------------------------------


async def test_a_recording_of_a_phrase_wins_in_its_language(
    service: PromptService, record: object, hum: type[Hum], phrases: object
) -> None:
    record("es/welcome", 0.75)  # type: ignore[operator]
    service.refresh()
    prompt = said("Welcome to Acme.")
    for language in ("en", "es-MX"):
        locale = Locale(language, "en", phrases)  # type: ignore[arg-type]
        await service.prepare([prompt], locale)
        rendered = await service.render(prompt.evaluate(Names(), locale), language)
        assert rendered.language == language
    assert hum.asked == ["Welcome to Acme."]
    assert (rendered.text, rendered.media[0].seconds) == ("Bienvenido a Acme.", 0.75)


async def test_a_voice_that_knows_no_ssml_is_told_of_before_a_call(
    service: PromptService,
) -> None:
    with pytest.raises(PromptError, match=r"'en'.*hum does not know SSML"):
        await service.prepare([said("{ssml: 'a {{ account }}'}")], Locale("en", "en"))


async def test_marks_of_data_are_text(settings: PromptSettings) -> None:
    assert (
        await heard('{ssml: "<s>{{ account }}</s>"}', "en", NO_PHRASES, account="<break/> & co")
        == "en: <break/> & co"
    )


@pytest.mark.parametrize(
    "ssml", ["<s>open", "a & b", "<!DOCTYPE x><s/>", "<audio src='/etc/passwd'/>", "<?php ?>"]
)
def test_ssml_that_no_voice_gets(ssml: str) -> None:
    _, found = reader().read("main.yaml", f'sections: {{main: [{{say: {{ssml: "{ssml}"}}}}]}}')
    assert [each.code for each in found] == ["bad-value"]
