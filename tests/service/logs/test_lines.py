"""How lines of the log look: for people, for a collector, in a file."""

from __future__ import annotations

import json
import logging
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest
import structlog

from ivrkit.errors import ConfigurationError
from ivrkit.service.logs import LogSettings, configure_logs, hide

LOG = logging.getLogger("ivrkit.store.writer")
Captured = pytest.CaptureFixture[str]


def lines(log: Captured) -> list[str]:
    return log.readouterr().err.splitlines()


def broken(secret: str) -> None:
    local = secret  # noqa: F841 - the value of a variable stands in no traceback
    raise RuntimeError(f"refused: {secret}")


def test_a_line_for_people(log: Captured) -> None:
    configure_logs()
    with structlog.contextvars.bound_contextvars(call="c1"):
        LOG.warning("the disk is %s", "full")
    (line,) = lines(log)
    moment, rest = line.split(" ", 1)
    assert datetime.fromisoformat(moment).utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert rest.split() == [
        "[warning",
        "]",
        "the",
        "disk",
        "is",
        "full",
        "[ivrkit.store.writer]",
        "call=c1",
    ]


def test_a_line_for_a_collector(log: Captured) -> None:
    configure_logs(LogSettings(format="json"))
    with structlog.contextvars.bound_contextvars(call="c1"):
        LOG.warning("the disk is %s", "voll: ü")
    found = json.loads(lines(log)[0])
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "message": "the disk is voll: ü",
        "level": "warning",
        "logger": "ivrkit.store.writer",
        "call": "c1",
    }


def test_the_command_line_wins(log: Captured) -> None:
    configure_logs(LogSettings(format="json"), verbose=True, json=False)
    LOG.info("done")
    assert "done" in lines(log)[0]
    configure_logs(LogSettings(level="error"), verbose=True)
    LOG.warning("this is not wanted")
    assert lines(log) == []


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_holds_neither_secrets_nor_values(log: Captured, as_json: bool) -> None:
    configure_logs(json=as_json)
    hide(["hunter-2-hunter"])
    try:
        broken("hunter-2-hunter")
    except RuntimeError:
        LOG.exception("it broke")
    written = log.readouterr().err
    assert "RuntimeError: refused: ••••" in written
    assert "hunter" not in written
    if as_json:
        assert "RuntimeError" in json.loads(written)["exception"]


def test_rooms_have_levels_of_their_own(log: Captured) -> None:
    settings = LogSettings.model_validate(
        {"rooms": {"ari": "debug", "connectors": "error", "store": "info"}}
    )
    configure_logs(settings)
    logging.getLogger("ivrkit.ari").debug("one")
    logging.getLogger("ivrkit.channels.ari.socket").debug("two")
    logging.getLogger("ivrkit.store.writer").info("three")
    logging.getLogger("ivrkit.connectors.guard").warning("not this")
    logging.getLogger("ivrkit.engine.runner").info("nor this")
    assert [line.split("]")[1].split()[0] for line in lines(log)] == ["one", "two", "three"]
    configure_logs()
    logging.getLogger("ivrkit.ari").debug("no more")
    assert lines(log) == []


def test_a_file_may_be_moved_away(log: Captured, tmp_path: Path) -> None:
    file = tmp_path / "ivrkit.log"
    configure_logs(LogSettings(file=file))
    LOG.warning("first")
    os.rename(file, tmp_path / "ivrkit.log.1")
    LOG.warning("second")
    assert "second" in file.read_text()
    assert "first" not in file.read_text()
    assert log.readouterr().err == ""


def test_a_file_that_cannot_be_written_is_told(log: Captured, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        configure_logs(LogSettings(file=tmp_path / "nowhere" / "ivrkit.log"))


def test_what_others_say_begins_no_line_and_steers_no_terminal(log: Captured) -> None:
    configure_logs()
    LOG.warning("Asterisk says %s", "no\n2026-01-01T00:00:00Z [error] forged \x1b[2J")
    first, second = lines(log)
    assert "Asterisk says no" in first
    assert second.startswith("    2026")
    assert "\x1b" not in second


def test_a_thread_that_breaks_down_is_logged(log: Captured) -> None:
    configure_logs()
    hide(["hunter-2-hunter"])
    thread = threading.Thread(target=broken, args=("hunter-2-hunter",), name="ivrkit-store")
    thread.start()
    thread.join()
    written = log.readouterr().err
    assert "ivrkit-store broke down" in written
    assert "hunter" not in written
