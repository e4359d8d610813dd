"""A name that a step uses: written, or from data and then one of those that are possible."""

from __future__ import annotations

from collections.abc import Collection

from ivrkit.call import Call
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.values import spoken


def chosen_name(call: Call, setting: Setting, among: Collection[str], what: str) -> str:
    """The name. Raises ExpressionError for one from data that is none of ``among``."""
    value = call.session.setting(setting)
    name = "" if value is None else spoken(value)
    if not setting.static and name not in among:
        raise ExpressionError(
            f"the {what} '{name}' is none of those that are possible here",
            hint=f"add it to among: {', '.join(among)}",
        )
    return name
