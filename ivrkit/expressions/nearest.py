"""The name somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name most like ``name``, or None if none is like it."""
    found = get_close_matches(name.lower(), list(names), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A hint: the nearest name, or else the names there are (at most ten); empty without any."""
    known = sorted(set(names))
    found = nearest(name, known)
    if found:
        return f"did you mean '{found}'?"
    if not known:
        return ""
    more = ", …" if len(known) > 10 else ""
    return f"there are: {', '.join(known[:10])}{more}"
