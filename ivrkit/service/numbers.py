"""Which flow a call gets: an argument of the dialplan, else its number, else the default."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.world import Entrance
from ivrkit.service.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Chosen:
    """A flow with the values of its params, written as in the file. ``flow`` is None when the
    call is rejected; ``note`` then says why, and also what was wrong on the way to a default."""

    flow: str | None
    section: str = "main"
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


class Numbers:
    """The numbers of a site and their flows."""

    def __init__(self, configuration: Configuration) -> None:
        self._numbers = configuration.numbers
        self._default = configuration.default_flow

    def choose(
        self, number: str, arguments: Sequence[str], flows: Collection[str] | None = None
    ) -> Chosen:
        """The flow for a call to a number, with the application's arguments in the dialplan
        (``flow=bank``). ``flows`` are those in service; None where nothing is known of them."""
        named = next((each[5:] for each in arguments if each.startswith("flow=")), "")
        if named:
            return self._if_known(Chosen(named), "the dialplan's flow=", flows)
        listed = self._numbers.get(number)
        if listed is None:
            return self._otherwise(f"the number {number!r} is not listed under numbers:", flows)
        chosen = Chosen(listed.flow, listed.section, listed.with_)
        return self._if_known(chosen, f"the number {number!r}", flows)

    def tenant(self, number: str) -> str:
        """Whose calls to a number are, whatever chose their flow; empty: no tenant's."""
        listed = self._numbers.get(number)
        return "" if listed is None else listed.tenant

    def tenants(self) -> set[str]:
        """Those who have a number."""
        return {each.tenant for each in self._numbers.values() if each.tenant}

    def _if_known(self, chosen: Chosen, asking: str, flows: Collection[str] | None) -> Chosen:
        if flows is None or chosen.flow in flows:
            return chosen
        return self._otherwise(f"{asking} names the flow {chosen.flow!r}: not in service", flows)

    def _otherwise(self, note: str, flows: Collection[str] | None) -> Chosen:
        if self._default is None:
            return Chosen(None, note=note)
        if flows is not None and self._default not in flows:
            return Chosen(None, note=f"{note}; nor is the default flow {self._default!r}")
        return Chosen(self._default, note=note)

    def entrances(self, flow: str) -> list[Entrance]:
        """The numbers that lead to a flow, with where they begin and what they give."""
        return [
            Entrance(number, each.section, tuple(each.with_))
            for number, each in self._numbers.items()
            if each.flow == flow
        ]

    def needs(self, flow: str) -> str:
        """Who sends calls to a flow, as the end of a sentence; empty if nobody does."""
        numbers = [number for number, each in self._numbers.items() if each.flow == flow]
        if numbers:
            return f"the number {numbers[0]} leads to it"
        return "it is the default flow" if flow == self._default else ""

    def unknown(self, flows: Collection[str]) -> list[str]:
        """A line for every flow that the configuration names and nobody has written."""
        named = [(f"numbers: {number}", each.flow) for number, each in self._numbers.items()]
        if self._default is not None:
            named.append(("default_flow", self._default))
        return [
            f"{place} names the flow '{flow}', which does not exist ({did_you_mean(flow, flows)})"
            for place, flow in named
            if flow not in flows
        ]
