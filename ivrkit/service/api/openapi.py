"""The API's own description: an OpenAPI 3.1 document, made of the routes and their types."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from ivrkit import __version__
from ivrkit.service.api.answers import (
    BAD_REQUEST,
    BUSY,
    EXPIRED_TOKEN,
    FORBIDDEN,
    INTERNAL,
    JSON,
    NO_CERTIFICATE,
    NO_TOKEN,
    STORE,
    TOO_LARGE,
    TOO_MANY,
    TOO_SLOW,
    UNKNOWN_TOKEN,
    Failure,
    Problem,
)
from ivrkit.service.api.asking import ID
from ivrkit.service.api.route import Route

Document = dict[str, Any]

_PLACE = re.compile(r"\{(\w+)\}")
_REFERENCE = "#/components/schemas/{name}"
_KNOWN = (NO_TOKEN, UNKNOWN_TOKEN, EXPIRED_TOKEN, NO_CERTIFICATE, FORBIDDEN, TOO_MANY, BUSY)
_BODY = (BAD_REQUEST, TOO_SLOW, TOO_LARGE)


def document(routes: Sequence[Route]) -> bytes:
    """The whole document, as JSON."""
    types = {id(each): each for route in routes for each in _types(route)}
    schemas, components = msgspec.json.schema_components(
        [Problem, *types.values()], ref_template=_REFERENCE
    )
    named = dict(zip(types, schemas[1:], strict=True))
    paths: dict[str, Document] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method.lower()] = _operation(route, named)
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": "ivrkit",
            "version": __version__,
            "description": "Calls in progress and over, what they hand to agents, and the engine.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(paths),
        "components": {
            "schemas": {name: _plain(schema) for name, schema in components.items()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token under `api: tokens:` of the configuration. The scopes"
                    " of an operation are those that its token needs.",
                }
            },
        },
    }
    return msgspec.json.encode(found)


def failures(route: Route) -> tuple[Failure, ...]:
    """All ways in which a route can fail."""
    known = () if route.scope is None else (*_KNOWN, BAD_REQUEST, STORE)
    body = () if route.body is None else _BODY
    return tuple(dict.fromkeys((*route.failures, *known, *body, INTERNAL)))


def _types(route: Route) -> list[Any]:
    found = [route.answers, *route.also.values(), route.body]
    return [each for each in found if each is not None]


def _operation(route: Route, named: Mapping[int, Document]) -> Document:
    text = " ".join(inspect.cleandoc(route.handler.__doc__ or "").replace("``", "`").split())
    operation: Document = {
        "operationId": getattr(route.handler, "__name__", ""),
        "summary": route.text,
        "description": text if route.tenants else f"{text} Not for the token of a tenant.".strip(),
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "security": [] if route.scope is None else [{"token": [route.scope.value]}],
        "parameters": [*_places(route.path), *_query(route.query)],
        "responses": {
            **{str(status): _failure(each) for status, each in _by_status(failures(route))},
            str(route.status): _answer(route, route.answers, named),
            **{str(status): _answer(route, each, named) for status, each in route.also.items()},
        },
    }
    if route.body is not None:
        operation["requestBody"] = {
            "content": {JSON: {"schema": named[id(route.body)]}},
            # An empty one stands for the defaults, where all that it may say has one.
            "required": any(each.required for each in msgspec.structs.fields(route.body)),
        }
    return operation


def _places(path: str) -> list[Document]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": "as it stands in other answers",
            "schema": {"type": "string", "pattern": f"^{ID.pattern}$"},
        }
        for name in _PLACE.findall(path)
    ]


def _query(wanted: type[msgspec.Struct] | None) -> list[Document]:
    """The parameters: null in a type says that one may be left out, which is said once."""
    if wanted is None:
        return []
    _, components = msgspec.json.schema_components([wanted])
    (schema,) = components.values()
    found = []
    for name, each in schema["properties"].items():
        plain = _plain(each)
        some = [one for one in plain.pop("anyOf", ()) if one != {"type": "null"}]
        plain.update(some[0] if some else {})
        default = plain.pop("default", None)
        if default not in (None, ""):
            plain["default"] = default
        found.append(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": plain.pop("description", ""),
                "schema": plain,
            }
        )
    return found


def _answer(route: Route, answers: Any, named: Mapping[int, Document]) -> Document:
    is_ours = isinstance(answers, type) and issubclass(answers, msgspec.Struct)
    told = inspect.cleandoc(answers.__doc__ or "") if is_ours else route.text
    answer: Document = {"description": " ".join(told.replace("``", "`").split())}
    if answers is None:
        answer["description"] = "It goes on as a WebSocket."
    else:
        answer["content"] = {route.media: {"schema": named[id(answers)]}}
    if route.headers:
        answer["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in route.headers.items()
        }
    return answer


def _by_status(found: Iterable[Failure]) -> list[tuple[int, list[Failure]]]:
    grouped: dict[int, list[Failure]] = defaultdict(list)
    for failure in found:
        grouped[failure.status].append(failure)
    return sorted(grouped.items())


def _failure(same: Sequence[Failure]) -> Document:
    status = same[0].status
    problem = {"$ref": _REFERENCE.format(name="Problem")}
    codes = {"properties": {"code": {"enum": [each.code for each in same]}}}
    found: Document = {
        "description": "; ".join(f"`{each.code}`: {each.text}" for each in same),
        "content": {JSON: {"schema": {"allOf": [problem, codes]}}},
    }
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        found["headers"] = {
            "Retry-After": {"description": "seconds", "schema": {"type": "integer"}}
        }
    return found


def _plain(schema: Any) -> Any:
    """A schema with its descriptions as people read them."""
    if isinstance(schema, Mapping):
        return {
            name: " ".join(each.replace("``", "`").split())
            if name == "description" and isinstance(each, str)
            else _plain(each)
            for name, each in schema.items()
        }
    return [_plain(each) for each in schema] if isinstance(schema, list) else schema
