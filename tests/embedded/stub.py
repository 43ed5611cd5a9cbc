"""A product of a few lines under the real launcher: starting and stopping is what is tested.

Run as a program it is `make demo` on that stub: python -m tests.embedded.stub PORT DATA_FOLDER STUB_FOLDER
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from config.embedded import demo, processes
from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json
from tests.plugins.servers import ROOT

READY_SECONDS = 60.0
PRODUCT_PROCESSES = 6  # web with two workers, worker with its pool of one, beat
FILES = {
    "manage.py": "import sys\nprint('managed', sys.argv[1])\n",
    "config/__init__.py": "",
    "config/wsgi.py": (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'ok']\n"
    ),
    "config/celery.py": (
        "import os\nfrom celery import Celery\n"
        "app = Celery('stub', broker=os.environ['CELERY_BROKER_URL'])\n"
        "app.conf.broker_connection_retry_on_startup = True\n"
    ),
}


class StubDemo:
    """A stub product in `folder` and the launcher on it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "product"
        self.data = folder / "data"
        self.port = processes.free_port()
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def launch(self) -> "subprocess.Popen[str]":
        arguments = [str(self.port), str(self.data), str(self.root)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.stub", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextlib.contextmanager
    def running(self) -> Iterator["subprocess.Popen[str]"]:
        """The launcher, once it has said that it is ready; ended with the block in any case."""
        launcher = self.launch()
        try:
            for line in launcher.stdout:
                if "Trạm is ready" in line:
                    break
            else:
                raise AssertionError(f"The demo did not start: {launcher.stderr.read()}")
            yield launcher
        finally:
            if launcher.poll() is None:
                launcher.terminate()
            launcher.communicate(timeout=READY_SECONDS)

    def child(self, name: str) -> psutil.Process:
        """The running child by a word of its command line."""
        for entry in read_json(self.data / "processes.json"):
            process = psutil.Process(entry["pid"])
            if name in " ".join(process.cmdline()):
                return process
        raise AssertionError(f"No child {name}")


def _is_python(process: psutil.Process) -> bool:
    """False for one that has ended since it was listed: a server's short-lived helper."""
    try:
        return process.name().startswith("python")
    except psutil.NoSuchProcess:
        return False


def family(launcher: "subprocess.Popen[str]") -> list[psutil.Process]:
    """All processes under the launcher, once the product's have started theirs."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        found = psutil.Process(launcher.pid).children(recursive=True)
        if len([process for process in found if _is_python(process)]) == PRODUCT_PROCESSES:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


if __name__ == "__main__":
    try:
        sys.exit(demo.run(port=int(sys.argv[1]), data=Path(sys.argv[2]), root=Path(sys.argv[3])))
    except EmbeddedError as error:
        sys.exit(str(error))
