"""Between the language server protocol and our own data: paths, places, kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import PositionCodec

from ivrkit.call.targets import Mark
from ivrkit.flow.codes import CATALOGUE
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.editing.completion import Offer
from ivrkit.service.editing.places import Symbol

SOURCE: Final = "ivrkit"

_OFFERS: Final = {
    "verb": types.CompletionItemKind.Function,
    "field": types.CompletionItemKind.Property,
    "section": types.CompletionItemKind.Reference,
    "word": types.CompletionItemKind.Keyword,
    "variable": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Method,
    "flow": types.CompletionItemKind.File,
    "site": types.CompletionItemKind.Constant,
    "phrase": types.CompletionItemKind.Text,
}
_SYMBOLS: Final = {
    "section": types.SymbolKind.Function,
    "variable": types.SymbolKind.Variable,
    "field": types.SymbolKind.Namespace,
}
_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}


def path_of(uri: str) -> Path | None:
    """The file of an address; None if it is none on this machine."""
    path = to_fs_path(uri)
    return Path(path) if path and uri.startswith("file:") else None


def uri_of(path: Path | str) -> str:
    """The address of a file."""
    return from_fs_path(str(path)) or ""


class Places:
    """Turns places of one text into the client's, which may count in UTF-16, and back."""

    def __init__(self, codec: PositionCodec, lines: list[str]) -> None:
        self._codec = codec
        self._lines = lines

    def column(self, position: types.Position) -> int:
        """The character at which a position of the client is."""
        lines = [f"{line}\n" for line in self._lines] or [""]
        return int(self._codec.position_from_client_units(lines, position).character)

    def position(self, line: int, column: int) -> types.Position:
        """A place (from 0) as the client counts."""
        text = self._lines[line] if line < len(self._lines) else ""
        return types.Position(line, self._codec.client_num_units(text[: max(0, column)]))

    def range(self, line: int, start: int, end: int) -> types.Range:
        """A piece of a line (from 0)."""
        return types.Range(self.position(line, start), self.position(line, end))

    def marked(self, mark: Mark) -> types.Range:
        """A mark."""
        line, start = max(0, mark.line - 1), max(0, mark.column - 1)
        return self.range(line, start, start + mark.length)


def diagnostic(found: Diagnostic, places: Places, docs: str) -> types.Diagnostic:
    """A finding; its hint is said with it, its code leads to its page."""
    hint = f"\nhint: {found.hint}" if found.hint else ""
    page = types.CodeDescription(f"{docs}#{found.code}") if docs else None
    return types.Diagnostic(
        range=places.marked(found.mark),
        message=f"{found.message}{hint}",
        severity=_SEVERITIES[found.severity],
        code=found.code,
        code_description=page,
        source=SOURCE,
        data={"title": CATALOGUE[found.code].title, "hint": found.hint},
    )


def completion(offer: Offer, places: Places, line: int, column: int) -> types.CompletionItem:
    """An offer, with the text it replaces."""
    text = types.MarkupContent(types.MarkupKind.Markdown, offer.text) if offer.text else None
    form = types.InsertTextFormat.Snippet if offer.snippet else types.InsertTextFormat.PlainText
    return types.CompletionItem(
        label=offer.label,
        kind=_OFFERS[offer.sort],
        detail=offer.detail or None,
        documentation=text,
        insert_text_format=form,
        insert_text_mode=types.InsertTextMode.AdjustIndentation,
        text_edit=types.TextEdit(places.range(line, offer.start, column), offer.insert),
        filter_text=offer.insert if offer.insert.startswith("- ") else offer.label,
    )


def symbol(found: Symbol, places: Places, lines: list[str]) -> types.DocumentSymbol:
    """A section, field or variable with what is below it."""
    end = max(found.line, found.end)
    length = len(lines[end]) if end < len(lines) else 0
    whole = types.Range(places.position(found.line, found.column), places.position(end, length))
    name = places.range(found.line, found.column, found.column + len(found.name))
    return types.DocumentSymbol(
        name=found.name,
        kind=_SYMBOLS[found.sort],
        range=whole,
        selection_range=name,
        detail=found.detail or None,
        children=[symbol(each, places, lines) for each in found.below],
    )
