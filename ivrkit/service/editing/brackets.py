"""What is open within ``[ ]`` and ``{ }`` up to a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Opened(NamedTuple):
    """The way from the outermost bracket to a place, keys with those beside them, and the place
    itself as :class:`~ivrkit.service.editing.cursor.Cursor` has it."""

    levels: tuple[tuple[str | None, tuple[str, ...]], ...]
    key: str | None
    present: tuple[str, ...]
    word: str
    is_list: bool


@dataclass
class _Frame:
    bracket: str
    keys: list[str] = field(default_factory=list)
    key: str | None = None
    word: str = ""

    def ends_piece(self) -> None:
        """A comma: the next entry begins."""
        if self.bracket == "{" and self.key is None and self.word.strip():
            self.keys.append(_bare(self.word))
        elif self.key is not None:
            self.keys.append(self.key)
        self.key, self.word = None, ""


def opened(text: str, rest: str = "") -> Opened | None:
    """What is open at the end of a text that begins with a bracket; None if nothing is. ``rest``
    is what stands behind the place: keys in it are beside it too."""
    frames: list[_Frame] = []
    for sign, quoted, follows in _signs(text):
        frame = frames[-1] if frames else None
        if quoted or (frame is not None and sign in "[{" and frame.word.strip()):
            if frame is not None:
                frame.word += sign
        elif sign in "[{":
            frames.append(_Frame(sign))
        elif frame is None:
            return None
        elif sign in "]}":
            frames.pop()
            if frames:
                frames[-1].word += " "
        elif sign == ",":
            frame.ends_piece()
        elif sign == ":" and frame.bracket == "{" and frame.key is None and follows in " \n,]}":
            frame.key, frame.word = _bare(frame.word), ""
        else:
            frame.word += sign
    if not frames:
        return None
    *outer, last = frames
    levels: list[tuple[str | None, tuple[str, ...]]] = []
    for frame in outer:
        levels.append((None if frame.bracket == "[" else frame.key, tuple(frame.keys)))
    if last.bracket == "[":
        levels.append((None, ()))
    present = (*last.keys, *_keys_behind(rest)) if last.bracket == "{" else ()
    return Opened(tuple(levels), last.key, present, last.word.lstrip(), last.bracket == "[")


def _signs(text: str) -> list[tuple[str, bool, str]]:
    """The characters, each with whether it stands in quotes and what follows it."""
    found, quote = [], ""
    previous = "["
    for number, sign in enumerate(text):
        follows = text[number + 1] if number + 1 < len(text) else " "
        if quote:
            found.append((sign, True, follows))
            if sign == quote and text[number - 1] != "\\":
                quote = ""
        elif sign in "\"'" and previous in "[{,:":
            quote = sign
            found.append((sign, True, follows))
        else:
            found.append((sign, False, follows))
        if not sign.isspace():
            previous = sign
    return found


def _keys_behind(rest: str) -> list[str]:
    """The keys in the rest of the innermost braces."""
    depth, word, keys = 0, "", []
    for sign, quoted, follows in _signs(rest):
        if not quoted and sign in "[{":
            depth += 1
        elif not quoted and sign in "]}":
            depth -= 1
            if depth < 0:
                break
        elif not quoted and sign == "," and depth == 0:
            word = ""
        elif not quoted and sign == ":" and depth == 0 and follows in " \n":
            keys.append(_bare(word))
            word = ""
        else:
            word += sign
    return [key for key in keys if key]


def _bare(word: str) -> str:
    return word.strip().strip("\"'")
