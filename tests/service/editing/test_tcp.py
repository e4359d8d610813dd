"""The server on a port, for looking at it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

SECONDS = 60.0


async def connected(client: LanguageClient, port: int) -> None:
    """Connect as soon as somebody listens."""
    while True:
        try:
            await client.start_tcp("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        else:
            return


async def test_it_serves_one_editor_on_a_port(tmp_path: Path, unused_tcp_port: int) -> None:
    port = unused_tcp_port
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivrkit", "lsp", "--tcp", str(port), cwd=tmp_path
    )
    client = LanguageClient("test", "1")
    try:
        await asyncio.wait_for(connected(client, port), SECONDS)
        capabilities = types.InitializeParams(types.ClientCapabilities())
        answer = await asyncio.wait_for(client.initialize_async(capabilities), SECONDS)
        assert answer.server_info is not None
        assert answer.server_info.name == "ivrkit"
        await client.shutdown_async(None)
        client.exit(None)
        await asyncio.wait_for(server.wait(), SECONDS)
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
        await client.stop()
