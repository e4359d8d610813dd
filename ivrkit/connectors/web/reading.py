"""What a service answers, read piece by piece: no more is kept, and no more is unpacked, than the
connector allows, whatever the answer says of its own length."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import AsyncIterator
from email.message import Message
from typing import Final

from ivrkit.call.requests.http import Reply
from ivrkit.errors import ValueRejected
from ivrkit.expressions.json_text import from_json
from ivrkit.expressions.values import Value
from ivrkit.expressions.xml_text import XmlDocument

_CHARSETS: Final = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|utf-8-sig|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-.*"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|euc_.*|shift_jis.*|iso2022_.*|johab|hz|tis-620"
)
"""Codecs that read characters. Python has others, which unpack or compute."""
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML_ENCODING: Final = re.compile(
    rb"""^<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']"""
)
_GZIP, _DEFLATE = 31, 15


async def read_bounded(pieces: AsyncIterator[bytes], encoding: str, most: int) -> bytes:
    """All pieces, unpacked (``gzip``, ``deflate``).

    Raises:
        ValueRejected: more than ``most`` bytes, packed or unpacked; packed in another way; broken.
    """
    unpack = _unpacking(encoding.strip().lower())
    body = bytearray()
    arrived = 0
    async for piece in pieces:
        arrived += len(piece)
        if arrived > most:
            raise _too_large(most)
        body += piece if unpack is None else unpack.more(piece, most - len(body))
        if len(body) > most:
            raise _too_large(most)
    if unpack is not None and arrived and not unpack.whole:
        raise ValueRejected("the packed answer breaks off")
    return bytes(body)


def _too_large(most: int) -> ValueRejected:
    return ValueRejected(
        f"the answer has more than {most // 1024} KB", hint="ask for less, or raise `kilobytes`"
    )


class _Unpacking:
    """Unpacks piece by piece; a gzip file may have several members (RFC 1952, 2.2)."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._work = zlib.decompressobj(bits)
        self._first = True

    @property
    def whole(self) -> bool:
        """Whether it has come to its end."""
        return self._work.eof

    def more(self, piece: bytes, room: int) -> bytes:
        """What the next piece holds; at most one byte more than there is room for."""
        made = bytearray()
        while piece and len(made) <= room:
            if self._work.eof:
                if self._bits != _GZIP or not piece.strip(b"\0"):
                    break  # padding, or rubbish behind the end
                self._work = zlib.decompressobj(self._bits)
            made += self._unpack(piece, room + 1 - len(made))
            self._first = False
            piece = self._work.unused_data if self._work.eof else self._work.unconsumed_tail
        return bytes(made)

    def _unpack(self, piece: bytes, most: int) -> bytes:
        try:
            return self._work.decompress(piece, most)
        except zlib.error:
            if not self._first or self._bits != _DEFLATE:
                raise ValueRejected("the packed answer is broken") from None
        self._bits = -_DEFLATE  # "deflate" without its frame, as many servers send it
        self._work = zlib.decompressobj(self._bits)
        self._first = False
        return self._unpack(piece, most)


def _unpacking(encoding: str) -> _Unpacking | None:
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return _Unpacking(_GZIP)
    if encoding == "deflate":
        return _Unpacking(_DEFLATE)
    raise ValueRejected(f"the answer is packed in a way that was not asked for: {encoding[:40]}")


def understood(body: bytes, content_type: str, reply: Reply) -> Value:
    """What a good answer says; none if it is empty.

    Raises:
        ValueRejected: it is not what was asked for.
    """
    if reply is Reply.NONE or not body:
        return None
    text = decoded(body, content_type)
    if reply is Reply.JSON:
        return from_json(text)
    if reply is Reply.XML:
        XmlDocument.read(text)
    return text


def explained(body: bytes, content_type: str) -> Value:
    """What an answer says that is no good one: data if it is JSON, else its text; none if it
    cannot be read."""
    try:
        text = decoded(body, content_type)
        kind = _header(content_type).get_content_type()
        return from_json(text) if kind.endswith(("/json", "+json")) else text or None
    except ValueRejected:
        return None


def decoded(body: bytes, content_type: str) -> str:
    """The text of an answer: by its byte order mark, its charset, what XML says of itself, or
    else UTF-8. Raises ValueRejected."""
    name = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    if not name:
        name = str(_header(content_type).get_param("charset") or "")
    if not name and (found := _XML_ENCODING.match(body[:200])):
        name = found[1].decode("ascii")
    try:
        codec = codecs.lookup(name or "utf-8").name
        if not _CHARSETS.fullmatch(codec):
            raise LookupError
        text = body.decode(codec)
    except (LookupError, ValueError):
        shown = name[:40] if name.isprintable() else "its charset"
        raise ValueRejected(f"the answer cannot be read as {shown or 'UTF-8'}") from None
    return text.removeprefix("\ufeff")


def _header(content_type: str) -> Message:
    header = Message()
    header["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    return header
