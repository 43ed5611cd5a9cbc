"""`make demo`: the whole product with a demo province on this machine, until Ctrl-C.

Prints address and sign-ins; what goes wrong is one sentence on standard error and an exit status of 1.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from config.embedded.environment import DATA, ROOT
from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json
from config.embedded.launcher import Launcher, held

ACCOUNTS_FILE = "demo_accounts.json"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLUMNS = ("role", "facility", "username", "password", "pin", "totp_secret")
TITLES = ("Role", "Facility", "Username", "Password", "PIN", "One-time code secret")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description="Run Trạm with its demo province.")
    parser.add_argument("--port", default="8000")
    arguments = parser.parse_args()
    try:
        return run(port=port_number(arguments.port))
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def run(*, port: int, data: Path = DATA, root: Path = ROOT) -> int:
    """Run the demo until a stop signal (then 0). Raises EmbeddedError after everything was stopped."""
    for signal_number in STOP_SIGNALS:
        signal.signal(signal_number, _stop)
    began = time.monotonic()
    with held(data):
        launcher = Launcher(port=port, data=data, root=root)
        try:
            print("Starting Trạm; the first start loads the demo province and takes longer …", flush=True)
            launcher.start()
            print(welcome(launcher.address, data, seconds=time.monotonic() - began), flush=True)
            launcher.watch()
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
            return 0
        finally:
            for signal_number in STOP_SIGNALS:
                signal.signal(signal_number, signal.SIG_IGN)
            launcher.stop()


def port_number(text: str) -> int:
    """Read PORT. Raises EmbeddedError where it is no port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise EmbeddedError(f"PORT is {text!r}; it must be a number from 1 to 65535, for example make demo PORT=8001.")
    return int(text)


def welcome(address: str, data: Path, *, seconds: float) -> str:
    """What the person reads once the demo is ready: the address, and who may sign in with what."""
    accounts = read_json(data / ACCOUNTS_FILE) or []
    rows = [TITLES, *(tuple(str(account.get(column) or "") for column in COLUMNS) for account in accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    table = [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(
        [
            "",
            f"Trạm is ready at {address} ({seconds:.0f} s). Ctrl-C stops it; `make reset` removes its data.",
            "",
            *table,
            "",
            f"The same sign-ins: {data / ACCOUNTS_FILE}. Logs: {data / 'logs'}",
        ]
    )


def _stop(signal_number: int, frame: object) -> None:
    """Turn the first stop signal into a KeyboardInterrupt; further ones must not cut the stopping short."""
    for other in STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
