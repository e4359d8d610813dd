"""Reads the turns of a call, each an item of ``call:`` with exactly one word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.hearing import Hypothesis
from ivrkit.call.queues import QueueExit
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.always import ENDED
from ivrkit.flow.reading import Rejected, plain
from ivrkit.qa import script
from ivrkit.qa.script import Turn
from ivrkit.qa.values import Values

_LATER: Final = {
    "party": "calls have one party yet: leave it out",
    "expect_call": "flows place no calls yet: leave it out",
}
_BESIDE_SAY: Final = frozenset({"say", "seconds", "confidence"})
_STATES: Final = ("queued", "called", "connected", "back")
_DIAL: Final = ("dial", "flow", "section", "from", "with")


def read_turns(values: Values, node: Node) -> tuple[Turn, ...]:
    """The turns; all mistakes are told before the list is given up."""
    turns, failed = [], False
    for item in values.items(node, "call"):
        try:
            turns.append(_turn(values, item))
        except Rejected:
            failed = True
    if failed:
        raise Rejected("call")
    return tuple(turns)


def _turn(values: Values, node: Node) -> Turn:
    if isinstance(node, ScalarNode):  # `- hangup`
        return _named(values, node, node.value, None)
    if not isinstance(node, MappingNode) or not node.value:
        raise values.fail(codes.WRONG_FORM, "a turn is one word and its value", node, _HINT)
    fields = values.fields(node, "a turn")
    if set(fields) <= set(_DIAL) and ("dial" in fields or "flow" in fields):
        return dial_of(values, fields, node)
    if len(fields) > 1 and "say" in fields and set(fields) <= _BESIDE_SAY:
        return _said(values, fields["say"], fields)
    if len(fields) > 1:
        second = node.value[1][0]
        message = f"a turn has one word; '{second.value}' begins another"
        raise values.fail(codes.WRONG_FORM, message, second, "put `- ` before it")
    key, value = node.value[0]
    return _named(values, key, key.value, value)


def _named(values: Values, key: Node, word: str, value: Node | None) -> Turn:
    read = _TURNS.get(word)
    if read is None:
        hint = _LATER.get(word) or did_you_mean(word, _TURNS)
        message = f"'{word[:40]}' is no turn of a call"
        raise values.fail(codes.UNKNOWN_FIELD, message, key, hint)
    if value is None and word != "hangup":
        raise values.fail(codes.WRONG_FORM, f"{word} needs a value", key, f"write `{word}: …`")
    return read(values, value if value is not None else key)


def dial_of(values: Values, fields: dict[str, Node], at: Node) -> script.Dial:
    """The call that these fields place."""

    def text(name: str, what: str) -> str:
        return values.text(fields[name], what) if name in fields else ""

    arguments = {}
    if "with" in fields:
        for name, node in values.fields(fields["with"], "with").items():
            arguments[name] = values.text(node, f"the value of '{name}'")
    return script.Dial(
        number=text("dial", "a number"),
        flow=text("flow", "the name of a flow"),
        section=text("section", "the name of a section"),
        caller=text("from", "the caller's number"),
        arguments=arguments,
        mark=values.mark(at),
    )


# ---- the turns ---------------------------------------------------------------------------------


def _hear(values: Values, node: Node) -> Turn:
    return script.Hear(values.text(node, "what is heard"), mark=values.mark(node))


def _never_hear(values: Values, node: Node) -> Turn:
    return script.NeverHear(values.text(node, "what is never heard"), mark=values.mark(node))


def _press(values: Values, node: Node) -> Turn:
    return script.Press(values.keys(node), mark=values.mark(node))


def _say(values: Values, node: Node) -> Turn:
    if not isinstance(node, MappingNode):
        return _said(values, node, {})
    fields = values.fields(node, "say", ("text", "seconds", "confidence"))
    if "text" in fields:
        return _said(values, fields["text"], fields)
    if "seconds" not in fields:
        hint = "write `text: …`, or `seconds: 4s` for a noise"
        raise values.fail(codes.MISSING_FIELD, "say needs 'text' or 'seconds'", node, hint)
    return script.Say("", values.duration(fields["seconds"], "a duration"), mark=values.mark(node))


def _said(values: Values, node: Node, fields: Mapping[str, Node]) -> script.Say:
    """Something that is said: a text, or a list of readings of it; with what stands beside it."""
    readings: tuple[Hypothesis, ...] = ()
    if isinstance(node, SequenceNode):
        readings = tuple(_reading(values, each) for each in values.items(node, "say"))
        if not readings:
            hint = "leave it out for a noise: `say: {seconds: 1s}`"
            raise values.fail(codes.WRONG_FORM, "there is no reading in this list", node, hint)
        if "confidence" in fields:
            hint = "write `- {text: billing, confidence: 0.4}` in the list"
            message = "each reading of a list has a confidence of its own"
            raise values.fail(codes.WRONG_FORM, message, fields["confidence"], hint)
        text = readings[0].text
    else:
        text = values.text(node, "what the caller says")
        if "confidence" in fields:
            readings = (Hypothesis(text, values.share(fields["confidence"])),)
    seconds = script.speaking_time(text)
    if "seconds" in fields:
        seconds = values.duration(fields["seconds"], "a duration")
    return script.Say(text, seconds, readings, mark=values.mark(node))


def _reading(values: Values, node: Node) -> Hypothesis:
    if isinstance(node, ScalarNode):
        return Hypothesis(values.text(node, "what the caller says"))
    fields = values.fields(node, "a reading", ("text", "confidence"))
    if "text" not in fields:
        hint = "write `{text: billing, confidence: 0.4}`"
        raise values.fail(codes.MISSING_FIELD, "a reading needs 'text'", node, hint)
    text = values.text(fields["text"], "what the caller says")
    given = fields.get("confidence")
    return Hypothesis(text) if given is None else Hypothesis(text, values.share(given))


def _silence(values: Values, node: Node) -> Turn:
    return script.Silence(values.duration(node, "a duration"), mark=values.mark(node))


def _wait(values: Values, node: Node) -> Turn:
    return script.Wait(values.duration(node, "a duration"), mark=values.mark(node))


def _hang_up(values: Values, node: Node) -> Turn:
    return script.HangUp(mark=values.mark(node))


def _section(values: Values, node: Node) -> Turn:
    return script.InSection(values.text(node, "the name of a section"), mark=values.mark(node))


def _queue(values: Values, node: Node) -> Turn:
    if isinstance(node, ScalarNode):
        return script.Queued(values.text(node, "the name of a queue"), mark=values.mark(node))
    fields = values.fields(node, "queue", ("name", "payload", "exit", "until"))
    if "name" not in fields:
        raise values.fail(codes.MISSING_FIELD, "queue needs 'name'", node, "add `name: service`")
    payload: dict[str, Any] = {}
    if "payload" in fields:
        payload = {
            name: plain(each) for name, each in values.fields(fields["payload"], "payload").items()
        }
    exit_ = _one_of(values, fields.get("exit"), [each.value for each in QueueExit])
    until = _one_of(values, fields.get("until"), _STATES) or _STATES[0]
    return script.Queued(
        values.text(fields["name"], "the name of a queue"),
        payload,
        exit_,
        "back" if exit_ is not None else until,
        mark=values.mark(node),
    )


def _expect(values: Values, node: Node) -> Turn:
    fields = values.fields(node, "expect", ("ended", "exit", "variables"))
    variables: dict[str, Any] = {}
    if "variables" in fields:
        variables = {
            name: plain(each)
            for name, each in values.fields(fields["variables"], "variables").items()
        }
    return script.Expect(
        _one_of(values, fields.get("ended"), ENDED),
        values.text(fields["exit"], "an exit") if "exit" in fields else None,
        variables,
        mark=values.mark(node),
    )


def _one_of(values: Values, node: Node | None, words: Any) -> str | None:
    if node is None:
        return None
    text = values.text(node, "a word")
    if text not in words:
        message = f"'{text[:40]}' is none of {', '.join(words)}"
        raise values.fail(codes.BAD_VALUE, message, node, did_you_mean(text, words))
    return text


_TURNS: Final[dict[str, Callable[[Values, Node], Turn]]] = {
    "hear": _hear,
    "never_hear": _never_hear,
    "press": _press,
    "say": _say,
    "silence": _silence,
    "wait": _wait,
    "hangup": _hang_up,
    "section": _section,
    "queue": _queue,
    "expect": _expect,
}
_HINT: Final = f"a turn is one of {', '.join(_TURNS)}, dial"
