from __future__ import annotations

from pathlib import Path
from typing import Any

from ivrkit.service.doctor.connectors import examine_connectors, fares
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.scripts import load_configuration


async def found(project: Path, text: str) -> dict[str, Finding]:
    (project / "ivrkit.yaml").write_text(text)
    site = load_configuration(project, {"PASSWORD": "pa55word"})
    return {each.name: each async for each in examine_connectors(site)}


async def test_each_is_asked_and_one_in_trouble_hides_no_other(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    (tmp_path / "orders").mkdir()
    names = await found(
        tmp_path,
        f"""
connectors:
  file:
    orders: {{root: orders}}
    gone: {{root: nowhere}}
  http:
    away: {{url: "http://127.0.0.1:{unused_tcp_port}", allow_private: true,
            auth: {{bearer: "${{PASSWORD}}"}}}}
    inside: {{url: "http://127.0.0.1:{unused_tcp_port}"}}
""",
    )
    assert {name: each.state for name, each in names.items()} == {
        "file.orders": State.OK,
        "file.gone": State.FAIL,
        "http.away": State.FAIL,
        "http.inside": State.FAIL,
    }
    assert "allow_private" in names["http.inside"].text + names["http.inside"].remedy
    assert all(each.remedy for each in names.values() if each.state is State.FAIL)
    assert not any("pa55word" in each.text + each.remedy for each in names.values())


class Api:
    """What a running engine says of its connectors."""

    def __init__(self, *connectors: dict[str, Any]) -> None:
        self.connectors = connectors

    async def get(self, path: str) -> Any:
        assert path == "/v1/connectors"
        return {"connectors": self.connectors}


def fare(state: str, waiting: int = 0, *troubles: str) -> dict[str, Any]:
    return {
        "name": "database.crm",
        "state": state,
        "rests": 12.0,
        "busy": 5,
        "waiting": waiting,
        "asked": 30,
        "failed": 6,
        "last_error": "database.crm did not answer within 2 s",
        "troubles": troubles,
    }


async def test_those_in_trouble_in_the_running_engine_are_told_of() -> None:
    api: Any = Api(
        fare("open"),
        fare("trying"),
        fare("closed"),
        fare("closed", 3),
        fare("closed", 0, "12 wait"),
    )
    resting, rested, slow, troubled = await fares(api)
    assert resting.state is State.FAIL
    assert "6 of 30 requests failed: database.crm did not answer within 2 s" in resting.text
    assert "12 s" in resting.remedy
    assert (rested.state, "the next request" in rested.remedy) == (State.WARNING, True)
    assert slow.state is State.WARNING
    assert "3 wait for their turn" in slow.text
    assert (troubled.state, troubled.text) == (State.WARNING, "12 wait")
