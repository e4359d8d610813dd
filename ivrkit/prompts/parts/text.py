"""A text, spoken by a voice."""

from __future__ import annotations

from ivrkit.call.fields import Text
from ivrkit.call.prompt import Piece
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.prompts.part import Heard, Rules, opened, secret_spoken
from ivrkit.prompts.words import Utterance, Word
from ivrkit.prompts.written import WrittenPart


class TextPart(WrittenPart):
    """A text. A bare text in a prompt is short for it."""

    form = "text"
    example = '{text: "Hello {{ customer.name }}."}'

    text: Text
    """The text."""

    def evaluate(self, scope: Scope) -> Piece:
        if self.text.static:
            return self.piece(self.text.literal)
        text = self.text.text(scope)
        if isinstance(text, Secret):
            raise secret_spoken(
                self.text.source[:60], "say it with digits, number or spell, and reveal: true"
            )
        return self.piece(text, dynamic=True)

    @property
    def static(self) -> Piece | None:
        """The piece of a text without ``{{ }}``."""
        return self.piece(self.text.literal) if self.text.static else None

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        text = " ".join(str(opened(piece.value)).split())
        return Utterance(text, (Word(text),) if text else ())
