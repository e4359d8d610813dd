"""Silence for a moment."""

from __future__ import annotations

from functools import partial

from ivrkit.call.fields import Duration
from ivrkit.call.prompt import Piece
from ivrkit.expressions.scope import Scope
from ivrkit.prompts import audio
from ivrkit.prompts.lengths import seconds_of
from ivrkit.prompts.part import NOTHING, Heard, Made, Rules, SayablePart, plain_setting


class SilencePart(SayablePart):
    """Silence. For longer pauses, with music or keys, there is the verb ``wait``."""

    form = "silence"
    example = "{silence: 500ms}"

    silence: Duration
    """How long."""

    def evaluate(self, scope: Scope) -> Piece:
        return self.piece(
            plain_setting(self.silence, scope, self.form), dynamic=not self.silence.static
        )

    @property
    def static(self) -> Piece | None:
        """The piece of a length that is written, not computed."""
        return self.evaluate(NOTHING) if self.silence.static else None

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        seconds = seconds_of(piece.value, "silence")
        return Made(f"silence-{seconds:.2f}", seconds, partial(audio.silence, seconds))
