from __future__ import annotations

import pytest

from ivrkit.channels.ari.audio.media import MODULES, chosen
from ivrkit.channels.ari.versions import Version

OLD, NEW = Version((20, 17, 0)), Version((22, 10, 1))
ALL = set(MODULES)


@pytest.mark.parametrize(
    ("wanted", "lacking", "version", "transport"),
    [
        ("auto", "", NEW, "rtp"),
        ("auto", "chan_rtp", NEW, "websocket"),
        ("auto", "chan_rtp", OLD, None),
        ("auto", "chan_websocket", OLD, "rtp"),
        ("rtp", "", NEW, "rtp"),
        ("rtp", "chan_rtp", NEW, None),
        ("websocket", "", NEW, "websocket"),
        ("websocket", "", OLD, "websocket"),
        ("websocket", "chan_websocket", NEW, None),
        ("auto", "res_stasis_snoop", NEW, None),
        ("auto", "res_ari_bridges", NEW, None),
    ],
)
def test_which_way_is_taken(
    wanted: str, lacking: str, version: Version, transport: str | None
) -> None:
    choice = chosen(wanted, ALL - {lacking}, version)
    assert choice.transport == transport
    if transport is None:
        assert (choice.text, choice.remedy) == (
            f"{lacking} does not run",
            f"load {lacking}.so in modules.conf",
        )
