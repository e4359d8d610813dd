"""The server: the protocol's requests to the features, the findings to the editor.

Whatever reads a flow runs in a thread, so that the next key is taken at once. Needs the extra
``lsp`` (pygls).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from ivrkit import __version__
from ivrkit.call.targets import Mark
from ivrkit.errors import FlowError
from ivrkit.flow.diagnostics import Diagnostic, lines_of
from ivrkit.service.editing import actions, places, renaming
from ivrkit.service.editing.checks import Checks
from ivrkit.service.editing.completion import offers
from ivrkit.service.editing.hover import hover
from ivrkit.service.editing.protocol import (
    Places,
    completion,
    diagnostic,
    path_of,
    symbol,
    uri_of,
)
from ivrkit.service.editing.renaming import Edit
from ivrkit.service.editing.workshop import Workshop
from ivrkit.service.rewriting import formatting

T = TypeVar("T")


class FlowServer(LanguageServer):
    """A language server for flow files. ``docs`` is the address of the page of diagnostics."""

    def __init__(self, docs: str = "") -> None:
        super().__init__("ivrkit", __version__)
        self.docs = docs
        self.workshop = Workshop()
        self.checks = Checks(self.workshop, self.show)

    def places(self, path: Path) -> Places:
        """The places of a file as the client counts them."""
        return Places(self.workspace.position_codec, self.workshop.lines(path))

    def show(self, path: Path, found: list[Diagnostic]) -> None:
        """Tell the editor what is wrong in a file."""
        there = self.places(path)
        told = [diagnostic(each, there, self.docs) for each in found]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(path), told))

    async def ask(
        self,
        document: types.TextDocumentIdentifier,
        position: types.Position,
        feature: Callable[[Workshop, Path, int, int], T],
    ) -> tuple[Path, T] | None:
        """What a feature says of a place; None for a file that is no flow."""
        path = path_of(document.uri)
        if path is None or not self.workshop.is_flow(path):
            return None
        column = self.places(path).column(position)
        said = await asyncio.to_thread(feature, self.workshop, path, position.line, column)
        return path, said

    def location(self, mark: Mark) -> types.Location:
        """A mark as a place in its file."""
        path = Path(mark.file)
        return types.Location(uri_of(path), self.places(path).marked(mark))

    def edits(self, made: list[Edit]) -> types.WorkspaceEdit:
        """Edits of several files."""
        changes: dict[str, list[types.TextEdit]] = {}
        for each in made:
            path = Path(each.mark.file)
            edit = types.TextEdit(self.places(path).marked(each.mark), each.text)
            changes.setdefault(uri_of(path), []).append(edit)
        return types.WorkspaceEdit(changes=changes)


def make_server(docs: str = "") -> FlowServer:
    """A server with all features."""
    server = FlowServer(docs)
    for register in (_documents, _looking, _naming, _changing):
        register(server)
    return server


def _documents(server: FlowServer) -> None:
    """What is open, and what changes around it."""

    def take(uri: str) -> None:
        path = path_of(uri)
        if path is not None:
            server.workshop.put(path, server.workspace.get_text_document(uri).source)
            server.checks.touched(path)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: types.DidOpenTextDocumentParams) -> None:
        take(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        take(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.checks.everything()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            server.workshop.drop(path)
            server.checks.closed(path)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.checks.everything()


def _looking(server: FlowServer) -> None:
    """What is shown and offered."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[" ", ".", "{", "-", '"', ","]),
    )
    async def complete(params: types.CompletionParams) -> types.CompletionList:
        asked = await server.ask(params.text_document, params.position, offers)
        if asked is None:
            return types.CompletionList(False, [])
        path, found = asked
        there, line = server.places(path), params.position.line
        column = there.column(params.position)
        return types.CompletionList(
            False, [completion(each, there, line, column) for each in found]
        )

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def show_hover(params: types.HoverParams) -> types.Hover | None:
        def feature(workshop: Workshop, path: Path, line: int, column: int) -> Any:
            return hover(workshop, path, line, column, server.checks.found(path))

        asked = await server.ask(params.text_document, params.position, feature)
        if asked is None or asked[1] is None:
            return None
        path, note = asked
        text = types.MarkupContent(types.MarkupKind.Markdown, note.text)
        return types.Hover(text, server.places(path).range(note.line, note.start, note.end))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        path = path_of(params.text_document.uri)
        if path is None or not server.workshop.is_flow(path):
            return []
        found = await asyncio.to_thread(places.symbols, server.workshop, path)
        lines = server.workshop.lines(path)
        return [symbol(each, server.places(path), lines) for each in found]


def _naming(server: FlowServer) -> None:
    """Where names are, and other names for them."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> types.Location | None:
        asked = await server.ask(params.text_document, params.position, places.definition)
        return server.location(asked[1]) if asked is not None and asked[1] is not None else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        def feature(workshop: Workshop, path: Path, line: int, column: int) -> list[Mark]:
            declarations = params.context.include_declaration
            return places.references(workshop, path, line, column, declarations=declarations)

        asked = await server.ask(params.text_document, params.position, feature)
        return [server.location(mark) for mark in asked[1]] if asked is not None else []

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
        try:
            asked = await server.ask(params.text_document, params.position, renaming.renamable)
        except FlowError as error:
            raise JsonRpcInvalidParams(str(error)) from error
        return server.places(asked[0]).marked(asked[1].mark) if asked is not None else None

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def feature(workshop: Workshop, path: Path, line: int, column: int) -> list[Edit]:
            return renaming.rename(workshop, path, line, column, params.new_name)

        try:
            asked = await server.ask(params.text_document, params.position, feature)
        except FlowError as error:
            raise JsonRpcInvalidParams(str(error)) from error
        return server.edits(asked[1]) if asked is not None else None


def _changing(server: FlowServer) -> None:
    """Cures, and the usual form."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        path = path_of(params.text_document.uri)
        if path is None:
            return []
        there = server.places(path)
        wanted = range(params.range.start.line, params.range.end.line + 1)
        found = [each for each in server.checks.found(path) if each.mark.line - 1 in wanted]
        return [
            types.CodeAction(
                title=each.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic(each.finding, there, server.docs)],
                is_preferred=each.preferred,
                edit=server.edits(list(each.edits)),
            )
            for each in actions.actions(server.workshop, path, found)
        ]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def format_document(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        path = path_of(params.text_document.uri)
        if path is None or not server.workshop.is_flow(path):
            return []
        text = server.workshop.text(path)
        new = (await asyncio.to_thread(formatting(), str(path), text)).text
        if new is None or new == text:
            return []
        lines = lines_of(text)
        end = server.places(path).position(len(lines) - 1, len(lines[-1]))
        return [types.TextEdit(types.Range(types.Position(0, 0), end), new)]
