"""What comes from the network, piece by piece."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.connectors.web.reading import decoded, explained, read_bounded
from ivrkit.errors import ValueRejected


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(st.binary(max_size=3000), st.integers(1, 500), st.sampled_from(["", "gzip", "deflate"]))
async def test_however_it_arrives_it_is_the_same(data: bytes, size: int, encoding: str) -> None:
    packed = {"": data, "gzip": gzip.compress(data), "deflate": zlib.compress(data)}[encoding]
    assert await read_bounded(pieces(packed, size), encoding, 4096) == data


@pytest.mark.parametrize("size", [1, 1000, 100_000])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_no_more_is_unpacked_than_is_allowed(size: int, encoding: str) -> None:
    data = b"\0" * 10_000_000
    bomb = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
    with pytest.raises(ValueRejected, match="more than 20 KB"):
        await read_bounded(pieces(bomb, size), encoding, 20 * 1024)


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "br", "", "x" * 99]))
async def test_rubbish_is_refused_or_read_and_nothing_else(data: bytes, encoding: str) -> None:
    try:
        assert len(await read_bounded(pieces(data, 50), encoding, 200)) <= 200
    except ValueRejected:
        return


@pytest.mark.parametrize("exact", [1023, 1024, 1025])
async def test_the_limit_is_exact(exact: int) -> None:
    reading = read_bounded(pieces(b"x" * exact, 100), "", 1024)
    if exact <= 1024:
        assert len(await reading) == exact
    else:
        with pytest.raises(ValueRejected):
            await reading


@given(st.binary(max_size=300), st.text(max_size=60))
def test_whatever_the_charset_it_is_a_text_or_refused(data: bytes, charset: str) -> None:
    for content_type in (f"text/plain; charset={charset}", charset):
        try:
            assert isinstance(decoded(data, content_type), str)
        except ValueRejected:
            assert explained(data, content_type) is None
            continue
        explained(data, content_type)
