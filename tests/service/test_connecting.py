"""Connectors of simulated calls: given by scripts, or really asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.qa.outcome import Outcome
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.connecting import environment, really_asked, scripted_connectors
from ivrkit.service.scripts import FlowBook, play_scripts
from tests.cli.conftest import Run, run

__all__ = ["run"]

SITE = """\
connectors:
  file:
    orders: {root: orders}
    archive: {root: archive, read_only: true}
  http:
    billing: {url: "https://billing.example", auth: {bearer: "${BILLING_TOKEN}"}}
"""
FLOW = """\
ivrkit: 1
flow: status
language: en
variables: {found: {state: text}}
on_error: sorry
sections:
  main:
    - answer
    - file: {root: ROOT, read: orders.csv, find: {number: "4711"}, into: found}
      exits: {not_found: sorry}
    - say: Your order is {{ found.state }}.
    - hangup
  sorry:
    - say: We do not know.
    - hangup
"""
SCRIPT = """\
script: 1
flow: status
given: {file.orders: {state: given}}
call:
  - hear: Your order is STATE
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("flows", "calls", "orders", "archive"):
        (tmp_path / name).mkdir()
    (tmp_path / "ivrkit.yaml").write_text(SITE)
    (tmp_path / "flows" / "status.yaml").write_text(FLOW.replace("ROOT", "orders"))
    (tmp_path / "orders" / "orders.csv").write_text("number,state\n4711,on its way\n")
    return tmp_path


async def played(project: Path, state: str, real: tuple[str, ...]) -> Outcome:
    script = project / "calls" / "order.yaml"
    script.write_text(SCRIPT.replace("STATE", state))
    shown: list[Outcome] = []
    await play_scripts([script], None, restart_everywhere=False, show=shown.append, real=real)
    (outcome,) = shown
    return outcome


async def test_what_the_script_gives_or_what_there_really_is(project: Path) -> None:
    for state, real in (("given", ()), ("on its way", ("file.orders",))):
        outcome = await played(project, state, real)
        assert outcome.failure is None, outcome.failure


@pytest.mark.parametrize(
    "given", ["{error: away}", "{timeout: true}", "[{after: 3s, answer: {state: given}}]"]
)
async def test_what_the_real_one_cannot_be_made_to_do_is_skipped(
    project: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.SCRIPT", SCRIPT.replace("{state: given}", given))
    outcome = await played(project, "given", ("file.orders",))
    assert outcome.skipped.startswith("file.orders is really asked, and the script gives how")


async def test_an_outcome_is_no_failure(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SCRIPT.replace("{state: given}", "{not_found: true}").replace("hear: Your", "hear: No")
    monkeypatch.setattr(f"{__name__}.SCRIPT", text)
    outcome = await played(project, "on its way", ("file.orders",))
    assert not outcome.skipped


async def test_all_of_them(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_TOKEN", "t0ken")
    outcome = await played(project, "on its way", ("all",))
    assert outcome.failure is None, outcome.failure


async def test_a_secret_that_is_not_there_is_told_of(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BILLING_TOKEN", raising=False)
    with pytest.raises(ConfigurationError, match="the variable BILLING_TOKEN is not set"):
        await played(project, "given", ("http.billing",))
    assert (await played(project, "on its way", ("file.orders",))).passed


@pytest.mark.parametrize(
    ("name", "hint"), [("file.order", "did you mean 'file.orders'?"), ("crm", "there are: all, ")]
)
async def test_a_name_that_is_not_there(project: Path, name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        await played(project, "given", (name,))
    assert f"there is no connector {name}" in told.value.message
    assert hint in told.value.hint


def test_nothing_is_opened_that_is_not_asked(project: Path) -> None:
    configuration = load_configuration(project, environment(()))
    assert really_asked(configuration, ()) == {}
    assert list(really_asked(configuration, ["file.archive"])) == ["file"]


def test_settings_that_cannot_work_are_named_with_their_place(project: Path) -> None:
    (project / "ivrkit.yaml").write_text(
        "connectors: {database: {crm: {connection: DRIVER=No such;SERVER=x}}}"
    )
    configuration = load_configuration(project, environment(()))
    with pytest.raises(ConfigurationError) as caught:
        really_asked(configuration, ["database.crm"])
    assert str(caught.value).startswith("connectors: database: crm: there is no ODBC driver")


async def test_the_site_tells_what_only_reads(project: Path) -> None:
    configuration = load_configuration(project, environment(()))
    async with scripted_connectors(configuration, ()) as site:
        assert site.reads("file", "archive")
        assert not site.reads("file", "orders")
        assert not site.reads("file", "elsewhere")


def test_a_name_is_looked_up_in_the_configuration(project: Path) -> None:
    (project / "flows" / "status.yaml").write_text(FLOW.replace("ROOT", "order"))
    configuration = load_configuration(project, environment(()))
    with pytest.raises(Exception, match="there is no file connector 'order' in "):
        FlowBook(configuration).version("status")
    without = Configuration().placed(project)
    assert FlowBook(without).version("status").name == "status"


async def test_by_the_command(project: Path, run: Run) -> None:
    await played(project, "on its way", ())
    assert (await run("test", str(project / "calls"))).status == 1
    assert (await run("test", str(project / "calls"), "--real", "file.orders")).status == 0
    asked = await run("simulate", str(project / "flows" / "status.yaml"), "--keys", ".")
    assert "nothing is given for file.orders" in asked.out
    asked = await run(
        "simulate", str(project / "flows" / "status.yaml"), "--keys", ".", "--real", "file.orders"
    )
    assert "Your order is on its way." in asked.out
