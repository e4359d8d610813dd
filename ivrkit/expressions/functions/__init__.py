"""The functions of expressions: ``f(x)`` and ``x | f``, one file per group.

A function is pure: it gets opened values of the kinds its signature names and gives back a value;
time and chance come from the run. A group of your own is a module named under the entry point
``ivrkit.functions``.
"""
