"""`make bench`: how fast a dose is confirmed over HTTP, beside what PostgreSQL alone does; how fast the board opens.

Embedded servers (durable, as in production), the production server with two workers in production settings.
Prints a table and writes bench/results/latest.json.
"""

import base64
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from config.backup import keys
from config.embedded import places, processes
from config.embedded.credentials import generate
from config.embedded.postgres import Postgres
from config.embedded.roles import prepare_database
from config.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="tram-bench-", dir=places.PRIVATE_ROOT))
        places.make_data_folder(folder)
        stack.callback(places.remove, folder)
        place, credentials = places.settle(folder), generate()
        postgres = Postgres(place, credentials, folder / "postgres.log")
        stack.callback(postgres.stop)
        postgres.start()
        valkey = Valkey(place, credentials, folder / "valkey.log", durable=False)
        stack.callback(valkey.stop)
        valkey.start()
        environment = {
            **os.environ,
            "TRAM_ENV": "production",
            "TRAM_PLAIN_HTTP": "1",
            "SECRET_KEY": "bench-" + credentials.application * 3,
            "DAY_HEADS_KEY": "bench-" + credentials.application,
            "DAY_HEADS_DIR": str(folder / "heads"),
            "IDENTITY_KEYS": f"bench:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "TRAM_BACKUP_RECIPIENT": keys.make(folder / "backup.key"),
            "TRAM_BACKUPS": str(folder / "backups"),
            "ALLOWED_HOSTS": "localhost",
            "STATIC_ROOT": str(folder / "static"),
            "CELERY_BROKER_URL": valkey.url(),
        }
        prepare_database(postgres)
        prepare_database(postgres, name="limit")
        owner = {
            **environment,
            "TRAM_DATABASE_ROLE": "owner",
            "DATABASE_OWNER_URL": postgres.owner_url(),
            "DATABASE_URL": postgres.application_url(),
        }
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run([sys.executable, "manage.py", *command], env=owner, cwd=ROOT, check=True)
        os.environ.update(owner)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from bench.run import run

        port = processes.free_port()
        web = {**environment, "DATABASE_URL": postgres.application_url()}
        server = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1"),
            *("--host", processes.LOOPBACK, "--port", str(port), "config.wsgi:application"),
        ]
        run(
            port=port,
            start=lambda: processes.spawn(server, env=web, log=folder / "web.log", folder=ROOT),
            stop=processes.stop,
            postgres=postgres.process.pid if postgres.process else 0,
            limit_url=postgres.superuser_url("limit"),
            pgbench=place.programs.postgres / "pgbench",
        )


if __name__ == "__main__":
    main()
