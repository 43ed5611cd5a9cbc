"""Says what this process takes from its environment: python -m tests.embedded.shown [EXIT_CODE]"""

import json
import os
import sys

import django
from django.conf import settings
from django.db import connection

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.celery import app
    from core import clock, valkey

    database = connection.settings_dict["NAME"]  # asked for at first: it completes DATABASES
    shown = {name: repr(getattr(settings, name)) for name in dir(settings) if name.isupper()}
    del shown["AXES_USERNAME_FORM_FIELD"]  # lazy: its text is an address in memory
    shown |= {"database": database, "broker": app.connection_for_write().as_uri()}
    shown |= {"valkey": repr(valkey.client().connection_pool.connection_kwargs["port"]), "day": f"{clock.now():%F}"}
    print(json.dumps(shown))
    sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
