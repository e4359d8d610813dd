"""What of a settings file may be shown beside a complaint: no secret that somebody has written into
it, nor what may be one.

Everything keeps its place, so that columns and carets stay true.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.settings import Section

SIGN = "•"
_NAMED = re.compile(
    r"pas+w|passphrase|pwd|secret|token|credential|authori[sz]ation|api.?key|^keys?$|_key$|^pin$",
    re.I,
)
"""Settings that hold a secret, as their names say."""
_DROPPED = re.compile(r"(?:pas+w|passphrase|pwd|secret)[\w-]*[\"']?[ \t]*:[ \t]+(.*)$", re.I | re.M)
"""Such a setting where it stands a second time, or in a part that could not be read."""
_VARIABLE = re.compile(r"\s*[\"']?\$\{\w+\}[\"']?\s*")
_IN_URL = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_BEHIND_NAME = re.compile(r"(?:(?<=:)[ \t]|(?<=- )|^(?!.*:(?:\s|$))).*$", re.M)
_STRUCTURE = frozenset(" \t\r\n,:{}[]\"'|>#-")


def without_values(text: str) -> str:
    """A file that is no YAML, so that nobody knows where a secret stands in it: the names of
    settings and the signs of YAML are left."""
    return _BEHIND_NAME.sub(
        lambda found: "".join(each if each in _STRUCTURE else SIGN for each in found[0]), text
    )


def without_secrets(
    text: str, values: Mapping[tuple[int | str, ...], Node], model: type[BaseModel]
) -> str:
    """A file without the values of settings that hold secrets, or that nobody knows: a name that
    is mistyped may be that of a password."""
    signs = list(text)
    for place, node in values.items():
        if isinstance(node, ScalarNode) and _is_secret(place, model):
            start, end = node.start_mark.index, node.end_mark.index
            if not _VARIABLE.fullmatch(text[start:end]):
                signs[start:end] = [each if each in "\r\n" else SIGN for each in text[start:end]]
    shown = _IN_URL.sub(lambda found: SIGN * len(found[0]), "".join(signs))
    return _DROPPED.sub(_covered, shown)


def without(text: str, root: Node, secrets: Collection[str]) -> str:
    """A file without these secrets, and without what settings hold whose names say that it is
    one. What names a variable of the environment stays."""
    for name, node in reversed(list(_scalars(root, ""))):
        written = text[node.start_mark.index : node.end_mark.index]
        known = node.value in secrets or any(
            len(each) > 3 and each in node.value for each in secrets
        )
        if (known or _NAMED.search(name)) and not _VARIABLE.fullmatch(written):
            text = f'{text[: node.start_mark.index]}"{SIGN * 3}"{text[node.end_mark.index :]}'
    return text


def _scalars(node: Node, name: str) -> Iterator[tuple[str, ScalarNode]]:
    """The values, each with the name of its setting, in the order of the file."""
    if isinstance(node, ScalarNode):
        yield name, node
    elif isinstance(node, SequenceNode):
        for each in node.value:
            yield from _scalars(each, name)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _scalars(value, str(key.value))


def _covered(found: re.Match[str]) -> str:
    """The first value behind the name."""
    if _VARIABLE.match(found[1]):
        return found[0]
    value = re.split(r"[,}\]]", found[1])[0]
    name = found[0][: len(found[0]) - len(found[1])]
    return f"{name}{SIGN * len(value)}{found[1][len(value) :]}"


def _is_secret(place: tuple[int | str, ...], model: type[BaseModel]) -> bool:
    name = next((each for each in reversed(place) if isinstance(each, str)), "")
    if _NAMED.search(name):
        return True
    kinds: list[Any] = [model]
    for step in place:
        kinds = [below for kind in kinds for below in _below(kind, step)]
    return not kinds or any(_of_secrets(each) for kind in kinds for each in _plain(kind))


def _of_secrets(kind: Any) -> bool:
    """Whether a text is a secret where this is asked for, or was meant for something else."""
    return kind is SecretStr or (isinstance(kind, type) and issubclass(kind, Section))


def _below(kind: Any, step: int | str) -> Iterator[Any]:
    """What can be below a name or a number."""
    for each in _plain(kind):
        if isinstance(each, type) and issubclass(each, BaseModel):
            for name, field in each.model_fields.items():
                if step in (name, field.alias):
                    yield field.annotation
        elif each is Any:
            yield Any
        elif get_origin(each) is not None and (inner := get_args(each)):
            yield inner[-1] if isinstance(step, str) else inner[0]


def _plain(kind: Any) -> list[Any]:
    """The alternatives of an annotation."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [each for part in get_args(kind) for each in _plain(part)]
    return [kind]
