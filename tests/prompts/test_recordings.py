from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.recordings import Recordings, checked
from ivrkit.prompts.settings import PromptSettings
from tests.prompts.test_audio import tone, wav

Record = Callable[..., Path]


@pytest.fixture
def recordings(settings: PromptSettings) -> Recordings:
    return Recordings(settings.folder, settings.cache)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".hidden", "a/.b", "a b", "a\nb",
     "a\0b", "a,b", "ä", "a" * 201, "http://x"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(PromptError, match="no name of a recording"):
        checked(name)


def test_names_with_folders_are_allowed() -> None:
    assert checked("menus/top_1-a.old") == "menus/top_1-a.old"


def test_a_recording_of_any_language_exists(settings: PromptSettings, record: Record) -> None:
    record("es/hola")
    record("hello")
    recordings = Recordings(settings.folder, settings.cache)
    assert recordings.exists("hola")
    assert recordings.exists("hello.wav")
    assert not recordings.exists("goodbye")
    with pytest.raises(PromptError, match="no name of a recording"):
        recordings.exists("../hello")


def test_the_nearest_language_wins(settings: PromptSettings, record: Record) -> None:
    everywhere, english, british = (record(name) for name in ("hello", "en/hello", "en-GB/hello"))
    recordings = Recordings(settings.folder, settings.cache)
    assert recordings.find("hello", "en-GB") == british
    assert recordings.find("hello", "en-US") == english
    assert recordings.find("hello", "fr") == everywhere
    assert recordings.find("bye", "en") is None


def test_a_recording_made_later_is_found(recordings: Recordings, record: Record) -> None:
    path = record("en/new")
    assert recordings.find("new", "en") == path


def test_words_are_known_after_a_refresh(recordings: Recordings, record: Record) -> None:
    record("en/digits/1")
    record("digits/2")
    recordings.refresh()
    assert recordings.has_word("en-US", "digits/1")
    assert not recordings.has_word("en", "digits/2")
    assert not recordings.has_word("en", "digits/3")


def test_any_pcm_becomes_a_file_for_the_telephone(
    recordings: Recordings, settings: PromptSettings
) -> None:
    path = settings.folder / "studio.wav"
    path.write_bytes(wav(tone(440, 1.0, 44100), 44100, channels=2))
    media = recordings.copy(path)
    assert media.seconds == pytest.approx(1.0, abs=0.001)
    assert audio.read(media.path.read_bytes())[1] == 8000
    assert media.path.is_relative_to(settings.cache / "recordings")
    assert recordings.copy(path) == media


def test_a_changed_recording_gets_another_name(recordings: Recordings, record: Record) -> None:
    first = recordings.copy(record("en/hello", 0.5))
    second = recordings.copy(record("en/hello", 0.75))
    assert first.path != second.path
    assert (first.seconds, second.seconds) == (0.5, 0.75)


def test_what_is_no_sound_is_named(recordings: Recordings, settings: PromptSettings) -> None:
    path = settings.folder / "bad.wav"
    path.write_bytes(b"not a sound")
    with pytest.raises(PromptError, match=r"bad\.wav.*no sound file"):
        recordings.copy(path)


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert Recordings(tmp_path / "none", tmp_path).find("x", "en") is None


def test_any_format_is_found_and_the_first_of_several_wins(
    recordings: Recordings, settings: PromptSettings, record: Record
) -> None:
    record("en/hello")
    (settings.folder / "en/hello.flac").write_bytes(b"another")
    (settings.folder / "es").mkdir()
    (settings.folder / "es/hello.MP3").write_bytes(b"x")
    recordings.refresh()
    assert recordings.find("hello", "en") == settings.folder / "en/hello.wav"
    assert recordings.find("hello", "es-MX") == settings.folder / "es/hello.MP3"
    assert set(recordings.known) == {"en/hello", "es/hello"}
