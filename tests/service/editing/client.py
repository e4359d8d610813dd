"""An editor: pygls' own client, in front of the real server in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

from ivrkit.flow.diagnostics import lines_of

SECONDS = 60.0


class Editor:
    """One editor with the files of a folder."""

    def __init__(self, root: Path, client: LanguageClient) -> None:
        self.root = root
        self.client = client
        self.told: dict[str, asyncio.Queue[list[types.Diagnostic]]] = {}
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self._queue(params.uri).put_nowait(list(params.diagnostics))

    def _queue(self, uri: str) -> asyncio.Queue[list[types.Diagnostic]]:
        return self.told.setdefault(uri, asyncio.Queue())

    def uri(self, path: Path) -> str:
        return from_fs_path(str(path)) or ""

    def document(self, path: Path) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(path))

    def open(self, name: str, text: str | None = None) -> Path:
        """Open a file, with a text of its own if one is given."""
        path = self.root / name
        text = path.read_text("utf-8") if text is None else text
        self.texts[path], self.versions[path] = text, 1
        item = types.TextDocumentItem(self.uri(path), "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return path

    def change(self, path: Path, text: str) -> None:
        """Write it anew, and do not save."""
        self.texts[path] = text
        self.versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def close(self, path: Path) -> None:
        del self.texts[path]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(path)))

    def close_all(self) -> None:
        for path in list(self.texts):
            self.close(path)

    async def findings(self, path: Path) -> list[types.Diagnostic]:
        """What is told of a file next."""
        return await asyncio.wait_for(self._queue(self.uri(path)).get(), SECONDS)

    async def finally_found(self, path: Path, codes: set[str]) -> list[types.Diagnostic]:
        """What is told of a file, when these are among it at last; nothing at all without any."""
        while True:
            found = await self.findings(path)
            told = {str(each.code) for each in found}
            if codes <= told and bool(codes) == bool(told):
                return [each for each in found if each.code in codes]

    def place(self, path: Path, text: str, *, offset: int = 0) -> types.Position:
        """The place of a piece of the text as the client counts: behind it with its length."""
        whole = self.texts[path]
        before = whole[: whole.index(text) + offset]
        line = before.count("\n")
        column = before[before.rfind("\n") + 1 :]
        return types.Position(line, len(column.encode("utf-16-le")) // 2)

    async def completions(self, path: Path, text: str) -> dict[str, types.CompletionItem]:
        """What is offered where ``|`` stands."""
        at = text.index("|")
        self.change(path, text.replace("|", "", 1))
        lines = lines_of(text[:at])
        position = types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)
        found = await self.client.text_document_completion_async(
            types.CompletionParams(self.document(path), position)
        )
        assert isinstance(found, types.CompletionList)
        return {item.label: item for item in found.items}

    async def hover(self, path: Path, text: str, *, offset: int = 0) -> str:
        """What is said of a piece of the text."""
        found = await self.client.text_document_hover_async(
            types.HoverParams(self.document(path), self.place(path, text, offset=offset))
        )
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value


def edited(text: str, edits: list[types.TextEdit]) -> str:
    """A text with edits made, as an editor makes them."""
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        line = lines[position.line] if position.line < len(lines) else ""
        before = line.encode("utf-16-le")[: position.character * 2].decode("utf-16-le")
        return sum(len(each) + 1 for each in lines[: position.line]) + len(before)

    for edit in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


@asynccontextmanager
async def editor(root: Path) -> AsyncIterator[Editor]:
    """An editor with a server of its own."""
    client = LanguageClient("test", "1")
    await client.start_io(sys.executable, "-m", "ivrkit", "lsp", cwd=root)
    made = Editor(root, client)
    try:
        await asyncio.wait_for(
            client.initialize_async(
                types.InitializeParams(
                    capabilities=types.ClientCapabilities(), root_uri=made.uri(root)
                )
            ),
            SECONDS,
        )
        client.initialized(types.InitializedParams())
        yield made
        await asyncio.wait_for(client.shutdown_async(None), SECONDS)
        client.exit(None)
    finally:
        await asyncio.wait_for(client.stop(), SECONDS)
