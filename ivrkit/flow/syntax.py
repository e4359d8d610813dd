"""YAML's own complaints, in the words of the language and with the cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import yaml
from yaml.reader import ReaderError

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostic, lines_of

_BRACES: Final = re.compile(r"(?:^|[:\-,\[{?])\s*(\{\{)")
_QUOTED: Final = re.compile(r"(?:(?<=[\s,\[{])|^)(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')")
_STAR: Final = 'write the key as the word star, or put it in quotes: "*"'


def translate(error: yaml.YAMLError | UnicodeError, file: str, text: str) -> Diagnostic:
    """The finding for what PyYAML raised."""
    if isinstance(error, UnicodeError) or not isinstance(error, yaml.MarkedYAMLError):
        return _unreadable(error, file, text)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = lines_of(text)
    line = min(line, len(lines) - 1)
    problem = error.problem or error.context or "it cannot be read"
    found = (
        _braces(lines, line, error)
        or _by_problem(problem, error.context or "", lines[line], column)
        or _after_quotes(lines[line], column)
    )
    if found is None:
        begun = _begun(error)
        found = codes.YAML_SYNTAX, f"this is not YAML: {problem}{begun}", _hint(problem), column, 1
    code, message, hint, at, length = found
    if code == codes.UNQUOTED_EXPRESSION:
        line = _line_of_braces(lines, line, error)
    return Diagnostic(code, "error", Mark(file, line + 1, at + 1, length), message, hint)


_Found = tuple[str, str, str, int, int]


def _unreadable(error: Exception, file: str, text: str) -> Diagnostic:
    place = getattr(error, "position", None)
    position = place if isinstance(error, ReaderError) and isinstance(place, int) else 0
    if isinstance(error, UnicodeEncodeError):
        position = error.start
    else:  # libyaml counts bytes, so the character is looked for
        bad = re.search(
            r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text
        )
        position = bad.start() if bad else min(position, len(text))
    before = text[:position]
    sign = f"U+{ord(text[position]):04X}" if position < len(text) else "a character"
    return Diagnostic(
        codes.NOT_UTF8,
        "error",
        Mark(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1),
        f"{sign} is no character of a text file",
        "remove it; save the file as UTF-8",
    )


def _line_of_braces(lines: list[str], line: int, error: yaml.MarkedYAMLError) -> int:
    return next((at for at in _near(line, error) if _find_braces(lines[at])), line)


def _find_braces(line: str) -> re.Match[str] | None:
    """Two braces at the beginning of a value without quotes."""
    bare = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    for found in _BRACES.finditer(bare):
        at = found.start(1)
        if in_brackets(bare[:at]) or text_start(bare, at) >= at:
            return found
    return None


def in_brackets(before: str) -> bool:
    """Whether what follows is within [ ] or { }."""
    return sum(map(before.count, "[{")) > sum(map(before.count, "]}"))


def _near(line: int, error: yaml.MarkedYAMLError) -> list[int]:
    """The line of the complaint, those where the broken thing began, and the one before."""
    begun = error.context_mark.line if error.context_mark else line
    return [line, *([line - 1] if line else []), *([begun] if begun <= line else [])]


def _braces(lines: list[str], line: int, error: yaml.MarkedYAMLError) -> _Found | None:
    found = _find_braces(lines[_line_of_braces(lines, line, error)])
    if found is None:
        return None
    message = "a value that begins with {{ must be in quotes"
    return codes.UNQUOTED_EXPRESSION, message, 'write "{{ … }}"', found.start(1), 2


def _by_problem(problem: str, context: str, line: str, column: int) -> _Found | None:
    for fragment, rule in _RULES:
        if fragment in problem or fragment in context:
            found = rule(line, column)
            if found is not None:
                return found
    return None


def _colon(line: str, column: int) -> _Found | None:
    start = text_start(line, column)
    if not line[:start].strip(" -"):  # the text began in a line above
        message = "this line is indented deeper than the one above, which has its value already"
        hint = "begin it in the same column, or put a text over several lines in quotes"
        return codes.YAML_SYNTAX, message, hint, start, max(1, column - start)
    shown = _shown(line, start)
    if not shown or start >= column:
        return None
    return (
        codes.COLON_IN_TEXT,
        "a text with a colon and a space must be in quotes",
        f'write "{shown[:40]}{"…" if len(shown) > 40 else ""}"',
        column,
        1,
    )


def text_start(line: str, column: int) -> int:
    """Where the plain text begins in which a colon at ``column`` stands."""
    before = line[:column]
    if in_brackets(before):
        start = max(before.rfind(sign) + len(sign) for sign in ("[", "{", ",", ": "))
        return start + len(line[start:]) - len(line[start:].lstrip())
    found = re.match(r"\s*(?:- +)*(?:[^\s:][^:]*:\s+)?", before)
    return found.end() if found else 0


def _star(line: str, column: int) -> _Found | None:
    at = max(line.rfind("*", 0, column + 1), line.rfind("&", 0, column + 1))
    if at < 0:
        return None
    sign = line[at]
    message = f"YAML takes {sign} for a reference here"
    return codes.BARE_STAR, message, _STAR if sign == "*" else "put the text in quotes", at, 1


def _character(line: str, column: int) -> _Found | None:
    sign = line[column : column + 1]
    if sign == "\t" or line[: len(line) - len(line.lstrip())].count("\t"):
        at = max(line.find("\t"), 0)
        message = "YAML indents with spaces, not with tabs"
        return codes.TAB, message, "put spaces in place of the tab", at, 1
    if sign and sign in "@`%":
        message = f"a text cannot begin with {sign} unless it is in quotes"
        shown = _shown(line, column)
        return codes.RESERVED_CHARACTER, message, f"write '{shown[:40]}'", column, 1
    return None


def _shown(line: str, column: int) -> str:
    """The text that begins here, in brackets up to where it ends there."""
    text = line[column:].strip()
    if in_brackets(line[:column]):
        return re.split(r"[,\]}]", text)[0].strip()
    return text


def _colon_in_brackets(line: str, column: int) -> _Found | None:
    if line[column : column + 1] != ":" or not in_brackets(line[:column]):
        return None
    message = "a text with a colon and a space must be in quotes"
    shown = _shown(line, text_start(line, column))
    return codes.COLON_IN_TEXT, message, f'write "{shown[:40]}"', column, 1


def _documents(line: str, column: int) -> _Found | None:
    message = "a flow file is one document"
    return codes.SEVERAL_DOCUMENTS, message, "make a file of its own of each flow", column, 3


def _tag(line: str, column: int) -> _Found | None:
    at = line.find("!")
    if at < 0:
        return None
    hint = "put the text in quotes, or leave the tag out"
    return codes.TAGGED, "YAML takes ! for a tag, and tags mean nothing here", hint, at, 1


def _escape(line: str, column: int) -> _Found | None:
    hint = "write it in single quotes, where a backslash is only a backslash"
    message = "in double quotes a backslash begins an escape, and this is none"
    return codes.YAML_SYNTAX, message, hint, column, 1


_RULES: Final[tuple[tuple[str, Callable[[str, int], _Found | None]], ...]] = (
    ("mapping values are not allowed", _colon),
    ("found character that cannot start any token", _character),
    ("violates indentation", _character),
    ("scanning an alias", _star),
    ("scanning an anchor", _star),
    ("undefined alias", _star),
    ("duplicate anchor", _star),
    ("found another document", _documents),
    ("expected <document start>", _documents),
    ("undefined tag handle", _tag),
    ("parsing a tag", _tag),
    ("scanning a tag", _tag),
    ("did not find expected ',' or", _colon_in_brackets),
    ("unknown escape character", _escape),
    ("hexdecimal number", _escape),
)


def _after_quotes(line: str, column: int) -> _Found | None:
    """Text behind a closing quotation mark: ``"{{ a }}" and more``."""
    found = re.search(r"""(?:^|[:\-,]\s+)("[^"]*"|'[^']*')\s+[^\s#,:\]}]""", line)
    if found is None:
        return None
    return (
        codes.YAML_SYNTAX,
        "text follows behind the closing quotation mark",
        "put the whole text in quotes",
        found.end() - 1,
        1,
    )


def _begun(error: yaml.MarkedYAMLError) -> str:
    mark = error.context_mark
    return f" {error.context} that began in line {mark.line + 1}" if mark and error.context else ""


def _hint(problem: str) -> str:
    if "expected ',' or" in problem:
        return "close the bracket, and put texts and expressions with a comma in it into quotes"
    if "expected key" in problem or "'-' indicator" in problem or "block end" in problem:
        return "look at the indentation: what belongs together begins in the same column"
    if "end of stream" in problem:
        return "close the quotation mark"
    return "look at this line and the one before it"
