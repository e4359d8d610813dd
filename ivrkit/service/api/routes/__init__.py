"""The routes: one file per resource, found by looking into this folder.

A file has ``ROUTES``, a tuple of :class:`~ivrkit.service.api.route.Route`, and beside it the
handlers and the types of what they take and answer. Adding a route is adding a line to a file or
adding a file: the server, the documents and the tests find it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ivrkit.service.api.route import Route


@cache
def routes() -> tuple[Route, ...]:
    """All routes, by their paths."""
    modules = [importlib.import_module(f"{__name__}.{each.name}") for each in _modules()]
    found = (route for module in modules for route in module.ROUTES)
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))


def _modules() -> list[pkgutil.ModuleInfo]:
    return list(pkgutil.iter_modules(__path__))
