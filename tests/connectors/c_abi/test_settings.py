from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.connectors.c_abi.settings import NativeSettings
from ivrkit.connectors.connector import Place
from ivrkit.flow.world import Function

INT = {"name": "zone", "type": "int32"}


def settings(function: dict[str, Any], name: str = "quote", **fields: Any) -> NativeSettings:
    return NativeSettings.model_validate(
        {"library": "lib/libtariff.so", "functions": {name: function}, **fields}
    )


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ({"parameters": [{"name": "zone", "type": "integer"}]}, "no type of C"),
        ({"parameters": [{"name": "Zone", "type": "int32"}]}, "snake_case"),
        ({"parameters": [INT, INT]}, "two parameters are called zone"),
        ({"parameters": [{"name": "returned", "type": "int32", "out": True}]}, "own result"),
        ({"parameters": [{"name": "text", "type": "text", "out": True}]}, "needs a size"),
        ({"parameters": [{**INT, "optional": True}]}, "can be NULL"),
        ({"returns": "bytes(4)"}, "gives no bytes"),
        ({"returns": "void"}, "no type of C"),
        ({"returns": "status", "scale": 2}, "takes no scale"),
        ({"returns": "int32", "not_found": [3]}, "returns: status"),
        ({"symbol": "a b"}, "pattern"),
        ({"return": "int32"}, "Extra inputs"),
    ],
)
def test_a_function_that_cannot_be(function: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings(function)


def test_a_library_needs_functions_that_can_be_called() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        NativeSettings.model_validate({"library": "lib/libtariff.so", "functions": {}})
    with pytest.raises(ValidationError, match="no name of a function"):
        settings({}, name="a b")
    assert settings({"symbol": "a_b"}, name="a-b").functions["a-b"].symbol == "a_b"


@pytest.mark.parametrize("encoding", ["klingon", "utf-16", "hex"])
def test_an_encoding_in_which_c_has_no_texts(encoding: str) -> None:
    with pytest.raises(ValidationError, match="no encoding of texts in C"):
        settings({}, encoding=encoding)


def test_what_the_check_of_flows_is_told() -> None:
    parameters = [
        INT,
        {"name": "code", "type": "text(8)", "optional": True},
        {"name": "size", "type": "uint64", "value": 64},
        {"name": "answer", "type": "text(64)", "out": True},
    ]
    found = settings({"parameters": parameters, "reads": True})
    assert found.offers(Place(Path())) == {"quote": Function({"zone": True, "code": False}, True)}
    assert found.reads("quote")
    assert not found.reads("quotes")
