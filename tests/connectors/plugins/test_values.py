"""Arguments by annotations, results as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typing_extensions import TypedDict

from ivrkit.call.requests.python import PythonRequest
from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.plugins.arguments import Arguments, converter
from ivrkit.connectors.plugins.results import plain_result
from ivrkit.connectors.plugins.running import InProcesses
from ivrkit.connectors.plugins.settings import PythonSettings
from ivrkit.connectors.workers.values import packed, unpacked
from ivrkit.errors import ConnectorError, RequestRefused
from ivrkit.workers.frames import Reply


@dataclass
class Item:
    name: str
    price: Decimal = Decimal(1)


class Place(TypedDict):
    street: str
    number: int


class Kind(Enum):
    SMALL = "small"


class Point(NamedTuple):
    x: int
    y: float


class Model(BaseModel):
    name: str
    items: list[Item] = []


@pytest.mark.parametrize(
    ("annotation", "value", "converted"),
    [
        (Decimal, "12.50", Decimal("12.50")),
        (float, Decimal("0.5"), 0.5),
        (int, Decimal("7"), 7),
        (str, Decimal("7.50"), "7.50"),
        (str, date(2026, 3, 2), "2026-03-02"),
        (bool, "true", True),
        (date, "2026-03-02", date(2026, 3, 2)),
        (time, "10:30", time(10, 30)),
        (timedelta, "5m", timedelta(minutes=5)),
        (str | None, None, None),
        (int | None, Decimal(3), 3),
        (list[int], [Decimal(1), Decimal(2)], [1, 2]),
        (dict[str, Decimal], {"a": Decimal(1)}, {"a": Decimal(1)}),
        (Item, {"name": "a", "price": Decimal(2)}, Item("a", Decimal(2))),
        (Place, {"street": "a", "number": Decimal(2)}, {"street": "a", "number": 2}),
        (Literal["a", "b"], "a", "a"),
        (Kind, "small", Kind.SMALL),
        (Any, Decimal(1), Decimal(1)),
    ],
)
def test_a_value_becomes_what_the_annotation_says(
    annotation: Any, value: Any, converted: Any
) -> None:
    found = converter(annotation)(value)
    assert (found, type(found)) == (converted, type(converted))


def function(item: Item, count: int = 1, *more: int, zone: str | None = None) -> None: ...


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"item": {"price": Decimal(1)}}, "'item' of shop:f: name: Field required"),
        ({"item": {"name": "secret", "price": "secret"}}, "price: Input should be"),
        ({"item": {"name": "a"}, "count": "secret"}, "'count' of shop:f"),
        ({"item": {"name": "a"}, "more": Decimal(1)}, "takes no 'more'"),
        ({"count": Decimal(1)}, "'item' of shop:f is missing"),
    ],
)
def test_what_does_not_fit_is_told_without_the_value(given_: dict[str, Any], told: str) -> None:
    with pytest.raises(RequestRefused, match=told) as refused:
        Arguments(function, "shop:f").converted(given_)
    assert "secret" not in str(refused.value)


def test_what_else_is_given_goes_to_a_function_that_takes_it_all() -> None:
    def takes_all(name: str, **more: Any) -> None: ...

    found = Arguments(takes_all, "shop:f").converted({"name": Decimal(1), "zone": Decimal(2)})
    assert found == {"name": "1", "zone": Decimal(2)}


def test_annotations_that_cannot_be_given() -> None:
    def strange(item: Callable[[], None].__class__) -> None: ...  # type: ignore[name-defined]
    def unknown(item: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821
    def positional(item: int, /) -> None: ...

    for each, told in ((unknown, "cannot be read"), (positional, "has no name")):
        with pytest.raises(ConnectorError, match=told):
            Arguments(each, "shop:f")

    class Own: ...

    def of_own(item: Own) -> None: ...

    of_own.__annotations__["item"] = Own
    with pytest.raises(ConnectorError, match="'item' of shop:f is annotated"):
        Arguments(of_own, "shop:f")


@pytest.mark.parametrize(
    ("returned", "plain"),
    [
        (None, None),
        (7, Decimal(7)),
        (0.1, Decimal("0.1")),
        (True, True),
        ("text", "text"),
        (datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 10)),
        ((1, "a"), [Decimal(1), "a"]),
        (Item("a", Decimal(2)), {"name": "a", "price": Decimal(2)}),
        (Point(1, 0.5), {"x": Decimal(1), "y": Decimal("0.5")}),
        (Kind.SMALL, "small"),
        (
            Model(name="m", items=[Item("a")]),
            {"name": "m", "items": [{"name": "a", "price": Decimal(1)}]},
        ),
    ],
)
def test_a_result_becomes_plain(returned: Any, plain: Any) -> None:
    assert plain_result(returned, "shop:f") == plain


def circle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (object(), "what shop:f returned is a object"),
        ({"a": [1, b"secret"]}, r"returned at a\[1\] is a bytes"),
        ({1: "secret"}, "a key that is a int"),
        (float("nan"), "what shop:f returned is"),
        (circle(), "nested too deeply"),
        ([[[[[["secret"] * 20] * 20] * 20] * 20] * 20], "more than 200000 values"),
        (Decimal("NaN"), "is a number may have|are no numbers"),
        ([Decimal("1E+999999999")], "is a number may have|are no numbers"),
        ({"a": Decimal("-Infinity")}, "is a number may have|are no numbers"),
        (Item, "is a type"),
    ],
)
def test_what_is_no_data_is_told_by_its_type_and_place(returned: Any, told: str) -> None:
    with pytest.raises(ConnectorError, match=told) as failed:
        plain_result(returned, "shop:f")
    assert "secret" not in str(failed.value)


scalars = (
    st.none()
    | st.booleans()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)


@pytest.mark.parametrize(
    "value",
    [
        ["number", "NaN"],
        ["number", "1E+999999999"],
        ["number", None],
        ["list", 5],
        ["record", [1]],
        ["datetime", "yesterday"],
        ["duration", [10**12, 0, 0]],
        ["secret", 1],
        5,
        [],
        b"x",
    ],
)
async def test_a_worker_that_lies_is_found_out(
    value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = PythonSettings(module="shop", functions={"f": {}})
    runs = InProcesses(settings, tmp_path, tmp_path)

    async def ask(question: Any, attempt: Attempt) -> Reply:
        return Reply(value=value)

    monkeypatch.setattr(runs._workers, "ask", ask)
    with pytest.raises(ConnectorError, match=r"no value|a number may have|are no numbers"):
        await runs.call(PythonRequest(connector="shop", operation="f"), Attempt(0.0))


@given(values)
def test_values_travel_to_a_worker_and_back(value: Any) -> None:
    assert unpacked(packed(value)) == value
