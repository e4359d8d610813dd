"""What doctor tells of the keys of the store."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import State
from ivrkit.service.doctor.sealing import sealing
from ivrkit.store import Sealer, Store

OLD, NEW = b"o" * 32, b"n" * 32


def site(folder: Path, *keys: bytes) -> Configuration:
    text = " ".join(key.hex() for key in keys)
    return Configuration.model_validate({"store": {"key": text}}).placed(folder)


async def fill(configuration: Configuration, key: bytes) -> None:
    """A call in progress with a secret that is sealed under a key."""
    sealed = Sealer(key).seal(b"1234", "c1")
    assert sealed is not None
    store = Store(configuration.store_url)
    await store.open()
    await store.save_ahead("c1", b'{"$secret":"' + base64.b64encode(sealed) + b'"}')
    await store.close()


async def test_without_a_store_there_is_nothing_to_be_needed(tmp_path: Path) -> None:
    found = await sealing(site(tmp_path, NEW))
    assert (found.state, found.text) == (State.OK, "secrets are sealed in the store")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("key", "state", "text"),
    [
        (OLD, State.OK, "still needed by 1 calls in progress and 0 messages"),
        (NEW, State.WARNING, "nothing in the store needs the old keys any more"),
    ],
)
async def test_what_needs_an_old_key_is_told(
    tmp_path: Path, key: bytes, state: State, text: str
) -> None:
    configuration = site(tmp_path, NEW, OLD)
    await fill(configuration, key)
    found = await sealing(configuration)
    assert found.state is state
    assert text in found.text
    assert NEW.hex() not in str(found)


async def test_a_key_is_not_called_needless_while_the_store_cannot_be_read(tmp_path: Path) -> None:
    configuration = site(tmp_path, NEW, OLD)
    await fill(configuration, OLD)
    Path(str(configuration.store_url.database)).write_bytes(b"no database" * 1000)
    found = await sealing(configuration)
    assert (found.state, "cannot be told now" in found.text) == (State.OK, True)
