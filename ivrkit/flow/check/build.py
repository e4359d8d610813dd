"""Builds the graph of a flow: one pass over its lists of steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ivrkit.call.exits import ERROR, ExitSpec
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Branch, Jump, Reserved, Target, Word
from ivrkit.flow.check.fields import check_way, keys_of, may_fail, section_run
from ivrkit.flow.check.graph import (
    ASKED,
    DURING,
    END,
    FIRST,
    HANGUP,
    KEYS,
    MEANWHILE,
    ON_END,
    ON_ERROR,
    PERHAPS,
    Edge,
    EdgeKind,
    Graph,
    Loose,
    Point,
    Untargeted,
    WayBack,
    special_points,
)
from ivrkit.flow.check.trails import ways_back
from ivrkit.flow.exits import leads_to, refers_to
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow, FlowKey

_ERROR: Final = ExitSpec(ERROR, "The step failed.", technical=True)
_ENDS: Final = {Word.RETURN: END, Word.HANGUP: HANGUP, Word.BACK: ASKED}


class _Around(NamedTuple):
    """A step that asks or loops, seen from inside its branches."""

    point: int
    after: int
    step: Step
    outer: _Around | None


class _Place(NamedTuple):
    """Where a list of steps stands: what follows it, what is around it, and under which name.

    ``anywhere``: a list of the whole flow, which any step that asks may take.
    """

    after: int
    around: _Around | None
    origin: str
    anywhere: bool = False


class Builder:
    """See :meth:`Graph.of`."""

    def __init__(self, flow: Flow, flows: Mapping[str, Flow]) -> None:
        self._flow = flow
        self._flows = flows
        self._graph = Graph(flow, special_points(), [[] for _ in range(FIRST)])
        self._shared: dict[str, tuple[int, int]] = {}
        self._backs: list[WayBack] = []
        self._words = [key for key in self._keys() if isinstance(key.target, Reserved)]

    def build(self) -> Graph:
        """The graph."""
        graph, flow = self._graph, self._flow
        for section in flow.sections.values():
            base = self._allocate(section.nodes, section.name, section.name)
            graph.heads[section.name] = base if section.nodes else END
        for section in flow.sections.values():
            if section.nodes:
                place = _Place(END, None, section.name)
                self._connect_all(section.nodes, graph.heads[section.name], place)
        self._whole_flow()
        graph.backs = ways_back(graph, self._backs)
        return graph

    def _keys(self) -> tuple[FlowKey, ...]:
        return (*self._flow.keys, *self._flow.shortcuts)

    def _whole_flow(self) -> None:
        """What holds for the whole flow: on_error, on_end, flow-wide keys and shortcuts."""
        for name, point, target in (
            ("on_error", ON_ERROR, self._flow.on_error),
            ("on_end", ON_END, self._flow.on_end),
        ):
            if target is not None:
                self._lead(point, name, target, _Place(END, None, name))
        for key in self._keys():
            way = f"keys/{key.pattern.text}"
            if not isinstance(key.target, Reserved):
                self._lead(KEYS, way, key.target, _Place(END, None, way))
            elif key.target.word in _ENDS:
                self._edge(KEYS, way, _ENDS[key.target.word])
        for name, target in self._flow.exits.items():
            if isinstance(target, Branch):  # also where no step leads to it
                self._shared_branch(name, target)

    # ---- lists and steps -------------------------------------------------------------------------

    def _allocate(self, nodes: tuple[Node, ...], origin: str, path: str) -> int:
        """Number the steps of a list, one after the other."""
        graph = self._graph
        base = len(graph.points)
        for node in nodes:
            graph.points.append(Point(node, origin, node.path))
            graph.edges.append([])
        if nodes:
            graph.lists.append(range(base, base + len(nodes)))
        return base

    def _branch(self, branch: Branch, place: _Place) -> int:
        """Steps in place; gives the point at which they begin."""
        if not branch.nodes:
            return place.after
        base = self._allocate(branch.nodes, place.origin, branch.path)
        self._connect_all(branch.nodes, base, place)
        return base

    def _connect_all(self, nodes: tuple[Node, ...], base: int, place: _Place) -> None:
        last = base + len(nodes) - 1
        for number, node in enumerate(nodes, base):
            after = place.after if number == last else number + 1
            self._connect(number, node, _Place(after, place.around, place.origin, place.anywhere))

    def _connect(self, number: int, node: Node, place: _Place) -> None:
        """All ways out of one step."""
        step = node.step
        if isinstance(step, Hole):
            self._hole(number, node, step, place)
            return
        inside = place
        if step.asks or step.loops:
            around = _Around(number, place.after, step, place.around)
            inside = _Place(place.after, around, place.origin, place.anywhere)
        if node.when is not None:
            self._edge(number, "when", place.after, EdgeKind.SKIP)
        first = len(self._graph.points)
        leaving = exits = number
        if step.loops:
            leaving = exits = self._body(number, node, inside)
            inside = place  # a loop's exits stand outside of it
        elif step.overlaid:
            leaving = exits = self._beside(number, node, inside)
        else:
            leaving = self._check(number, node, inside)
        self._ways(exits, node, inside)
        if step.timeout is not None:
            self._graph.cut[exits] = range(first, len(self._graph.points))
        self._outcomes(exits, node, inside)
        self._flow_keys(exits, node, inside)
        self._go_on(leaving, node, place.after)

    def _hole(self, number: int, node: Node, step: Hole, place: _Place) -> None:
        """A step that could not be read: on to the next, by the ways that could be read, and
        perhaps to the sections that it names."""
        self._graph.holes.add(number)
        around = _Around(number, place.after, step, place.around)
        inside = _Place(place.after, around, place.origin, place.anywhere)
        if node.when is not None:
            self._edge(number, "when", place.after, EdgeKind.SKIP)
        for way, target in node.targets.items():
            self._lead(number, way, target, inside, node)
        for name, head in self._graph.heads.items():
            if name in step.words:
                self._edge(number, PERHAPS, head)
        self._edge(number, "next", place.after)

    def _go_on(self, number: int, node: Node, after: int) -> None:
        section = section_run(node.step)
        if section is None:
            if node.step.goes_on(node.targets.keys()):
                self._edge(number, "next", after)
            elif not node.targets:
                self._edge(number, "return", END)
            return
        head = self._graph.heads.get(section)
        if head is not None:
            self._graph.calls[number] = head
            self._edge(number, "run", head, EdgeKind.CALL)
        self._edge(number, "next", after, EdgeKind.RETURN)

    def _check(self, number: int, node: Node, inside: _Place) -> int:
        """The steps that an entry must pass before the step is left; gives the point behind."""
        way = check_way(node)
        if way is None:
            return number
        leaving = len(self._graph.points)
        self._graph.points.append(Point(node, inside.origin, node.path, leaving=True))
        self._graph.edges.append([])
        branch = node.targets[way]
        assert isinstance(branch, Branch)
        head = self._branch(branch, _Place(leaving, inside.around, inside.origin))
        self._edge(number, way, head)
        return leaving

    def _body(self, number: int, node: Node, inside: _Place) -> int:
        """What a loop repeats; gives the point at which the loop may be over. That is the loop
        itself, unless a first round is certain."""
        around, leaving = inside.around, number
        assert around is not None
        if node.step.begins and any(way in node.targets for way in node.step.beside):
            leaving = len(self._graph.points)
            self._graph.points.append(Point(node, inside.origin, node.path, leaving=True))
            self._graph.edges.append([])
            around = around._replace(point=leaving)
        place = _Place(leaving, around, inside.origin, inside.anywhere)
        for way in node.step.beside:
            if way in node.targets:
                first = len(self._graph.edges[number])
                self._lead(number, way, node.targets[way], place, node)
                if leaving != number:
                    self._graph.edges[leaving] += self._graph.edges[number][first:]
        return leaving

    def _beside(self, number: int, node: Node, inside: _Place) -> int:
        """What runs while a step goes on, which may be cut off anywhere; gives the point at which
        the step is over, or a key leads away from it."""
        graph, leaving = self._graph, len(self._graph.points)
        graph.points.append(Point(node, inside.origin, node.path, leaving=True))
        graph.edges.append([])
        self._edge(number, DURING, leaving)
        target = node.targets.get(MEANWHILE)
        if isinstance(target, Branch):
            place = _Place(leaving, inside.around, inside.origin, inside.anywhere)
            self._edge(number, MEANWHILE, self._branch(target, place))
        elif isinstance(target, Jump):
            head = graph.heads.get(target.section)
            if head is None:
                graph.loose.append(Loose(node, MEANWHILE, target))
            else:
                graph.calls[number] = head
                self._edge(number, MEANWHILE, head, EdgeKind.CALL)
                self._edge(number, MEANWHILE, leaving, EdgeKind.RETURN)
        graph.cut[number] = range(leaving + 1, len(graph.points))
        return leaving

    def _ways(self, number: int, node: Node, inside: _Place) -> None:
        """The ways inside the step and beside it, exits apart."""
        passed = MEANWHILE if node.step.overlaid else check_way(node)
        back = inside._replace(after=number)  # steps in place behind a key of a step that lasts
        for way, target in node.targets.items():
            if way == passed or way.startswith("exits/"):
                continue
            if not (node.step.loops and way in node.step.beside):
                self._lead(number, way, target, back if node.step.overlaid else inside, node)

    def _outcomes(self, number: int, node: Node, inside: _Place) -> None:
        """The exits other than the usual one: the step's own targets, then the flow's."""
        built: dict[int, int | None] = {}
        for spec in self._exits(node):
            target = leads_to(node, spec.name, self._flow)
            way = f"exits/{spec.name}"
            if target is None:
                self._untargeted(number, node, spec)
                continue
            if id(target) not in built:
                built[id(target)] = self._exit(target, way, node, inside)
            to = built[id(target)]
            self._note_back(number, target, inside)
            if to is not None:
                self._edge(number, way, to)

    def _untargeted(self, number: int, node: Node, spec: ExitSpec) -> None:
        if spec is _ERROR:
            self._graph.failing.add(number)
        elif spec.optional:
            return
        elif spec.technical:
            self._edge(number, f"exits/{spec.name}", ON_ERROR, EdgeKind.INTERRUPT)
        else:
            self._graph.untargeted.append(Untargeted(node, spec))

    def _exits(self, node: Node) -> list[ExitSpec]:
        """What the step declares, the outcomes of the flow that it runs, and ``error``."""
        exits = list(node.outcomes())
        known = {spec.name for spec in exits}
        name = node.step.runs()
        ran = self._flows.get(name) if name else None
        if ran is not None:
            exits += [ExitSpec(name, "") for name in ran.outcomes if name not in known]
        if ERROR not in known and may_fail(node.step):
            exits.append(_ERROR)
        return exits

    def _exit(self, target: Target, way: str, node: Node, inside: _Place) -> int | None:
        for name, shared in self._flow.exits.items():
            if shared is target and isinstance(target, Branch):
                return self._shared_exit(name, target, inside.after)
        return self._resolve(target, way, inside, node)

    def _shared_exit(self, name: str, branch: Branch, after: int) -> int:
        """Steps of the flow's own ``exits``: built once, they go on behind whoever took them."""
        head, end = self._shared_branch(name, branch)
        if all(edge.to != after for edge in self._graph.edges[end]):
            self._edge(end, "next", after)
        return head

    def _shared_branch(self, name: str, branch: Branch) -> tuple[int, int]:
        if name not in self._shared:
            origin = f"exits/{name}"
            end = len(self._graph.points)
            self._graph.points.append(Point(None, origin, origin))
            self._graph.edges.append([])
            self._shared[name] = (
                self._branch(branch, _Place(end, None, origin, anywhere=True)),
                end,
            )
        return self._shared[name]

    def _flow_keys(self, number: int, node: Node, inside: _Place) -> None:
        step = node.step
        if not getattr(step, "flow_keys", True) or not self._keys():
            return
        takes_keys = step.asks or keys_of(step) is not None
        if not takes_keys and step.runs() is None:
            return
        self._edge(number, "keys", KEYS, EdgeKind.INTERRUPT)
        for key in self._words if takes_keys else ():
            assert isinstance(key.target, Reserved)
            if key.target.word is Word.NEXT:
                self._edge(number, f"keys/{key.pattern.text}", inside.after)
        for key in self._words:
            assert isinstance(key.target, Reserved)
            if key.target.word is Word.BACK:
                self._backs.append(WayBack(number, number if step.asks else None))

    # ---- targets ---------------------------------------------------------------------------------

    def _edge(self, number: int, way: str, to: int, kind: EdgeKind = EdgeKind.FLOW) -> None:
        self._graph.edges[number].append(Edge(way, to, kind))

    def _lead(
        self, number: int, way: str, target: Target, place: _Place, node: Node | None = None
    ) -> None:
        to = self._resolve(target, way, place, node)
        self._note_back(number, target, place)
        if to is not None:
            kind = EdgeKind.INTERRUPT if node is None else EdgeKind.FLOW
            self._edge(number, way, to, kind)

    def _note_back(self, number: int, target: Target, place: _Place) -> None:
        """Remember a way back, with the question that it refers to."""
        if not isinstance(target, Reserved) or target.word is not Word.BACK:
            return
        around = place.around
        while around is not None and not refers_to(target.word, around.step, body=True):
            around = around.outer
        self._backs.append(WayBack(number, around.point if around is not None else None))

    def _resolve(self, target: Target, way: str, place: _Place, node: Node | None) -> int | None:
        """The point to which a target leads; None, and noted as loose, if there is none."""
        if isinstance(target, Branch):
            return self._branch(target, place)
        if isinstance(target, Jump):
            to = self._graph.heads.get(target.section)
        else:
            to = _word(target.word, place, node)
        if to is None:
            self._graph.loose.append(Loose(node, way, target))
        return to


def _word(word: Word, place: _Place, node: Node | None) -> int | None:
    """Where a reserved word leads from here."""
    if word in _ENDS:
        return _ENDS[word]
    around = place.around
    if word is Word.NEXT:
        # A step `- next` goes on behind the step around it, the target `next` behind its own.
        if node is not None and not node.step.ends:
            return place.after
        if around is None:
            return place.after if place.anywhere else None
        return around.after
    while around is not None:
        if refers_to(word, around.step, body=True):
            return around.after if word is Word.BREAK else around.point
        around = around.outer
    return ASKED if place.anywhere and word is not Word.BREAK else None
