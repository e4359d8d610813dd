from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.markup import UNKNOWN, inside, parsed, whole


@pytest.mark.parametrize(
    "text",
    [
        "Please wait.",
        'Please <break time="1s"/> wait.',
        '<break strength="x-weak"/><break/>',
        "<p><s>One.</s><s>Two.</s></p>",
        '<prosody rate="+10%" pitch="high" volume="+6dB"><emphasis level="strong">now</emphasis>'
        "</prosody>",
        '<say-as interpret-as="characters">abc</say-as> <sub alias="World Wide Web">WWW</sub>',
        '<voice name="en-GB-A"><lang xml:lang="de">hallo</lang></voice>',
        '<phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>',
        '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">x</speak>',
        f'<break time="{UNKNOWN}"/>',
        "fish &amp; chips &lt; 5",
    ],
)
def test_ssml_of_the_w3c(text: str) -> None:
    assert parsed(text).tag.endswith("speak")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fish & chips", r"no well-formed SSML.*line 1, column 7 of the text.*&amp;"),
        ("one\n<p>two", r"at line 2, column \d+ of the text"),
        ("<brake/>", "<brake> is no mark.*there are break"),
        ('<break tme="1s"/>', "<break> has no 'tme'.*did you mean 'time'"),
        ('<break time="1"/>', r'time="1" of <break> is no value.*500ms or 2s'),
        ('<break time="1s">x</break>', "<break> holds nothing"),
        ('<emphasis level="very">x</emphasis>', "strong, moderate, none or reduced"),
        ("<say-as>1</say-as>", "<say-as> needs 'interpret-as'"),
        ('<sub alias="a"><p/></sub>', "<sub> holds text alone"),
        ("<p>a<p>b</p></p>", "<p> cannot stand in <p>"),
        ("<speak>a<speak>b</speak></speak>", "<speak> cannot stand in <speak>"),
        ('<speak version="2.0"/>', "1.0 or 1.1"),
        ('<x:p xmlns:x="urn:x">a</x:p>', "a vocabulary that is not SSML's"),
        ('<audio src="/etc/passwd"/>', "<audio> is no mark"),
        ("<!DOCTYPE speak [<!ENTITY a 'b'>]>&a;", "declarations"),
        ("<?xml version='1.0'?>x", "declarations"),
    ],
)
def test_what_is_wrong_is_told_with_its_cure(text: str, problem: str) -> None:
    with pytest.raises(PromptError, match=problem):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("a<break/>b", "a<break/>b"),
        ('<speak version="1.1">a &lt; b</speak>', "a &lt; b"),
        ("<speak><p>a</p></speak>\n", "<p>a</p>"),
        ("<speak/>", ""),
        ("<speak xml:base='>'>a</speak>", "a"),
    ],
)
def test_what_stands_inside(text: str, inner: str) -> None:
    assert inside(text) == inner
    assert inside(whole(text)) == inner


@given(st.text(alphabet="<>/&;\"'= abspeakrtimexml:lang1", max_size=60))
def test_any_text_is_ssml_or_told_why_not(text: str) -> None:
    with suppress(PromptError):
        found = "".join(parsed(text).itertext())
        assert "".join(parsed(inside(text)).itertext()) == found
