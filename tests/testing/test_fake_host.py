"""The host of tests does what it is told."""

from __future__ import annotations

import asyncio

from ivrkit.testing.fake_host import Close, FakeHost, Flood, Line, Raw, Wait


async def said(host: FakeHost, *lines: bytes) -> bytes:
    """All that it says until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
    for line in lines:
        writer.write(line + b"\r\n")
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_rules() -> None:
    rules = {
        r"HELLO (\w+)": "HI {1}",
        r"NAME (?P<name>\w+)": [Line("{name}"), "{name} of {0}"],
        "SLOW": [Raw(b"ab", piece=1), Wait(0.001), Raw(b"c\r\n")],
        "BYE": [Close()],
    }
    async with FakeHost(rules, greeting=["READY"]) as host:
        told = await said(host, b"HELLO Ann", b"NAME Bo", b"SLOW", b"WHAT", b"BYE", b"HELLO Sam")
    assert told.splitlines() == [b"READY", b"HI Ann", b"{name}", b"Bo of NAME Bo", b"abc", b"ERR"]
    assert host.received == ["HELLO Ann", "NAME Bo", "SLOW", "WHAT", "BYE"]
    assert host.connections == 1


async def test_a_mute_host_reads() -> None:
    async with FakeHost({".*": "OK"}) as host:
        host.mute = True
        assert await said(host, b"HELLO") == b""
        assert host.received == ["HELLO"]


async def test_it_waits_until_it_is_told_to_go_on() -> None:
    async with FakeHost({"SLOW": [Wait(), "LATE"], "FAST": "SOON"}, in_turn=False) as host:
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
        writer.write(b"SLOW\r\nFAST\r\n")
        assert await reader.readline() == b"SOON\r\n"
        await host.until_waiting(1)
        host.go_on()
        assert await reader.readline() == b"LATE\r\n"
        await host.say("NEWS")
        assert await reader.readline() == b"NEWS\r\n"
        host.hang_up()
        await host.until_open(0)
        writer.close()


async def test_a_flood_ends_when_nobody_reads_it() -> None:
    async with FakeHost({}, greeting=[Flood(b"x" * 100_000)]) as host:
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
        assert await reader.readexactly(200_000) == b"x" * 200_000
        writer.transport.abort()
        await host.until_open(0)


async def test_it_comes_back_where_it_was() -> None:
    host = FakeHost({".*": "OK"})
    await host.start()
    port = host.port
    await host.stop()
    await host.start()
    assert host.port == port
    assert await said(host, b"HELLO") == b"OK\r\n"
    await host.stop()
