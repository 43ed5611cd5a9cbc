"""Lines of the log: JSON in production, and nothing in them of what people typed, read or are called.

A line says what happened, where in the code, for whose number, at which page by its name. It carries no address, no
query, no form, and no message of an exception: PostgreSQL tells the values in it, and so do most others.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

Fields = Mapping[str, str | int | float | None]

HOUSE: Final = Path(__file__).resolve().parent.parent
OURS: Final = (
    "tram", "core", "facilities", "staff", "followup", "patients", "inventory", "dispensing", "oversight", "demo",
    "config",
)  # fmt: skip
# Their lines are read as they were written; words among the values only where they can be nothing but names of code.
KNOWN: Final = ("django", "celery", "kombu", "granian", "_granian", "axes")
SILENT: Final = ("django.security", "celery.redirected", "py.warnings")  # what they say is made of values
IDENTIFIER: Final = re.compile(r"[a-z0-9_.:/@-]{1,120}")
OWN_WORD: Final = re.compile(r"[A-Za-z0-9_.:/@-]{1,120}")  # ours name classes too
OF_THE_RUN: Final = frozenset({"name", "id", "runtime"})  # of what Celery tells of a task
HIDDEN: Final = "…"
FRAMES: Final = 40

_of_whom: ContextVar[Callable[[], Fields] | None] = ContextVar("tram_log", default=None)


@contextmanager
def within(fields: Callable[[], Fields]) -> Iterator[None]:
    """Every line until the end of the block carries these fields too; asked when a line is written."""
    token = _of_whom.set(fields)
    try:
        yield
    finally:
        _of_whom.reset(token)


def request_id() -> str:
    """The number of what is being done: of a request, or of a job's message. Empty outside both."""
    fields = _of_whom.get()
    return str(fields().get("request_id") or "") if fields else ""


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What one line holds, in the order in which it is read."""
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": said(record),
    }
    fields = _of_whom.get()
    if fields is not None:
        line |= {name: value for name, value in fields().items() if value not in (None, "")}
    line |= getattr(record, "tram", {})
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        line |= {"error": _class(error), "trace": list(frames(error))}
    return line


def said(record: logging.LogRecord) -> str:
    """The sentence without anybody's words: numbers and ids stay, of an exception its class."""
    if not _under(record.name, OURS + KNOWN) or _under(record.name, SILENT) or not isinstance(record.msg, str):
        return f"{HIDDEN} {Path(record.pathname).name}:{record.lineno}"
    if not record.args:
        return record.msg
    ours = _under(record.name, OURS)
    words = OWN_WORD if ours else None if _under(record.name, ("django",)) else IDENTIFIER
    args: Any = record.args
    if isinstance(args, Mapping):
        args = {name: _shown(value, words if ours or name in OF_THE_RUN else None) for name, value in args.items()}
    else:
        args = tuple(_shown(value, words) for value in args)
    try:
        return record.msg % args
    except (TypeError, ValueError):
        return record.msg


def frames(error: BaseException) -> Iterator[str]:
    """Class, SQLSTATE and constraint of an exception and of what led to it, each with where it came through."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield _class(now)
        for frame, line in list(traceback.walk_tb(now.__traceback__))[-FRAMES:]:
            yield f"  {_file(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, in production."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields_of(record), ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """The same for eyes, at a desk."""

    def format(self, record: logging.LogRecord) -> str:
        line = fields_of(record)
        trace = line.pop("trace", [])
        head = " ".join(str(line.pop(name)) for name in ("time", "level", "logger", "message"))
        rest = " ".join(f"{name}={value}" for name, value in line.items())
        return "\n".join([f"{head} {rest}".rstrip(), *trace])


def _under(name: str, loggers: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in loggers)


def _shown(value: Any, words: re.Pattern[str] | None) -> Any:
    if isinstance(value, BaseException):
        return _class(value)
    if isinstance(value, bool | int | float | UUID):
        return value
    text = str(value)
    return text if words is not None and words.fullmatch(text) else HIDDEN


def _class(error: BaseException) -> str:
    """The class, and what PostgreSQL says of the place that is no value: never its detail."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    diagnosis = getattr(error, "diag", None)
    told = [getattr(error, "sqlstate", None), getattr(diagnosis, "constraint_name", None)]
    if isinstance(error, OSError):
        told.append(error.errno)
    return " ".join([name, *(str(one) for one in told if one)])


def _file(path: str) -> str:
    try:
        return str(Path(path).relative_to(HOUSE))
    except ValueError:
        return "/".join(Path(path).parts[-3:])
