"""Logs that machines can search and people may read.

Everything a service says is one event with named values, JSON in production. Libraries log through the standard library;
their lines are brought into the same form, and those that repeat per message are silenced, because `bus.consuming.handling`
writes the one line that a message deserves.
"""

import logging
import sys

import structlog

_LEVELS = {"aiokafka": "WARNING", "bus.faststream": "ERROR", "httpx": "WARNING", "uvicorn": "WARNING"}


def configure(service: str, level: str = "INFO", *, json: bool = True) -> None:
    """Send all logs of this process to standard error, each with the service's name.

    `level` is a name of the standard library's. A traceback is written without the values of variables.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Named(service),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    rendering: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if json else [plain]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in _LEVELS.items():
        logging.getLogger(name).setLevel(least)


class _Named:
    """Adds the service's name to every line."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(
        self, _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["service"] = self._service
        return event
