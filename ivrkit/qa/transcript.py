"""A call by hand, written down as a call script that passes.

What was heard to its end becomes ``hear``, what was pressed ``press`` and what was said ``say``
(with the silence before it, where there was some), a queue its turn, the end an ``expect``. Times
are kept to the millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import yaml

from ivrkit.call.events import (
    Asked,
    Ended,
    HandedOff,
    InDialplan,
    Left,
    Listening,
    Recognised,
    Said,
    Saying,
    TraceEvent,
    VariableSet,
)
from ivrkit.call.events import Pressed as KeysTaken
from ivrkit.call.exits import ERROR, NEXT, TIMEOUT
from ivrkit.errors import ScriptError
from ivrkit.expressions.durations import format_duration
from ivrkit.expressions.secrets import MASK
from ivrkit.qa.differing import field_of
from ivrkit.qa.outcome import as_text
from ivrkit.qa.reading_connectors import data
from ivrkit.qa.recorded import Act, HungUp, Pressed, Recorded, Spoke, WasGiven, WasSet, WentTo
from ivrkit.qa.script import Dial, speaking_time
from ivrkit.qa.words import tokens

_TINY: Final = 0.0005
_SLOW: Final = 0.5
"""Seconds of an answer that are worth keeping."""
_QUEUE: Final = "queue."
_MOST_ITEMS: Final = 1000
"""A larger number is the name of a field."""
_PLACEHOLDER: Final = "0000"


def script_of(recorded: Recorded, name: str = "") -> str:
    """The text of the script. Raises ScriptError for what no script can say: a variable that was
    set by hand, a section that was gone to."""
    for act in recorded.acts:
        if isinstance(act.what, WasSet | WentTo):
            what = "set a variable" if isinstance(act.what, WasSet) else "went to a section"
            raise ScriptError(
                f"you {what} by hand, which no call script can do",
                hint="go back to before it, or call again, and come there by keys",
            )
    script: dict[str, Any] = {"script": "1"}
    if name:
        script["name"] = name
    script |= _dial(recorded.dial)
    given = _given(recorded)
    if given:
        script["given"] = given
    script["call"] = _Turns(recorded).write()
    return yaml.dump(script, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def _dial(dial: Dial) -> dict[str, Any]:
    fields: dict[str, Any] = {"dial": dial.number} if dial.number else {"flow": dial.flow}
    if dial.section:
        fields["section"] = dial.section
    if dial.caller:
        fields["from"] = dial.caller
    if dial.arguments:
        fields["with"] = {name: as_text(value) for name, value in dial.arguments.items()}
    return fields


def _given(recorded: Recorded) -> dict[str, Any]:
    texts = dict(recorded.texts)
    for act in recorded.acts:
        if isinstance(act.what, WasGiven):
            texts |= act.what.texts
    asked = _asked(recorded)
    given = {key: _typed(text) if key in asked else _plain(text) for key, text in texts.items()}
    for event in recorded.events:  # by hand all is open; a script names what it uses
        if isinstance(event, InDialplan):
            given.setdefault(f"dialplan.{event.name}", {"after": "1s"})
    for name, answers in asked.items():
        given.setdefault(name, answers)  # it was really asked, or failed for want of an answer
    for key, used in recorded.uses.items():
        if not key.startswith(_QUEUE):
            _spread(given, key, used)
            continue
        different = [text for text, _ in groupby(used)]
        if len(different) > 1:  # one after the other, as the call met them
            given[key] = [_plain(text) if text else "answered" for text in used]
        elif not different[0]:
            given.pop(key, None)
    return given


def _spread(given: dict[str, Any], key: str, used: Sequence[str]) -> None:
    """Answers of a connector that were changed while it was asked, one after the other."""
    if len(set(used)) < 2 or "" in used:
        return
    given[key] = []
    for text, several in groupby(used):
        answers, count = _typed(text), len(list(several))
        listed = isinstance(answers, list)
        given[key] += answers[:count] if listed else [answers] * count


def _asked(recorded: Recorded) -> dict[str, list[Any]]:
    """What connectors have answered, as far as the flow has taken it."""
    variables: dict[str, Any] = {}
    answers: dict[str, list[Any]] = {}
    for event in recorded.events:
        if isinstance(event, VariableSet):
            variables[event.name] = event.value
        elif isinstance(event, Asked):
            answers.setdefault(event.connector, []).append(answer_of(event, variables))
    return answers


def answer_of(event: Asked, variables: dict[str, Any]) -> Any:
    """An answer as ``given:`` has it. Masked digits become ``0000``, which is as secret."""
    use: dict[str, Any] = {}
    if event.seconds >= _SLOW and event.exit != TIMEOUT:
        use["after"] = format_duration(timedelta(seconds=round(event.seconds, 1)))
    if event.exit == NEXT:
        return {**use, "answer": _written(_whole(event.taken, variables))}
    if event.exit == ERROR and event.error:
        return {**use, "error": event.error}
    return {**use, "exit": event.exit}


def _whole(taken: Mapping[str, str], variables: dict[str, Any]) -> Any:
    """An answer, made of what was taken of it."""
    answer: Any = None
    for name, pointer in taken.items():
        value = field_of(variables, name)
        if not pointer:
            return value
        tokens = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
        answer = _with(answer, tokens, value)
    return answer


def _with(data: Any, tokens: Sequence[str], value: Any) -> Any:
    """Data with a value at a place: numbers count the items of a list."""
    if not tokens:
        return value
    first, rest = tokens[0], tokens[1:]
    if first.isdecimal() and not isinstance(data, dict) and int(first) < _MOST_ITEMS:
        items = list(data) if isinstance(data, list) else []
        items += [None] * (int(first) + 1 - len(items))
        items[int(first)] = _with(items[int(first)], rest, value)
        return items
    fields = dict(data) if isinstance(data, dict) else {}
    fields[first] = _with(fields.get(first), rest, value)
    return fields


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    return _PLACEHOLDER if value == MASK else value


def _typed(text: str) -> Any:
    """YAML as it was written, with the values that it gives to a connector."""
    node = yaml.compose(text, yaml.SafeLoader)
    return None if node is None else data(node)


class _Dumper(yaml.SafeDumper):
    """Writes numbers as they are."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar(
        f"tag:yaml.org,2002:{'float' if '.' in f'{value:f}' else 'int'}", f"{value:f}"
    ),
)


