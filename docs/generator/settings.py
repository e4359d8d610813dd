"""The settings of ``ivrkit.yaml``, from the models that read them."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, Discriminator, SecretStr
from pydantic.fields import FieldInfo

from docs.generator.markdown import code, prose, table
from ivrkit.expressions.values import spoken
from ivrkit.prompts import voice
from ivrkit.service.configuration import Configuration
from ivrkit.speech import recogniser

WORDS: dict[type, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true` or `false`",
    Path: "path",
    SecretStr: "secret text",
    timedelta: "duration",
    AwareDatetime: "time with its zone",
    dict: "names and values",
}


def settings() -> str:
    """The whole file, then each of its sections."""
    pieces = [_model("The file", Configuration)]
    pieces += [_model(f"`{place}`", model) for place, model in _below(Configuration, "")]
    return "\n\n".join(pieces)


def _below(model: type[BaseModel], place: str) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, info in model.model_fields.items():
        found, many = _model_of(info.annotation)
        if found is not None:
            here = f"{place}{info.alias or name}{many}"
            for each in _chosen(info.annotation) or (found,):
                yield here + _choice(each), each
                yield from _below(each, f"{here}.")


def _chosen(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models among which a setting chooses by its ``engine``."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return _chosen(inner[1])
    if origin is Annotated and any(isinstance(each, Discriminator) for each in inner):
        models = get_args(inner[0]) if get_origin(inner[0]) is Union else (inner[0],)
        return tuple(get_args(each)[0] for each in models)
    return _chosen(inner[0]) if origin in (tuple, Annotated) else ()


def _choice(model: type[BaseModel]) -> str:
    """What is written to choose a model; nothing where there is no choice."""
    engines = {**voice.registry(), **recogniser.registry()}
    engine = next((name for name, each in engines.items() if each.settings_model is model), "")
    return f" with engine: {engine}" if engine else ""


def _model(title: str, model: type[BaseModel]) -> str:
    rows = (
        (code(info.alias or name), _kind(info), _default(info))
        for name, info in model.model_fields.items()
    )
    text = "" if model is Configuration else prose(model.__doc__) + "\n\n"
    return f"### {title}\n\n{text}" + table(("setting", "takes", "default"), rows)


def _model_of(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model that an annotation holds, and ``.<name>`` or ``[]`` where it holds several."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _model_of(inner[0])
    if origin in (Union, types.UnionType):
        return next((_model_of(each) for each in inner if _model_of(each)[0]), (None, ""))
    if origin is dict:
        return _model_of(inner[1])[0], ".<name>"
    if origin is tuple:
        return _model_of(inner[0])[0], "[]"
    return None, ""


def _kind(info: FieldInfo) -> str:
    return _word(info.annotation)


def _word(annotation: Any) -> str:
    model, many = _model_of(annotation)
    if model is not None:
        return {"": "section", ".<name>": "names and sections", "[]": "list of sections"}[many]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _word(inner[0])
    if origin in (Union, types.UnionType):
        return ", or a ".join(_word(each) for each in inner if each is not type(None))
    if origin is Literal:
        return ", ".join(code(str(each)) for each in inner)
    if origin in (tuple, frozenset, list):
        return f"list of: {_word(inner[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(code(str(each.value)) for each in annotation)
    return WORDS[origin or annotation]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "needed"
    value = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, timedelta):
        return code(str(spoken(value)))
    if value is None or isinstance(value, BaseModel | SecretStr) or value in ("", (), {}, []):
        return ""
    return code(str(value))
