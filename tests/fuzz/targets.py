"""What is fuzzed: whatever the bytes, nothing but the errors that are promised comes out.

Each target takes bytes and returns nothing. Time and memory are watched from outside.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from ivrkit.call.listening import SAYABLE
from ivrkit.call.requests.file import FileForm
from ivrkit.call.requests.http import Reply
from ivrkit.call.requests.sql import marked
from ivrkit.channels.ari.audio.rtp import AHEAD, Order, swapped, unpack
from ivrkit.connectors.disk.rows import Rows
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.messaging.answers import answer_of
from ivrkit.connectors.messaging.link import Incoming
from ivrkit.connectors.plugins.running import _answer as worker_answer
from ivrkit.connectors.web.reading import explained, understood
from ivrkit.connectors.wire.framing import NoFrame, framer
from ivrkit.connectors.wire.settings import FramingSettings, PrefixSettings
from ivrkit.errors import (
    ConfigurationError,
    ConnectorError,
    IvrkitError,
    PromptError,
    ValueRejected,
)
from ivrkit.expressions import Expression, FixedScope, Template
from ivrkit.expressions.json_text import from_json, to_json
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.xml_text import XmlDocument
from ivrkit.flow.check import check_flows
from ivrkit.flow.diagnostics import render_all
from ivrkit.input import Entry, EntrySet, KeyMachine, Pattern, Timing
from ivrkit.input.machine import TimerDue
from ivrkit.input.patterns import Key
from ivrkit.prompts import audio
from ivrkit.prompts.language import Languages
from ivrkit.prompts.understanding.service import Understood
from ivrkit.qa.reading import read_script
from ivrkit.service.prompts.translation import po, table
from ivrkit.service.prompts.translation.sentences import flat, parsed
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld
from ivrkit.speech.endpointing import Began, Ended, Endpointer
from ivrkit.workers.frames import Reply as WorkerReply

_FOLDER = Path(tempfile.mkdtemp(prefix="ivrkit-fuzz-"))
_WORLD = SiteWorld(flows=["fuzzed", "library/survey"], queues={"service"})
_HIDDEN = "4711-0815"
_SCOPE = FixedScope(
    {
        "a": "text",
        "n": 12,
        "items": [1, 2, 3],
        "card": {"name": "Ann", "number": Secret(_HIDDEN)},
        "flag": True,
        "nothing": None,
    }
)
_MOST_ENTRIES = 12
_MOST_BYTES = 50
_UNDERSTOOD = Understood(Languages("EUR"))
_LANGUAGES = Languages().tags
_KINDS = tuple(SAYABLE)
_TODAY = date(2026, 3, 2)
_FRAMINGS = [
    (FramingSettings(delimiter="\r\n"), "utf-8"),
    (FramingSettings(delimiter="\x03", begin="\x02"), "latin-1"),
    (FramingSettings(delimiter="aa"), "utf-8"),
    (FramingSettings(length=5), "cp037"),
    (FramingSettings(prefix=PrefixSettings(bytes=2)), "utf-8"),
    (FramingSettings(prefix=PrefixSettings(bytes=8, order="little")), "utf-8"),
    (FramingSettings(prefix=PrefixSettings(bytes=3, form="digits")), "cp037"),
    (FramingSettings(prefix=PrefixSettings(bytes=1, includes_itself=True)), "utf-8"),
    (FramingSettings(close=True), "utf-8"),
]


@cache
def _words(kind: str, language: str) -> tuple[str, ...]:
    """What can be said for a kind."""
    grammar = _UNDERSTOOD.grammar(kind, language)
    return (*grammar.words, *grammar.phrases)


def loader(data: bytes) -> None:
    """A flow file: a flow or findings, each with a place inside the file."""
    file = _FOLDER / "fuzzed.yaml"
    file.write_bytes(data)
    flow, found = reader().read_partly(file, name="fuzzed")
    if flow is not None:
        check_flows("fuzzed", {"fuzzed": flow}, _WORLD)
    lines = data.count(b"\n") + data.count(b"\r") + 2
    for each in found:
        assert each.mark.line <= lines + data.count(b"\xe2\x80") + data.count(b"\xc2\x85"), each
    render_all(found, data.decode("utf-8", "replace"))


def expressions(data: bytes) -> None:
    """An expression and a template: a value or an error of ours, and never the secret."""
    source = data.decode("utf-8", "replace")
    for parse in (Expression.parse, Template.parse):
        try:
            parsed = parse(source)
            value = parsed.value(_SCOPE) if isinstance(parsed, Expression) else parsed.text(_SCOPE)
            told = repr(value)
        except IvrkitError as error:
            told = str(error)
        assert _HIDDEN not in told, source


def keys(data: bytes) -> None:
    """Entries, then keys and silences: the machine ends, and takes what it was given."""
    text = data.decode("ascii", "ignore")
    head, _, pressed = text.partition("|")
    entries = []
    for label in head.split(",")[:_MOST_ENTRIES]:
        try:
            entries.append(Entry(Pattern.parse(label[:20]), label))
        except ValueRejected:
            continue
    try:
        machine = KeyMachine(EntrySet(entries), Timing(5, 3), terminator="#", restart=None)
    except ValueRejected:
        return
    state, fed = machine.listen(), ""
    for sign in pressed[:100]:
        if machine.over:
            break
        if sign in "0123456789*#ABCD":
            state, fed = machine.feed(Key(sign)), fed + sign
        else:
            timers = machine.timers()
            name = min(timers, key=lambda each: timers[each])
            state = machine.feed(TimerDue(name, machine.turn))
    for _ in range(3):
        if not machine.over:
            timers = machine.timers()
            name = min(timers, key=lambda each: timers[each])
            state = machine.feed(TimerDue(name, machine.turn))
    assert machine.over, (head, pressed, state)


def scripts(data: bytes) -> None:
    """A call script: a script or findings."""
    script, found = read_script("fuzzed.yaml", data.decode("utf-8", "replace"))
    assert (script is None) == found.failed


def statements(data: bytes) -> None:
    """A statement of SQL: read or refused; nothing but names is replaced."""
    text = data.decode("utf-8", "replace")
    try:
        found = marked(text)
    except ValueRejected:
        return
    parts = found.sql.split("?")
    assert len(parts) >= len(found.names) + 1, text
    bare = re.sub("[?]", "", found.sql)
    for name in found.names:
        assert f":{name}" in text, text
    assert len(bare) + sum(len(name) + 1 for name in found.names) <= len(text), text


def frames(data: bytes) -> None:
    """What a host sends: frames or the end of the connection, however it arrives; and none is
    longer than is allowed."""
    if not data:
        return
    framing, encoding = _FRAMINGS[data[0] % len(_FRAMINGS)]
    step = data[0] // len(_FRAMINGS) % 7 + 1
    told = []
    for size in (step, len(data)):
        cutting, found = framer(framing, encoding, _MOST_BYTES), []
        try:
            for start in range(1, len(data), size):
                found += cutting.feed(data[start : start + size])
            found += cutting.ended()
        except NoFrame:
            found.append(None)
        told.append(found)
        assert all(each is None or len(each) <= _MOST_BYTES for each in found), data
    first, second = told
    if None not in first + second:
        assert first == second, data


def documents(data: bytes) -> None:
    """What a service answers: a value or an error of ours; and what is a value is written again."""
    kind, _, body = data.partition(b"\n")
    content_type = kind.decode("latin-1")
    for reply in Reply:
        try:
            value = understood(body, content_type, reply)
        except ValueRejected:
            continue
        if reply is Reply.JSON and body:
            assert from_json(to_json(value).decode()) == value
        if reply is Reply.XML and isinstance(value, str):
            document = XmlDocument.read(value)
            assert document.found("count(//*)", {}) is not None
    explained(body, content_type)


def messages(data: bytes) -> None:
    """What a consumer, or a worker, answers: a value or an error of ours."""
    status, _, body = data.partition(b"|")
    headers = {"status": status.decode("latin-1")} if status else {}
    for content_type in ("", "application/json", "text/plain"):
        try:
            answer_of(Incoming("1", body, content_type, headers), "broker.x", _MOST_BYTES)
        except ConnectorError:
            continue
    try:
        reply = msgspec.msgpack.decode(data, type=WorkerReply)
    except msgspec.MsgspecError:
        return
    try:
        to_json(worker_answer(reply.value, "python.x"))
    except IvrkitError:
        return


def files(data: bytes) -> None:
    """Files that others have written: rows or an error of ours."""
    text = data.decode("utf-8", "replace")
    settings = FileSettings(root=_FOLDER)
    for form in (FileForm.CSV, FileForm.LINES, FileForm.JSON):
        rows = Rows(form, settings)
        try:
            found = list(rows.read(io.StringIO(text, newline="")))
        except ConnectorError:
            continue
        try:
            written = rows.written(found)
        except ConnectorError:
            continue
        again = list(rows.read(io.StringIO(written, newline="")))
        if form is not FileForm.CSV or all(any(row.values()) for row in found):
            assert again == found, text


def sayings(data: bytes) -> None:
    """What somebody says: a value of the kind or none, and where it was said."""
    if len(data) < 2:
        return
    language = _LANGUAGES[data[0] % len(_LANGUAGES)]
    kind = _KINDS[data[1] % len(_KINDS)]
    words, text = _words(kind, language), data[2:].decode("utf-8", "replace")
    if data[0] >= len(_LANGUAGES) and words:
        text = " ".join(words[each % len(words)] for each in data[2:])
    value = _UNDERSTOOD.value(kind, text, language, _TODAY)
    found = _UNDERSTOOD.found(kind, text, language, _TODAY)
    assert value is None or any(each.value == value for each in found), text
    if kind != "text":
        places = [place for each in found for place in (each.begin, each.end)]
        assert places == sorted(places), text
        assert all(each.begin < each.end for each in found), text
        assert max(places, default=0) <= len(_UNDERSTOOD.tokens(text, language)), text


def translations(data: bytes) -> None:
    """What a translator sends: texts or an error of ours, and each with parts that can be read."""
    for read in (po.read, table.read):
        try:
            found = read(data, "fuzzed")
        except ConfigurationError:
            continue
        for each in found.texts:
            for text in (*each.source.values(), *each.translation.values()):
                try:
                    value = parsed(text, mixed=True)
                except ValueRejected:
                    continue
                assert flat(value) == text, text


def packets(data: bytes) -> None:
    """RTP from anybody: samples in order, and no more kept than the few that wait."""
    order, taken, given = Order(), 0, 0
    while data:
        size, data = data[0], data[1:]
        packet, data = unpack(data[:size]), data[size:]
        if packet is not None:
            taken += 1
            given += sum(len(swapped(each)) % 2 == 0 for each in order.feed(packet))
            assert given <= taken
            assert len(order._early) <= AHEAD


def lines(data: bytes) -> None:
    """What is on a line: what begins ends, in time, and nothing is made up."""
    rate = 16000 if data[:1] > b"\x7f" else 8000
    endpointer = Endpointer(rate, 0.1, 0.5)
    speaks, said, heard, cut = False, 0, 0, 50
    while data:
        size = data[0] * 13
        piece, data = data[1 : size + 1], data[size + 1 :]
        heard += len(piece)
        for each in endpointer.feed(piece):
            assert speaks == (not isinstance(each, Began)), each
            speaks = not isinstance(each, Ended)
            said = 0 if isinstance(each, Began) else said + 1
            assert said <= cut
    assert len(endpointer._rest) <= min(heard, 2 * rate // 50)


def recordings(data: bytes) -> None:
    """Sound files from anybody: samples or an error of ours."""
    suffix, _, sound = data.partition(b"\n")
    try:
        channels, rate = audio.channels_of(sound, suffix.decode("latin-1"))
    except PromptError:
        return
    assert rate > 0
    assert channels.ndim == 2
    assert channels.shape[1] <= audio.LONGEST * rate
    assert channels.size <= audio.LONGEST * audio.MOST_A_SECOND


_OF_VALUES = (loader, expressions, keys, scripts, statements, frames, documents, messages, files)
_OF_SPEECH = (sayings, translations, packets, lines, recordings)
_ALL = (*_OF_VALUES, *_OF_SPEECH)
TARGETS: Mapping[str, Callable[[bytes], None]] = {each.__name__: each for each in _ALL}
