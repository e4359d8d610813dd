from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.connectors.service import ConnectorService
from ivrkit.errors import ConfigurationError
from ivrkit.service.configuration import load_configuration
from tests.connectors.fakes import answers, guarded


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            "{database: {crm: {connection: DRIVER=No such;SERVER=x}}}",
            "connectors: database: crm: there is no ODBC driver",
        ),
        (
            "{python: {score: {module: nowhere, functions: [risk]}}}",
            "connectors: python: score: there is no plug-in",
        ),
    ],
)
def test_what_cannot_work_here_is_named_with_its_place(
    tmp_path: Path, text: str, where: str
) -> None:
    (tmp_path / "ivrkit.yaml").write_text(f"connectors: {text}")
    configuration = load_configuration(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        ConnectorService(configuration.connectors.by_kind(), configuration.place)
    assert str(caught.value).startswith(where)


async def test_a_close_that_fails_tells_no_secret(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard, connector = guarded(answers(None))

    async def fails() -> None:
        raise OSError("cannot say goodbye to\nfake://ivr:pa55word@host")

    monkeypatch.setattr(connector, "close", fails)
    service = ConnectorService({}, connector.place)
    service._guards[guard.name] = guard
    await service.close()
    assert "fake.crm was not closed: cannot say goodbye to fake://ivr:••••@host" in caplog.text
