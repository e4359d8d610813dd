from __future__ import annotations

from urllib import parse

from hypothesis import given
from hypothesis import strategies as st

from ivrkit.channels.ari.uris import quote


@given(st.text(), st.sampled_from(["/", ""]))
def test_quotes_as_the_library_does(name: str, safe: str) -> None:
    try:
        expected = parse.quote(name, safe=safe)
    except UnicodeEncodeError:  # half a surrogate pair
        return
    assert quote(name, safe=safe) == expected


def test_ids_stay_what_they_are() -> None:
    assert quote("1795338879.2") == "1795338879.2"
    assert quote("a/b c", safe="") == "a%2Fb%20c"
