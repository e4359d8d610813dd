"""Addresses that may be asked, and those that may not."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.connectors.web.addresses import Addresses, AddressRefused

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]
PRIVATE = [
    "127.0.0.1",
    "127.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "2002:0a00:0001::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::192.168.0.1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2606:2800:220:1:0:5efe:10.0.0.1",
    "::10.0.0.1",
]
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::1",
    "::169.254.169.254",
    "2606:2800:220:1:200:5efe:169.254.169.254",
]


def info(address: str) -> tuple[int, int, int, str, tuple[str, int]]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return (family, socket.SOCK_STREAM, 0, "", (address, 80))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_may_be_asked(address: str) -> None:
    Addresses(False).check(address)
    Addresses(False).open_socket(info(address)).close()


@pytest.mark.parametrize("address", PRIVATE)
def test_private_ones_only_where_that_is_said(address: str) -> None:
    with pytest.raises(AddressRefused, match="is not public"):
        Addresses(False).check(address)
    with pytest.raises(AddressRefused, match="is not public"):
        Addresses(False).open_socket(info(address))
    with pytest.raises(AddressRefused, match="is not public"):
        Addresses(["192.0.3.0/24", "fc12::/16"]).check(address)
    Addresses(True).check(address)


@pytest.mark.parametrize("address", NEVER)
def test_some_are_never_asked(address: str) -> None:
    for allowed in (True, False, ["0.0.0.0/0", "::/0"]):
        with pytest.raises(AddressRefused, match="never asked"):
            Addresses(allowed).check(address)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", ["10.0.0.0/8"]),
        ("::ffff:10.1.2.3", ["10.0.0.0/8"]),
        ("fd12:3456::1", ["fd12:3456::/32"]),
        ("127.0.0.1", ["10.0.0.0/8", "127.0.0.1/32"]),
    ],
)
def test_networks_that_are_named(address: str, allowed: list[str]) -> None:
    with pytest.raises(AddressRefused, match="is not public"):
        Addresses(False).check(address)
    Addresses(allowed).check(address)


def test_what_is_carried_inside_must_be_allowed_too() -> None:
    with pytest.raises(AddressRefused, match="is not public"):
        Addresses(["2002::/16"]).check("2002:0a00:0001::1")
    Addresses(["2002::/16", "10.0.0.0/8"]).check("2002:0a00:0001::1")


@given(st.ip_addresses(v=4))
def test_however_it_is_written_it_is_the_same(address: object) -> None:
    def verdict(text: str) -> bool:
        try:
            Addresses(False).check(text)
        except AddressRefused:
            return False
        return True

    assert verdict(str(address)) == verdict(f"::ffff:{address}")
    if not verdict(str(address)):
        assert not verdict(f"64:ff9b::{address}")
