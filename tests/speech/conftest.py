"""Fixtures of the tests of recognition."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ivrkit.speech.pool import Pool
from tests.speech.support import NO_TOY, TOY, Line, Stub, Told


@pytest.fixture
def toy() -> Path:
    if not TOY.is_dir():
        pytest.skip(NO_TOY)
    return TOY


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def stub() -> Iterator[type[Stub]]:
    Stub.answers, Stub.failing, Stub.hanging, Stub.trouble, Stub.open = [], None, None, "", 0
    yield Stub
    Stub.failing = Stub.hanging = None


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    made = Pool(2)
    yield made
    made.close()
