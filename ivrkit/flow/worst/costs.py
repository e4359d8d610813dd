"""What one step can cost a caller: seconds and keys."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from ivrkit.call.asking import BETWEEN_DIGITS, FIRST_DIGIT, DigitCount, ReadBack, Retry
from ivrkit.call.kinds import Kind
from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Node, Step
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.fields import entries_of, fields_of
from ivrkit.flow.check.retries import attempts_of
from ivrkit.flow.check.said import Listener, said
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.flow.walk import found_in
from ivrkit.flow.world import World
from ivrkit.input.patterns import Pattern

PRESS: Final = 1.0
"""Seconds that a menu needs for the key of an entry that it announces ("press 1")."""
PATIENCE: Final = 5.0
"""Seconds that a connector has for an answer where neither a step nor a configuration says."""
CONFIRMATIONS: Final = 5
"""Questions of a confirmation at most: three times silence and three times a wrong key."""


class Costs:
    """Seconds and keys of the steps of one flow."""

    def __init__(self, flow: Flow, world: World) -> None:
        self._flow = flow
        self._language = flow.language
        self._listener = Listener(world)
        self._patience = world.patience

    def seconds(self, node: Node, *, again: bool = False) -> float:
        """The longest that a step can take. Time in other hands (queues, conversations) is not
        counted, as it is not by `max_call`; nor is what is worked out in a text. ``again``: a
        question is put as often as its `total` allows, however it is answered."""
        step = node.step
        if isinstance(step, Hole) or step.kind in (Kind.INNER, Kind.AWAY):
            return 0.0
        if step.asks:
            return self._asking(node, again)
        if step.asks_kind:
            return self._answering(node)
        prompts = list(found_in(step, Prompt))
        inner = {id(each) for prompt in prompts for each in found_in(prompt.parts, Prompt)}
        spoken = sum(self._spoken(each) for each in prompts if id(each) not in inner)
        lasts = spoken + sum(_duration(step, name) or 0.0 for name in ("for", "longest"))
        limit = _duration(step, "timeout")
        return lasts if limit is None else min(lasts, limit)

    def keys(self, node: Node) -> int:
        """The most keys of one good answer, with the one that confirms it."""
        return self._length(node.step) + confirming(node.step)

    def fewest(self, step: Step) -> int:
        """The fewest keys of one good answer, with the one that confirms it."""
        patterns = self._patterns(step)
        return min((each.shortest for each in patterns), default=0) + confirming(step)

    def _length(self, step: Step) -> int:
        longest = 0
        for pattern in self._patterns(step):
            longest = max(longest, pattern.longest or pattern.shortest)
        count = self._count(step)
        if count is not None and count.least != count.most:
            longest += 1  # the terminator
        return longest

    def _patterns(self, step: Step) -> list[Pattern]:
        """What answers a question: its entries, or so many digits."""
        found = [entry.pattern for entry in entries_of(step)]
        count = self._count(step)
        return found if count is None else [*found, count.pattern]

    def _count(self, step: Step) -> DigitCount | None:
        declared = {**self._flow.params, **self._flow.variables}
        names = [each.name for each in step.assigns() if each.name in declared]
        return step.typed(declared[names[0]].type if names else None)

    def _asking(self, node: Node, again: bool) -> float:
        """All attempts used up: silence as often as may be, and wrong keys as often as may be."""
        step = node.step
        silent = attempts_of(node, "no_input") or 1
        wrong = attempts_of(node, "no_match") or 1
        total = getattr(getattr(step, "attempts", None), "total", None)
        questions = silent + wrong - 1
        if isinstance(total, Setting) and isinstance(total.literal, Decimal):
            most = int(total.literal)
            questions = most if again else min(questions, most)
        first = _seconds(getattr(step, "first_digit", None), FIRST_DIGIT)
        between = _seconds(getattr(step, "between_digits", None), BETWEEN_DIGITS)
        question = self._field(step, "prompt") + first + max(0, self._length(step) - 1) * between
        for entry in entries_of(step):
            if entry.say is not None:
                question += self._spoken(entry.say) + PRESS
        lasts = self._field(step, "intro") + questions * question
        lasts += max(0, questions - 1) * self._retry(step)
        if confirming(step):
            lasts += CONFIRMATIONS * first
        limit = _duration(step, "timeout")
        return lasts if limit is None else min(lasts, limit)

    def _answering(self, node: Node) -> float:
        """No answer until the time is over: that of the step, else that of the configuration. What
        the caller hears meanwhile does not make it longer."""
        limit = _duration(node.step, "timeout")
        if limit is not None:
            return limit
        kind = node.step.asks_kind
        known = self._patience.get(kind, {})
        times = [known[each.name] for each in names_used(node, kind) if each.name in known]
        return max(times, default=PATIENCE)

    def _retry(self, step: Step) -> float:
        """The longest of what is said after a failed attempt."""
        prompts = [
            each.prompt
            for field in fields_of(type(step))
            if isinstance(retry := getattr(step, field.attribute, None), Retry)
            for each in retry.prompts
            if each.prompt is not None
        ]
        return max(map(self._spoken, prompts), default=0.0)

    def _field(self, step: Step, name: str) -> float:
        prompt = getattr(step, name, None)
        return self._spoken(prompt) if isinstance(prompt, Prompt) else 0.0

    def _spoken(self, prompt: Prompt) -> float:
        """The length of a prompt, in the language in which each of its parts is longest."""
        parts: dict[str, float] = {}
        for part in said(prompt, "", self._language):
            place = part.path.split("/")[1]
            parts[place] = max(parts.get(place, 0.0), self._listener.seconds(part))
        return sum(parts.values())


def confirming(step: Step) -> int:
    """The keys by which the caller says that an entry is right."""
    confirm = getattr(step, "confirm", None)
    return 1 if isinstance(confirm, ReadBack) and confirm.is_wanted else 0


def _duration(step: Step, name: str) -> float | None:
    """A written duration of a step, by its name in the file."""
    for field in fields_of(type(step)):
        if field.name == name:
            value = getattr(step, field.attribute, None)
            literal = value.literal if isinstance(value, Setting) else None
            return literal.total_seconds() if isinstance(literal, timedelta) else None
    return None


def _seconds(setting: Setting | None, default: float) -> float:
    value = setting.literal if setting is not None else None
    return value.total_seconds() if isinstance(value, timedelta) else default
