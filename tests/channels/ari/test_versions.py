from __future__ import annotations

import pytest

from ivrkit.channels.ari.generated.asterisk import SystemInfo
from ivrkit.channels.ari.versions import Version


@pytest.mark.parametrize(
    ("text", "many", "headers"),
    [
        ("22.10.1~dfsg+~cs6.15.60671435-1", True, True),
        ("22.9.0", False, True),
        ("22.8.2", False, False),
        ("20.20.0", True, True),
        ("20.19.0", False, True),
        ("20.18.9", False, False),
        ("21.12.3", False, False),
        ("18.26.4", False, False),
        ("23.3.0", False, True),
        ("23.4.1", True, True),
        ("24.0.0", True, True),
        ("25.1", True, True),
        ("certified/20.7-cert3", False, False),
        ("certified-22.8-cert1", False, False),
        ("GIT-master-abc", False, False),
        ("", False, False),
    ],
)
def test_what_a_version_can_do(text: str, many: bool, headers: bool) -> None:
    version = Version.of(SystemInfo(version=text))
    assert (version.many_variables, version.inheritable_headers) == (many, headers)


def test_an_asterisk_that_says_nothing() -> None:
    assert Version.of(None) == Version()


@pytest.mark.parametrize(
    ("number", "has"),
    [
        ((22, 10, 0), True),
        ((22, 9, 9), False),
        ((20, 20, 1), True),
        ((21, 12, 3), False),
        ((23, 4, 0), True),
        ((24, 0, 0), True),
        ((0, 0, 0), False),
    ],
)
def test_audio_over_websockets_without_known_crashes(
    number: tuple[int, int, int], has: bool
) -> None:
    assert Version(number).websocket_media == has
