"""Whether a value fits the type of the place it is put into."""

from __future__ import annotations

import re
from typing import Final

from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Setting, Template
from ivrkit.expressions.types import Type
from ivrkit.flow.check.effects import is_none
from ivrkit.flow.check.subject import Checked

_CALLED: Final = re.compile(r"[a-z][a-z0-9_]*\(.*\)", re.DOTALL)


def cure(checked: Checked, wanted: Type) -> str:
    """What to write instead of a value that is none of a type; a text may look like an expression
    whose braces were forgotten."""
    value = checked.use.value
    written = value.literal if isinstance(value, Setting) and value.static else None
    if isinstance(written, str) and _CALLED.fullmatch(written.strip()):
        return f'an expression stands in braces: "{{{{ {written.strip()} }}}}"'
    if written is None:
        return ""
    try:
        wanted.accept(written)
    except ValueRejected as error:
        return error.hint
    return ""


def misfit(checked: Checked, wanted: Type) -> str:
    """Why a value is not one of a type; empty if it may be one."""
    value = checked.use.value
    if isinstance(value, Setting) and value.static:
        if is_none(value):
            return ""
        try:
            wanted.accept(value.literal)
        except ValueRejected as error:
            return error.message
        return ""
    if isinstance(value, Template) and value.static:
        return ""
    if checked.type is None or wanted.admits(checked.type):
        return ""
    return f"{checked.type.describe()} where {wanted.describe()} is wanted"
