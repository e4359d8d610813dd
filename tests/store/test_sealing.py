from __future__ import annotations

import base64
import hmac
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ConfigurationError
from ivrkit.store.sealing import Sealer, key_id, read_keys

KEY = bytes(range(32))
OTHER = bytes(range(32, 64))


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
    assert read_keys(environment={"IVRKIT_STORE_KEY": text}) == (KEY,)
    assert read_keys(environment={"OTHER": text}, variable="OTHER") == (KEY,)
    file = tmp_path / "key"
    file.write_text(text)
    assert read_keys(environment={}, file=file) == (KEY,)
    assert read_keys(environment={}) == ()
    assert read_keys(environment={"IVRKIT_STORE_KEY": ""}) == ()


@pytest.mark.parametrize("text", ["secret", "zz" * 32, "AAAA", KEY.hex() + "00"])
def test_a_bad_key_is_named_by_its_place_and_not_shown(text: str) -> None:
    with pytest.raises(ConfigurationError, match="variable IVRKIT_STORE_KEY") as caught:
        read_keys(environment={"IVRKIT_STORE_KEY": text})
    assert text not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    """Whose copy is somewhere: a new one would lose what is sealed."""
    with pytest.raises(ConfigurationError, match=r"key\.txt") as caught:
        read_keys(file=tmp_path / "key.txt")
    assert caught.value.hint.startswith("put its copy back; make a new one")
    assert "only if there never was one" in caught.value.hint


def test_several_keys_stand_one_behind_the_other_the_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{OTHER.hex()}\n{base64.b64encode(KEY).decode()}\n")
    assert read_keys(environment={}, file=file) == (OTHER, KEY)
    assert read_keys(environment={"IVRKIT_STORE_KEY": f"{OTHER.hex()} {KEY.hex()}"}) == (OTHER, KEY)
    file.write_text("")
    with pytest.raises(ConfigurationError, match="holds no key"):
        read_keys(environment={}, file=file)


def test_a_new_key_seals_and_the_one_before_still_opens() -> None:
    before, now = Sealer(KEY), Sealer(OTHER, [KEY])
    old = before.seal(b"1234", "a")
    assert old is not None
    assert now.unseal(old, "a") == b"1234"
    assert not now.is_newest(old)
    new = now.seal(b"1234", "a")
    assert new is not None
    assert now.is_newest(new)
    assert before.unseal(new, "a") is None
    assert Sealer(OTHER).unseal(new, "a") == b"1234"


def test_which_old_keys_something_still_needs_is_told_without_opening_it() -> None:
    now = Sealer(OTHER, [KEY])
    old, new = Sealer(KEY).seal(b"1234", "a"), now.seal(b"1234", "a")
    assert old is not None
    assert new is not None
    assert now.needed(b'{"$secret":"' + base64.b64encode(new) + b'"}') == set()
    assert now.needed(b'{"$secret":"' + base64.b64encode(old) + b'"}') == {key_id(old)}
    assert now.old_keys == (key_id(old),)


def test_a_key_that_is_missing_is_told_once_and_told_from_damage(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sealed = Sealer(KEY).seal(b"1234", "call-1")
    assert sealed is not None
    other = Sealer(OTHER)
    assert other.unseal(sealed, "call-1") is None
    assert other.unseal(sealed, "call-1") is None
    assert [key_id(sealed) in line for line in caplog.messages] == [True]
    assert "a key that is not here" in caplog.text
    caplog.clear()
    assert Sealer(KEY).unseal(sealed[:-1] + b"\x00\x01", "call-1") is None
    assert "what was sealed for call-1 is damaged" in caplog.text


def test_what_an_earlier_release_sealed_opens_with_any_of_the_keys() -> None:
    nonce = os.urandom(12)
    derived = hmac.digest(KEY, b"ivrkit capture\0call-1", "sha256")
    sealed = b"\x01" + nonce + AESGCM(derived).encrypt(nonce, b"1234", b"\x01")
    assert Sealer(OTHER, [KEY]).unseal(sealed, "call-1") == b"1234"
    assert Sealer(OTHER).unseal(sealed, "call-1") is None
    assert not Sealer(KEY).is_newest(sealed)
