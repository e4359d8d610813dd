from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivrkit.service.configuration import load_configuration
from ivrkit.service.connecting import AnyVariable
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.here import examine_site
from ivrkit.service.doctor.running import examine

FLOW = """\
ivrkit: 1
flow: short
language: en
sections:
  main: [answer, {say: Welcome.}, hangup]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/short.yaml").write_text(FLOW)
    return tmp_path


async def found(project: Path, text: str) -> dict[str, Finding]:
    (project / "ivrkit.yaml").write_text(text)
    site = load_configuration(project, AnyVariable())
    return {each.name: each async for each in examine_site(site)}


async def test_a_site_where_all_is_well(project: Path, unused_tcp_port: int) -> None:
    names = await found(project, f"numbers: {{800: short}}\napi: {{port: {unused_tcp_port}}}\n")
    states = {name: finding.state for name, finding in names.items()}
    assert states.pop("engine") is State.WARNING
    of_the_machine = {"disk", "open files"}  # which may be any
    assert {states[name] for name in states.keys() - of_the_machine} == {State.OK}
    known = {"flows", "numbers", "voice en", "store key", "store", "rights"}
    assert set(states) == known | of_the_machine
    assert names["numbers"].text == "800 short"
    assert not (project / "state").exists()


@pytest.mark.parametrize(
    ("text", "name", "state", "words"),
    [
        ("flows: none", "flows", State.FAIL, "there is no folder"),
        ("{}", "numbers", State.WARNING, "no number has a flow"),
        ("numbers: {800: shrot}", "numbers", State.FAIL, "did you mean 'short'"),
        ("default_flow: short", "numbers", State.OK, "all others short"),
        ("store: {path: flows/short.yaml}", "store", State.FAIL, "is not a store"),
        ("store: {path: flows/short.yaml/x}", "store", State.FAIL, "cannot be made"),
        ("store: {key: abc}", "store key", State.FAIL, "key"),
        ("prompts: {cache: flows/short.yaml/x}", "voices", State.FAIL, "cannot be written"),
        ("prompts: {engine: none}", "voice en", State.FAIL, "there is no voice engine"),
        (
            "prompts: {voices: {en: [{}, {engine: flite, program: none}]}}",
            "voice en",
            State.WARNING,
            "flite: the program none is not installed",
        ),
        (
            "prompts: {voices: {brand: {engine: piper, model: none.onnx}}}",
            "voice brand",
            State.FAIL,
            "there is no model",
        ),
    ],
)
async def test_what_is_wrong_is_found(
    project: Path, text: str, name: str, state: State, words: str
) -> None:
    finding = (await found(project, text + "\n"))[name]
    assert finding.state is state
    assert words in finding.text
    assert finding.remedy or state is State.OK


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ("{800: short}", "no number has its tenant 'acme'"),
        ("{800: {flow: short, tenant: acne}}", "'acme' (did you mean 'acne'?)"),
        ("{800: {flow: short, tenant: acne}, 801: {flow: short, tenant: acme}}", ""),
    ],
)
async def test_a_tenant_whom_nobody_can_call(project: Path, numbers: str, said: str) -> None:
    token = f"{{name: crm, sha256: {'a' * 64}, scopes: [tail], tenant: acme}}"
    wall = f"{{name: wall, sha256: {'b' * 64}, scopes: [tail]}}"
    names = await found(project, f"numbers: {numbers}\napi: {{tokens: [{token}, {wall}]}}\n")
    finding = names.get("tenants")
    assert (finding is not None) == bool(said)
    if finding is not None:
        assert finding.state is State.WARNING
        assert finding.text.startswith("the token 'crm' reaches no new call: no number has")
        assert finding.text.endswith(said)
        assert "{flow: NAME, tenant: acme}" in finding.remedy


async def test_flows_with_errors_and_warnings(project: Path) -> None:
    (project / "flows/short.yaml").write_text(FLOW.replace("answer", "anser"))
    assert (await found(project, "{}"))["flows"].state is State.FAIL


async def test_a_configuration_with_mistakes_is_all_that_is_told(project: Path) -> None:
    (project / "ivrkit.yaml").write_text("numbres: {}\n")
    findings = [each async for each in examine(project)]
    assert [each.state for each in findings] == [State.FAIL]
    assert "did you mean 'numbers'" in findings[0].text


def test_findings_are_plain_data() -> None:
    expected: dict[str, Any] = {"name": "a", "state": "fail", "text": "b", "remedy": "c"}
    assert Finding("a", State.FAIL, "b", "c").as_dict() == expected
