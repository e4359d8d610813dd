"""Reserved words with nothing around them to refer to."""

from __future__ import annotations

from ivrkit.call.targets import Reserved, Word
from ivrkit.flow.check.graph import Loose
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

NOTHING_AROUND = define(
    "nothing-around",
    "A reserved word has nothing to refer to",
    "`next` and `again` refer to the nearest question (menu, collect, listen) or loop (repeat, "
    "each) around them, `wrong` to the nearest question, `break` to the nearest loop. A section "
    "that is reached by a jump stands in none: goto it by its name.",
)


class Words(Check):
    """``next``, ``again``, ``wrong`` and ``break`` with nothing around that asks or loops."""

    name = "words"

    def run(self, subject: Subject) -> None:
        for loose in subject.graph.loose:
            if isinstance(loose.target, Reserved):
                self._report(subject, loose, loose.target)

    def _report(self, subject: Subject, loose: Loose, target: Reserved) -> None:
        node, word = loose.node, target.word
        loop, question = "loop (repeat, each)", "question (menu, collect, listen)"
        around = {Word.BREAK: loop, Word.WRONG: question}.get(word, f"{question} or {loop}")
        subject.report(
            NOTHING_AROUND,
            f"'{word}' has no {around} around it",
            target.mark if target.mark.line or node is None else node.mark,
            hint="name the section to go to instead",
            path="" if node is None else node.path,
        )
