"""The log of requests to the API."""

from __future__ import annotations

import logging

import aiohttp
import pytest
from aiohttp import web

from ivrkit.service.logs.access import ACCESS, AccessLog


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_a_request_is_one_line_without_its_query(
    caplog: pytest.LogCaptureFixture, level: int
) -> None:
    async def answers(request: web.Request) -> web.Response:
        return web.Response(status=418, text="short and stout")

    application = web.Application()
    application.router.add_get("/v1/calls", answers)
    with caplog.at_level(level, logger=ACCESS.name):
        runner = web.AppRunner(application, access_log=ACCESS, access_log_class=AccessLog)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/calls?caller=%2B493055501234"
        headers = {"Authorization": "Bearer hunter-2-hunter"}
        async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
            await answer.read()
        await runner.cleanup()
    lines = [each.getMessage() for each in caplog.records if each.name == ACCESS.name]
    if level == logging.INFO:
        assert lines == []
        return
    (line,) = lines
    assert line.startswith("127.0.0.1 GET /v1/calls 418 ")
    assert line.endswith(" ms")
    assert "4930" not in line
    assert "hunter" not in line
