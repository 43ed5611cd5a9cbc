"""`python -m config.backup.receive`: PostgreSQL's log as it is made, into TRAM_WAL, until it is told to stop.

A slot keeps on the server what has not arrived; how much at most, the server's max_slot_wal_keep_size says, so that a
receiver that stands still never fills the disk that dosing stands on.
"""

import os
import subprocess
import sys
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from config.backup.errors import BackupError
from config.backup.programs import Target, program
from config.environment import Environment, database_from_url

SLOT: Final = "tram_wal"


def main() -> int:
    env = Environment(dict(os.environ))
    try:
        folder = env.required("TRAM_WAL", "Name the folder that the log goes to.")
        url = env.required("DATABASE_BACKUP_URL", "The log is asked of the server by the role for backups.")
        target = Target.of(database_from_url(env.with_password(url, "DATABASE_BACKUP_PASSWORD")))
        receive = [str(program("pg_receivewal")), "--no-password", f"--slot={SLOT}"]
    except (ImproperlyConfigured, BackupError) as error:
        print(error, file=sys.stderr)
        return 1
    environment = target.environment()
    made = subprocess.run([*receive, "--create-slot", "--if-not-exists"], env=environment, check=False)  # noqa: S603
    if made.returncode != 0:
        return made.returncode
    os.execve(receive[0], [*receive, f"--directory={folder}", "--synchronous"], environment)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
