"""Ends what an earlier demo left running when its launcher was killed outright."""

import contextlib
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from config.embedded import processes
from config.embedded.files import read_json, write_private_json

PROCESSES_FILE = "processes.json"
PATIENCE = 15.0


def record(data: Path, children: Iterable[subprocess.Popen[bytes]]) -> None:
    """Note the running children and when each began: a number alone may be another program's next time."""
    known = []
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            known.append({"pid": child.pid, "began": psutil.Process(child.pid).create_time()})
    write_private_json(data / PROCESSES_FILE, known)


def forget(data: Path) -> None:
    (data / PROCESSES_FILE).unlink(missing_ok=True)


def end(data: Path) -> None:
    """End every recorded child that still runs, with its descendants: politely, then by force.

    The last started goes first, so that nobody loses a server while working with it.
    """
    for entry in reversed(read_json(data / PROCESSES_FILE) or []):
        try:
            process = psutil.Process(entry["pid"])
            if abs(process.create_time() - entry["began"]) > 1:
                continue
            family = [process, *process.children(recursive=True)]
            process.terminate()
        except psutil.NoSuchProcess:
            continue
        for process in still_running(family, within=PATIENCE):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        processes.end_group(entry["pid"])
    forget(data)


def still_running(family: Iterable[psutil.Process], *, within: float = 0.0) -> list[psutil.Process]:
    """Those that run on after so many seconds; one that ended and waits for its parent does not count."""
    deadline = time.monotonic() + within
    while (running := [process for process in family if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return running


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
