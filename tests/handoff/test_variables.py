from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.queues import QueueRequest
from ivrkit.errors import HandoffError
from ivrkit.handoff.settings import MOST_HEADERS, RESERVED, QueueSettings
from ivrkit.handoff.variables import header_name, on_entering, travelling

EXTENSIONS = Path(__file__).parents[2] / "asterisk-conf" / "extensions.conf"


@pytest.mark.parametrize(
    ("field", "header"),
    [("customer", "Customer"), ("account_no", "Account-No"), ("vipLevel", "Viplevel")],
)
def test_a_field_has_a_header_of_its_name(field: str, header: str) -> None:
    assert header_name(field) == header


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (True, "true"), (False, "false"), (3, "3"), (2.5, "2.5"), (None, "")],
)
def test_single_values_travel(value: Any, text: str) -> None:
    assert travelling({"x": value}, ["x"]) == {"x": text}
    assert travelling({}, ["x"]) == {"x": ""}


@pytest.mark.parametrize("value", [[1], {"a": 1}, Decimal(1), "\n"])
def test_nothing_else_does(value: Any) -> None:
    with pytest.raises(HandoffError, match="'x'"):
        travelling({"x": value}, ["x"])


def test_an_empty_field_is_no_header_but_empties_an_older_variable() -> None:
    queue = QueueSettings(asterisk="q", headers=("x", "y"))
    request = QueueRequest("q", "t", payload={"y": "1"})
    inherited = on_entering(request, queue, "h", inheritable=True)
    assert inherited["__IVRKIT_X"] == ""
    assert "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-X)" not in inherited
    predial = on_entering(request, queue, "h", inheritable=False)
    assert predial["__IVRKIT_HEADER_1_NAME"] == "Y"
    assert predial["__IVRKIT_HEADER_2_NAME"] == ""


def test_as_many_headers_as_the_handler_takes_need_no_end() -> None:
    names = tuple(f"f{number}" for number in range(MOST_HEADERS))
    request = QueueRequest("q", "t", payload=dict.fromkeys(names, "v"))
    variables = on_entering(request, QueueSettings(headers=names), "h", inheritable=False)
    assert f"__IVRKIT_HEADER_{MOST_HEADERS}_VALUE" in variables
    assert f"__IVRKIT_HEADER_{MOST_HEADERS + 1}_NAME" not in variables


def test_old_headers_are_removed_before_new_ones_are_added() -> None:
    variables = on_entering(
        QueueRequest("q", "t"), QueueSettings(asterisk="q"), "h", inheritable=True, again=True
    )
    headers = [name for name in variables if name.startswith("PJSIP")]
    assert headers == [
        "PJSIP_INHERITABLE_HEADER(remove,X-IVRKit-*)",
        "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-Handoff)",
    ]


def test_the_shipped_dialplan_reads_what_is_set() -> None:
    text = EXTENSIONS.read_text()
    for name in ("QUEUE", "QUEUE_TIMEOUT", "QUEUE_PRIORITY", "HEADERS", "HANDOFF"):
        assert f"${{IVRKIT_{name}}}" in text
    assert "IVRKIT_HEADER_${IVRKIT_I}_NAME" in text
    assert '"${IVRKIT_HEADERS}" = "predial"' in text
    assert f"> {MOST_HEADERS}]" in text


def test_no_field_can_take_the_place_of_a_variable_of_the_dialplan() -> None:
    used = set(re.findall(r"IVRKIT_([A-Z][A-Z_]*[A-Z]|[A-Z])\b", EXTENSIONS.read_text()))
    assert used
    assert [name for name in used if not RESERVED.fullmatch(name.lower())] == []


def test_nothing_is_removed_where_nothing_was_added() -> None:
    """Asterisk logs an error for it."""
    variables = on_entering(QueueRequest("q", "t"), QueueSettings(), "h", inheritable=True)
    assert not [name for name in variables if "remove" in name]
