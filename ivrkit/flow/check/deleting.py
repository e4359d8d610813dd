"""Keys that delete something at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ivrkit.call.asking import MenuEntry
from ivrkit.call.step import Node
from ivrkit.flow.check.fields import entries_of
from ivrkit.flow.check.graph import EdgeKind, Graph
from ivrkit.flow.check.said import Listener, Said, question, said
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

UNCONFIRMED_DELETE = define(
    "unconfirmed-delete",
    "One key deletes something without being asked again",
    "The entry says that it deletes, and leads straight to a step behind which what was kept is "
    "gone. A key is pressed wrongly sooner than one thinks: ask before (`Press 1 to delete it, 2 "
    "to keep it`). A menu of two entries is taken for that question.",
)

_SENTENCE: Final = re.compile(r"[.;!?]")


class Deleting(Check):
    """Entries that are announced as deleting, and lead to a step that destroys something before
    the caller is asked again."""

    name = "deleting"
    whole = True

    def run(self, subject: Subject) -> None:
        graph = subject.graph
        final = {number for number, node in graph.steps() if node.step.destroys}
        if not final:
            return
        listener = Listener(subject.world)
        for number, node in graph.steps():
            if not node.step.asks or isinstance(node.step, Hole) or _confirms(node):
                continue
            for entry in entries_of(node.step):
                if _says_so(subject, listener, node, entry):
                    self._entry(subject, number, node, entry, final)

    def _entry(
        self, subject: Subject, number: int, node: Node, entry: MenuEntry, final: set[int]
    ) -> None:
        graph = subject.graph
        starts = [edge.to for edge in graph.edges[number] if edge.way == entry.way]
        for found in _straight(graph, starts):
            if found in final:
                step = graph.points[found].node
                verb = step.step.verb if step is not None else ""
                subject.report(
                    UNCONFIRMED_DELETE,
                    f"{entry.pattern.text} leads to {verb} at once",
                    entry.mark if entry.mark.line else node.mark,
                    hint="ask before it",
                    path=node.path,
                    severity="warning",
                )
                return


def _straight(graph: Graph, starts: list[int]) -> Iterator[int]:
    """The points that are come to without another question."""
    seen, waiting = set(starts), list(starts)
    while waiting:
        number = waiting.pop()
        yield number
        node = graph.points[number].node
        if node is not None and node.step.asks:
            continue
        for edge in graph.edges[number]:
            if edge.kind is not EdgeKind.INTERRUPT and edge.to not in seen:
                seen.add(edge.to)
                waiting.append(edge.to)


def _confirms(node: Node) -> bool:
    """Whether the menu may be itself the question before: yes or no."""
    return len(entries_of(node.step)) <= 2


def _says_so(subject: Subject, listener: Listener, node: Node, entry: MenuEntry) -> bool:
    """Whether the entry's label, its announcement, or the sentence about its key in the prompt
    says that something is deleted."""
    language = subject.flow.language
    texts = [(entry.label or "", language)]
    if entry.say is not None:
        texts += [(each.text, each.language) for each in said(entry.say, "say", language)]
    else:
        for part in question(node.step, language):
            texts += [(text, part.language) for text in _about(listener, part, entry)]
    for text, tag in texts:
        wording = subject.world.wording(tag) if text else None
        if wording is not None and wording.says_delete(text):
            return True
    return False


def _about(listener: Listener, part: Said, entry: MenuEntry) -> Iterator[str]:
    """What a text says about a key: the sentence if it announces no other, else from this key
    to the next."""
    announced = listener.announced(part)
    for place, each in enumerate(announced):
        if not entry.pattern.matches(each.keys):
            continue
        behind = _SENTENCE.search(part.text, each.offset)
        end = behind.start() if behind is not None else len(part.text)
        begin = max(
            (found.end() for found in _SENTENCE.finditer(part.text, 0, each.offset)), default=0
        )
        others = [other for other in announced if other is not each and begin <= other.offset < end]
        if others:
            begin = each.offset
            following = announced[place + 1].offset if place + 1 < len(announced) else end
            end = min(end, following)
        yield part.text[begin:end]
