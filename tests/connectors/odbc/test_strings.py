"""Connection strings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.errors import ConfigurationError

KEY = st.from_regex(r"[A-Za-z][A-Za-z0-9 _]{0,10}[A-Za-z0-9]", fullmatch=True)
VALUE = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)


def test_keys_know_no_case_and_values_no_braces() -> None:
    string = ConnectionString("Driver={My Driver};uid=ann;PWD={a;b}}c};Empty=;")
    assert string.get("DRIVER") == "My Driver"
    assert string.get("UID") == "ann"
    assert string.get("pwd") == "a;b}c"
    assert string.get("Empty") == ""
    assert string.get("nothing") is None
    assert string.secrets == ["a;b}c"]


def test_what_is_not_touched_stays_as_it_was_written() -> None:
    text = "DRIVER={My Driver};pqopt={options='-c x=1'};Database=C:\\x\\y;"
    string = ConnectionString(text)
    string.add({"database": "other", "Timeout": "5"})
    assert str(string) == text + "Timeout=5;"
    string.set("DATABASE", "a;b")
    assert str(string) == "DRIVER={My Driver};pqopt={options='-c x=1'};Timeout=5;DATABASE={a;b};"


@pytest.mark.parametrize("text", ["hello", "=x;", "DRIVER={open;UID=x", "a=b;c"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no ODBC connection string") as caught:
        ConnectionString(text)
    assert text not in str(caught.value)


@given(st.dictionaries(KEY.map(str.upper), VALUE, max_size=5))
def test_what_is_put_in_comes_out(values: dict[str, str]) -> None:
    read = ConnectionString(str(ConnectionString.made(values)))
    for key, value in values.items():
        assert read.get(key) == value
