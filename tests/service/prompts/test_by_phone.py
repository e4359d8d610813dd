"""Which prompt is recorded by telephone, and the flow that leads through it."""

from __future__ import annotations

import pytest

from ivrkit.errors import ConfigurationError, PromptError, ValueRejected
from ivrkit.prompts.settings import RecordSettings
from ivrkit.service.prompts import by_phone_flow
from ivrkit.service.prompts.by_phone import Wanted, record_prompt, wanted_prompt
from tests.service.prompts.conftest import Place

PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  balance: {params: {a: money}, en: {money: a, currency: EUR}}
  mixed: {en: {text: Hello., voice: anna}}
"""


class Nowhere:
    def event(self, event: object) -> None:
        raise AssertionError

    def tell(self, text: str) -> None:
        raise AssertionError


def wanted(place: Place, name: str, language: str = "en", *, replace: bool = False) -> Wanted:
    place.write("prompts/bank.yaml", PHRASES)
    return wanted_prompt(place.configuration, name, language, replace=replace)


def test_the_text_to_be_read(place: Place) -> None:
    assert wanted(place, "welcome") == Wanted("welcome", "en", "Welcome.")
    assert wanted(place, "welcome", "es").text == "Bienvenido."
    assert "no text in fr" in wanted(place, "welcome", "fr").doubt
    assert "no text in en that can be shown" in wanted(place, "mixed").doubt
    assert wanted(place, "welcom").doubt.startswith("the catalogue has no phrase 'welcom': ")


def test_what_cannot_be_recorded(place: Place) -> None:
    with pytest.raises(PromptError, match="differ from call to call"):
        wanted(place, "balance")
    with pytest.raises(PromptError, match="is no name"):
        wanted(place, "../welcome")
    with pytest.raises(ConfigurationError, match="not the tag"):
        wanted(place, "welcome", "../en")
    place.record("en/welcome.ogg")
    with pytest.raises(PromptError, match="is there already"):
        wanted(place, "welcome")
    assert wanted(place, "welcome", replace=True).text == "Welcome."


@pytest.mark.parametrize("number", ["", "10 01", "1001&PJSIP/1002", "a/b", "1001@evil", "x" * 65])
async def test_what_is_no_number(place: Place, number: str) -> None:
    with pytest.raises(ValueRejected, match="is no number"):
        await record_prompt(
            place.configuration, number, Wanted("welcome", "en"), Nowhere(), replace=False
        )


async def test_a_remote_asterisk_reads_no_folder(place: Place) -> None:
    media = place.configuration.media.model_copy(update={"url": "http://10.0.0.5:8060/media"})
    far = place.configuration.model_copy(update={"media": media})
    with pytest.raises(ConfigurationError, match=r"media\.url"):
        await record_prompt(far, "1001", Wanted("welcome", "en"), Nowhere(), replace=False)


@pytest.mark.parametrize("endpoint", ["PJSIP/{number}@trunk", "Local/{number}@out", "SIP/{number}"])
def test_how_numbers_are_called(endpoint: str) -> None:
    assert RecordSettings(endpoint=endpoint).endpoint == endpoint


@pytest.mark.parametrize("endpoint", ["PJSIP/1001", "{number}", "PJSIP/{number}&PJSIP/1", "A/{n}"])
def test_endpoints_that_call_nobody_or_others(endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        RecordSettings(endpoint=endpoint)


def test_the_flow_is_checked(place: Place) -> None:
    (place.root / "flows/main.yaml").unlink()
    place.write("flows/record-prompt.yaml", by_phone_flow.flow_for("en"))
    (place.root / "prompts/bank.yaml").unlink()
    assert [each for each in place.check().findings if each.kind == "mistake"] == []
