"""Reads ``given:``: the clock, and what the services of a site answer."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.queues import QueueExit, QueueFigures
from ivrkit.connectors.connector import kinds
from ivrkit.expressions.nearest import did_you_mean, nearest
from ivrkit.expressions.values import Value
from ivrkit.flow import codes
from ivrkit.flow.swallowed import is_empty
from ivrkit.qa.given import ConnectorUse, DialplanUse, Given, QueueUse
from ivrkit.qa.reading_connectors import read_uses
from ivrkit.qa.values import Values

_EXITS = {each.value: each for each in QueueExit}
_USE = (*_EXITS, "after")
_AGENT = ("agent", "talk", "result")
_NAMES = ("clock", "queue.NAME", "queues.NAME", "dialplan.NAME", "remember")
_RUN = "write `dialplan.terminal: {after: 3s, values: {paid: 12.50}}`"
_FIGURES = ("waiting", "ready", "staffed", "wait")
_USUAL = "write `queue.service: {answered: {agent: PJSIP/1001, talk: 30s}}`"


def read_given(values: Values, node: Node | None) -> Given:
    """The world that a script gives."""
    if node is None:
        return Given()
    clock: datetime | None = None
    queues: dict[str, QueueUse | tuple[QueueUse, ...]] = {}
    figures: dict[str, QueueFigures] = {}
    memories: dict[str, Value] = {}
    dialplan: dict[str, DialplanUse | tuple[DialplanUse, ...]] = {}
    connectors: dict[str, ConnectorUse | tuple[ConnectorUse, ...]] = {}
    fields = values.fields(node, "given")
    for name, value in fields.items():
        service, _, instance = name.partition(".")
        if name == "clock":
            clock = values.attempt(partial(values.moment, value))
        elif service == "queue" and instance:
            use = values.attempt(partial(_uses, values, value))
            queues[instance] = use or QueueUse()
        elif service == "queues" and instance:
            found = values.attempt(partial(_figures, values, value))
            figures[instance] = found or QueueFigures()
        elif service == "dialplan" and instance:
            ran = values.attempt(partial(_runs, values, value))
            dialplan[instance] = ran or DialplanUse()
        elif name == "remember":
            memories.update(values.attempt(partial(_memories, values, value)) or {})
        elif service in kinds() and instance:
            asked = values.attempt(partial(read_uses, values, value))
            connectors[name] = asked or ConnectorUse()
        else:
            near = _meant(service, instance)
            values.fail(codes.UNKNOWN_FIELD, f"nothing is given by '{name[:40]}'", value, near)
    marks = {name: values.mark(value) for name, value in fields.items()}
    return Given(clock, queues, figures, memories, dialplan, connectors, marks=marks)


def _meant(service: str, instance: str) -> str:
    """A hint for what nothing is given by."""
    kind = nearest(service, kinds()) if instance else None
    if kind is not None:
        return f"did you mean '{kind}.{instance}'?"
    return did_you_mean(service, (*_NAMES, *(f"{each}.NAME" for each in kinds())))


def _runs(values: Values, node: Node) -> DialplanUse | tuple[DialplanUse, ...]:
    if isinstance(node, SequenceNode):
        return tuple(_run(values, each) for each in node.value)
    return _run(values, node)


def _run(values: Values, node: Node) -> DialplanUse:
    """What running it comes to: ``failed``, or how long it takes and what it leaves."""
    if not isinstance(node, MappingNode):
        if values.text(node, "what it leaves, or failed") != "failed":
            raise values.fail(codes.BAD_VALUE, "write failed, or what it leaves", node, _RUN)
        return DialplanUse(done=False)
    fields = values.fields(node, "what the dialplan does", ("after", "values", "failed"))
    after = values.duration(fields["after"], "a duration") if "after" in fields else 1.0
    left: dict[str, str | None] = {}
    if "values" in fields:
        named = values.fields(fields["values"], "values")
        left = {name: values.text(each, f"the value {name}") for name, each in named.items()}
    failed = "failed" in fields and values.text(fields["failed"], "true") == "true"
    return DialplanUse(after, not failed, left)


def _memories(values: Values, node: Node) -> dict[str, Value]:
    return {key: _remembered(each) for key, each in values.fields(node, "remember").items()}


def _remembered(node: Node) -> Value:
    """A value as it is written: texts, which the flow's types read, and ``none``."""
    if isinstance(node, MappingNode):
        return {key.value: _remembered(each) for key, each in node.value}
    if isinstance(node, SequenceNode):
        return [_remembered(each) for each in node.value]
    if isinstance(node, ScalarNode) and node.value == "none" and not node.style:
        return None
    return None if is_empty(node) else str(node.value)


def _uses(values: Values, node: Node) -> QueueUse | tuple[QueueUse, ...]:
    if isinstance(node, SequenceNode):
        return tuple(_use(values, each) for each in node.value)
    return _use(values, node)


def _use(values: Values, node: Node) -> QueueUse:
    """One use: an exit as a word, or a mapping with one exit and perhaps ``after``."""
    if not isinstance(node, MappingNode):
        text = values.text(node, "how the queue is left")
        if text not in _EXITS:
            message = f"'{text[:40]}' is not how a queue is left"
            raise values.fail(codes.BAD_VALUE, message, node, did_you_mean(text, _EXITS))
        return QueueUse(_EXITS[text])
    fields = values.fields(node, "the use of a queue", _USE)
    named = [name for name in fields if name in _EXITS]
    if len(named) > 1:
        message = f"a queue is left in one way, not by {' and '.join(named)}"
        raise values.fail(codes.BAD_VALUE, message, node, _USUAL)
    after = values.duration(fields["after"], "a duration") if "after" in fields else None
    exit_ = _EXITS[named[0]] if named else QueueExit.ANSWERED
    if exit_ is QueueExit.ANSWERED and named:
        return _answered(values, fields[named[0]], after)
    if named and values.text(fields[named[0]], "true") != "true":
        raise values.fail(codes.BAD_VALUE, f"{named[0]} takes true", node, _USUAL)
    return QueueUse(exit_, after=after)


def _answered(values: Values, node: Node, after: float | None) -> QueueUse:
    if not isinstance(node, MappingNode):
        if values.text(node, "true, or who answers") != "true":
            raise values.fail(codes.BAD_VALUE, "answered takes true, or who", node, _USUAL)
        return QueueUse(after=after)
    fields = values.fields(node, "answered", _AGENT)
    usual = QueueUse()
    return QueueUse(
        agent=values.text(fields["agent"], "an agent") if "agent" in fields else usual.agent,
        talk=values.duration(fields["talk"], "a duration") if "talk" in fields else usual.talk,
        after=after,
        result=values.text(fields["result"], "a result") if "result" in fields else "",
    )


def _figures(values: Values, node: Node) -> QueueFigures:
    fields = values.fields(node, "the figures of a queue", _FIGURES)
    counts = {}
    for name in ("waiting", "ready", "staffed"):
        text = values.text(fields[name], "a number") if name in fields else "0"
        if not text.isdecimal():
            raise values.fail(
                codes.BAD_VALUE, f"'{text[:40]}' is not a number", fields[name], "write 3"
            )
        counts[name] = int(text)
    wait = values.duration(fields["wait"], "a duration") if "wait" in fields else 0.0
    return QueueFigures(**counts, wait=wait)
