"""What several kinds of connectors are tried with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.tariff import build


@pytest.fixture(scope="session")
def tariff_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The C library of the tests."""
    return build(tmp_path_factory.mktemp("lib"))
