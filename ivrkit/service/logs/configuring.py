"""Setting the log up: one line per event, to standard error or a file."""

from __future__ import annotations

import logging
import os
import sys
import threading
from logging.handlers import WatchedFileHandler
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ivrkit.errors import ConfigurationError
from ivrkit.service.logs.masking import MASKING, hide, named_secrets
from ivrkit.service.logs.settings import LogFormat, LogLevel, LogRoom, LogSettings

LOGGERS: Final = {
    LogRoom.ARI: ("ivrkit.ari", "ivrkit.channels"),
    LogRoom.CONNECTORS: ("ivrkit.connectors", "ivrkit.workers"),
}
"""The loggers of rooms that are not called ``ivrkit.<room>`` alone."""
_STEERS: Final = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
}
"""What would steer a terminal."""


def configure_logs(
    settings: LogSettings | None = None, *, verbose: bool = False, json: bool | None = None
) -> None:
    """Log as the settings say; ``verbose`` and ``json`` are what the command line says beyond
    them. Raises ConfigurationError for a file that cannot be written.

    Keys that callers press and values of variables are never logged; the trace has them, masked
    as their step allows.
    """
    settings = settings or LogSettings()
    hide(named_secrets(os.environ))
    handler = _handler(settings)
    as_json = settings.format is LogFormat.JSON if json is None else json
    colors = settings.file is None and sys.stderr.isatty()
    handler.setFormatter(MaskingFormatter(as_json=as_json, colors=colors))
    root = logging.getLogger()
    for former in root.handlers:
        former.close()
    root.handlers[:] = [handler]
    level = LogLevel.INFO if verbose and settings.level is LogLevel.WARNING else settings.level
    root.setLevel(level.upper())
    for room in LogRoom:
        own = settings.rooms.get(room)
        for name in LOGGERS.get(room, (f"ivrkit.{room}",)):
            logging.getLogger(name).setLevel(logging.NOTSET if own is None else own.upper())
    _configure_structlog()
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed


def _handler(settings: LogSettings) -> logging.Handler:
    if settings.file is None:
        return logging.StreamHandler(sys.stderr)
    try:
        return WatchedFileHandler(settings.file, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"the log {settings.file} cannot be written: {error.strerror or error}",
            hint="check its folder and whose it is, or leave file out to log to standard error",
        ) from error


class MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """One record as a line, with nothing in it that looks like a secret."""

    def __init__(self, *, as_json: bool, colors: bool) -> None:
        # Without the values of variables, which the tracebacks of rich show.
        finish: list[Processor] = [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
        ]
        if as_json:
            finish += [
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ]
        else:
            plain = structlog.dev.plain_traceback
            finish += [
                _in_one_piece,
                structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain),
            ]
        super().__init__(foreign_pre_chain=_shared(), processors=finish)

    def format(self, record: logging.LogRecord) -> str:
        return MASKING.of(super().format(record))


def _in_one_piece(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """What other systems say begins no line of its own, and steers no terminal."""
    for name in ("event", "exception"):
        text = event.get(name)
        if isinstance(text, str):
            event[name] = text.translate(_STEERS).replace("\n", "\n    ")
    return event


def _shared() -> list[Processor]:
    """What every record is given."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder({"call"}),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _configure_structlog() -> None:
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    """A thread has ended by an error: Python would print it past the log."""
    name = failure.thread.name if failure.thread is not None else "a thread"
    if failure.exc_value is not None and failure.exc_type is not SystemExit:
        logging.getLogger("ivrkit").error("%s broke down", name, exc_info=failure.exc_value)