def _plain(text: str) -> Any:
    """YAML as it was written, with texts for all scalars, as scripts are read."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts and nothing else


class _Turns:
    """The turns of one call. ``reached`` is how far the caller of the script has come by its
    turns, in seconds of the call; ``since`` is from when the call has listened, if it does;
    ``spoke`` whether it listened when something was said."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._turns: list[Any] = []
        self._reached = 0.0
        self._since: float | None = None
        self._spoke = False
        self._saying = ""
        self._queue: dict[str, Any] | None = None

    def write(self) -> list[Any]:
        """All turns, with how the call ended, if it has."""
        recorded, done = self._recorded, 0
        for act in recorded.acts:
            if self._in_vain(act):
                continue
            self._happen(recorded.events[done : act.events])
            done = act.events
            self._act(act)
        self._happen(recorded.events[done:])
        last = recorded.events[-1] if recorded.events else None
        if isinstance(last, Ended):
            self._turns.append({"expect": {"ended": last.ended}})
        if not self._turns:
            self._turns.append({"wait": "0s"})
        return self._turns

    def _in_vain(self, act: Act) -> bool:
        """Whether the call was held when it was done, and ended at that moment by itself: a caller
        could not have done it."""
        last = self._recorded.events[-1]
        over = isinstance(last, Ended) and last.ended != "caller" and last.at - act.at < _TINY
        return act.held and over

    # ---- what was done -------------------------------------------------------------------------

    def _act(self, act: Act) -> None:
        if isinstance(act.what, Pressed | Spoke | HungUp):
            self._queue = None  # what is done in a queue is done before the call is back
        match act.what:
            case Pressed(keys):
                self._pause(act.at)
                self._turns.append({"press": keys})
                self._reached = act.at
                if self._since is not None:
                    self._since = act.at
            case Spoke(text, seconds):
                self._pause(act.at)
                self._turns.append({"say": _saying(text, seconds)})
                self._reached = act.at + seconds
                self._spoke, self._since = self._since is not None, None
            case HungUp():
                self._pause(act.at)
                self._turns.append("hangup")
                self._since = None

    def _pause(self, at: float) -> None:
        """The caller does nothing until then."""
        if self._since is not None:
            if at - self._since > _TINY:
                self._turns.append({"silence": _duration(at - self._since)})
        elif not self._turns or at - self._reached > -_TINY:
            self._turns.append({"wait": _duration(max(at - self._reached, 0.0))})
        self._reached = at

    # ---- what happened -------------------------------------------------------------------------

    def _happen(self, events: Iterable[TraceEvent]) -> None:
        for event in events:
            match event:
                case Listening() if not event.passing:
                    self._since = event.at
                case Recognised():
                    self._understood(event)
                case KeysTaken() | Left():
                    self._over(event.at)
                case Saying():
                    self._over(event.at)
                    self._saying = event.text
                case Said() if event.end == "finished":
                    self._hear(event.at)
                case HandedOff():
                    self._hand_off(event)

    def _over(self, at: float) -> None:
        """The call listens no more: if time has passed since, it was silence that ended it."""
        if self._since is not None and at - self._since > _TINY:
            self._turns.append({"silence": _duration(at - self._since, up=True)})
            self._reached = at
        self._since = None

    def _understood(self, event: Recognised) -> None:
        """What the caller has said leads somewhere, or the call goes on listening."""
        self._reached = max(self._reached, event.at)
        self._since = event.at if event.result == "ignored" and self._spoke else None

    def _hear(self, at: float) -> None:
        text = " ".join(self._saying.split())
        if tokens(text) and MASK not in text:
            self._turns.append({"hear": text})
            self._reached = at

    def _hand_off(self, event: HandedOff) -> None:
        if event.state == "queued":
            self._queue = {"name": event.queue}
            payload = _payload(event.payload)
            if payload:
                self._queue["payload"] = payload
            self._turns.append({"queue": self._queue})
            self._reached = event.at
        elif event.state == "back" and self._queue is not None:
            self._queue |= {"exit": event.result} if event.result else {}
            self._queue = None
            self._reached = event.at


def _saying(text: str, seconds: float) -> Any:
    if abs(seconds - speaking_time(text)) < _TINY:
        return text
    return {"text": text, "seconds": _duration(seconds)}


def _payload(payload: object) -> Mapping[str, str]:
    """The fields that a script can name: single values, and no secrets."""
    if not isinstance(payload, dict):
        return {}
    return {
        name: as_text(value)
        for name, value in payload.items()
        if not isinstance(value, dict | Sequence) or (isinstance(value, str) and MASK not in value)
    }


def _duration(seconds: float, *, up: bool = False) -> str:
    """A duration to the millisecond; ``up``: not a moment too short."""
    thousandths = seconds * 1000
    whole = math.ceil(thousandths - 0.001) if up else round(thousandths)
    return format_duration(timedelta(milliseconds=whole))
