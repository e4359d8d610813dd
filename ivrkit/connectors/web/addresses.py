"""Which addresses may be asked: looked at behind the resolution of names, on every connection.

A service on the inside of a network is asked only where the configuration says so, whatever a name
resolves to today; what hands out credentials to machines of a cloud, never.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NEVER: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this host (RFC 1122): many systems take it for 127.0.0.1
            "169.254.0.0/16",  # link-local; 169.254.169.254 is the metadata of most clouds
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "100.100.100.200/32",  # metadata of Alibaba Cloud
            "192.0.0.192/32",  # metadata of Oracle Cloud
            "168.63.129.16/32",  # the wire server of Azure
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::/32",  # metadata of Amazon
            "fd20:ce::254/128",  # metadata of Google
        ),
    )
)
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = IPv6Network("::/96")


class AddressRefused(OSError):
    """An address that may not be asked."""


class Addresses:
    """``allowed`` are the networks that may be asked although they are not public; True: all."""

    def __init__(self, allowed: bool | Iterable[str]) -> None:
        self._all = allowed is True
        self._allowed = [] if isinstance(allowed, bool) else [ip_network(each) for each in allowed]

    def check(self, text: str) -> None:
        """Look at an address. Raises AddressRefused; the text says what may be done about it."""
        address = ip_address(text.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        for each in (mapped,) if mapped is not None else (address, *_inside(address)):
            self._check(each, text)

    def open_socket(self, info: Any) -> socket.socket:
        """The socket for a connection to an address of getaddrinfo: the last look at it, for it
        is the very address that is connected to."""
        family, kind, protocol, _, where = info
        self.check(where[0])
        return socket.socket(family, kind, protocol)

    def _check(self, address: Address, text: str) -> None:
        if any(_holds(network, address) for network in _NEVER):
            raise AddressRefused(f"the address {text} is never asked")
        if address.is_global or self._all:
            return
        if not any(_holds(network, address) for network in self._allowed):
            raise AddressRefused(
                f"the address {text} is not public; if it is meant, add it to allow_private"
            )


def _holds(network: Network, address: Address) -> bool:
    return network.version == address.version and address in network


def _inside(address: Address) -> Iterator[IPv4Address]:
    """IPv4 addresses to which a packet to this IPv6 address may be carried on."""
    if isinstance(address, IPv4Address):
        return
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    isatap = (int(address) >> 32) & 0xFCFFFFFF == 0x5EFE
    compatible = address in _COMPATIBLE and int(address) > 1
    if isatap or compatible or any(address in network for network in _NAT64):
        yield last
