from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivrkit.call.locale import Locale
from ivrkit.call.prompt import Prompt, Rendered
from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import DynamicSettings, PromptSettings
from tests.prompts.support import Hum, Names, part, prompt

Record = Callable[..., Path]
BALANCE = prompt(
    "{{ customer.name }}, your balance is",
    part("money", money="customer.balance", currency="EUR"),
)
MENU = prompt("Welcome.", "Please wait.", part("tone", tone="beep"))


async def said(service: PromptService, what: Prompt, language: str = "en") -> Rendered:
    return await service.render(what.evaluate(Names()), language)


async def test_data_is_spoken_as_one_sentence_and_shown_with_numerals(
    service: PromptService, hum: type[Hum]
) -> None:
    rendered = await said(service, BALANCE)
    assert rendered.text == "Ann Lee, your balance is 12 euros and 50 cents"
    assert hum.asked == ["Ann Lee, your balance is twelve euros and fifty cents"]
    (media,) = rendered.media
    assert media.text == rendered.text
    assert media.seconds == audio.seconds_of(media.path) > 1


async def test_a_prompt_of_several_parts_keeps_its_order(service: PromptService) -> None:
    rendered = await said(service, MENU)
    assert [each.text for each in rendered.media] == ["Welcome.", "Please wait.", ""]
    assert rendered.text == "Welcome. Please wait."


