"""Who the servers run as.

PostgreSQL refuses root, so a launcher started by root hands its servers to an unprivileged user.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import EmbeddedError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this machine that servers are started as."""

    name: str
    uid: int
    gid: int

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """What makes subprocess start a program as this account and with none of our groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, command: Sequence[str], *, folder: Path | None = None) -> bool:
        """Tell by trying: mode bits do not show a closed parent folder or a mount without exec."""
        try:
            tried = subprocess.run(
                command,
                cwd=folder or "/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=30,
                check=False,
                **self.popen_arguments,
            )
        except OSError:
            return False
        return tried.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        return self.can_run(["/bin/sh", "-c", 'cd "$0"', str(folder)])


def unprivileged(*, owner_of: Path | None = None) -> Account | None:
    """The account for servers; None when this process is an ordinary user and starts them as itself.

    `owner_of` is a cluster that may exist already: it stays with the user who owns it.
    """
    if os.geteuid() != 0:
        return None
    if owner_of is not None and owner_of.exists() and (uid := owner_of.stat().st_uid) != 0:
        try:
            found = pwd.getpwuid(uid)
        except KeyError:
            raise EmbeddedError(
                f"{owner_of} belongs to user number {uid}, whom this machine does not know; run `make reset`."
            ) from None
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root and this machine has no user postgres or nobody to run it as.")
