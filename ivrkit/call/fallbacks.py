"""Which language stands in for another: what a site declares, else the wider ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final


def wider(tag: str) -> list[str]:
    """The tag and the wider ones it falls back to: ``zh-Hant-TW``, ``zh-Hant``, ``zh`` (the
    lookup of RFC 4647, section 3.4)."""
    subtags = tag.split("-")
    return ["-".join(subtags[:count]) for count in range(len(subtags), 0, -1)]


class Fallbacks:
    """The languages in which something is looked for, one after the other.

    ``declared`` has a list for some tags, in place of their wider ones: ``{zh-HK: [yue, zh]}``.
    The languages in a list have their own behind them.
    """

    def __init__(self, declared: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
        self.declared = {tag: tuple(others) for tag, others in declared.items()}
        self._chains: dict[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.declared)

    def chain(self, tag: str) -> tuple[str, ...]:
        """The tag, and what stands in for it; none of them twice."""
        found = self._chains.get(tag)
        if found is None:
            reached: dict[str, None] = {}
            self._follow(tag, reached)
            found = self._chains[tag] = tuple(reached)
        return found

    def _follow(self, tag: str, reached: dict[str, None]) -> None:
        for each in wider(tag):
            if each in reached:
                return
            reached[each] = None
            if each in self.declared:
                for other in self.declared[each]:
                    self._follow(other, reached)
                return


NO_FALLBACKS: Final = Fallbacks()
"""Nothing is declared: the wider languages stand in."""
