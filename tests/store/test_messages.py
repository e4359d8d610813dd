"""Messages: a file and a row, both or neither."""

from __future__ import annotations

import io
import os
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivrkit.call.messages import Keeping, Message
from ivrkit.errors import StoreError
from ivrkit.store import MessageLimits, Store, speech
from tests.store.test_memories import call

KEEPING = Keeping("bank", "message")
NOW = datetime.now(UTC)


def sound(seconds: float = 2.0, loud: int = 3000, rate: int = 8000) -> bytes:
    """A sound that is loud for its first half second."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        pulse = loud.to_bytes(2, "little", signed=True) + (-loud).to_bytes(2, "little", signed=True)
        frames = pulse * (rate // 4) + bytes(int(2 * rate * seconds))
        file.writeframes(frames[: int(2 * rate * seconds)])
    return target.getvalue()


def files(store: Store) -> set[str]:
    return {path.name for path in store.messages.folder.glob("*")}


async def keep(store: Store, message: str = "c1.2.0", keeping: Keeping = KEEPING) -> Message | None:
    call_id = message.partition(".")[0]
    return await store.messages.keep(call(now=NOW, call_id=call_id), message, sound(), keeping)


async def test_it_is_kept_for_the_engines_own_user(store: Store) -> None:
    kept = await keep(store)
    assert kept == Message("c1.2.0", 2.0)
    assert kept.file == "media:c1.2.0"
    path = store.messages.folder / "c1.2.0.wav"
    assert path.read_bytes() == sound()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert await store.messages.prepare("c1.2.0") == kept
    assert await store.messages.prepare("c1.3.0") is None


@pytest.mark.parametrize("loud", [0, 100])
async def test_silence_is_no_message(store: Store, loud: int) -> None:
    silent = sound(loud=loud)
    assert await store.messages.keep(call(), "c1.2.0", silent, KEEPING) is None
    assert not store.messages.folder.exists()


async def test_what_is_no_sound_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.messages.keep(call(), "c1.2.0", b"no sound", KEEPING)


async def test_a_call_erases_its_own_only(store: Store) -> None:
    await keep(store)
    await store.messages.erase(call(call_id="c2"), "c1.2.0")
    assert files(store) == {"c1.2.0.wav"}
    await store.messages.erase(call(call_id="c1"), "c1.2.0")
    assert files(store) == set()
    assert await store.messages.prepare("c1.2.0") is None


async def test_what_goes_with_its_call(store: Store) -> None:
    await keep(store, "c1.2.0", Keeping("bank", "message", with_call=True))
    await keep(store, "c1.3.0")
    await keep(store, "c2.2.0", Keeping("bank", "message", with_call=True))
    store.messages.call_over("c1")
    await store.messages.settle()
    assert files(store) == {"c1.3.0.wav", "c2.2.0.wav"}
    # The engine of the other call died: its session is gone.
    assert (await store.erase_expired(NOW)).messages == 1
    assert files(store) == {"c1.3.0.wav"}


async def test_what_goes_with_a_call_in_progress_stays(store: Store) -> None:
    await keep(store, "c1.2.0", Keeping("bank", "message", with_call=True))
    await store.save_ahead("c1", b"capture")
    assert (await store.erase_expired(NOW)).messages == 0
    assert files(store) == {"c1.2.0.wav"}


async def test_its_time_is_over(store: Store) -> None:
    await keep(store, "c1.2.0", Keeping("bank", "message", timedelta(hours=1)))
    await keep(store, "c2.2.0")
    assert (await store.erase_expired(NOW + timedelta(hours=1))).messages == 1
    assert files(store) == {"c2.2.0.wav"}
    assert (await store.erase_expired(NOW + timedelta(days=30))).messages == 1
    assert files(store) == set()


async def test_a_caller_is_erased(store: Store) -> None:
    await keep(store)
    await store.messages.keep(call("+49302", NOW, "c2"), "c2.2.0", sound(), KEEPING)
    assert (await store.callers.erase(["+49301"])).messages == 1
    assert files(store) == {"c2.2.0.wav"}


async def test_files_that_belong_to_nothing_are_swept_when_they_are_old(store: Store) -> None:
    await keep(store)
    for name, age in (("old.wav", 7200), ("new.wav", 0)):
        path = store.messages.folder / name
        path.write_bytes(b"left over")
        os.utime(path, (NOW.timestamp() - age,) * 2)
    os.utime(store.messages.folder / "c1.2.0.wav", (0, 0))
    odd = store.messages.folder / "odd.wav"
    odd.mkdir()
    os.utime(odd, (0, 0))
    await store.erase_expired(NOW)
    assert files(store) == {"c1.2.0.wav", "new.wav", "odd.wav"}


@pytest.mark.parametrize(
    "limits", [MessageLimits(most=1), MessageLimits(megabytes=0.03)], ids=["count", "size"]
)
async def test_there_is_no_room(tmp_path: Path, limits: MessageLimits) -> None:
    store = Store(tmp_path / "s.db", limits=limits)
    await store.open()
    assert await store.messages.prepare("c1.2.0") is None
    await keep(store)
    with pytest.raises(StoreError, match="no room"):
        await store.messages.prepare("c1.3.0")
    assert await store.messages.prepare("c1.2.0") is not None
    await store.close()


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    store = Store(tmp_path / "s.db")
    await store.open()
    with pytest.raises(StoreError):
        await keep(store)
    assert await store.messages.prepare("c1.2.0") is None
    await store.close()


@pytest.mark.parametrize("rate", [8000, 16000])
def test_how_long_a_sound_is(rate: int) -> None:
    assert speech.length(sound(3.5, rate=rate)) == pytest.approx(3.5)
    assert not speech.is_silent(sound(3.5, rate=rate))
    assert speech.is_silent(sound(0.0))
