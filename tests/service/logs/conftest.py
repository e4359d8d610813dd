from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
import structlog

from ivrkit.service.logs.settings import LogRoom
from tests.engine.conftest import bench

__all__ = ["bench", "log"]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What is written to standard error; the log is afterwards as it was."""
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, threading.excepthook
    yield capsys
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    threading.excepthook = hook
    logging.captureWarnings(False)
    for room in LogRoom:
        for name in (f"ivrkit.{room}", "ivrkit.channels", "ivrkit.workers"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
