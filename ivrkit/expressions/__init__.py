"""Values, types, secrets, expressions and templates: what a flow's ``{{ }}`` means.

Pure: nothing here reads a clock, a file or a socket. Time and chance come from the scope.
Jinja2 only parses; nothing of a flow is ever compiled or run by it.
"""

from __future__ import annotations

from ivrkit.expressions.durations import format_duration, parse_duration
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.fixed import FixedScope, FixedTypes
from ivrkit.expressions.nearest import did_you_mean, nearest
from ivrkit.expressions.scope import ExpressionSyntax, Problem, Reference, Scope, TypeScope
from ivrkit.expressions.secrets import MASK, Secret, contains_secret, revealed
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, kind_of, plain, spoken, truth

__all__ = [
    "MASK",
    "Expression",
    "ExpressionSyntax",
    "FixedScope",
    "FixedTypes",
    "Problem",
    "Reference",
    "Scope",
    "Secret",
    "Setting",
    "Template",
    "Type",
    "TypeScope",
    "Value",
    "contains_secret",
    "did_you_mean",
    "format_duration",
    "kind_of",
    "nearest",
    "parse_duration",
    "plain",
    "revealed",
    "spoken",
    "truth",
]
