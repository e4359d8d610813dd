"""XML of other systems, read safely: no document types, no entities, nothing from elsewhere.

Needs the extra ``xml`` (lxml), which is imported when the first document is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from ivrkit.errors import NotAvailable, ValueRejected
from ivrkit.expressions.decimals import bounded
from ivrkit.expressions.values import Value

MOST_DEPTH: Final = 64
"""How deep elements may be inside each other."""
_DOCTYPE: Final = re.compile(r"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}


def escaped(text: str) -> str:
    """A text as it stands in an element or an attribute: it can begin no tag.

    Raises:
        ValueRejected: a character that XML 1.0 does not have.
    """
    if _NO_CHARACTER.search(text):
        raise ValueRejected("a value holds a control character, which XML cannot hold")
    return escape(text, _QUOTES)


class XmlDocument:
    """A document that was read, for questions by XPath 1.0."""

    __slots__ = ("_root",)

    def __init__(self, root: Any) -> None:
        self._root = root

    @classmethod
    def read(cls, text: str) -> XmlDocument:
        """Read a document. What it says of its own encoding is past: it is a text already.

        Raises:
            ValueRejected: it is not well-formed, has a document type (with entities, it could be
                as large as it likes), or is nested too deeply. The message does not quote it.
            NotAvailable: lxml is not installed.
        """
        etree = _etree()
        if _DOCTYPE.match(text.lstrip("\ufeff")):
            raise ValueRejected("the XML has a document type (<!DOCTYPE>), which is not read")
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(text.lstrip("\ufeff").encode("utf-8"), parser)
        except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
            line = getattr(error, "lineno", None) or 1
            raise ValueRejected(f"it is no well-formed XML, line {line}") from None
        _look_through(root)
        return cls(root)

    def found(self, path: str, namespaces: Mapping[str, str]) -> Value:
        """What an XPath finds: the text of the one node, a list of texts if there are several,
        none if there is none; a number or a flag of an expression (``count(//item)``).

        Raises:
            ValueRejected: no XPath, or a prefix that ``namespaces`` does not have.
        """
        etree = _etree()
        try:
            found = etree.XPath(
                path, namespaces=dict(namespaces) or None, smart_strings=False, regexp=False
            )(self._root)
        except (etree.XPathError, TypeError, ValueError) as error:
            raise ValueRejected(f"'{path[:60]}': {error}") from None
        return _value(found)


def check_xml(text: str, *, inside: bool) -> None:
    """Look whether a text is a document, or (``inside``) what may stand in an element; where lxml
    is not installed, nothing is looked at. Raises ValueRejected."""
    try:
        XmlDocument.read(f"<x>{text}</x>" if inside else text)
    except NotAvailable:
        return


def check_xpath(path: str, namespaces: Mapping[str, str]) -> None:
    """Look whether a text is an XPath whose prefixes are known; where lxml is not installed,
    nothing is looked at. Raises ValueRejected."""
    try:
        XmlDocument.read("<nothing/>").found(path, namespaces)
    except NotAvailable:
        return


def _etree() -> Any:
    try:
        from lxml import etree
    except ImportError:
        raise NotAvailable(
            "XML is read with lxml, which is not installed", hint="pip install 'ivrkit[xml]'"
        ) from None
    return etree


def _look_through(root: Any) -> None:
    level, depth = [root], 1
    while level := [child for each in level for child in each]:
        depth += 1
        if depth > MOST_DEPTH:
            raise ValueRejected(f"its elements are nested more than {MOST_DEPTH} deep")


def _value(found: Any) -> Value:
    if isinstance(found, bool | str):
        return found
    if isinstance(found, float):
        if found != found or found in (float("inf"), float("-inf")):
            return None
        return bounded(Decimal(repr(found)))
    texts: list[Value] = [_text(node) for node in found]
    if not texts:
        return None
    return texts[0] if len(texts) == 1 else texts


def _text(node: Any) -> str:
    """The text of an element with all that is in it, of an attribute, of a text."""
    if isinstance(node, str):
        return node
    if isinstance(node, tuple):  # a namespace node: prefix and name
        return str(node[1])
    return "".join(node.itertext()).strip()
