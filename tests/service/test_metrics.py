from __future__ import annotations

import pytest

from ivrkit.connectors.guard import Guard
from ivrkit.errors import RequestRefused
from ivrkit.service.metrics import Metrics
from tests.connectors.fakes import answers, fails, guarded, request


async def test_requests_are_counted_by_connector_and_exit() -> None:
    metrics = Metrics()
    _, connector = guarded(answers("well"), fails(RequestRefused("no")))
    guard = Guard(connector, metrics.asked)
    metrics.watch(lambda: [guard.fare])
    await guard.ask(request(parameters={"account": "123456"}))
    for _ in range(2):
        with pytest.raises(RequestRefused):
            await guard.ask(request())
    text = metrics.exposition().decode()
    assert 'ivrkit_connector_requests_total{connector="fake.crm",exit="next"} 1.0' in text
    assert 'ivrkit_connector_requests_total{connector="fake.crm",exit="error"} 2.0' in text
    assert 'ivrkit_connector_seconds_count{connector="fake.crm"} 3.0' in text
    assert 'ivrkit_connector_breaker{connector="fake.crm"} 0.0' in text
    assert 'ivrkit_connector_busy{connector="fake.crm"} 0.0' in text
    assert 'ivrkit_connector_unsent{connector="fake.crm"} 0.0' in text
    assert "123456" not in text
