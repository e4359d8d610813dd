"""A tone of the exchange: beep, busy, dial, ringback …"""

from __future__ import annotations

from functools import partial

from pydantic import model_validator

from ivrkit.call.fields import Duration, TextSetting
from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.expressions.scope import Scope
from ivrkit.prompts import tones
from ivrkit.prompts.lengths import seconds_of
from ivrkit.prompts.part import NOTHING, Heard, Made, Rules, SayablePart, plain_setting


class TonePart(SayablePart):
    """A tone, by ``length`` as long as said, else as long as it usually is."""

    form = "tone"
    example = "{tone: busy, length: 3s}"

    tone: TextSetting
    """`beep`, `busy`, `dial`, `ringback` and the like."""
    length: Duration | None = None
    """How long, where not as long as usual."""

    @model_validator(mode="after")
    def _known(self) -> TonePart:
        if self.tone.static:
            try:
                tones.tone(str(self.tone.literal))
            except PromptError as error:
                raise ValueError(f"{error.message}; hint: {error.hint}") from None
        return self

    def evaluate(self, scope: Scope) -> Piece:
        options = (
            {} if self.length is None else {"length": plain_setting(self.length, scope, "length")}
        )
        return self.piece(
            plain_setting(self.tone, scope, self.form), options, dynamic=not self._literal
        )

    @property
    def static(self) -> Piece | None:
        """The piece when name and length are written, not computed."""
        return self.evaluate(NOTHING) if self._literal else None

    @property
    def _literal(self) -> bool:
        return self.tone.static and (self.length is None or self.length.static)

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        name = str(piece.value)
        usual = tones.tone(name).length
        length = piece.options.get("length")
        seconds = usual if length is None else seconds_of(length, "tone")
        return Made(f"{name}-{seconds:.2f}", seconds, partial(tones.sounding, name, seconds))
