"""``keys``: what may be pressed and said now."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.call.asking import DigitCount, MenuEntry, Words, words_in
from ivrkit.call.targets import Branch, Jump, Target
from ivrkit.errors import IvrkitError
from ivrkit.expressions.values import truth
from ivrkit.flow.drawing.wording import prompt_text
from ivrkit.flow.model import FlowKey
from ivrkit.flow.walk import found_in
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Keys(Command):
    name = "keys"
    aliases = ("k",)
    help = "Show what may be pressed and said now, and where it leads."

    async def run(self, desk: Desk, arguments: str) -> None:
        step = desk.node.step
        if not step.asks:
            desk.tell(f"{step.verb} takes no keys; what is pressed waits for the next question")
            return
        lines = [*_own(desk), *_flow_wide(desk)]
        for line in lines or ["nothing may be pressed"]:
            desk.tell(line)


def _own(desk: Desk) -> Iterator[str]:
    """What the question itself takes."""
    node = desk.node
    for digits in found_in(node.step, DigitCount):
        often = f"{digits.least} to {digits.most}"
        often = str(digits.least) if digits.least == digits.most else often
        ending = getattr(node.step, "terminator", None)
        yield f"{often} digits" + (f", then {ending}" if ending not in (None, "none") else "")
    for entry in found_in(node.step, MenuEntry):
        if _offered(desk, entry):
            said = f"  {prompt_text(entry.say)}" if entry.say is not None else ""
            label = f"  [{entry.label}]" if entry.label else ""
            words = _words(desk, entry.words)
            yield f"{entry.pattern.text:6} → {_where(entry.to)}{label}{said}{words}"


def _words(desk: Desk, words: Words) -> str:
    """What may be said instead, in the language of the call."""
    there = words_in(words, desk.bench.runner.session.language)
    return "".join(f'  "{each}"' for each in there)


def _offered(desk: Desk, entry: MenuEntry) -> bool:
    try:
        return entry.when is None or truth(entry.when.value(desk.bench.runner.session))
    except IvrkitError:
        return False


def _flow_wide(desk: Desk) -> Iterator[str]:
    """Keys and shortcuts of the flows that are running, the innermost first."""
    if not getattr(desk.node.step, "flow_keys", True):
        return
    stack = desk.bench.runner.stack
    taken: set[str] = set()
    for _, frame in stack.flow_frames():
        flow = stack.version.flows[frame.flow]
        for what, keys in (("flow-wide", flow.keys), ("shortcut", flow.shortcuts)):
            for key in keys:
                if key.pattern.text not in taken:
                    taken.add(key.pattern.text)
                    spoken = getattr(desk.node.step, "hears", False)
                    yield _line(key, what) + (_words(desk, key.words) if spoken else "")


def _line(key: FlowKey, what: str) -> str:
    said = f"  {prompt_text(key.say)}" if key.say is not None else ""
    return f"{key.pattern.text:6} → {_where(key.target)}  ({what}){said}"


def _where(target: Target) -> str:
    match target:
        case Jump():
            return target.section
        case Branch():
            return f"steps at line {target.mark.line}"
        case _:
            return str(target.word)
