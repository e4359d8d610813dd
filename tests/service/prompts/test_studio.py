"""Folders of recordings become the recordings of a language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.formats import Samples
from ivrkit.prompts.measuring import measured
from ivrkit.service.prompts.registering import converted, place_of, register
from ivrkit.service.prompts.studio import Delivered, Options, read_manifest, take_folder
from tests.prompts.test_audio import tone
from tests.service.prompts.conftest import Place

PHRASES = """
phrases:
  welcome: {en: Welcome.}
  menu/top: {en: Choose.}
  see-you: {en: Bye.}
  balance: {params: {a: money}, en: {money: a, currency: EUR}}
"""


@pytest.fixture
def studio(place: Place) -> Path:
    place.write("prompts/bank.yaml", PHRASES)
    place.write("flows/main.yaml", "sections: {main: [answer, {say: {audio: jingle}}, hangup]}")
    (place.root / "studio").mkdir()
    return place.root / "studio"


def sound(seconds: float = 0.5, gain: float = 1.0) -> Samples:
    return np.asarray(tone(440, seconds) * np.float32(gain), dtype=np.float32)


def deliver(studio: Path, name: str, samples: Samples, rate: int = 8000) -> None:
    path = studio / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)


def take(place: Place, manifest: Path | None = None, **options: bool) -> Delivered:
    folder = place.root / "studio"
    return take_folder(place.configuration, folder, "en", Options(**options), manifest=manifest)


def test_files_are_matched_by_their_names(place: Place, studio: Path) -> None:
    deliver(studio, "welcome.flac", sound(), 48000)
    deliver(studio, "en/menu/top.wav", sound(), 44100)
    deliver(studio, "See You.ogg", sound(), 16000)
    deliver(studio, "jingle.wav", sound())
    deliver(studio, "digits/1.wav", sound())
    (studio / "notes.txt").write_text("thank you")
    done = take(place, replace=True)
    assert done.refused == []
    assert sorted(done.written) == ["jingle", "menu/top", "see-you", "welcome"]
    (unmatched,) = done.unmatched
    assert unmatched.startswith("digits/1.wav: there is no prompt 'digits/1': there are: jingle")
    for path in done.written.values():
        found, samples = measured(path.read_bytes(), ".wav")
        assert (found.rate, found.channels) == (8000, 1)
        assert found.level == pytest.approx(-20, abs=0.5)
        assert len(samples)
    again = take(place)
    assert (again.same, again.written, again.refused) == (4, {}, [])


def test_what_is_no_good_is_refused_and_the_rest_is_taken(place: Place, studio: Path) -> None:
    (studio / "welcome.wav").write_bytes(b"no sound")
    deliver(studio, "menu-top.wav", sound(gain=0.01))
    deliver(studio, "see-you.wav", sound())
    done = take(place)
    assert list(done.written) == ["see-you"]
    first, second = done.refused
    assert first.startswith("menu-top.wav: 'menu/top': it is too quiet: at ")
    assert second.startswith("welcome.wav: 'welcome': this is no sound file")


@pytest.mark.parametrize(
    ("samples", "told"),
    [
        (np.clip(sound() * 20, -1, 1), "it is cut off at the top"),
        (np.concatenate([np.zeros(12000), sound()]), "1.5 s of silence at its beginning"),
        (np.concatenate([sound(), np.zeros(20000)]), "2.5 s of silence at its end; --trim"),
        (np.zeros(8000), "nothing to hear"),
    ],
)
def test_each_fault_is_told(place: Place, studio: Path, samples: Samples, told: str) -> None:
    deliver(studio, "welcome.wav", np.asarray(samples, dtype=np.float32))
    (refused,) = take(place).refused
    assert told in refused
    assert not (place.root / "prompts/en/welcome.wav").exists()


def test_silence_is_taken_off(place: Place, studio: Path) -> None:
    deliver(studio, "welcome.wav", np.concatenate([np.zeros(12000), sound(), np.zeros(20000)]))
    path = take(place, trim=True).written["welcome"]
    assert audio.seconds(path.read_bytes()) == pytest.approx(0.67, abs=0.05)


def test_what_is_there_stays_unless_it_is_to_be_replaced(place: Place, studio: Path) -> None:
    old = place.record("en/welcome.flac", b"old")
    deliver(studio, "welcome.wav", sound())
    (refused,) = take(place).refused
    assert "welcome.flac is there already (--replace puts this there)" in refused
    assert old.read_bytes() == b"old"
    assert list(take(place, replace=True, dry_run=True).written) == ["welcome"]
    assert old.exists()
    assert list(take(place, replace=True).written) == ["welcome"]
    assert [each.name for each in old.parent.glob("welcome.*")] == ["welcome.wav"]


def test_a_manifest_says_what_is_what(place: Place, studio: Path) -> None:
    for name in ("take-07.wav", "take-08.wav", "take-09.wav"):
        deliver(studio, name, sound())
    manifest = studio / "manifest.csv"
    rows = ["file;phrase", "take-07.wav;welcome", "take-08.wav;welcom", "take-1.wav;see-you"]
    manifest.write_text("\n".join(rows), encoding="utf-8-sig")
    done = take(place)
    assert list(done.written) == ["welcome"]
    told = "\n".join(done.unmatched)
    assert f"{manifest}:3: there is no prompt 'welcom': did you mean 'welcome'" in told
    assert f"{manifest}:4: there is no sound file 'take-1.wav'" in told
    assert "take-09.wav: the manifest does not name it" in told


def test_one_prompt_is_delivered_once(place: Place, studio: Path) -> None:
    deliver(studio, "menu-top.wav", sound())
    deliver(studio, "menu_top.wav", sound())
    done = take(place)
    assert done.refused == [
        "menu_top.wav: 'menu/top': menu-top.wav is the same prompt (leave one out)"
    ]


def test_nothing_leaves_or_enters_by_links(place: Place, studio: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    deliver(outside, "secret.wav", sound())
    (studio / "welcome.wav").symlink_to(outside / "secret.wav")
    (refused,) = take(place).refused
    assert "a link that leads out of the folder" in refused
    (place.root / "prompts/en/menu").symlink_to(outside)
    with pytest.raises(PromptError, match="leads out of"):
        place_of(place.root / "prompts", "en", "menu/top")
    for name in ("../x", "/x", "a/../../x", ".x"):
        with pytest.raises(PromptError):
            register(place.root / "prompts", "en", name, b"", replace=True)


@pytest.mark.parametrize("text", ["", "a,b\n", "file,phrase\na,b\na,c\n", 'file,phrase\n"a'])
def test_what_is_no_manifest(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"list\.csv"):
        read_manifest(path)


def test_wrong_use(place: Place, studio: Path) -> None:
    with pytest.raises(ConfigurationError, match="no folder"):
        take_folder(place.configuration, studio / "lost", "en", Options())
    with pytest.raises(ConfigurationError, match="not the tag"):
        take_folder(place.configuration, studio, "x", Options())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([".wav", ".mp3", ".flac", ".ulaw", ".gsm"]))
def test_no_bytes_make_it_fail(raw: bytes, suffix: str) -> None:
    try:
        found = converted(raw, suffix, -20.0)
    except PromptError:
        return
    assert found.sound.startswith(b"RIFF")
