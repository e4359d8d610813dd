"""What a JSON Schema says in words of a model: its text, its fields' texts, defaults, examples."""

from __future__ import annotations

import ast
import inspect
import textwrap
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import yaml
from pydantic import BaseModel

from ivrkit.errors import IvrkitError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import spoken

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan


def text_of(model: type[BaseModel]) -> str:
    """The first paragraph of a model's docstring, on one line."""
    text = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0]
    return " ".join(text.split()).replace("``", "`")


@lru_cache(maxsize=512)
def field_texts(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below a model's fields, those of its bases included."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts.update(_own_texts(base))
    return texts


def _own_texts(model: type[BaseModel]) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    except (OSError, TypeError, SyntaxError):  # made without a source file
        return {}
    texts = {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, text in pairwise(body):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as written)),
            ):
                texts[name] = " ".join(written.split()).replace("``", "`")
    return texts


def default_of(field: FieldPlan) -> Any:
    """A field's default as it would be written; None where there is none to show."""
    default = field.info.get_default(call_default_factory=False)
    if isinstance(default, bool | str | int) and default != "":
        return default
    if isinstance(default, Decimal):
        return str(default)
    if isinstance(default, Setting) and default.static:
        return spoken(default.value(cast(Scope, None)))  # a literal asks its scope for nothing
    return None


def examples_of(written: str, verb: str) -> list[Any]:
    """What stands behind a verb in the steps of its example."""
    steps = plain_example(written)
    steps = steps if isinstance(steps, list) else [steps]
    return [step[verb] for step in steps if isinstance(step, dict) and verb in step]


def field_examples(model: type[BaseModel], what: str) -> dict[str, Any]:
    """Values of fields in the example of the model itself, a verb or a part."""
    written = getattr(model, "example", "")
    if not isinstance(written, str) or not written:
        return {}
    forms = [*examples_of(written, what), plain_example(written)]
    found: dict[str, Any] = {}
    for form in forms:
        if isinstance(form, dict):
            found = {**form, **found}
    return found


def plain_example(written: str) -> Any:
    """An example as plain data whose scalars are texts."""
    try:
        return yaml.load(written, Loader=yaml.CBaseLoader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, IvrkitError):
        return written
