"""Figures of all flows that there are: none fails, and they are the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.worst import Figures
from ivrkit.flow.worst.text import described
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

FLOWS = Path(__file__).parents[3] / "flows"
LIBRARY = FlowLibrary(reader(), FLOWS)


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_delivered_flow(name: str) -> None:
    flows = LIBRARY.load(name).flows
    worst = Figures(flows, SiteWorld()).of(name)
    assert worst == Figures(flows, SiteWorld()).of(name)
    assert worst.seconds > 0
    assert worst.dead_ends == ()
    assert described(worst)
    person = worst.person
    if person is not None:
        assert 0 <= person.fewest_keys <= person.most_keys <= worst.keys
        assert 0 < person.seconds <= worst.seconds
