"""`python -m config.production.collect`: static files under their hashed names, while the image is made.

The settings of production are read, so that names are as they will be asked for; its secrets are not known yet, and
what stands in for them here is random and forgotten.
"""

import base64
import os
import secrets
import sys
from pathlib import Path


def main() -> int:
    stand_in = secrets.token_urlsafe(48)
    os.environ.update(
        {
            "TRAM_ENV": "production",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ALLOWED_HOSTS": "localhost",
            "SECRET_KEY": stand_in,
            "DAY_HEADS_KEY": stand_in,
            "IDENTITY_KEYS": f"none:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
            "TRAM_BACKUPS": os.devnull,
            "TRAM_BACKUP_RECIPIENT": _nobodys_key(),
        }
    )
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "collectstatic", "--no-input", "--verbosity", "1"])
    from django.conf import settings

    return 0 if (Path(str(settings.STATIC_ROOT)) / "staticfiles.json").is_file() else 1


def _nobodys_key() -> str:
    from pyrage import x25519

    return str(x25519.Identity.generate().to_public())


if __name__ == "__main__":
    sys.exit(main())
