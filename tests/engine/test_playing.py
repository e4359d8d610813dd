"""From a prompt to a playback that has ended."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivrkit.call.channel import ChannelEvent, HungUp, KeyPressed, PlaybackEnded
from ivrkit.call.events import Said
from ivrkit.call.prompt import Media, Piece, Rendered
from ivrkit.errors import CarrierError
from ivrkit.prompts.spoken_text import TextPrompts
from tests.engine.conftest import Bench

ASKED = """
    exits: {no_input: hangup, no_match: hangup}
    on_end: [{log: "{{ call.ended }}"}]
    sections:
      main:
        - answer
        - menu: {prompt: Please choose., keys: {1: chosen}}
      chosen:
        - log: chosen
        - hangup
"""


class Meanwhile:
    """Lets something happen while the voice speaks."""

    def __init__(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, *events: ChannelEvent
    ) -> None:
        self._render = TextPrompts.render
        self._bench = bench
        self._events = events
        monkeypatch.setattr(TextPrompts, "render", lambda *given: self.render(*given))

    async def render(
        self, prompts: TextPrompts, pieces: Sequence[Piece], language: str
    ) -> Rendered:
        (runner,) = self._bench.simulation.engine.live().values()
        for event in self._events:
            runner.mailbox.put(event)
        return await self._render(prompts, pieces, language)


async def test_a_key_that_is_quicker_than_the_voice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    Meanwhile(bench, monkeypatch, KeyPressed("1"))
    await bench.call(ASKED)
    await bench.ended()
    assert bench.said == [("", "skipped")]
    assert bench.channel.caller.heard == []
    assert bench.notes == ["chosen", "flow"]


async def test_a_hang_up_while_the_voice_speaks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    Meanwhile(bench, monkeypatch, HungUp())
    await bench.call(ASKED)
    assert await bench.ended() == "caller"
    assert bench.channel.caller.heard == []
    assert (bench.notes, bench.failures) == (["caller"], [])


@pytest.mark.parametrize(
    ("by", "unplayed"), [("failed", True), ("gap", False), ("watchdog", False)]
)
async def test_what_could_not_be_played_is_told_and_not_what_ended_untold(
    bench: Bench, by: str, unplayed: bool
) -> None:
    await bench.call(
        """
        sections:
          main:
            - say: A notice.
            - log: on
        """
    )
    (runner,) = bench.simulation.engine.live().values()
    runner.mailbox.put(PlaybackEnded("call-1.1", ok=False, by=by))
    await bench.settle()
    assert bench.said == [("A notice.", "failed")]
    assert [each.unplayed for each in bench.of(Said)] == [unplayed]
    assert bench.notes == ["on"]


async def test_a_carrier_that_refuses_to_play(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(playback: str, media: Sequence[Media]) -> None:
        raise CarrierError("no")

    await bench.call(
        """
        sections:
          main:
            - wait: 1s
            - say: A notice.
              exits: {error: sorry}
          sorry:
            - log: "{{ error.code }}"
        """
    )
    monkeypatch.setattr(bench.channel, "play", refuse)
    await bench.ended()
    assert [(each.text, each.end) for each in bench.of(Said)] == [("A notice.", "failed")]
    assert [each.unplayed for each in bench.of(Said)] == [False]  # the step says so itself
    assert bench.notes == ["carrier"]
