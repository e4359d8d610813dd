"""What `prompts build` makes, what it makes again, and what it removes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.locale import Locale
from ivrkit.errors import ConfigurationError, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.loudness import loudness
from ivrkit.prompts.service import PromptService
from ivrkit.service.prompts.building import Built, build_prompts
from tests.prompts.support import Hum, Names
from tests.prompts.test_audio import tone
from tests.prompts.test_phrasing import said
from tests.service.prompts.conftest import FLOW, PHRASES, Place

Texts = ["Welcome.", "Goodbye.", "Bienvenido.", "Adiós."]


async def build(place: Place, *languages: str, **options: Any) -> Built:
    return await build_prompts(place.configuration, languages, **options)


def made(place: Place) -> set[str]:
    cache = place.root / "cache/prompts"
    return {
        each.relative_to(cache).as_posix()
        for folder in ("static", "recordings")
        for each in (cache / folder).rglob("*.wav")
    }


async def test_everything_is_made_once(place: Place, counted: Callable[[], int]) -> None:
    built = await build(place)
    assert (built.recordings, built.converted, built.problems) == (1, 1, [])
    assert set(Texts) <= set(Hum.asked)
    assert built.spoken == len(Hum.asked) == built.lasting
    assert counted() == 1
    Hum.asked = []
    again = await build(place)
    assert (again.converted, again.spoken, again.lasting) == (0, 0, built.lasting)
    assert Hum.asked == []
    assert counted() == 0


async def test_the_engine_plays_what_was_built(place: Place, counted: Callable[[], int]) -> None:
    await build(place)
    before, Hum.asked = made(place), []
    service = PromptService(place.configuration.prompts)
    try:
        for text in ("Welcome.", "{audio: jingle}"):
            pieces = said(text).evaluate(Names(), Locale("en", "en"))
            rendered = await service.render(pieces, "en")
            (media,) = rendered.media
            assert media.path.relative_to(place.root / "cache/prompts").as_posix() in before
        assert Hum.asked == []
        assert made(place) == before
        # What is built while it serves is found after a reload.
        place.record("en/jingle.wav", audio.written(tone(200, 0.25)))
        await build(place)
        service.refresh()
        rendered = await service.render(pieces, "en")
        assert rendered.media[0].seconds == 0.25
    finally:
        await service.close()


async def test_all_come_to_the_loudness_of_the_site(place: Place) -> None:
    place.settings = ", loudness: -26"
    place.record("en/quiet.wav", audio.written(tone(440, 1.0, amplitude=0.01)))
    place.record("en/loud.wav", audio.written(tone(440, 1.0, amplitude=0.9)))
    await build(place)
    for path in (place.root / "cache/prompts").rglob("*.wav"):
        level = loudness(audio.read(path.read_bytes())[0])
        assert level == pytest.approx(-26, abs=0.5)


@pytest.mark.parametrize("settings", [", loudness: -26", ", voices: {en: {speed: 2}}"])
async def test_other_settings_make_it_again(place: Place, settings: str) -> None:
    first = await build(place)
    place.settings = settings
    second = await build(place)
    assert second.spoken >= 3
    assert second.converted == (1 if "loudness" in settings else 0)
    place.settings = ""
    third = await build(place)  # what was made before is still there
    assert (third.converted, third.spoken, third.lasting) == (0, 0, first.lasting)


async def test_where_another_voice_stood_in_the_first_is_asked_again(place: Place) -> None:
    place.settings = ", voices: {en: [{program: no-such-program}, {engine: espeak-ng}]}"
    first = await build(place)
    assert (first.problems, first.spoken) == ([], first.lasting)
    second = await build(place)  # it looks again, and finds what was spoken instead
    assert (second.spoken, second.lasting) == (0, first.lasting)
    (place.root / "no-such-program").symlink_to("/usr/bin/espeak-ng")
    place.settings = place.settings.replace("no-such", str(place.root / "no-such"))
    assert (await build(place)).spoken == 0  # the same engine speaks it, wherever it lies


async def test_another_version_of_the_voice_speaks_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await build(place)

    async def version(self: Hum) -> str:
        return "2"

    monkeypatch.setattr(Hum, "version", version)
    assert (await build(place)).spoken == first.spoken


async def test_only_what_has_changed(place: Place, counted: Callable[[], int]) -> None:
    for number in range(4):
        place.record(f"en/r{number}.wav")
    await build(place)
    counted()
    Hum.asked = []
    place.record("en/r2.wav", audio.written(tone(300, 0.25)))
    place.write("prompts/bank.yaml", PHRASES.replace("Goodbye", "So long"))
    built = await build(place)
    assert (built.converted, built.spoken, Hum.asked) == (1, 1, ["So long."])
    assert counted() == 1
    next((place.root / "cache/prompts/recordings").rglob("*r1-*")).unlink()
    assert (await build(place)).converted == 1
    for each in (place.root / "cache/prompts/static").rglob("*.wav"):
        each.unlink()
    assert (await build(place)).spoken == built.lasting


async def test_one_that_was_interrupted_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch, counted: Callable[[], int]
) -> None:
    for number in range(40):
        place.record(f"en/r{number}.wav", audio.written(tone(200 + number, 0.1)))

    def bars(what: str) -> Callable[[int, int], None]:
        def told(done: int, of: int) -> None:
            if done == 10:
                raise KeyboardInterrupt

        return told

    with pytest.raises(KeyboardInterrupt):
        await build(place, bars=bars)
    begun = counted()
    assert 10 <= begun < 41
    built = await build(place)
    assert built.recordings == 41
    assert built.converted <= 31
    assert (await build(place)).converted == 0


async def test_what_nobody_needs_goes_only_when_asked(place: Place) -> None:
    await build(place)
    first = made(place)
    place.write("prompts/bank.yaml", PHRASES.replace("Goodbye", "So long"))
    place.record("en/jingle.wav", audio.written(tone(300, 0.25)))
    await build(place)
    assert first < made(place)
    kept = await build(place, prune=True, keep=60.0, now=lambda: 1000.0)
    assert (kept.removed, kept.kept) == (0, 2)
    early = await build(place, prune=True, keep=60.0, now=lambda: 1059.0)
    assert (early.removed, early.kept) == (0, 2)
    late = await build(place, prune=True, keep=60.0, now=lambda: 1060.0)
    assert (late.removed, late.kept) == (2, 0)
    assert len(made(place)) == len(first)
    assert (await build(place)).spoken == 0


async def test_what_is_needed_again_is_not_old(place: Place) -> None:
    await build(place)
    place.write("prompts/bank.yaml", PHRASES.replace("Goodbye", "So long"))
    await build(place, prune=True, keep=60.0, now=lambda: 0.0)
    place.write("prompts/bank.yaml", PHRASES)
    await build(place, prune=True, keep=60.0, now=lambda: 50.0)
    place.write("prompts/bank.yaml", PHRASES.replace("Goodbye", "So long"))
    built = await build(place, prune=True, keep=60.0, now=lambda: 100.0)
    assert (built.removed, built.kept) == (0, 1)


async def test_nothing_is_removed_where_something_is_wrong(place: Place) -> None:
    await build(place)
    place.write("flows/main.yaml", FLOW.replace("- answer", "- answr"))
    built = await build(place, prune=True)
    assert built.removed == 0
    assert built.problems == ["flow main: 1 error; `ivrkit check` tells them"]


async def test_one_language(place: Place) -> None:
    place.record("es/jingle.wav")
    built = await build(place, "es")
    assert built.recordings == 1
    assert "Bienvenido." in Hum.asked
    assert "Welcome." not in Hum.asked
    whole = await build(place)
    assert whole.recordings == 2
    with pytest.raises(ConfigurationError, match="'xx' is not the tag"):
        await build(place, "xx")


async def test_what_cannot_be_made_is_told_and_the_rest_is_made(place: Place) -> None:
    place.record("en/bad.wav", b"no sound")
    Hum.failing = PromptError("the voice is hoarse")
    built = await build(place)
    assert built.converted == 2
    assert [each for each in built.problems if "bad.wav" in each]
    assert [each for each in built.problems if "hoarse" in each]
    Hum.failing = None
    built = await build(place)
    assert built.spoken >= 4
    assert len(built.problems) == 1


async def test_a_cache_that_cannot_be_written(place: Place) -> None:
    (place.root / "cache").write_text("a file")
    with pytest.raises(PromptError, match="cannot be written"):
        await build(place)


async def test_no_half_files_are_left(place: Place) -> None:
    await build(place)
    names: list[Path] = list((place.root / "cache/prompts").rglob("*"))
    assert not [each for each in names if each.is_file() and each.name.startswith(".")]
