from __future__ import annotations

import pytest

from ivrkit.service.configuration import Configuration
from ivrkit.service.numbers import Numbers

FLOWS = {"bank", "clinic", "survey"}


def numbers(default: str | None = None) -> Numbers:
    listed = {"800": "bank", "801": {"flow": "clinic", "section": "night", "with": {"a": "1"}}}
    listed["802"] = "clnic"
    return Numbers(Configuration.model_validate({"numbers": listed, "default_flow": default}))


def test_a_number_gets_its_flow_with_its_values() -> None:
    assert numbers().choose("800", (), FLOWS).flow == "bank"
    chosen = numbers().choose("801", ("other=x",), FLOWS)
    assert (chosen.flow, chosen.section, chosen.values) == ("clinic", "night", {"a": "1"})
    assert chosen.note == ""


def test_an_argument_beats_the_number_and_its_values() -> None:
    chosen = numbers().choose("801", ("x", "flow=survey"), FLOWS)
    assert (chosen.flow, chosen.section, chosen.values) == ("survey", "main", {})


@pytest.mark.parametrize("number", ["survey", "bank", "flow=bank", "", "0800", "800 "])
def test_a_number_selects_only_what_is_listed(number: str) -> None:
    chosen = numbers().choose(number, (), FLOWS)
    assert chosen.flow is None
    assert "is not listed under numbers:" in chosen.note


def test_a_number_says_whose_its_calls_are() -> None:
    listed = {"800": "bank", "801": {"flow": "bank", "tenant": "acme"}}
    found = Numbers(Configuration.model_validate({"numbers": listed, "default_flow": "bank"}))
    assert [found.tenant(each) for each in ("800", "801", "999")] == ["", "acme", ""]
    assert found.tenants() == {"acme"}


def test_an_unknown_number_gets_the_default_flow() -> None:
    chosen = numbers("bank").choose("999", (), FLOWS)
    assert chosen.flow == "bank"
    assert "'999'" in chosen.note


def test_a_flow_that_is_not_in_service_gives_way_to_the_default() -> None:
    assert numbers("bank").choose("802", (), FLOWS).flow == "bank"
    chosen = numbers("bank").choose("800", ("flow=nothing",), FLOWS)
    assert chosen.flow == "bank"
    assert "dialplan's flow= names the flow 'nothing': not in service" in chosen.note
    assert numbers().choose("802", (), FLOWS).flow is None
    assert numbers("bnak").choose("999", (), FLOWS).flow is None


def test_without_knowledge_of_flows_nothing_is_doubted() -> None:
    assert numbers().choose("802", ()).flow == "clnic"
    assert numbers().choose("1", ("flow=x",)).flow == "x"


def test_flows_that_nobody_has_written_are_told_at_the_start() -> None:
    first, second = numbers("bnak").unknown(FLOWS)
    assert first == "numbers: 802 names the flow 'clnic', which does not exist " + (
        "(did you mean 'clinic'?)"
    )
    assert "default_flow names the flow 'bnak'" in second
    assert Numbers(Configuration()).unknown(FLOWS) == []


def test_who_needs_a_flow() -> None:
    assert numbers().needs("bank") == "the number 800 leads to it"
    assert numbers("survey").needs("survey") == "it is the default flow"
    assert numbers().needs("survey") == ""
