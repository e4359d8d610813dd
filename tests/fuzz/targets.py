"""What is fuzzed: whatever the bytes, nothing but the errors that are promised comes out.

Each target takes bytes and returns nothing. Time and memory are watched from outside.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from ivrkit.errors import IvrkitError, ValueRejected
from ivrkit.expressions import Expression, FixedScope, Template
from ivrkit.expressions.secrets import Secret
from ivrkit.flow.check import check_flows
from ivrkit.flow.diagnostics import render_all
from ivrkit.input import Entry, EntrySet, KeyMachine, Pattern, Timing
from ivrkit.input.machine import TimerDue
from ivrkit.input.patterns import Key
from ivrkit.qa.reading import read_script
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

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


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (loader, expressions, keys, scripts)
}
