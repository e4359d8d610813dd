"""Values that stand on one line: texts with their quotes, lists in ``[ ]``, mappings in ``{ }``."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.flow.order import in_order
from ivrkit.flow.shapes import Shape


def inline(text: str, node: Node, shape: Shape | None) -> str:
    """A value as it is written: of one line in its usual form, of several as it stands."""
    written = text[node.start_mark.index : node.end_mark.index]
    if isinstance(node, ScalarNode):
        return quoted(written) if node.style == "'" else written
    if "\n" in written or written[:1] not in ("[", "{"):
        return written
    if isinstance(node, SequenceNode):
        below = shape.item() if shape is not None else None
        return f"[{', '.join(inline(text, item, below) for item in node.value)}]"
    assert isinstance(node, MappingNode)
    pairs = _pairs(text, node, shape)
    return written if pairs is None else f"{{{', '.join(pairs)}}}"


def _pairs(text: str, node: MappingNode, shape: Shape | None) -> list[str] | None:
    """The entries of a mapping in their order; None where one has no value or a list as its key."""
    written: dict[str, str] = {}
    names = [key.value for key, _ in node.value if isinstance(key, ScalarNode)]
    for key, value in node.value:
        if not isinstance(key, ScalarNode) or value.start_mark.index == value.end_mark.index:
            return None
        below = shape.field(key.value, names) if shape is not None else None
        written[key.value] = f"{inline(text, key, None)}: {inline(text, value, below)}"
    return [written[name] for name in in_order(written, order_of(shape, names))]


def order_of(shape: Shape | None, names: list[str]) -> tuple[str, ...]:
    """The order of a mapping's keys, with what is being asked or done first; () as they stand."""
    return () if shape is None else tuple(shape.order(names))


def quoted(written: str) -> str:
    """A text in single quotes in double ones, where not a character of it changes by that."""
    inside = written[1:-1]
    if "\n" in written or any(sign in inside for sign in "'\"\\"):
        return written
    return f'"{inside}"'