async def test_a_static_prompt_is_a_look_into_memory(
    service: PromptService, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await said(service, MENU)
    pieces = MENU.evaluate(Names())

    def looked(*args: Any, **options: Any) -> Any:
        raise AssertionError("the disk was looked at")

    monkeypatch.setattr(os, "stat", looked)
    monkeypatch.setattr(Path, "stat", looked)
    monkeypatch.setattr(Path, "open", looked)
    assert await service.render(pieces, "en") is first


async def test_what_was_deleted_is_spoken_anew_after_another_look(
    service: PromptService, hum: type[Hum]
) -> None:
    first = await said(service, MENU)
    for media in first.media:
        media.path.unlink()
    service.refresh()
    await service.prepare([MENU], Locale("en", "en"))
    again = await said(service, MENU)
    assert [each.path for each in again.media] == [each.path for each in first.media]
    assert all(each.path.is_file() for each in again.media)
    assert hum.asked.count("Welcome.") == 2


async def test_preparing_speaks_before_anybody_calls(
    service: PromptService, hum: type[Hum]
) -> None:
    progress: list[tuple[int, int]] = []
    entry = service.announcement(prompt("For balances"), "1", "en")
    await service.prepare(
        [MENU, BALANCE, Prompt((*prompt("Main menu.").parts, *entry.parts)), MENU],
        Locale("en", "en"),
        lambda done, of: progress.append((done, of)),
    )
    assert sorted(hum.asked) == [
        "For balances, press one.",
        "Main menu.",
        "Please wait.",
        "Welcome.",
    ]
    assert progress[-1] == (2, 2)
    hum.failing = AssertionError("somebody waits for a voice")
    await said(service, MENU)


async def test_preparing_tells_of_all_that_cannot_be_said(service: PromptService) -> None:
    wrong = [
        prompt(part("money", money="1", currency="XXX")),
        prompt(part("audio", audio="nowhere")),
        prompt("Fine."),
    ]
    with pytest.raises(PromptError, match=r"in 'en'.*'XXX'.*nowhere\.wav"):
        await service.prepare(wrong, Locale("en", "en"))


async def test_a_recording_wins_and_a_missing_one_is_reported_once(
    service: PromptService, record: Record, hum: type[Hum]
) -> None:
    path = record("en/hello", 0.75)
    hello = await said(service, prompt(part("audio", audio="hello", text="Hello.")))
    assert hello.media[0].path.name.startswith("hello-")
    assert (hello.text, hello.media[0].seconds) == ("Hello.", 0.75)
    assert hum.asked == []
    path.unlink()
    service.refresh()
    with capture_logs() as logs:
        for _ in range(2):
            service._ready.clear()
            hello = await said(service, prompt(part("audio", audio="hello", text="Hello.")))
    assert hum.asked == ["Hello."]
    assert hello.text == "Hello."
    assert [each["event"] for each in logs] == ["recording_missing"]


async def test_a_recording_that_cannot_be_read_falls_back_too(
    service: PromptService, settings: PromptSettings, hum: type[Hum]
) -> None:
    (settings.folder / "bad.wav").write_bytes(b"ID3")
    with capture_logs() as logs:
        await said(service, prompt(part("audio", audio="bad", text="Hello.")))
    assert hum.asked == ["Hello."]
    assert "no sound file" in logs[0]["problem"]


async def test_names_made_of_data_are_not_reported_for_ever(
    service: PromptService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivrkit.prompts.service.MOST_REPORTED", 2)
    with capture_logs() as logs:
        for name in ("a", "b", "c"):
            await said(service, prompt(part("audio", audio=name, text="Hello.")))
    assert len(logs) == len(service._reported) == 2


async def test_without_a_text_a_missing_recording_is_an_error_with_its_place(
    service: PromptService,
) -> None:
    with pytest.raises(PromptError, match=r"no recording 'x/y'.*put x/y\.wav into"):
        await said(service, prompt(part("audio", audio="x/y")))


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b"])
async def test_a_name_leads_nowhere_else(service: PromptService, name: str) -> None:
    with pytest.raises(PromptError, match="no name of a recording"):
        await said(service, prompt(part("audio", audio=name, text="Hello.")))


async def test_recorded_words_say_a_number(
    service: PromptService, record: Record, hum: type[Hum]
) -> None:
    record("en/digits/20", 0.3)
    record("en/digits/1", 0.2)
    service.refresh()
    rendered = await said(service, prompt(part("number", number="21")))
    assert [each.seconds for each in rendered.media] == [0.3, 0.2]
    assert rendered.text == "21"
    assert hum.asked == []
    await said(service, prompt(part("number", number="22")))
    assert hum.asked == ["twenty-two"]


async def test_recorded_digits_pause_between_groups(service: PromptService, record: Record) -> None:
    for digit in "123456":
        record(f"en/digits/{digit}", 0.25)
    service.refresh()
    rendered = await said(service, prompt(part("digits", digits="'123456'")))
    assert [each.seconds for each in rendered.media] == [0.25] * 7
    assert rendered.media[3].path.parent.parent.name == "static"


PIN = prompt("Your PIN is", part("digits", digits="pin", reveal=True))


async def test_a_secret_is_on_no_disk_after_it_was_played(
    service: PromptService, settings: PromptSettings
) -> None:
    rendered = await said(service, PIN)
    assert rendered.text == rendered.media[0].text == "Your PIN is ••••"
    assert rendered.media[0].path.exists()
    assert "4711" not in repr(rendered)
    rendered.release()
    assert not list(settings.cache.rglob("*.wav"))


async def test_a_secret_that_was_forgotten_is_deleted_too(
    service: PromptService, settings: PromptSettings
) -> None:
    rendered = await said(service, PIN)
    assert rendered.media
    del rendered
    gc.collect()
    assert not list(settings.cache.rglob("*.wav"))


async def test_the_names_of_recorded_words_do_not_tell_a_secret(
    service: PromptService, record: Record, settings: PromptSettings
) -> None:
    for digit in "147":
        record(f"en/digits/{digit}", 0.25)
    service.refresh()
    rendered = await said(service, prompt(part("digits", digits="pin", reveal=True)))
    (media,) = rendered.media
    assert media.path.parent.name == "private"
    assert (media.seconds, media.text, rendered.text) == (1.0, "••••", "••••")
    rendered.release()
    assert not media.path.exists()


async def test_a_secret_whose_prompt_fails_leaves_nothing(
    service: PromptService, settings: PromptSettings
) -> None:
    with pytest.raises(PromptError):
        await said(service, Prompt((*PIN.parts, part("audio", audio="nowhere"))))
    await service.close()
    assert not list(settings.cache.rglob("*.wav"))


async def test_nobody_waits_longer_than_set(settings: PromptSettings, hum: type[Hum]) -> None:
    hum.gate = asyncio.Event()
    short = DynamicSettings(wait=timedelta(milliseconds=20))
    service = PromptService(settings.model_copy(update={"dynamic": short}), engines={"hum": hum})
    with pytest.raises(PromptError, match=r"longer than 0\.02 s"):
        await said(service, BALANCE)
    hum.gate.set()
    while not list(settings.cache.rglob("dynamic/*.wav")):
        await asyncio.sleep(0.001)
    await said(service, BALANCE)
    assert len(hum.asked) == 1
    await service.close()


async def test_without_a_voice_the_call_sees_a_prompt_error(
    service: PromptService, hum: type[Hum]
) -> None:
    hum.failing = NotAvailable("no program", hint="apt-get install it")
    with pytest.raises(PromptError, match="apt-get install it"):
        await said(service, BALANCE)


async def test_two_calls_at_once_speak_once(service: PromptService, hum: type[Hum]) -> None:
    await asyncio.gather(*(said(service, BALANCE) for _ in range(20)))
    assert len(hum.asked) == 1


async def test_a_currency_for_all(settings: PromptSettings, hum: type[Hum]) -> None:
    service = PromptService(settings.model_copy(update={"currency": "GBP"}), engines={"hum": hum})
    rendered = await said(service, prompt(part("money", money="2")))
    assert rendered.text == "2 pounds"
    await service.close()


async def test_doctor_learns_who_speaks(service: PromptService) -> None:
    (check,) = await service.check_voices(["en"])
    assert check.ok
    assert "en" in service.languages
    assert not service.has_audio("welcome", "en")


async def test_the_apology_can_be_said(service: PromptService) -> None:
    assert "sorry" in (await said(service, service.apology("en"))).text


async def test_espeak_speaks_a_prompt(tmp_path: Path) -> None:
    service = PromptService(PromptSettings(folder=tmp_path / "p", cache=tmp_path / "c"))
    rendered = await said(service, BALANCE)
    assert 2 < rendered.media[0].seconds < 6
    await service.close()
