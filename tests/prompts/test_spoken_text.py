from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivrkit.call.prompt import Prompt
from ivrkit.errors import PromptError
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.spoken_text import TextPrompts
from tests.prompts.support import Names, part, prompt

EVERYTHING = prompt(
    "{{ customer.name }}, your balance is",
    part("money", money="customer.balance", currency="EUR"),
    "on",
    part("date", date="day", style="short"),
    "at",
    part("time", time="at"),
    ". Account",
    part("digits", digits="account"),
    part("silence", silence="500ms"),
    part("number", number="count"),
    "left; spelt",
    part("spell", spell="'AB1'"),
    part("digits", digits="pin", reveal=True),
    part("tone", tone="busy", length="2s"),
    part("audio", audio="bye", text="Goodbye."),
)


async def test_the_simulator_says_what_callers_hear(service: PromptService) -> None:
    pieces = EVERYTHING.evaluate(Names())
    spoken = await service.render(pieces, "en")
    shown = await TextPrompts().render(pieces, "en")
    assert shown.text == spoken.text
    assert [each.text for each in shown.media] == [each.text for each in spoken.media]
    assert shown.text == (
        "Ann Lee, your balance is 12 euros and 50 cents on March 2nd at 10:30 AM. Account "
        "1234567 3 left; spelt A B 1 •••• Goodbye."
    )
    spoken.release()


async def test_seconds_are_estimated_and_no_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rendered = await TextPrompts().render(
        prompt("x" * 30, part("silence", silence="1s")).evaluate(Names()), "en"
    )
    assert [each.seconds for each in rendered.media] == [2.0, 1.0]
    # A Chinese character takes as long as a short word.
    chinese = await TextPrompts().render(prompt("请" * 7).evaluate(Names()), "zh-CN")
    assert [each.seconds for each in chinese.media] == [2.0]
    assert list(tmp_path.iterdir()) == []


async def test_equal_prompts_are_rendered_once() -> None:
    prompts = TextPrompts()
    pieces = prompt("Welcome.").evaluate(Names())
    assert await prompts.render(pieces, "en") is await prompts.render(pieces, "en")


@pytest.mark.parametrize(
    ("said", "has_audio", "complaint"),
    [
        (prompt(part("audio", audio="../x", text="x")), None, "no name"),
        (prompt(part("audio", audio="x")), lambda name, language: False, "record it"),
        (prompt(part("money", money="1")), None, "currency"),
        (prompt(part("tone", tone="{{ customer.name }}")), None, "no tone"),
    ],
)
async def test_what_the_service_refuses_is_refused(
    said: Prompt, has_audio: Callable[[str, str], bool] | None, complaint: str
) -> None:
    with pytest.raises(PromptError, match=complaint):
        await TextPrompts(has_audio=has_audio).render(said.evaluate(Names()), "en")


async def test_a_recording_without_text_is_shown_by_its_name() -> None:
    rendered = await TextPrompts().render(
        prompt(part("audio", audio="menus/top")).evaluate(Names()), "en"
    )
    assert rendered.text == "[menus/top]"


async def test_announcements_and_apology() -> None:
    prompts = TextPrompts(currency="EUR")
    entry = prompts.announcement(prompt("For cards"), "2", "en")
    rendered = await prompts.render(entry.evaluate(Names()), "en")
    assert rendered.text == "For cards, press 2."
    apology = await prompts.render(prompts.apology("en").evaluate(Names()), "en")
    assert "sorry" in apology.text
