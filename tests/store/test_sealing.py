from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError
from ivrkit.store.sealing import Sealer, read_key

KEY = bytes(range(32))


@given(st.binary(), st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_opens_in_its_context_only(plain: bytes, context: str) -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(plain, context)
    assert sealed is not None
    assert sealer.unseal(sealed, context) == plain
    assert sealer.unseal(sealed, context + "x") is None
    assert Sealer(os.urandom(32)).unseal(sealed, context) is None


def test_the_same_is_never_sealed_the_same_way_twice_and_never_readable() -> None:
    sealer = Sealer(KEY)
    first, second = sealer.seal(b"1234567890", "a"), sealer.seal(b"1234567890", "a")
    assert first is not None
    assert first != second
    assert b"1234567890" not in first


def test_without_a_key_nothing_is_sealed_and_nothing_opens() -> None:
    sealed = Sealer(KEY).seal(b"1234", "a")
    assert sealed is not None
    assert Sealer().seal(b"1234", "a") is None
    assert Sealer().unseal(sealed, "a") is None
    assert Sealer(KEY).has_key
    assert not Sealer().has_key


@given(st.binary(max_size=80))
def test_garbage_is_lost_not_a_crash(garbage: bytes) -> None:
    assert Sealer(KEY).unseal(garbage, "a") is None
    assert Sealer(KEY).unseal(b"\x01" + garbage, "a") is None


def test_one_changed_bit_is_noticed() -> None:
    sealed = Sealer(KEY).seal(b"1234", "a")
    assert sealed is not None
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        assert Sealer(KEY).unseal(bytes(changed), "a") is None


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="5 bytes instead of 32"):
        Sealer(b"short")


@pytest.mark.parametrize("text", [KEY.hex(), base64.b64encode(KEY).decode() + "\n"])
def test_the_key_comes_from_the_environment_or_a_file(text: str, tmp_path: Path) -> None:
    assert read_key(environment={"IVRKIT_STORE_KEY": text}) == KEY
    assert read_key(environment={"OTHER": text}, variable="OTHER") == KEY
    file = tmp_path / "key"
    file.write_text(text)
    assert read_key(environment={}, file=file) == KEY
    assert read_key(environment={}) is None
    assert read_key(environment={"IVRKIT_STORE_KEY": ""}) is None


@pytest.mark.parametrize("text", ["secret", "zz" * 32, "AAAA", KEY.hex() + "00"])
def test_a_bad_key_is_named_by_its_place_and_not_shown(text: str) -> None:
    with pytest.raises(ConfigurationError, match="variable IVRKIT_STORE_KEY") as caught:
        read_key(environment={"IVRKIT_STORE_KEY": text})
    assert text not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"key\.txt"):
        read_key(file=tmp_path / "key.txt")
