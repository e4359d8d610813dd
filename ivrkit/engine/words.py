"""What a reserved word does: of a target it means the step itself, of a step the one around it."""

from __future__ import annotations

from typing import NoReturn, Protocol

from ivrkit.call.exits import Exit
from ivrkit.call.session import EntryState
from ivrkit.call.step import Node
from ivrkit.call.targets import Word
from ivrkit.engine.call import LiveCall
from ivrkit.engine.stack import Stack
from ivrkit.engine.trail import go_back


class Moves(Protocol):
    """What a word needs of whoever runs the steps."""

    call: LiveCall
    stack: Stack

    def arm(self) -> None: ...

    async def return_(self, left: Exit) -> None: ...

    async def hang_up(self, ended: str) -> NoReturn: ...


async def follow_word(runner: Moves, word: Word, node: Node, left: Exit) -> None:
    """Go where a reserved word leads from a step that was left by ``left``."""
    stack = runner.stack
    itself = left.name != word.value  # a word that is a step leaves by the way of its name
    if word is Word.RETURN:
        await runner.return_(Exit(values=left.values))
    elif word is Word.HANGUP:
        await runner.hang_up("flow")
    elif word is Word.NEXT:
        if not itself:
            stack.unwind_to_holder(word)
        stack.go_on()
    elif word is Word.BACK:
        depth = len(stack.frames) - 1
        question = depth if itself and node.step.asks else stack.holder_of(word)
        go_back(stack, stack.flow_depth(), question, runner.call.clock.time())
        runner.arm()
    elif word is Word.BREAK:
        stack.unwind_to_holder(word)
        stack.go_on()
    else:
        if not (itself and node.step.asks):
            stack.unwind_to_holder(word)
        entry = stack.top.entry or EntryState()
        entry.how = word.value
        stack.top.entry = entry
