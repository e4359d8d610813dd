"""What plug-ins may use, and what the flows of the project use of it."""

from __future__ import annotations

import importlib.util
import sys
import time
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from ivrkit.plugins import Asked, NotFound, PluginExit, Refused, asked, running

ROOT = Path(__file__).parents[1]


@pytest.fixture
def products() -> ModuleType:
    spec = importlib.util.spec_from_file_location("products", ROOT / "plugins" / "products.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["products"] = module
    spec.loader.exec_module(module)
    return module


def test_exits() -> None:
    assert (NotFound.exit, Refused.exit) == ("not_found", "refused")
    assert issubclass(NotFound, PluginExit)


def test_outside_of_a_call_a_function_is_like_any_other() -> None:
    assert asked().key == ""
    assert asked().seconds_left > 0
    assert not asked().abandoned


def test_a_function_sees_its_call() -> None:
    this = Asked("risk", "call-1.3", time.monotonic() + 100)
    with running(this):
        assert asked() is this
        this.abandon()
        assert asked().abandoned
    assert asked() is not this
    assert Asked("risk", "", time.monotonic() - 1).abandoned


def test_the_plug_in_of_the_post_office(products: ModuleType) -> None:
    assert products.cheaper("1", 450, Decimal("6.90")).name == "letter"
    assert products.cheaper("3", 9000, Decimal(30)).price == Decimal("12.50")
    with pytest.raises(NotFound):
        products.cheaper("2", 450, Decimal("4.19"))
