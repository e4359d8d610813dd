"""The single words of the say rules that a part of a prompt may need."""

from __future__ import annotations

from ivrkit.call.prompt import Part, Piece
from ivrkit.errors import IvrkitError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.part import SayablePart, ValuePart
from ivrkit.prompts.vocabulary import vocabulary
from ivrkit.prompts.words import Utterance


def words_of(part: Part, language: str, languages: Languages) -> list[str]:
    """The names of the words that a part may need in a language; none for a part that is no
    value, for one that the rules of the language cannot say, and in one without rules."""
    if not isinstance(part, SayablePart) or not languages.speaks(language):
        return []
    rules = languages.find(languages.spoken(language))
    if part.static is not None:
        return _said(part, part.static, languages, language)
    if not isinstance(part, ValuePart):
        return []
    settings = {name: getattr(part, name) for name in part.settings}
    options = {name: str(each.literal) for name, each in settings.items() if each and each.static}
    try:
        return list(vocabulary(rules, part.form, options))
    except IvrkitError:
        return []  # such as a currency that the rules do not know: another check tells


def _said(part: SayablePart, piece: Piece, languages: Languages, language: str) -> list[str]:
    try:
        heard = part.heard(piece, lambda: languages.find(languages.spoken(language)))
    except IvrkitError:
        return []
    words = heard.words if isinstance(heard, Utterance) else ()
    return [word.sound for word in words if word.sound]
