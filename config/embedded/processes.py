"""Child processes that neither outlive their launcher nor get lost."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from config.embedded.account import Account

LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1


def _dies_with_launcher(how: signal.Signals) -> Callable[[], None] | None:
    """On Linux the kernel sends `how` to the child when the launcher dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here, before the fork
    launcher = os.getpid()

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(how))
        if os.getppid() != launcher:
            os.kill(os.getpid(), how)

    return in_child


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path,
    folder: Path,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a child that writes to `log`, in a process group of its own: Ctrl-C reaches only the launcher."""
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    as_account: dict[str, Any] = account.popen_arguments if account else {}
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=folder,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dies_with_launcher(stop_signal),
            **as_account,
        )


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, patience: float = 20.0) -> None:
    """Ask the child to stop, wait, and end its whole group whatever it answered."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    end_group(process.pid)


def end_group(group: int) -> None:
    """End what is left of a child's process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # gone; macOS answers EPERM for a group of zombies
        return


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def tail(log: Path, *, lines: int = 15) -> str:
    """The last lines of a log, empty where there is none."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
