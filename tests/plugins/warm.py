"""A process that has the product loaded already and forks it on request: starting costs milliseconds, not seconds.

What starts is the same command as in production (`python -m granian …`), in a process, session and environment of its
own; only the imports are shared. Nothing that belongs to one environment outlives the fork: the settings are read anew.

    python -m tests.plugins.warm     serves one test worker over its standard input and output, and ends with it
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PROGRAMS: Final = (
    "config.wsgi",
    "config.celery",
    "granian.cli",
    "granian.server.mp",
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.concurrency.prefork",
    "celery.worker.components",
    "kombu.transport.redis",
)
LANGUAGES: Final = ("vi", "en")
GLANCE: Final = 0.01
_PR_SET_PDEATHSIG: Final = 1


class Warm:
    """The test worker's end: starts the warm process when it is first asked for a child."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def spawn(self, command: Sequence[str], *, env: Mapping[str, str], log: Path) -> "Child":
        """Start `python -m module …` as a child whose output goes to `log`, as config.embedded.processes.spawn does."""
        interpreter, flag, *arguments = command
        if (interpreter, flag) != (sys.executable, "-m"):
            raise ValueError(f"Only a module of this Python can be started warm, not {command}.")
        pid = self.ask({"start": arguments, "env": dict(env), "log": str(log)})
        return Child(pid, self, args=list(command))

    def ask(self, question: dict[str, Any]) -> Any:
        """One line there, one line back."""
        process = self._process or self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    def close(self) -> None:
        """End the warm process, and with it every child that still runs."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _begin(self) -> "subprocess.Popen[str]":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.warm"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._process


@dataclass
class Child:
    """A process that was started warm; behaves as a subprocess.Popen does."""

    pid: int
    warm: Warm
    args: list[str] = field(default_factory=list)
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.warm.ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (ended := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(GLANCE)
        return ended

    def send_signal(self, how: int) -> None:
        if self.poll() is None:  # as long as nobody has taken its status, the number is nobody else's
            os.kill(self.pid, how)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def load() -> None:
    """Import what every process of the product imports, and compile every template."""
    import django

    django.setup()
    for name in PROGRAMS:
        importlib.import_module(name)
    from config.celery import ROOMS
    from tests.plugins import hashing

    hashing.lighten()

    for room in ROOMS:
        importlib.import_module(f"{room}.tasks")
    from django.template import TemplateSyntaxError, engines
    from django.urls import get_resolver
    from django.utils import translation

    assert get_resolver().url_patterns
    for language in LANGUAGES:
        with translation.override(language):
            translation.gettext("Tiếng Việt")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        with contextlib.suppress(TemplateSyntaxError):  # for the test of the page that uses it to say
            engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


def serve() -> None:
    """Answer the questions of the test worker until it closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an import may print is no answer
    load()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        answer = _start(**question) if "start" in question else _status(question["poll"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _status(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _start(start: list[str], env: dict[str, str], log: str) -> int:
    assert threading.active_count() == 1, threading.enumerate()  # a fork carries only one of them over
    parent = os.getpid()
    pid = os.fork()
    return pid or _become(start, env, Path(log), parent)


def _become(arguments: list[str], env: dict[str, str], log: Path, parent: int) -> NoReturn:
    code = 1
    try:
        os.setsid()
        _die_with(parent)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, _written(log)), (2, 1)):
            os.dup2(file, number)
        os.closerange(3, 256)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        os.environ.clear()
        os.environ.update(env)
        forget()
        sys.argv = [*arguments]
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def forget() -> None:
    """Let go of everything that was read from the environment: this process reads its own."""
    from django.conf import settings
    from django.db import connections
    from django.utils.log import configure_logging

    from config.celery import app
    from core import clock, valkey

    own = importlib.reload(sys.modules["config.settings"])
    for name in filter(str.isupper, vars(own).keys() - {"TEMPLATES"}):  # to which template_partials has added loaders
        setattr(settings, name, getattr(own, name))
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    app.conf.broker_url = settings.CELERY_BROKER_URL
    connections.__init__()  # type: ignore[misc]
    connections.__dict__.pop("settings", None)
    clock._shift.cache_clear()
    valkey.client.cache_clear()


def _written(log: Path) -> int:
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)


def _die_with(parent: int) -> None:
    """On Linux the kernel ends this process when the warm one ends, even by force."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    serve()
