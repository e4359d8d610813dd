"""XML of other systems."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import NotAvailable, ValueRejected
from ivrkit.expressions.xml_text import XmlDocument, check_xml, check_xpath, escaped

BANK = """<?xml version="1.0" encoding="iso-8859-1"?>
<!-- the bank -->
<b:bank xmlns:b="urn:bank">
  <b:account number="17"><b:name>Ann &amp; Lee</b:name><b:balance> 12.50 </b:balance></b:account>
  <b:account number="18"><b:name>你好</b:name></b:account>
</b:bank>"""
SPACES = {"x": "urn:bank"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("//x:balance", "12.50"),
        ("/x:bank/x:account[@number='18']/x:name", "你好"),
        ("//x:account/@number", ["17", "18"]),
        ("//x:name/text()", ["Ann & Lee", "你好"]),
        ("//x:nothing", None),
        ("count(//x:account)", Decimal("2.0")),
        ("//x:balance > 12", True),
        ("string(//x:name)", "Ann & Lee"),
        ("0 div 0", None),
        ("1 div 0", None),
    ],
)
def test_what_is_found(path: str, value: Any) -> None:
    assert XmlDocument.read(BANK).found(path, SPACES) == value


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>',
        '<?xml version="1.0"?><!-- a --> <!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '\ufeff<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x a="&e;"/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><x/>',
    ],
)
def test_no_document_type_is_read(text: str) -> None:
    with pytest.raises(ValueRejected, match="document type"):
        XmlDocument.read(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a>", "well-formed"),
        ("", "well-formed"),
        ("a < b", "well-formed"),
        ("<a>&unknown;</a>", "well-formed"),
        ("<a>\ud800</a>", "well-formed"),
        ("<a>" * 70 + "</a>" * 70, "nested"),
        ("<a>" * 100_000, "well-formed"),
        ("<?x?>" * 20_000 + "<", "well-formed"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueRejected, match=message):
        XmlDocument.read(text)


def test_a_document_type_in_a_text_is_a_text() -> None:
    read = XmlDocument.read("<a><![CDATA[<!DOCTYPE html>]]></a>")
    assert read.found("/a", {}) == "<!DOCTYPE html>"


@pytest.mark.parametrize("path", ["//x:balance", "///", "document('file:///etc/passwd')", "//a["])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueRejected):
        check_xpath(path, {})


def test_a_path_with_known_prefixes_is_good() -> None:
    check_xpath("//x:balance", SPACES)


@pytest.mark.parametrize(
    ("path", "namespaces"),
    [
        ("//a\0b", {}),
        ("//\ud800", {}),
        ("//a", {"": "urn:x"}),
        ("//x:a", {"x": "urn\0"}),
        ("(" * 100_000, {}),
    ],
)
def test_what_is_no_path_is_refused_whatever_it_is(path: str, namespaces: dict[str, str]) -> None:
    with pytest.raises(ValueRejected):
        check_xpath(path, namespaces)


@given(st.text())
def test_a_value_stays_within_its_element(text: str) -> None:
    try:
        written = escaped(text)
    except ValueRejected:
        return
    document = XmlDocument.read(f"<a b='{written}'>{written}</a>")
    assert document.found("count(//*)", {}) == 1
    assert document.found("string(/a)", {}) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("text", ["\0", "a\x0bb", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold(text: str) -> None:
    with pytest.raises(ValueRejected, match="control character"):
        escaped(text)


def test_without_lxml_nothing_is_read_and_nothing_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(NotAvailable, match="lxml") as caught:
        XmlDocument.read("<a/>")
    assert "ivrkit[xml]" in caught.value.hint
    check_xml("<a", inside=False)
    check_xpath("//", {})
